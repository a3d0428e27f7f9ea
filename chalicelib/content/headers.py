"""The header of a mail, read field by field: what is broken in one field never harms the others.

Values stay bytes until somebody asks, because what they are encoded in differs from field to field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from chalicelib.content import limits
from chalicelib.content.charsets import decode
from chalicelib.content.encoded_words import decode_field
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.remarks import remark

_WHOLE_FIELD = re.compile(rb"([!-9;-~]+[ \t]*):[ \t]*([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)\r?\n")
_BLANK_LINE = re.compile(rb"\r?\n")
LINE_END = re.compile(rb"\r\n|\n|\r")
_FIELD = re.compile(rb"([!-9;-~]+[ \t]*):[ \t]*")
_KNOWN_FIELD = re.compile(
    rb"(?:content-[a-z-]+|mime-version|from|to|cc|subject|date|message-id|received|reply-to|return-path|sender)[ \t]*:",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(rb"(?:[ \t]*+(?:\r\n|\n|\r)){1,50}+")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_STRAY_LINES_LOOKED_PAST = 20
_MESSAGE_ID = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Header:
    """`fields`: lower-case name and unfolded value, in order. `From : x` has the name "from ", because mail software
    disagrees on whether it is a From field.
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
    if not start and raw.startswith(_BYTE_ORDER_MARK):
        start = len(_BYTE_ORDER_MARK)
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
        fields.append((name.decode("ascii").lower() if name[-1] > 0x20 else _field_name(name), value))
        at = found.end()
    end = _BLANK_LINE.match(raw, at)
    return (tuple(fields), end.end()) if end and fields else (None, at)


def _repaired_header(raw: bytes, start: int, is_delimiter: Callable[[bytes], bool]) -> tuple[Header, int]:
    fields: list[tuple[str, list[bytes]]] = []
    repairs: list[str] = []
    known = -1  # where the next field is that is surely one
    for line, at, after in _lines(raw, _first_line(raw, start)):
        field = _FIELD.match(line)
        if after - start > limits.MOST_HEADER_BYTES or (field and len(fields) == limits.MOST_HEADER_FIELDS):
            raise Unparsable(remark("header_too_large"))
        if not line:
            return _header(fields, repairs), after
        if is_delimiter(line):
            return _header(fields, repairs), at
        if field:
            fields.append((_field_name(field[1]), [line[field.end() :]]))
        elif fields and line[:1] in (b" ", b"\t"):
            fields[-1][1].append(line)
        elif at < known or (known := _next_known_field(raw, after)) >= 0:
            if not line.startswith((b"From ", b">From ")):
                repairs.append(remark("stray_header_line"))
        else:
            return _header(fields, [*repairs, remark("header_end_missing")]), at
    return _header(fields, repairs), len(raw)


def _first_line(raw: bytes, start: int) -> int:
    """Past the blank lines that some software puts above a whole mail."""
    blank = _BLANK_LINES.match(raw, start) if start <= len(_BYTE_ORDER_MARK) else None
    return blank.end() if blank and _next_known_field(raw, blank.end()) >= 0 else start


def _field_name(written: bytes) -> str:
    """A blank before the colon is passed over, except that of From: whoever wrote must not depend on who reads."""
    name = written.decode("ascii").lower()
    if name[-1] not in " \t":
        return name
    name = name.rstrip()
    return "from " if name == "from" else name


def message_ids(value: bytes) -> tuple[str, ...]:
    """Without angle brackets, in order, each once. Blanks inside come from folding and are taken out.

    RFC 2047 allows no encoded words here; Python's own mail package makes them of every long id all the same.
    """
    if not value:
        return ()
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


def _next_known_field(raw: bytes, start: int) -> int:
    """Where the header goes on below lines that belong to no field; -1 when it does not.

    Lines of a single word do not count against the patience: they are folds of a long value that lost their blanks.
    """
    looked_past = 0
    for line, at, _ in _lines(raw, start):
        if not line or looked_past == _STRAY_LINES_LOOKED_PAST or at - start > limits.MOST_HEADER_BYTES:
            return -1
        if _KNOWN_FIELD.match(line):
            return at
        looked_past += b" " in line
    return -1


def _header(fields: list[tuple[str, list[bytes]]], repairs: list[str]) -> Header:
    return Header(tuple((name, b"".join(lines)) for name, lines in fields), tuple(dict.fromkeys(repairs)))
