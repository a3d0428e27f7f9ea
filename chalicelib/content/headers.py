"""The header of a mail, read field by field: what is broken in one field never harms the others.

Values stay bytes until somebody asks, because what they are encoded in differs from field to field.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from chalicelib.content import limits
from chalicelib.content.charsets import Decoded, decode
from chalicelib.content.transfer import lenient_base64
from chalicelib.domain.errors import Unparsable

_WHOLE_FIELD = re.compile(rb"([!-9;-~]+[ \t]*):[ \t]*([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)\r?\n")
_BLANK_LINE = re.compile(rb"\r?\n")
_SIMPLE_PARAMETERS = re.compile(
    r"\s*([^\s;=\"]+)\s*(?:;\s*[a-zA-Z-]+=(?:\"[^\"\\=?]*\"|[^\s;\"\\=?(]+)\s*)*;?\s*", re.ASCII
)
_SIMPLE_PARAMETER = re.compile(r";\s*([a-zA-Z-]+)=(?:\"([^\"]*)\"|([^\s;]+))")
_MISSING_SEMICOLON = re.compile(r"^(\s*[\w!#$&^.+-]+/[\w!#$&^.+-]+)\s+(?=[a-zA-Z-]+\*?\d?\*?=)")
LINE_END = re.compile(rb"\r\n|\n|\r")
_FIELD = re.compile(rb"([!-9;-~]+[ \t]*):[ \t]*")
_KNOWN_FIELD = re.compile(
    rb"(?:content-[a-z-]+|mime-version|from|to|cc|subject|date|message-id|received|reply-to|return-path|sender):",
    re.IGNORECASE,
)
_STRAY_LINES_LOOKED_PAST = 20
_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")  # RFC 6838, 4.2
_MESSAGE_ID = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Header:
    """`fields`: lower-case name and unfolded value, in order. A blank before the colon stays part of the name, because
    mail software disagrees on whether `From : x` is a From field.
    """

    fields: tuple[tuple[str, bytes], ...] = ()
    repairs: tuple[str, ...] = ()
    _first: Mapping[str, bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_first", dict(reversed(self.fields)))

    def all(self, name: str) -> tuple[bytes, ...]:
        return tuple(value for field, value in self.fields if field == name) if name in self._first else ()

    def first(self, name: str) -> bytes:
        """The value of the first such field, b"" when there is none."""
        return self._first.get(name, b"")

    def word(self, name: str) -> str:
        """The first field's value up to a semicolon or comment, lower case: `Auto-Submitted: auto-replied (rule)`."""
        value = self._first.get(name)
        return re.split("[;(]", decode(value).text, maxsplit=1)[0].strip().lower() if value else ""


def read_header(raw: bytes, start: int, is_delimiter: Callable[[bytes], bool]) -> tuple[Header, int]:
    """The header block that begins at `start`, and where its body begins. A delimiter of a multipart ends it too.

    Lines that are no field (a mail store's `From ` line, a banner, a fold that lost its blank) are passed over when
    more of the header follows; else the body begins there. Raises Unparsable past the limits of one block.
    """
    fields, at = _plain_fields(raw, start)
    if fields is not None:
        return Header(fields), at
    return _repaired_header(raw, start, is_delimiter)


def _plain_fields(raw: bytes, start: int) -> tuple[tuple[tuple[str, bytes], ...] | None, int]:
    """The fields of a header that is in order, as nearly all are, and where the body begins; None for any other."""
    fields: list[tuple[str, bytes]] = []
    at = start
    limit = start + limits.MOST_HEADER_BYTES
    while found := _WHOLE_FIELD.match(raw, at, limit):
        name, value = found.groups()
        if name.startswith(b"--") or len(fields) == limits.MOST_HEADER_FIELDS:
            return None, at
        if b"\n" in value:
            value = value.replace(b"\r\n", b"").replace(b"\n", b"")
        fields.append((name.decode("ascii").lower(), value))
        at = found.end()
    end = _BLANK_LINE.match(raw, at)
    return (tuple(fields), end.end()) if end and fields else (None, at)


def _repaired_header(raw: bytes, start: int, is_delimiter: Callable[[bytes], bool]) -> tuple[Header, int]:
    fields: list[tuple[str, list[bytes]]] = []
    repairs: list[str] = []
    for line, at, after in _lines(raw, start):
        field = _FIELD.match(line)
        if after - start > limits.MOST_HEADER_BYTES or (field and len(fields) == limits.MOST_HEADER_FIELDS):
            raise Unparsable("The header is larger than the limit.")
        if not line:
            return _header(fields, repairs), after
        if is_delimiter(line):
            return _header(fields, repairs), at
        if field:
            fields.append((field[1].decode("ascii").lower(), [line[field.end() :]]))
        elif fields and line[:1] in (b" ", b"\t"):
            fields[-1][1].append(line)
        elif _more_header_follows(raw, after):
            if not line.startswith((b"From ", b">From ")):
                repairs.append("A line that belongs to no field was left out of the header.")
        else:
            return _header(fields, [*repairs, "The blank line after the header was missing."]), at
    return _header(fields, repairs), len(raw)


def decode_field(value: bytes) -> Decoded:
    """RFC 2047 words and raw 8-bit text, however they are mixed."""
    plain = decode(value)
    if b"=?" not in value:
        return plain
    words = decode_words(plain.text)
    return Decoded(words.text, words.repair or plain.repair)


def decode_words(text: str) -> Decoded:
    """Neighbouring words of one charset are joined before decoding: many senders cut through the middle of a letter."""
    pieces: list[str] = []
    repairs: list[str] = []
    charset, pending, end = "", b"", 0
    for word in _ENCODED_WORD.finditer(text):
        between = text[end : word.start()]
        if pending and (between.strip() or word[1].lower() != charset):
            pieces.append(_joined(pending, charset, repairs))
            pending = b""
        if between.strip() or not end:
            pieces.append(between)
        charset, pending, end = word[1].lower(), pending + _word_bytes(word[2], word[3]), word.end()
    if end:
        pieces.append(_joined(pending, charset, repairs))
    return Decoded("".join((*pieces, text[end:])), repairs[0] if repairs else "")


def parameters(value: bytes) -> tuple[str, Mapping[str, str]]:
    """`text/plain; charset=utf-8` -> ("text/plain", {"charset": "utf-8"}), with the continuations and charsets of
    RFC 2231, and RFC 2047 words where they do not belong. Raises Unparsable past the limit for one field.
    """
    if len(value) > limits.MOST_STRUCTURED_HEADER_BYTES:
        raise Unparsable("A header field with parameters is longer than the limit.")
    found: dict[str, str] = {}
    if not value:
        return "", found
    text = _MISSING_SEMICOLON.sub(r"\1; ", decode(value).text)
    if value.isascii() and (simple := _SIMPLE_PARAMETERS.fullmatch(text)):
        for name, quoted, token in _SIMPLE_PARAMETER.findall(text):
            found.setdefault(name.lower(), quoted or token)
        return simple[1].lower(), found
    message = Message()
    message["Content-Type"] = text.replace("\n", " ")
    try:
        for name, part in message.get_params() or []:
            found.setdefault(name.lower(), _parameter(part))
    except (ValueError, TypeError, LookupError):  # what the library has been seen to raise on hostile fields
        found = {}
    return text.partition(";")[0].strip().lower(), found


def media_type(header: Header, default: str = "text/plain") -> tuple[str, Mapping[str, str]]:
    """The type of a part, in lower case and well formed, and its parameters. The first readable field counts."""
    for value in header.all("content-type"):
        kind, found = parameters(value)
        if _MEDIA_TYPE.fullmatch(kind):
            return kind, found
    return default, {}


def message_ids(value: bytes) -> tuple[str, ...]:
    """Without angle brackets, in order, each once. Blanks inside come from folding and are taken out.

    RFC 2047 allows no encoded words here; Python's own mail package makes them of every long id all the same.
    """
    text = decode_field(value).text
    found = _MESSAGE_ID.findall(text) or [word for word in text.split() if "@" in word]
    ids = ("".join(one.split()) for one in found)
    return tuple(dict.fromkeys(one for one in ids if one and len(one) <= limits.LONGEST_MESSAGE_ID))


def written_at(value: bytes) -> datetime | None:
    """The instant that a Date field claims, aware UTC; None for what is no date of our calendar."""
    try:
        at = parsedate_to_datetime(decode(value).text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # OverflowError: the zone leads out of the calendar
        return None


def _lines(raw: bytes, start: int) -> Iterator[tuple[bytes, int, int]]:
    """Each line without its end, where it begins, and where the next one begins."""
    at = start
    while at < len(raw):
        end = LINE_END.search(raw, at)
        if end is None:
            yield raw[at:], at, len(raw)
            return
        yield raw[at : end.start()], at, end.end()
        at = end.end()


def _more_header_follows(raw: bytes, start: int) -> bool:
    for number, (line, _, _) in enumerate(_lines(raw, start)):
        if not line or number == _STRAY_LINES_LOOKED_PAST:
            return False
        if _KNOWN_FIELD.match(line):
            return True
    return False


def _header(fields: list[tuple[str, list[bytes]]], repairs: list[str]) -> Header:
    return Header(tuple((name, b"".join(lines)) for name, lines in fields), tuple(dict.fromkeys(repairs)))


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode()
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    return lenient_base64(data)


def _joined(data: bytes, charset: str, repairs: list[str]) -> str:
    decoded = decode(data, charset)
    if decoded.repair:
        repairs.append(decoded.repair)
    return decoded.text


def _parameter(part: str | tuple[str | None, str | None, str]) -> str:
    """A value as the library gives it: text, or (charset, language, bytes shown as Latin-1) for RFC 2231."""
    if isinstance(part, tuple):
        return decode(part[2].encode("latin-1", "replace"), part[0] or "").text
    return decode_words(part).text
