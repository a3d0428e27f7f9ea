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
from chalicelib.content.html import is_harmless, with_escaped_addresses
from chalicelib.content.mime import Mail
from chalicelib.domain.messages import HtmlVersion

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
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "table": {"align", "border"},
    **{element: {"align"} for element in ("div", "h1", "h2", "h3", "p", "tr")},
    **{cell: {"align", "colspan", "rowspan", "valign"} for cell in ("td", "th")},
}
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_PLACE = re.compile(r' src="#remote-(\d+)"')


def html_version_of(mail: Mail) -> tuple[HtmlVersion | None, str]:
    """The version, None when there is none to show, and what had to be left out, in words."""
    if not mail.html.strip():
        return None, ""
    if not is_harmless(mail.html) or mail.html.count("&") > limits.MOST_ENTITIES:
        return None, "The HTML version is too large or too deep to be shown; the original has it."
    return sanitised(mail.html, {file.content_id: file.data for file in mail.attachments if file.content_id}), ""


def sanitised(source: str, pictures: Mapping[str, bytes]) -> HtmlVersion:
    """`pictures`: by content id, those that came with the same message."""
    remote: list[str] = []
    digests: dict[str, str] = {}

    def filtered(_element: str, attribute: str, value: str) -> str | None:
        address = value.strip()
        if attribute == "href":
            return address if _LINK.match(address) else None
        if attribute != "src":
            return value
        if address[:4].lower() == "cid:":
            name = address[4:]
            if name not in pictures:
                return None
            digests.setdefault(name, hashlib.sha256(pictures[name]).hexdigest())
            return f"#attachment-{digests[name]}"
        if _REMOTE.match(address):
            remote.append(address)
            return f"#remote-{len(remote)}"
        return None

    harmless = nh3.clean(
        with_escaped_addresses(source),
        tags=set(_ELEMENTS),
        clean_content_tags=set(_WITHOUT_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=filtered,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"cid", "http", "https", "mailto", "tel"},
    )
    if remote:
        harmless = _PLACE.sub(lambda place: f' data-remote="{escape(remote[int(place[1]) - 1])}"', harmless)
    return HtmlVersion(harmless, len(remote))
