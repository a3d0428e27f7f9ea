"""Fields with parameters, as Content-Type (RFC 2045, 5.1; RFC 2183), read the way senders write them.

The library needs quadratic time for hostile fields, and gives up on many that only are careless: quotes that are never
closed or stand inside of quotes, missing semicolons, Windows paths, continuations with gaps (RFC 2231), encoded words
where none belong (RFC 2047, 5).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chalicelib.content import limits
from chalicelib.content.charsets import decode
from chalicelib.content.encoded_words import decode_words
from chalicelib.content.headers import Header
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.remarks import remark

# The form that nearly all fields have, without anything that could be meant in two ways.
_SIMPLE = re.compile(
    r"\s*([^\s;,(=\"]+)\s*"
    r"(?:;\s*[a-zA-Z-]++=(?:\"(?:[^\"\\%=]|=(?!\?))*+\"|(?!')(?:[^\s;\"\\(%=]|=(?!\?))++)\s*+)*+;?\s*",
    re.ASCII,
)
_SIMPLE_PARAMETER = re.compile(r";\s*([a-zA-Z-]+)=(?:\"([^\"]*)\"|([^\s;]+))")
_BEFORE_PARAMETERS = re.compile(r"[^;,(\s]*")
_MISSING_SEMICOLON = re.compile(r"^(\s*[\w!#$&^.+-]+/[\w!#$&^.+-]+)\s*[\s,]\s*(?=[a-zA-Z-]+\*?\d?\*?=)")
_MISSING_AFTER_QUOTE = re.compile(r"(=\s*\"[^\"\\;]*\")\s+(?=[a-zA-Z-]+\*?\d?\*?=)")
# Up to the next semicolon that stands in no quotes; a quote that is never closed is a letter like others.
_PIECE = re.compile(r"((?:[^;\"\\]++|\\.|\"(?:[^\"\\]++|\\.)*+\"|[\"\\])*+)(?:;|\Z)", re.DOTALL)
_NAME = re.compile(r"\s*([^\s=*]+)\s*(?:\*\s*(\d{1,3}))?(\*)?\s*=(.*)", re.DOTALL)
_QUOTED_LETTER = re.compile(r'\\(["\\])')  # no others: people write C:\TEMP without doubling the backslash
_TRAILING_COMMENT = re.compile(r"\s*\([^()]*\)\s*$")
_EXTENDED = re.compile(r"([A-Za-z0-9_.:-]*)'[A-Za-z-]{0,20}'(.*)", re.DOTALL)
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")  # RFC 6838, 4.2
_NAMES_OF_FILES = frozenset({"filename", "name"})
# What old and hand-made software writes for the types themselves.
_SHORT_TYPES = {"text": "text/plain", "plain": "text/plain", "html": "text/html"}


def parameters(value: bytes) -> tuple[str, Mapping[str, str]]:
    """`text/plain; charset=utf-8` -> ("text/plain", {"charset": "utf-8"}), names in lower case.

    Raises Unparsable past the limit for one field.
    """
    if len(value) > limits.MOST_STRUCTURED_HEADER_BYTES:
        raise Unparsable(remark("parameters_too_long"))
    found: dict[str, str] = {}
    if not value:
        return "", found
    text = decode(value).text
    simple = _SIMPLE.fullmatch(text) if value.isascii() else None
    if simple:
        for name, quoted, token in _SIMPLE_PARAMETER.findall(text, simple.end(1)):
            found.setdefault(name.lower(), quoted or token)
        return simple[1].lower(), found
    text = _MISSING_AFTER_QUOTE.sub(r"\1; ", _MISSING_SEMICOLON.sub(r"\1; ", text.replace("\n", " ")))
    pieces = [piece[1] for piece in _PIECE.finditer(text)]
    word = _BEFORE_PARAMETERS.match(pieces[0].strip().strip("\"'"))
    if word is None or "=" in word[0]:
        return "", _read(pieces)
    return word[0].lower(), _read(pieces[1:])


def media_type(header: Header, default: str = "text/plain") -> tuple[str, Mapping[str, str]]:
    """The type of a part, in lower case and well formed, and its parameters. The first readable field counts."""
    read = [parameters(value) for value in header.all("content-type")]
    for kind, found in read:
        if _MEDIA_TYPE.fullmatch(kind):
            return kind, found
    kind, found = read[0] if read else ("", {})
    return _SHORT_TYPES.get(kind, default), found


def _read(pieces: Sequence[str]) -> dict[str, str]:
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for piece in pieces:
        named = _NAME.fullmatch(piece)
        if named is None:
            continue
        name, number, star, value = named[1].lower(), named[2], named[3] is not None, named[4].strip()
        if number is not None or star:
            sections.setdefault(name, {}).setdefault(int(number or 0), (_unquoted(value), star))
        else:
            plain.setdefault(name, _plain(name, value))
    # RFC 6266, 4.3: the extended form is the better one where a sender gives both.
    return plain | {name: _assembled(numbered) for name, numbered in sections.items()}


def _plain(name: str, value: str) -> str:
    unquoted = _unquoted(value)
    if name not in _NAMES_OF_FILES:
        return unquoted if value[:1] == '"' else _TRAILING_COMMENT.sub("", unquoted)
    decoded = decode_words(unquoted).text
    if "%" not in decoded or not decoded.isascii():
        return decoded
    extended = _EXTENDED.fullmatch(decoded)
    if extended:
        return decode(_percent_decoded(extended[2]), extended[1]).text
    return _if_it_is_utf8(decoded)


def _if_it_is_utf8(text: str) -> str:
    """`za%C5%BC.pdf`: meant for a browser. What does not make letters outside of ASCII in UTF-8 is left alone."""
    data = _percent_decoded(text)
    try:
        return text if data.isascii() else data.decode()
    except UnicodeDecodeError:
        return text


def _assembled(numbered: Mapping[int, tuple[str, bool]]) -> str:
    """The continuations in their order, whatever order they came in and whichever is missing."""
    ordered = [numbered[number] for number in sorted(numbered)]
    if not any(star for _, star in ordered):
        return _plain("name", "".join(text for text, _ in ordered))
    first, first_is_extended = ordered[0]
    said = _EXTENDED.fullmatch(first) if first_is_extended else None
    charset = said[1] if said else ""
    rest = [(said[2], True), *ordered[1:]] if said else ordered
    return decode(b"".join(_percent_decoded(text) if star else text.encode() for text, star in rest), charset).text


def _percent_decoded(text: str) -> bytes:
    return _PERCENT.sub(lambda code: bytes([int(code[1], 16)]), text.encode())


def _unquoted(value: str) -> str:
    """Without the outer quotes, also where only the first of them is there."""
    if value[:1] != '"':
        return value[1:-1] if len(value) > 1 and value[0] == value[-1] == "'" else value
    inner = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
    return _QUOTED_LETTER.sub(r"\1", inner)
