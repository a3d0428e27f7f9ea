"""Names of attachments, for display only: the bytes lie under their digest, so a name can do no harm but to deceive.

Controls, bidirectional marks and paths are taken out, because `invoice<U+202E>fdp.exe` reads as a PDF.
"""

from __future__ import annotations

import re
import unicodedata

from chalicelib.content import limits
from chalicelib.content.plain_text import one_line

_FORBIDDEN = re.compile(r'[<>:"|?*]')
_ENDINGS = {
    "application/pdf": ".pdf",
    "image/tiff": ".tif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "application/ms-tnef": ".dat",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
}


def harmless_name(name: str, content_type: str, number: int) -> str:
    """What is left of `name`; `attachment-<number>` with an ending for the type when nothing is."""
    plain = one_line(unicodedata.normalize("NFC", name), len(name) + 1)
    visible = "".join(letter for letter in plain if unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cs", "Cn"})
    last = re.split(r"[/\\]", visible)[-1]
    kept = _FORBIDDEN.sub("_", last).strip(". ")
    return _cut(kept) if kept else f"attachment-{number}{_ENDINGS.get(content_type, '')}"


def _cut(name: str) -> str:
    if len(name) <= limits.LONGEST_FILE_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[: limits.LONGEST_FILE_NAME]
    return f"{stem[: limits.LONGEST_FILE_NAME - len(ending) - 2]}….{ending}"
