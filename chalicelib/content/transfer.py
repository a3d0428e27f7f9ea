"""Undoes the transfer encoding of a part (RFC 2045, 6), whatever was declared and however it is damaged."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

from chalicelib.content.binhex import unpack_binhex
from chalicelib.domain.remarks import remark

_NO_LETTER = re.compile(r"[^a-z0-9]+")  # `7-bit`, `8bit;` and `"quoted printable"` are seen, too
_AS_IT_IS = frozenset({"", "7bit", "7bits", "8bit", "8bits", "binary", "none", "plain", "utf8", "usascii"})
_UUENCODE = frozenset({"xuuencode", "uuencode", "xuue", "uue", "xuu", "uu"})
_BINHEX = frozenset({"xbinhex", "binhex", "xbinhex40", "binhex40", "macbinhex40", "xmacbinhex40"})
_BLANKS_AT_SOFT_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64 + b"="))
_MOST_PIECES = 1_000  # no more can come from people; a hostile mail could hold ten million
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)
_UU_LINE = re.compile(rb"[^\r\n]+")
_MOST_UU_LINES = 1_000_000  # a file of 40 MB has 660,000
_UU_IN_TEXT = re.compile(r"^begin [0-7]{3,4} ([^\n]{1,200})\n((?:[ -`]{1,62}\n)+?)`?\n?end$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Body:
    """`repair`: what had to be mended, in words, or ""."""

    data: bytes
    repair: str = ""


def undo_transfer_encoding(body: bytes, encoding: str) -> Body:
    """`encoding` in lower case, as the field Content-Transfer-Encoding names it."""
    name = _NO_LETTER.sub("", encoding)
    if name == "base64":
        return _base64(body)
    if name == "quotedprintable":
        return Body(binascii.a2b_qp(_BLANKS_AT_SOFT_BREAK.sub(b"=", body)))
    if name in _UUENCODE:
        return _uuencoded(body)
    if name in _BINHEX:
        unpacked = unpack_binhex(body)
        return Body(unpacked[1]) if unpacked else Body(body, remark("binhex_broken"))
    return Body(body, "" if name in _AS_IT_IS else remark("transfer_encoding_unknown"))


def lenient_base64(data: bytes) -> bytes:
    """Whatever can be read: foreign characters are passed over, missing padding is added, and text that was joined
    from several encoded pieces is read to its end. What follows the padding and is no such piece is left out.
    """
    first, *others = re.split(b"=+", data.translate(None, _NOT_BASE64), maxsplit=_MOST_PIECES)
    pieces = [first, *(piece for number, piece in enumerate(others, 1) if number < len(others) or len(piece) % 4 == 0)]
    return b"".join(_base64_piece(piece) for piece in pieces)


def _base64_piece(piece: bytes) -> bytes:
    whole = piece[:-1] if len(piece) % 4 == 1 else piece
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def without_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Takes files out of a text that old mail software put into it, with their names."""
    if "begin " not in text:
        return text, []
    files: list[tuple[str, bytes]] = []

    def take(found: re.Match[str]) -> str:
        decoded = _uuencoded(found[2].encode("ascii"))
        if decoded.repair or len(files) == _MOST_PIECES:
            return found[0]
        files.append((found[1].strip(), decoded.data))
        return ""

    return _UU_IN_TEXT.sub(take, text), files


def _base64(body: bytes) -> Body:
    foreign = len(body.translate(None, _BASE64 + b"=\t\r\n"))  # blanks count: encoders write none, people do
    if foreign * 10 > len(body):
        return Body(body, remark("no_base64"))
    return Body(lenient_base64(body), remark("base64_broken") if foreign else "")


def _uuencoded(body: bytes) -> Body:
    begin = _UU_BEGIN.search(body)
    start = begin.end() if begin else 0
    data = bytearray()
    for number, line in enumerate(_UU_LINE.finditer(body, start)):
        if line[0].strip() in (b"end", b"`"):
            break
        try:
            data += binascii.a2b_uu(line[0])
        except binascii.Error:
            return Body(body, remark("uuencoding_broken"))
        if number == _MOST_UU_LINES:
            return Body(body, remark("uuencoding_broken"))
    return Body(bytes(data))
