"""The HTML version of a mail, made harmless for the eyes of an agent (TRUST in `docs/content.md`).

Only listed elements and attributes stay; no styles, because they can cover the page around them or load something. No
picture has an address from which it would be loaded: a picture that came with the mail is named by its digest, and of
others it is noted where they lie.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from html import escape

import nh3

from chalicelib.content import limits
from chalicelib.content.html_source import is_harmless, with_escaped_addresses
from chalicelib.content.mime import Mail
from chalicelib.domain.messages import HtmlVersion
from chalicelib.domain.remarks import remark

_ELEMENTS = frozenset(
    "a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn dir"
    " div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s"
    " samp small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr".split()
)
_WITHOUT_CONTENT = frozenset(
    "applet embed frame frameset head iframe math noembed noframes noscript object script select style svg template"
    " textarea title xmp".split()
)
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "img": {"alt", "data-remote", "height", "src", "width"},
    "ol": {"start"},
    "table": {"align", "border"},
    **{element: {"align"} for element in ("div", "h1", "h2", "h3", "p", "tr")},
    **{cell: {"align", "colspan", "rowspan", "valign"} for cell in ("td", "th")},
}
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
# A tag and its attributes as the sanitiser writes them: a quotation mark inside of a value is an entity.
_TAG = re.compile(r'<([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")+)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_PLACE = "#remote-"
_PLACES = frozenset({"src", "data-remote"})
_ENCODED = re.compile(r"%([0-7][0-9A-Fa-f])")
_MOST_ROUNDS = 6
_ATTACHMENT = "#attachment-"


def html_version_of(mail: Mail) -> tuple[HtmlVersion | None, str]:
    """The version, None when there is none to show, and what had to be left out, in words."""
    if not mail.html.strip():
        return None, ""
    if not is_harmless(mail.html) or mail.html.count("&") > limits.MOST_ENTITIES:
        return None, remark("html_not_shown")
    version = sanitised(mail.html, {file.content_id: file.data for file in mail.attachments if file.content_id})
    return version, "" if version else remark("html_not_harmless")


def sanitised(source: str, pictures: Mapping[str, bytes]) -> HtmlVersion | None:
    """`pictures`: by content id, those that came with the same message.

    A browser reads what is written here once more, and may read it otherwise than the sanitiser did. So it is cleaned
    until cleaning changes nothing; None when it does not come to rest.
    """
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in pictures.items()}
    page = with_escaped_addresses(source)
    for _ in range(_MOST_ROUNDS):
        before, page = page, _cleaned(page, digests)
        if page == before:
            return HtmlVersion(page, page.count(' data-remote="'))
    return None


def _cleaned(source: str, digests: Mapping[str, str]) -> str:
    remote: list[str] = []
    ours = {f"{_ATTACHMENT}{digest}" for digest in digests.values()}

    def filtered(_element: str, attribute: str, value: str) -> str | None:
        address = value.strip()
        if attribute == "href":
            return address if _LINK.match(address) else None
        if attribute not in _PLACES:
            return value
        if _REMOTE.match(address):
            remote.append(address)
            return f"{_PLACE}{len(remote) - 1}"
        if attribute == "src" and address[:4].lower() == "cid:":
            digest = digests.get(_ENCODED.sub(lambda code: chr(int(code[1], 16)), address[4:]))
            return f"{_ATTACHMENT}{digest}" if digest else None
        return address if attribute == "src" and address in ours else None

    def in_order(tag: re.Match[str]) -> str:
        """The sanitiser's order of attributes is one of many."""
        if tag[2].count('="') == 1 and _PLACE not in tag[2]:
            return tag[0]  # a single attribute, which nearly all tags have, is in order
        attributes: dict[str, str] = {}
        for name, value in sorted(_ATTRIBUTE.findall(tag[2]), reverse=True):
            if value.startswith(_PLACE) and name in _PLACES:
                attributes["data-remote"] = escape(remote[int(value.removeprefix(_PLACE))])
            else:
                attributes[name] = value
        written = "".join(f' {name}="{value}"' for name, value in sorted(attributes.items()))
        return f"<{tag[1]}{written}>"

    harmless = nh3.clean(
        source,
        tags=set(_ELEMENTS),
        clean_content_tags=set(_WITHOUT_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=filtered,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"cid", "http", "https", "mailto", "tel"},
    )
    return _TAG.sub(in_order, harmless)
