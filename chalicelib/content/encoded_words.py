"""Text of header fields: encoded words (RFC 2047) and raw 8-bit letters, however they are cut, mixed and damaged."""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from chalicelib.content.charsets import Decoded, decode
from chalicelib.content.transfer import lenient_base64

# The text goes to the end mark, over single question marks that a sender forgot to encode; where the end mark was cut
# off it goes to the end of the field, and never into the next word. Possessive, so that nothing is read twice.
_WORD = re.compile(
    r"=\?([^?\s*=]{0,60})(?:\*[^?\s=]{0,20})?\?\s?([bBqQ])\?((?:[^?=]++|\?(?!=)|=(?!\?(?!=)))*+)(?:\?=|\Z)"
)
_NOTHING = Decoded("")


def decode_field(value: bytes) -> Decoded:
    """The text of a field without structure, such as Subject."""
    if not value:
        return _NOTHING  # most fields that are asked for are not there
    plain = decode(value)
    if b"=?" not in value:
        return plain
    words = decode_words(plain.text)
    return Decoded(words.text, words.repair or plain.repair)


def decode_words(text: str) -> Decoded:
    """Neighbouring words of one charset are joined before decoding: many senders cut through the middle of a letter,
    some through the middle of four base64 characters.
    """
    pieces: list[str] = []
    repairs: list[str] = []
    charset, pending, end = "", list[tuple[str, str]](), 0
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        if pending and (between.strip() or word[1].lower() != charset):
            pieces.append(_joined(pending, charset, repairs))
            pending = []
        if between.strip() or not end:
            pieces.append(between)
        charset, end = word[1].lower(), word.end()
        pending.append((word[2].lower(), word[3]))
    if pending:
        pieces.append(_joined(pending, charset, repairs))
    return Decoded("".join((*pieces, text[end:])), repairs[0] if repairs else "")


def _joined(words: Sequence[tuple[str, str]], charset: str, repairs: list[str]) -> str:
    data: list[bytes] = []
    for encoding, run in groupby(words, key=itemgetter(0)):
        texts = [text.encode() for _, text in run]
        data.extend(_base64_words(texts) if encoding == "b" else (a2b_qp(text, header=True) for text in texts))
    decoded = decode(b"".join(data), charset)
    if decoded.repair:
        repairs.append(decoded.repair)
    return decoded.text


def _base64_words(texts: Sequence[bytes]) -> Iterator[bytes]:
    """One after the other, or as one where that is what makes whole groups of four characters."""
    waiting: list[bytes] = []
    for text in texts:
        waiting.append(text)
        if text.endswith(b"=") or len(text) % 4 == 0:
            yield from _base64_run(waiting)
            waiting = []
    yield from _base64_run(waiting)


def _base64_run(texts: Sequence[bytes]) -> Iterator[bytes]:
    if sum(map(len, texts)) % 4 == 0:
        yield lenient_base64(b"".join(texts))
    else:
        yield from map(lenient_base64, texts)
