"""What a file is by its first bytes, where its sender has said what it is: a name and a type are only words.

Nothing is refused for it: the file is kept as it came and always served as a download. But nobody is told that a
program is a picture. Signatures: the formats' own specifications.
"""

from __future__ import annotations

from chalicelib.domain.remarks import remark

ANY = "application/octet-stream"
PROGRAM = "application/x-msdownload"
_PROGRAMS = {PROGRAM, "application/x-dosexec", "application/x-executable"}
_SHOWN = ("image/", "audio/", "video/")
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x7fELF", PROGRAM),
    (b"#!/", PROGRAM),
)
_MARKUP = (b"<!doctype html", b"<html", b"<script", b"<?xml", b"<svg")
_PDF = "application/pdf"
_SURE = {_PDF, *(kind for _, kind in _SIGNATURES)} - {PROGRAM}
_DOS = b"MZ"  # a text may begin so, too, and has no zero bytes where such a program's header has its numbers
_DOS_HEADER = 64  # bytes, to the offset of the PE header: Microsoft's PE format, MS-DOS stub
_HEAD = 1_024  # within which readers look for a PDF's header: ISO 32000-1, annex H


def honest_type(said: str, data: bytes) -> str:
    """`said`, unless the bytes speak against it: then what they are, or `ANY`. `said`: in lower case."""
    found = _type_of(data)
    if found == said or (found == PROGRAM and said in _PROGRAMS):
        return said
    is_dressed_up = found == PROGRAM or (found == "text/html" and said.startswith(_SHOWN))
    return (found or ANY) if said in _SURE or is_dressed_up else said


def told_wrongly(name: str, said: str, is_: str) -> str:
    """A remark; "" where a file is what was said of it."""
    return remark("type_told_wrongly", name=name, sent_as=said, bytes_are=is_) if said != is_ else ""


def _type_of(data: bytes) -> str:
    """One of the few whose signature nothing else has, "" for any other."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    head = data[:_HEAD]
    if head.startswith(_DOS) and b"\0" in head[:_DOS_HEADER]:
        return PROGRAM
    if b"%PDF-" in head:
        return _PDF
    return "text/html" if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP) else ""
