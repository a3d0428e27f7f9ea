"""Takes a mail apart into its tree of parts: one pass over the bytes, no recursion, every limit checked on the way.

Bodies are ranges of the raw bytes, so that nothing is copied before it is wanted and a message inside a message stays
as it is. The library's own parser is not used for this: it recurses, holds every line of the mail as an object, and
rewrites enclosed messages. RFC 2046, 5.1.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.content import limits
from chalicelib.content.headers import LINE_END, Header, read_header
from chalicelib.content.parameters import media_type
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.remarks import remark

_AT_LINE_START = rb"--(?<=[\r\n]--)"
_SOME_DELIMITER = re.compile(_AT_LINE_START + rb"([^\r\n]{1,200})")
_DELIMITER_AND_HEADER = re.compile(
    _AT_LINE_START + rb"([^\r\n]{1,200}?)[ \t]*(?:\r\n|\n|\r)content-[a-z-]+[ \t]*:", re.IGNORECASE
)
_DASHED_LINE = re.compile(_AT_LINE_START + rb"([^\r\n]*)")
# So many lines are looked at one by one; no mail of a person has as many. A pattern for the boundaries of one mail
# costs more to compile than most mails cost to search, but hurries through the millions of lines of a hostile one.
_MOST_DASHED_LINES = 1_000
_PREAMBLE_LOOKED_THROUGH = 64 * 1024
_MOST_LEFT_BEHIND = 10


@dataclass(slots=True)
class Part:
    """`start` and `end`: where the body lies in the raw bytes. `parts` is empty for everything but multiparts."""

    header: Header
    kind: str
    parameters: Mapping[str, str]
    start: int
    end: int
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Delimiter:
    """A line that begins a part of the multipart with this boundary, or `closes` it, without its line end."""

    start: int
    end: int
    boundary: bytes
    closes: bool


@dataclass(frozen=True, slots=True)
class Split:
    root: Part
    repairs: tuple[str, ...]


def split(raw: bytes) -> Split:
    """Raises Unparsable past a limit of `limits.py`, and only then."""
    if len(raw) > limits.MOST_RAW_BYTES:
        raise Unparsable(remark("message_too_large"))
    return _Splitter(raw).split()


class _Splitter:
    """Walks from delimiter to delimiter. `_open` holds the multiparts around the present position, outermost first;
    `_left` the boundaries of those that are over. A line that could delimit several of them belongs to the outermost.
    """

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._open: list[tuple[bytes, Part]] = []
        self._left: list[bytes] = []
        self._searched: list[bytes] = []
        self._lines: dict[bytes, tuple[bytes, bool]] = {}
        self._dashed_lines = 0
        self._leaf: Part | None = None
        self._count = 0
        self._repairs: list[str] = []

    def split(self) -> Split:
        root, at = self._begin_part(0, "text/plain")
        while (self._open or self._left) and (found := self._next_delimiter(at)):
            at = self._delimiter(found, root)
        end = self._glued_end()
        if self._open and end == len(self._raw):
            self._repairs.append(remark("end_missing"))
        if root.parts and not self._open and self._leaf is None and self._raw[at:].strip():
            self._repairs.append(remark("text_after_end"))
        self._end_leaf(end)
        for part in walk(root):
            self._mend_empty_multipart(part)
        return Split(root, tuple(dict.fromkeys(self._repairs)))

    def _begin_part(self, at: int, default: str) -> tuple[Part, int]:
        self._count += 1
        if self._count > limits.MOST_PARTS:
            raise Unparsable(remark("parts_too_many", most=limits.MOST_PARTS))
        header, body = read_header(self._raw, at, self._is_delimiter)
        self._repairs.extend(header.repairs)
        if len(header.first("content-disposition")) > limits.MOST_STRUCTURED_HEADER_BYTES:
            raise Unparsable(remark("parameters_too_long"))
        kind, parameters = media_type(header, default)
        part = Part(header, kind, parameters, body, len(self._raw))
        boundary = self._boundary(part) if kind.startswith("multipart/") else b""
        if boundary:
            self._enter(boundary, part)
        else:
            self._leaf = part
        return part, body

    def _boundary(self, part: Part) -> bytes:
        """The declared one, unless it is nowhere to be seen and another line plainly begins a part."""
        declared = part.parameters.get("boundary", "").rstrip().encode()
        end = part.start + _PREAMBLE_LOOKED_THROUGH
        if declared and self._raw.find(b"--" + declared, max(0, part.start - 1), end) >= 0:
            return declared
        other = _DELIMITER_AND_HEADER.search(self._raw, part.start, end)
        if other is None and not declared:
            other = _SOME_DELIMITER.search(self._raw, part.start)
        if other is None or self._is_delimiter(b"--" + other[1]):
            return declared
        self._repairs.append(remark("boundary_unnamed"))
        return other[1].rstrip()

    def _enter(self, boundary: bytes, part: Part) -> None:
        if len(self._open) >= limits.MOST_DEPTH:
            raise Unparsable(remark("nested_too_deep", most=limits.MOST_DEPTH))
        if len(boundary.splitlines()) > 1:
            self._dashed_lines = _MOST_DASHED_LINES  # it is found in no single line
        self._open.append((boundary, part))
        self._left = [left for left in self._left if left != boundary]

    def _leave(self, level: int, end: int) -> None:
        """The multiparts from `level` on are over, also those inside that forgot to close themselves."""
        for boundary, part in self._open[level:]:
            part.end = end
            self._left = [*self._left[1 - _MOST_LEFT_BEHIND :], boundary]
        del self._open[level:]

    def _next_delimiter(self, at: int) -> _Delimiter | None:
        """The next delimiter of any open multipart."""
        known = self._known()
        if known != self._searched:
            self._searched = known
            self._lines = {}
            for boundary in known:
                self._lines.setdefault(boundary, (boundary, False))
                self._lines.setdefault(boundary + b"--", (boundary, True))
        if self._dashed_lines < _MOST_DASHED_LINES:
            for line in _DASHED_LINE.finditer(self._raw, at):
                said = self._lines.get(line[1].rstrip(b" \t"))
                if said:
                    return _Delimiter(line.start(), line.end(), *said)
                self._dashed_lines += 1
                at = line.end()
                if self._dashed_lines == _MOST_DASHED_LINES:
                    break
            else:
                return None
        # All of it in the regular expression, which the library caches from one delimiter to the next.
        boundaries = b"|".join(map(re.escape, known)) or b"(?!)"
        pattern = re.compile(_AT_LINE_START + rb"(" + boundaries + rb")(--)?[ \t]*(?=[\r\n]|\Z)")
        found = pattern.search(self._raw, at)
        return _Delimiter(found.start(), found.end(), found[1], found[2] is not None) if found else None

    def _known(self) -> list[bytes]:
        """The boundaries that count here. Longest first: a boundary may be another's with `--` behind it.

        What comes after a multipart's end and still begins with its boundary is a part all the same, except in a
        message inside the message: that may be a copy of the mail that it answers.
        """
        known = [boundary for boundary, _ in self._open]
        if len(known) > 1:
            known.sort(key=len, reverse=True)
        if self._left and (self._leaf is None or self._leaf.kind != "message/rfc822"):
            known += self._left
        return known

    def _is_delimiter(self, line: bytes) -> bool:
        said = line[2:].rstrip()
        return line.startswith(b"--") and any(said in (known, known + b"--") for known, _ in self._open)

    def _delimiter(self, found: _Delimiter, root: Part) -> int:
        """Ends what the delimiter ends, begins the next part. Gives where to go on looking."""
        before = self._before_line_end(found.start)
        self._end_leaf(before)
        level = next((level for level, (boundary, _) in enumerate(self._open) if boundary == found.boundary), None)
        if level is None:
            part = self._open[-1][1] if self._open else root
        else:
            part = self._open[level][1]
            self._keep_preamble(part, before)
            self._leave(level if found.closes else level + 1, found.start)
        line_end = LINE_END.match(self._raw, found.end)
        if found.closes or line_end is None:
            return found.end
        if level is None:
            self._repairs.append(remark("part_behind_end"))
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        child, body = self._begin_part(line_end.end(), default)
        part.parts.append(child)
        return body

    def _keep_preamble(self, part: Part, end: int) -> None:
        """Where the first delimiter was lost, two headers became one, and the text before the second is the first."""
        if part.parts or part.start >= end or len(part.header.all("content-type")) == 1:
            return
        fields = [field for field in part.header.fields if field[0] != "content-type"]
        others = [value for value in part.header.all("content-type") if value.lstrip()[:10].lower() != b"multipart/"]
        header = Header((*fields, *(("content-type", value) for value in others)))
        kind, parameters = media_type(header)
        preamble = self._raw[part.start : end].strip()
        if others and kind.startswith("text/") and preamble and b"MIME" not in preamble[:200]:
            part.parts.append(Part(header, kind, parameters, part.start, end))
            self._repairs.append(remark("first_line_missing"))

    def _glued_end(self) -> int:
        """Where the text ends: before a last delimiter that somebody put behind it instead of below."""
        tail = self._raw[-2 * limits.LONGEST_BOUNDARY :].rstrip()
        for boundary, _ in self._open:
            if tail.endswith(b"--" + boundary + b"--"):
                behind = len(self._raw[-2 * limits.LONGEST_BOUNDARY :]) - len(tail)
                return len(self._raw) - behind - len(boundary) - 4
        return len(self._raw)

    def _end_leaf(self, at: int) -> None:
        if self._leaf is not None:
            self._leaf.end = max(self._leaf.start, at)
            self._leaf = None

    def _before_line_end(self, at: int) -> int:
        """The line end before a delimiter belongs to the delimiter."""
        before = self._raw[max(0, at - 2) : at]
        return at - (2 if before == b"\r\n" else min(len(before), 1))

    def _mend_empty_multipart(self, part: Part) -> None:
        if part.kind.startswith("multipart/") and not part.parts:
            part.kind, part.parameters = "text/plain", {}
            self._repairs.append(remark("multipart_without_parts"))


def walk(root: Part) -> list[Part]:
    """A part and all below it, those of one level together."""
    found = [root]
    for part in found:  # grows while it is walked
        found.extend(part.parts)
    return found
