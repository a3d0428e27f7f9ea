"""Undoes BinHex 4.0 (RFC 1741), in which old Macintoshes sent files: the name and the data of the file."""

from __future__ import annotations

import binascii
import re
import struct

from chalicelib.content import limits

_FRAME = re.compile(rb"converted with BinHex[^\r\n]*[\r\n]+\s*:([^:]*)")
_ALPHABET = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_BASE64 = bytes.maketrans(_ALPHABET, _BASE64)
_FOREIGN = bytes(set(range(256)) - set(_ALPHABET))
_REPEAT = b"\x90"
_MOST_REPEATS = 500_000  # in a file of 30 MB some hundred thousand come about by chance


def unpack_binhex(data: bytes) -> tuple[str, bytes] | None:
    """None for what is no whole BinHex. Checksums are not looked at: a file with a broken letter is worth having."""
    framed = _FRAME.search(data)
    if framed is None:
        return None
    letters = framed[1].translate(_TO_BASE64, _FOREIGN)
    packed = binascii.a2b_base64(letters[: len(letters) // 4 * 4])
    if len(letters) % 4 > 1:
        rest = letters[len(letters) // 4 * 4 :]
        packed += binascii.a2b_base64(rest + b"=" * (4 - len(rest)))
    whole = _repeated(packed)
    try:
        name_size = whole[0]
        (size,) = struct.unpack_from(">I", whole, name_size + 12)
    except (IndexError, struct.error):
        return None
    start = name_size + 22
    if start + size > len(whole):
        return None
    return whole[1 : 1 + name_size].decode("mac-roman"), whole[start : start + size]


def _repeated(packed: bytes) -> bytes:
    """Runs were shortened to a letter, 0x90 and a count; 0x90 itself to 0x90 and 0. Empty when it grows too large."""
    first, *rest = packed.split(_REPEAT, _MOST_REPEATS + 1)
    if len(rest) > _MOST_REPEATS:
        return b""
    pieces, last, size = [first], first[-1:], len(first)
    for piece in rest:
        count = piece[0] if piece else 0
        run = last * (count - 1) if count else _REPEAT
        pieces += (run, piece[1:])
        last = (piece[1:] or run or last)[-1:]
        size += len(run) + len(piece)
        if size > limits.MOST_RAW_BYTES:
            return b""
    return b"".join(pieces)
