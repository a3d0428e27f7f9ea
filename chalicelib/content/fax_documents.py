"""Which attachment is the fax, how many pages it has, and which case it names. Nothing is unpacked to find out."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

from chalicelib.domain.identifiers import parse_case_reference
from chalicelib.domain.messages import Attachment

_TIFF = {b"II*\x00": "<", b"MM\x00*": ">"}
_MOST_PAGES = 2_000
_PDF_PAGE = re.compile(rb"/Type\s{0,20}/Page(?![A-Za-z])")
_REFERENCE = re.compile(r"\b[0-9A-Za-z]{5}[ \-–—]?[0-9A-Za-z]{5}[ \-–—]?[0-9A-Za-z]\b")


def find_fax_document(attachments: Iterable[Attachment]) -> Attachment | None:
    """The first TIFF, PDF or PostScript file. Its bytes say what it is: gateways name types as they please."""
    return next((file for file in attachments if _is_document(file.data)), None)


def page_count(data: bytes) -> int | None:
    """None when the document does not say: PostScript, and PDFs that keep their page tree compressed."""
    order = _TIFF.get(data[:4])
    if order:
        return _tiff_pages(data, order)
    pages = sum(1 for _ in _PDF_PAGE.finditer(data)) if data.startswith(b"%PDF-") else 0
    return pages if 0 < pages <= _MOST_PAGES else None


def case_reference_in(text: str) -> str:
    """Written with its dashes it is meant; without them a word of eleven letters passes the check one time in 32."""
    written = sorted(_REFERENCE.findall(text), key=lambda one: one.isalnum() or " " in one)
    return next((reference for one in written if (reference := parse_case_reference(one))), "")


def _is_document(data: bytes) -> bool:
    return data[:4] in _TIFF or data.startswith((b"%PDF-", b"%!PS"))


def _tiff_pages(data: bytes, order: str) -> int | None:
    """The directories form a chain, one per page (TIFF 6.0, section 2); a hostile chain bites its tail."""
    seen: set[int] = set()
    try:
        (at,) = struct.unpack_from(f"{order}I", data, 4)
        while at and at not in seen and len(seen) < _MOST_PAGES:
            (entries,) = struct.unpack_from(f"{order}H", data, at)
            seen.add(at)
            (at,) = struct.unpack_from(f"{order}I", data, at + 2 + 12 * entries)
    except struct.error:  # cut short: what was counted stands
        return len(seen) or None
    return len(seen) or None
