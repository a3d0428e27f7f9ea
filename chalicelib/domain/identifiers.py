"""Identifiers: ULIDs for records, case references for people, digests for keys.

Time and randomness are arguments. Crockford's base 32 (no I, L, O, U) is used throughout:
https://www.crockford.com/base32.html
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# As wide as a ULID can be, it begins with 7, and its instant lies behind the year 9999, where Python's time ends.
ULID = re.compile(f"[0-6][{ALPHABET}]{{25}}")
REFERENCE_RANDOM_BYTES = 7
_REFERENCE_LETTERS = 10


def ulid(at: datetime, randomness: bytes) -> str:
    """26 letters that sort by `at` (aware, millisecond precision), then by the first 10 bytes of `randomness`.

    Source: https://github.com/ulid/spec
    """
    if len(randomness) < 10:
        raise ValueError("a ULID takes 10 bytes of randomness")
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
    number = (milliseconds << 80) | int.from_bytes(randomness[:10], "big")
    return _encode(number, 26)


def ulid_for(at: datetime, *names: str) -> str:
    """The ULID that the same instant and names always give: a message that is processed twice gets one id."""
    return ulid(at, digest(*names))


def time_of(ulid_: str) -> datetime:
    """The instant inside a ULID, millisecond precision."""
    return _EPOCH + timedelta(milliseconds=_decode(ulid_[:10]))


def first_ulid_at(at: datetime) -> str:
    """The smallest ULID of an instant: a bound for range reads."""
    return ulid(at, bytes(10))


def digest(*parts: str) -> bytes:
    """SHA-256 over length-prefixed parts, so that ("a", "bc") and ("ab", "c") differ."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.digest()


def case_reference(randomness: bytes) -> str:
    """`K7Q2M-9DXM3-Q`: 50 random bits and a check character, in groups that can be read over the phone."""
    number = int.from_bytes(randomness[:REFERENCE_RANDOM_BYTES], "big") & ((1 << 50) - 1)
    letters = _encode(number, _REFERENCE_LETTERS)
    return _grouped(letters + _check_letter(letters))


def parse_case_reference(text: str) -> str | None:
    """The canonical form of what a person typed (any case, with or without dashes, O for 0, I or L for 1), or None."""
    letters = re.sub(r"[\s\-–—]", "", text).upper().translate(str.maketrans("OIL", "011"))
    if len(letters) != _REFERENCE_LETTERS + 1 or any(letter not in _VALUE for letter in letters):
        return None
    return _grouped(letters) if _check_letter(letters[:-1]) == letters[-1] else None


def _grouped(letters: str) -> str:
    return f"{letters[:5]}-{letters[5:10]}-{letters[10:]}"


def _check_letter(letters: str) -> str:
    """Weighted sum in GF(32): finds every single wrong letter and every swap of two neighbours."""
    total = 0
    for letter in letters:
        total = _times_x(total ^ _VALUE[letter])
    return ALPHABET[total]


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value  # x^5 + x^2 + 1 is primitive over GF(2)


def _encode(number: int, length: int) -> str:
    letters = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        letters.append(ALPHABET[rest])
    return "".join(reversed(letters))


def _decode(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 32 + _VALUE[letter]
    return number
