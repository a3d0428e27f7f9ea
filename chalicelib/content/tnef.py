"""Reads winmail.dat, in which Outlook wraps a mail for other Outlooks: the files and the text inside.

[MS-OXTNEF] (https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxtnef/). Own code, because the format
has not changed in twenty years and the libraries for it are no longer kept; of its properties only six are read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.content import limits
from chalicelib.content.charsets import decode
from chalicelib.content.rtf import Rtf, decompress, read_rtf
from chalicelib.domain.remarks import remark

_SIGNATURE = 0x223E9F78
_CODEPAGE, _BODY, _MESSAGE_PROPERTIES = 0x00069007, 0x0002800C, 0x00069003
_NEW_ATTACHMENT, _ATTACHMENT_TITLE, _ATTACHMENT_DATA, _ATTACHMENT_PROPERTIES = (
    0x00069002,
    0x00018010,
    0x0006800F,
    0x00069005,
)
_PR_BODY, _PR_RTF, _PR_HTML = 0x1000, 0x1009, 0x1013
_PR_DATA, _PR_SHORT_NAME, _PR_LONG_NAME = 0x3701, 0x3704, 0x3707
_STRING8, _UNICODE, _OBJECT, _BINARY, _MULTIPLE = 0x1E, 0x1F, 0x0D, 0x0102, 0x1000
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}


@dataclass(frozen=True, slots=True)
class Tnef:
    """`files`: name and content. `repair`: what could not be read, in words, or ""."""

    files: tuple[tuple[str, bytes], ...] = ()
    text: str = ""
    html: str = ""
    repair: str = ""


@dataclass(slots=True)
class _File:
    name: str = ""
    data: bytes = b""


@dataclass(slots=True)
class _Found:
    codepage: str = "cp1252"
    text: str = ""
    html: str = ""
    rtf: bytes = b""
    files: list[_File] = field(default_factory=list)


def read_tnef(data: bytes) -> Tnef:
    """What can be read, however broken the rest is."""
    found = _Found()
    repair = ""
    try:
        if struct.unpack_from("<I", data)[0] != _SIGNATURE:
            return Tnef(repair=remark("no_winmail"))
        for attribute, value in _attributes(data):
            _take(found, attribute, value)
    except (struct.error, IndexError):
        repair = remark("winmail_broken")
    if found.rtf and not found.text and not found.html:
        repair = _take_rtf(found) or repair
    files = tuple((one.name, one.data) for one in found.files if one.data)[: limits.MOST_PARTS]
    return Tnef(files, found.text, found.html, repair)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    for _ in range(limits.MOST_TNEF_ITEMS):
        if at + 9 > len(data):
            return
        _, attribute, size = struct.unpack_from("<BII", data, at)
        if at + 9 + size > len(data):
            raise IndexError
        yield attribute, data[at + 9 : at + 9 + size]
        at += size + 11


def _take(found: _Found, attribute: int, value: bytes) -> None:
    if attribute == _NEW_ATTACHMENT:
        found.files.append(_File())
    elif attribute == _CODEPAGE:
        found.codepage = f"cp{struct.unpack_from('<I', value)[0]}"
    elif attribute == _BODY:
        found.text = decode(value.rstrip(b"\x00"), found.codepage).text
    elif attribute == _MESSAGE_PROPERTIES:
        for name, kind, content in _properties(value):
            _take_property(found, name, kind, content)
    elif found.files and attribute == _ATTACHMENT_TITLE:
        found.files[-1].name = found.files[-1].name or decode(value.rstrip(b"\x00"), found.codepage).text
    elif found.files and attribute == _ATTACHMENT_DATA:
        found.files[-1].data = value
    elif found.files and attribute == _ATTACHMENT_PROPERTIES:
        for name, kind, content in _properties(value):
            _take_file_property(found, name, kind, content)


def _take_file_property(found: _Found, name: int, kind: int, content: bytes) -> None:
    file = found.files[-1]
    if name == _PR_LONG_NAME or (name == _PR_SHORT_NAME and not file.name):
        file.name = _text(kind, content, found.codepage)
    elif name == _PR_DATA and not file.data:
        file.data = content[16:] if kind == _OBJECT else content


def _take_property(found: _Found, name: int, kind: int, content: bytes) -> None:
    if name == _PR_BODY:
        found.text = found.text or _text(kind, content, found.codepage)
    elif name == _PR_HTML:
        found.html = decode(content.rstrip(b"\x00"), found.codepage).text
    elif name == _PR_RTF:
        found.rtf = content


def _take_rtf(found: _Found) -> str:
    """What could not be read, in words, or ""."""
    try:
        rich = read_rtf(decompress(found.rtf))
    except (struct.error, ValueError):
        rich = Rtf("")
    found.html, found.text = (rich.text, "") if rich.is_html else ("", rich.text)
    return "" if rich.text.strip() else "The text inside winmail.dat could not be read; it is kept as a file."


def _text(kind: int, content: bytes, codepage: str) -> str:
    return decode(content, "utf-16le" if kind == _UNICODE else codepage).text.rstrip("\x00")


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Name, kind and content of each MAPI property, in the order of the file."""
    (count,) = struct.unpack_from("<I", data)
    at = 4
    items = 0
    for _ in range(min(count, limits.MOST_TNEF_ITEMS)):
        kind, name = struct.unpack_from("<HH", data, at)
        at += 4
        if name >= 0x8000:
            at = _after_name(data, at)
        values = 1
        base = kind & ~_MULTIPLE
        if kind & _MULTIPLE or base in {_STRING8, _UNICODE, _OBJECT, _BINARY}:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        items += values
        if items > limits.MOST_TNEF_ITEMS:
            raise IndexError
        for _ in range(values):
            if base in _SIZES:
                size = padded = _SIZES[base]
            else:
                (size,) = struct.unpack_from("<I", data, at)
                at, padded = at + 4, (size + 3) // 4 * 4
            if at + size > len(data):
                raise IndexError
            yield name, base, data[at : at + size]
            at += padded


def _after_name(data: bytes, at: int) -> int:
    """A property outside of the standard ones has a name: a set and a number, or a set and a text."""
    (kind,) = struct.unpack_from("<I", data, at + 16)
    if kind == 0:
        return at + 24
    (size,) = struct.unpack_from("<I", data, at + 20)
    return at + 24 + (int(size) + 3) // 4 * 4
