"""What the hub remarks on in words: each sentence stands here once, under the code by which it is told elsewhere.

Records keep the sentence, whatever was in it put in. `find_remarks` finds its code again, so that it can be told in any
language: of a sentence that stood here otherwise once there is none, and it is shown as it is. A code stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

# Why a message stands in its case.
_EVIDENCE = {
    "signed_address": "it was sent to the signed reply address of the case",
    "report_on_ours": "it reports on a message of ours in the case",
    "in_reply_to": "it answers a message of the case (In-Reply-To)",
    "references": "it refers to a message of the case (References)",
    "named_in_app": "the app named the case",
    "goes_on_in_form": "whoever posted the form goes on with its case there",
    "last_written_about": "we last wrote to this number about the case",
    "reference_in_document": "the reference of the case stands in the document",
    "only_open_case": "it is the only open case of the customer and still warm",
    "forwarded": "a colleague forwarded what {address} wrote; whose it is has to be confirmed",
    "no_rule": "no rule joined it to a case",
    "second_copy": "the same mail came before under another receipt: Message-ID, sender and content are equal",
    "asked_rating": "it is the digit that we asked for at this number, to rate this case",
    "agent_named_case": "agent {agent} named the case",
    "agent_told_of_stranger": "agent {agent} told of somebody whom the hub does not know",
    "agent_named_customer_of_case": "agent {agent} named the customer, whose only open case it is",
    "agent_named_customer": "agent {agent} named the customer",
}

# Behind one of those, why it is a case of its own all the same.
_HINDRANCES = {
    "was_spam": "was marked as spam",
    "closed_too_long": "was closed on {day}, too long ago to open it again",
}

# What had to be mended in a message to read it.
_REPAIRS = {
    "end_missing": "The end of the message was missing.",
    "text_after_end": "Text after the last part was left out.",
    "boundary_unnamed": "A multipart did not name its boundary; the first line that looks like one was used.",
    "part_behind_end": "A part stood behind the end of its multipart.",
    "first_line_missing": "The line before the first part was missing.",
    "multipart_without_parts": "A multipart without any part was read as text.",
    "stray_header_line": "A line that belongs to no field was left out of the header.",
    "header_end_missing": "The blank line after the header was missing.",
    "header_charset_guessed": "Letters in the header without a character set were read as {charset}.",
    "charset_is_utf8": "Declared as {declared}, read as UTF-8.",
    "charset_is_other": "Declared as {declared}, read as {charset}.",
    "characters_broken": "Some characters were broken and are shown as �.",
    "charset_does_not_fit": "The character set was declared as {declared} and does not fit; read as {charset}.",
    "charset_not_declared": "The character set was not declared and does not fit; read as {charset}.",
    "transfer_encoding_unknown": "The transfer encoding of a part is unknown; read as it is.",
    "no_base64": "A part was declared as base64 and is not; read as it is.",
    "base64_broken": "A part held broken base64; what could be read is kept.",
    "uuencoding_broken": "A part held broken uuencoding; it is kept as it came.",
    "binhex_broken": "A part held broken BinHex; it is kept as it came.",
    "no_winmail": "winmail.dat is not what its name says; it is kept as a file.",
    "winmail_broken": "winmail.dat is damaged; what could be read of it is kept.",
    "more_text_in_files": "The message has more text than is shown; the rest of it is there as files.",
    "text_too_long": "A text was too long to be shown whole; all of it is there as a file.",
    "part_unreadable": "A part could not be read ({error}); it is kept as it came.",
    "html_unreadable": "The HTML could not be read ({error}); it is kept as a file.",
    "html_too_large": "The HTML was too large or too deep; only its tags were taken out.",
    "html_not_shown": "The HTML version is too large or too deep to be shown; the original has it.",
    "html_not_harmless": "The HTML version cannot be made harmless; the original has it.",
    "sender_elsewhere": "From names no address; that of {field} was taken.",
    "fax_missing": "It announces a fax and brings none: beware of a forgery.",
    "fax_pages_differ": "The gateway says {said} pages, the document has {counted}: some may be missing.",
    "sms_header_in_text": "The header of part {part} of {of} stood in the text.",
    "type_told_wrongly": "{name}: sent as {sent_as}, and its bytes are {bytes_are}",
    "person_not_proved": (
        "Whether a person posted it could not be found out: the maker of the form's check did not answer"
    ),
}

# What speaks against two customers being one.
_DISAGREEMENTS = {
    "each_proved": "each has a proved contact point of the kind {kind}: {one} and {other}",
    "each_known_apart": "{system} knows each by an id of its own: {one} and {other}",
    "only_claims": "{customer} only claims to be {address}: its sender was not to be believed",
}

SENTENCES: Mapping[str, str] = MappingProxyType({**_EVIDENCE, **_HINDRANCES, **_REPAIRS, **_DISAGREEMENTS})

_BEHIND = ", which "
_WITHOUT_VALUES = {text: code for code, text in SENTENCES.items() if "{" not in text}


@dataclass(frozen=True, slots=True)
class Remark:
    """`text`: the sentence. `code`: None where nobody knows it any more."""

    text: str
    code: str | None = None
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def remark(code: str, **values: object) -> str:
    """The sentence with its values."""
    return SENTENCES[code].format(**values)


def hindered(evidence: str, hindrance: str) -> str:
    """Why a message would belong to a case, and why it is a new one all the same."""
    return f"{evidence}{_BEHIND}{hindrance}"


def find_remarks(text: str) -> tuple[Remark, ...]:
    """Of a sentence that was kept: one, or two where the second hindered the first."""
    whole = _find(text)
    if whole.code:
        return (whole,)
    evidence, _, hindrance = text.rpartition(_BEHIND)
    parts = _find(evidence), _find(hindrance)
    return parts if all(part.code for part in parts) else (whole,)


def _find(text: str) -> Remark:
    if text in _WITHOUT_VALUES:
        return Remark(text, _WITHOUT_VALUES[text])
    for code, pattern in _patterns().items():
        found = pattern.fullmatch(text)
        if found:
            return Remark(text, code, MappingProxyType(found.groupdict()))
    return Remark(text)


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """What has fewer values first: "read as UTF-8" says more than "read as" anything."""
    codes = sorted({*SENTENCES} - {*_WITHOUT_VALUES.values()}, key=lambda code: (SENTENCES[code].count("{"), code))
    return {code: re.compile(_pattern(SENTENCES[code]), re.DOTALL) for code in codes}


def _pattern(sentence: str) -> str:
    pieces = re.split(r"\{(\w+)\}", sentence)
    return "".join(f"(?P<{piece}>.+?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
