"""Text made fit to be kept and shown: one kind of line end, nothing that UTF-8 cannot carry, nothing that deceives."""

from __future__ import annotations

import re

_LINE_ENDS = frozenset("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")  # as `str.splitlines` knows them
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")

# They reorder or hide what a reader sees: the bidirectional controls (Unicode UAX 9), zero width space, soft hyphen,
# byte order mark and tags. The joiners stay: Persian words and many emoji are written with them.
_DECEIVING = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


def clean_text(text: str) -> str:
    r"""Line ends become `\n`, NUL and a leading byte order mark go, half characters become U+FFFD."""
    if not text.isascii():
        text = _without_surrogates(text).removeprefix("\ufeff")
    lines = "\n".join(text.replace("\x00", "").splitlines())
    return f"{lines}\n" if text and text[-1] in _LINE_ENDS else lines


def _without_surrogates(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATES.sub("�", text)
    return text


def deceives(text: str) -> bool:
    """Whether it holds characters that reorder or hide what a reader sees."""
    return not text.isascii() and _DECEIVING.search(text) is not None


def one_line(text: str, longest: int) -> str:
    """For subjects and names: a single line without control or deceiving characters, cut with `…` past `longest`."""
    if text.isascii() and text.isprintable():
        line = " ".join(text.split())
    else:
        line = _BLANK.sub(" ", _DECEIVING.sub("", clean_text(text))).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
