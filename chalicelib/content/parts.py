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

_AT_LINE_START = rb"--(?<=[\r\n]--)"
_SOME_DELIMITER = re.compile(_AT_LINE_START + rb"([^\r\n]{1,200})")


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
class Split:
    root: Part
    repairs: tuple[str, ...]


def split(raw: bytes) -> Split:
    """Raises Unparsable past a limit of `limits.py`, and only then."""
    if len(raw) > limits.MOST_RAW_BYTES:
        raise Unparsable("The message is larger than the limit.")
    return _Splitter(raw).split()


class _Splitter:
    """Walks from delimiter to delimiter. `_open` holds the multiparts around the present position, outermost first.

    A line that could delimit several of them belongs to the outermost.
    """

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._open: list[tuple[bytes, Part]] = []
        self._leaf: Part | None = None
        self._count = 0
        self._repairs: list[str] = []

    def split(self) -> Split:
        root, at = self._begin_part(0, "text/plain")
        while self._open:
            found = self._pattern().search(self._raw, at)
            if found is None:
                self._repairs.append("The end of the message was missing.")
                break
            at = self._delimiter(found)
        if root.parts and self._raw[at:].strip():
            self._repairs.append("Text after the last part was left out.")
        self._end_leaf(len(self._raw))
        for part in _walk(root):
            self._mend_empty_multipart(part)
        return Split(root, tuple(dict.fromkeys(self._repairs)))

    def _begin_part(self, at: int, default: str) -> tuple[Part, int]:
        self._count += 1
        if self._count > limits.MOST_PARTS:
            raise Unparsable(f"The message has more than {limits.MOST_PARTS} parts.")
        header, body = read_header(self._raw, at, self._is_delimiter)
        self._repairs.extend(header.repairs)
        kind, parameters = media_type(header, default)
        part = Part(header, kind, parameters, body, len(self._raw))
        boundary = self._boundary(part) if kind.startswith("multipart/") else b""
        if boundary:
            self._enter(boundary, part)
        else:
            self._leaf = part
        return part, body

    def _boundary(self, part: Part) -> bytes:
        declared = part.parameters.get("boundary", "").rstrip()
        if declared:
            return declared.encode("utf-8")
        first = _SOME_DELIMITER.search(self._raw, part.start)
        if first is None or self._is_delimiter(first[0]):
            return b""
        self._repairs.append("A multipart did not name its boundary; the first line that looks like one was used.")
        return first[1].rstrip()

    def _enter(self, boundary: bytes, part: Part) -> None:
        if len(self._open) >= limits.MOST_DEPTH:
            raise Unparsable(f"The message is nested more than {limits.MOST_DEPTH} levels deep.")
        self._open.append((boundary, part))

    def _pattern(self) -> re.Pattern[bytes]:
        """Finds the next delimiter of any open multipart: all of it in the regular expression, because a hostile mail
        can hold millions of lines that nearly are one. Longest first: a boundary may be another's with `--` behind it.
        """
        longest_first = sorted((boundary for boundary, _ in self._open), key=len, reverse=True)
        boundaries = b"|".join(map(re.escape, longest_first))
        return re.compile(_AT_LINE_START + rb"(" + boundaries + rb")(--)?[ \t]*(?=[\r\n]|\Z)")

    def _is_delimiter(self, line: bytes) -> bool:
        said = line[2:].rstrip()
        return line.startswith(b"--") and any(said in (known, known + b"--") for known, _ in self._open)

    def _delimiter(self, found: re.Match[bytes]) -> int:
        """Ends what the delimiter ends, begins the next part. Gives where to go on looking."""
        self._end_leaf(self._before_line_end(found.start()))
        level = next(level for level, (boundary, _) in enumerate(self._open) if boundary == found[1])
        part = self._open[level][1]
        closes = found[2] is not None
        for _, left in self._open[level if closes else level + 1 :]:  # those inside that forgot to close themselves too
            left.end = found.start()
        del self._open[level if closes else level + 1 :]
        line_end = LINE_END.match(self._raw, found.end())
        if closes or line_end is None:
            return found.end()
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        child, body = self._begin_part(line_end.end(), default)
        part.parts.append(child)
        return body

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
            self._repairs.append("A multipart without any part was read as text.")


def _walk(root: Part) -> list[Part]:
    found = [root]
    for part in found:  # grows while it is walked
        found.extend(part.parts)
    return found
