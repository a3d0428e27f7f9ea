"""What the HTML of a mail says about lines of its text, by the elements that mail programs wrap them in.

A program is added by a row of `ELEMENTS` and a sample. Names are matched as programs that forward mail leave them:
Outlook on the web puts `x_` before classes, Gmail a number, Yahoo some letters, all of them only in older messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

HEAD = "head"  # an earlier message begins here: its attribution or header, whatever the language
SIGNATURE = "signature"  # a signature that the program put in

# (what, attribute, its values, who writes it). Digits at the end of a value and Yahoo's prefix do not count.
ELEMENTS: Final[tuple[tuple[str, str, str, str], ...]] = (
    (HEAD, "class", "gmail_quote gmail_quote_container gmail_attr gmail_extra", "Gmail"),
    (HEAD, "class", "moz-cite-prefix moz-forward-container moz-email-headers-table", "Thunderbird"),
    (HEAD, "class", "yahoo_quoted yahoo-quoted-begin yahoo_quoted_begin", "Yahoo"),
    (HEAD, "class", "zmail_extra zmail_extra_hr", "Zoho"),
    (HEAD, "class", "protonmail_quote tutanota_quote front-blockquote missive_quote", "Proton, Tuta, Front, Missive"),
    (HEAD, "class", "OutlookMessageHeader", "Outlook 2003"),
    (HEAD, "class", "quoteheader mailbird-quote mb_quote sh-quoted-content", "eM Client, Mailbird, Superhuman"),
    (HEAD, "id", "divRplyFwdMsg appendonsend mail-editor-reference-message-container", "Outlook on the web, mobile"),
    (HEAD, "id", "OLK_SRC_BODY_SECTION ms-outlook-mobile-body-separator-line", "Outlook for Mac, mobile"),
    (HEAD, "id", "stopSpelling zwchr isForwardContent isReplyContent origbody", "Hotmail, Zimbra, NetEase, Foxmail"),
    (HEAD, "id", "yahoo_quoted_ mail-app-auto-quote reply-intro", "Yahoo, Mail.ru, Roundcube"),
    (HEAD, "name", "quote messageReplySection", "GMX and WEB.DE, Spark"),
    (HEAD, "data-marker", "__DIVIDER__ __HEADERS__ __QUOTED_TEXT__", "Zimbra"),
    (SIGNATURE, "class", "gmail_signature gmail_signature_prefix", "Gmail"),
    (SIGNATURE, "class", "moz-signature", "Thunderbird"),
    (SIGNATURE, "class", "protonmail_signature_block front-signature mb_sig sh-signature", "Proton, Front, and others"),
    (SIGNATURE, "class", "yahoo_signature signature zmail_signature tutanota_signature", "Yahoo, Zoho, Tuta"),
    (SIGNATURE, "id", "Signature signature ms-outlook-mobile-signature OutlookSignature", "Outlook"),
    (SIGNATURE, "id", "AppleMailSignature lineBreakAtBeginningOfSignature composer_signature", "Apple Mail, Samsung"),
    (SIGNATURE, "id", "bloop_sign_ _rc_sig mail-app-auto-default-signature", "Airmail, Roundcube, Mail.ru"),
    (SIGNATURE, "name", "messageSignatureSection", "Spark"),
    (SIGNATURE, "data-signatureblock", "true", "Windows Mail"),
    (SIGNATURE, "data-marker", "__SIG_PRE__ __SIG_POST__", "Zimbra"),
)

_MEANINGS = {(name, value): what for what, name, values, _ in ELEMENTS for value in values.split()}
_NAMED = re.compile(r' (class|id|name|data-marker|data-signatureblock)="([^"]*)"')
_YAHOO = re.compile(r"ydp[0-9a-f]{6,}")
# The line that Outlook (2007 and later) and Windows Mail draw above the earlier message.
_LINE_ABOVE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid #(?:B5C4DF|E1E1E1)|border-top-color: rgb\(229, 229, 229\)", re.IGNORECASE
)

# Quotation marks of the editor: a person's own indentation, which has no line at its side.
_INDENTED = re.compile(
    r'style="[^"]*(?:border: ?none|border-width: ?0|margin-left: ?40px|margin: ?0(?:px)? 0(?:px)? 0(?:px)? 40px)'
)
_BAR = re.compile(r"border-left|border-inline-start")
_CITED = re.compile(
    r'type="cite"|cite="|class="[^"]*(?:gmail_quote|protonmail_quote|tutanota_quote|yahoo|clean_bq|iwcQuote)'
)


def element_says(attributes: str) -> str:
    """HEAD, SIGNATURE or "". `attributes` as they are serialised: ` class="gmail_quote" dir="ltr"`."""
    for name, values in _NAMED.findall(attributes):
        for value in values.split():
            meaning = _MEANINGS.get((name, _YAHOO.sub("", value).rstrip("0123456789")))
            if meaning:
                return meaning
    return HEAD if "border-top" in attributes and _LINE_ABOVE.search(attributes) else ""


def has_marked_elements(page: str) -> bool:
    return any(element_says(f' {name}="{values}"') for name, values in set(_NAMED.findall(page))) or bool(
        "border-top" in page and _LINE_ABOVE.search(page)
    )


def is_own_indentation(attributes: str, *, within_reply: bool) -> bool:
    """Whether a blockquote is the person's, made with a button of the editor, and no quote of an earlier message.

    Gmail's button makes the same element as its reply does, but outside of the reply's container.
    """
    if _INDENTED.search(attributes) and not _BAR.search(attributes):
        return True
    return 'class="gmail_quote"' in attributes and not within_reply


def is_citation(attributes: str) -> bool:
    """Whether a program made the blockquote: then its text gets `> `. Else it is only indented."""
    return _CITED.search(attributes) is not None or _BAR.search(attributes) is not None


@dataclass(frozen=True, slots=True)
class Marks:
    """Numbers of lines. `quoted`: in a quotation without a visible mark. `heads`: the first line of what a program put
    around an earlier message. `signature`: in a signature that a program put in.
    """

    quoted: frozenset[int] = frozenset()
    heads: frozenset[int] = frozenset()
    signature: frozenset[int] = frozenset()
    from_html: bool = False

    def moved(self, to: Mapping[int, int]) -> Marks:
        """With the line numbers changed as the mapping says."""
        quoted, heads, signature = (
            frozenset(to[number] for number in group) for group in (self.quoted, self.heads, self.signature)
        )
        return Marks(quoted, heads, signature, from_html=self.from_html)


NO_MARKS = Marks()


def joined(pieces: Iterable[tuple[str, Marks]]) -> tuple[str, Marks]:
    """Several texts as one, an empty line between them, with the marks of all. Empty ones are left out."""
    texts: list[str] = []
    quoted, heads, signature = set[int](), set[int](), set[int]()
    from_html, at = False, 0
    for text, marks in pieces:
        kept = text.strip("\n")
        if not kept.strip():
            continue
        by = at - (len(text) - len(text.lstrip("\n")))
        last = at + kept.count("\n")
        for group, numbers in zip(
            (quoted, heads, signature), (marks.quoted, marks.heads, marks.signature), strict=True
        ):
            group.update(number + by for number in numbers if at <= number + by <= last)
        from_html = from_html or marks.from_html
        texts.append(kept)
        at = last + 2
    return "\n\n".join(texts), Marks(frozenset(quoted), frozenset(heads), frozenset(signature), from_html=from_html)
