r"""Rich text, in which Outlook keeps the body of a mail inside winmail.dat: out of its wrapping, to text or HTML.

[MS-OXRTFCP] for the compression, [MS-OXRTFEX] for HTML inside rich text, and the specification of RTF 1.9.1. Of the
format only what carries text is understood; pictures, styles and tables of fonts are passed over.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field, replace

from chalicelib.content import limits

_COMPRESSED, _STORED = b"LZFu", b"MELA"
_HEADER_SIZE = 16
_WINDOW = 4096
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|((?:\\'[0-9a-fA-F]{2})+)|\\(\r\n|[^a-zA-Z'])|([{}])|([^\\{}\r\n]+)"
)
_FONT = re.compile(rb"\\f(\d{1,5})(?!\d)[^;{}]{0,200}?\\fcharset(\d{1,3})")
_CHARSETS = {
    77: "mac-roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "big5hkscs",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}
_CODEPAGES = frozenset({437, 850, 852, 866, 874, 932, 949, *range(1250, 1259)})
_WIDE_CODEPAGES = {936: "gb18030", 950: "big5hkscs"}
_LETTERS = {
    b"par": "\n",
    b"line": "\n",
    b"sect": "\n\n",
    b"page": "\n\n",
    b"row": "\n",
    b"cell": "\t",
    b"tab": "\t",
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
}
_WITHOUT_TEXT = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf"
    b" listtable listoverridetable rsidtbl generator themedata colorschememapping datastore latentstyles xmlnstbl"
    b" fldinst bkmkstart bkmkend".split()
)


@dataclass(frozen=True, slots=True)
class Rtf:
    text: str
    is_html: bool = False


def decompress(data: bytes) -> bytes:
    """As far as it can be read and no further than `LONGEST_TEXT_PART`. Raises struct.error without a header."""
    _, size, kind = struct.unpack_from("<II4s", data)
    longest = min(size, limits.LONGEST_TEXT_PART)
    if kind != _COMPRESSED:
        return data[_HEADER_SIZE : _HEADER_SIZE + longest] if kind == _STORED else b""
    out = bytearray(_DICTIONARY)
    at, end, longest = _HEADER_SIZE, len(data), longest + len(out)
    while at < end and len(out) < longest:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= end or len(out) >= longest:
                break
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            if at + 1 >= end:
                return bytes(out[len(_DICTIONARY) :])
            reference = data[at] << 8 | data[at + 1]
            at += 2
            if not _copy(out, reference >> 4, (reference & 15) + 2):
                return bytes(out[len(_DICTIONARY) : longest])
    return bytes(out[len(_DICTIONARY) : longest])


def _copy(out: bytearray, place: int, count: int) -> bool:
    """From a place in the window; False at the mark of the end, which is the place where writing goes on."""
    back = (len(out) - place) % _WINDOW
    if not back:
        return False
    start = len(out) - back
    if start < 0:
        out.extend(bytes(count))
    elif back >= count:
        out += out[start : start + count]
    else:
        for position in range(start, start + count):
            out.append(out[position])
    return True


@dataclass(slots=True)
class _Group:
    """What holds until the closing brace."""

    codec: str
    skipped: bool = False  # a destination without text
    in_tag: bool = False  # of the HTML inside
    hidden: bool = False  # rich text that only repeats what the HTML says
    fallback: int = 1  # how many letters stand behind a Unicode letter for those who cannot read it


@dataclass(slots=True)
class _Reader:
    is_html: bool
    fonts: dict[int, str]
    group: _Group
    stack: list[_Group] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    to_skip: int = 0
    starred: bool = False

    def write(self, text: str) -> None:
        if not self.group.skipped and not (self.group.hidden and not self.group.in_tag):
            self.pieces.append(text)

    def write_bytes(self, data: bytes) -> None:
        skipped = min(self.to_skip, len(data))
        self.to_skip -= skipped
        if len(data) > skipped:
            self.write(data[skipped:].decode(self.group.codec, "replace"))

    def brace(self, brace: bytes) -> None:
        self.to_skip = 0
        self.starred = False
        if brace == b"{":
            self.stack.append(self.group)
            self.group = replace(self.group)
        elif self.stack:
            self.group = self.stack.pop()

    def word(self, word: bytes, number: int | None) -> None:
        starred, self.starred = self.starred, False
        if word == b"htmltag":
            self.group.in_tag = True
        elif word in _WITHOUT_TEXT or (starred and word != b"htmltag"):
            self.group.skipped = True
        elif word == b"htmlrtf":
            self.group.hidden = number != 0
        elif word == b"u" and number is not None:
            self.write(chr(number % 0x10000))
            self.to_skip = self.group.fallback
        elif word == b"uc" and number is not None:
            self.group.fallback = min(max(number, 0), 8)
        elif word == b"f" and number is not None:
            self.group.codec = self.fonts.get(number, self.fonts[-1])
        elif word in _LETTERS:
            self.write(_LETTERS[word])

    def symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self.starred = True
        elif symbol in (b"\r\n", b"\r", b"\n"):
            self.write("\n")
        elif symbol == b"~":
            self.write("\u00a0")
        elif symbol == b"_":
            self.write("\u2011")
        elif symbol in b"\\{}":
            self.write(symbol.decode("ascii"))


def read_rtf(data: bytes) -> Rtf:
    """The text, or the HTML where the rich text was made of HTML."""
    if not data.lstrip().startswith(b"{\\rtf"):
        return Rtf("")
    start = data[: limits.MOST_HEADER_BYTES]
    page = re.search(rb"\\ansicpg(\d{1,5})", start)
    plain = _codec(int(page[1])) if page else "cp1252"
    fonts = {-1: plain} | {int(font): _CHARSETS.get(int(charset), plain) for font, charset in _FONT.findall(start)}
    is_html = b"\\fromhtml1" in start
    reader = _Reader(is_html, fonts, _Group(plain))
    for token in _TOKEN.finditer(data[: limits.LONGEST_TEXT_PART]):
        word, number, coded, symbol, brace, run = token.groups()
        if run is not None:
            reader.write_bytes(run)
        elif coded is not None:
            reader.write_bytes(bytes.fromhex(coded.replace(b"\\'", b"").decode("ascii")))
        elif word is not None:
            reader.word(word, int(number) if number else None)
        elif brace is not None:
            reader.brace(brace)
        else:
            reader.symbol(symbol)
    text = "".join(reader.pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Rtf(text, is_html)


def _codec(page: int) -> str:
    if page in _WIDE_CODEPAGES:
        return _WIDE_CODEPAGES[page]
    return f"cp{page}" if page in _CODEPAGES else "cp1252"
