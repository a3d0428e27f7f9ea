"""From bytes to characters: strict UTF-8 first, then what was declared, then a guess; never an exception.

Only the charsets listed here are ever looked up: a charset name is the sender's to choose, and Python's registry also
holds codecs that are no charsets. Labels follow https://encoding.spec.whatwg.org/#names-and-labels where mail agrees.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.content.plain_text import clean_text
from chalicelib.domain.remarks import remark

# codec -> labels. Where a subset is declared and its superset is what people send, the superset is used.
_CODECS = {
    "utf-8": (
        "utf-8 utf8mb4 us-ascii usascii ascii ansi-x3.4-1968 646 unicode-1-1-utf-8 7bit 8bit default unicode-utf-8"
    ),
    "cp1252": (
        "iso-8859-1 iso8859-1 iso-8859-1:1987 iso-ir-100 csisolatin1 latin1 l1 8859-1 windows-1252 win-1252 "
        "cp1252 ansi x-ansi x-cp1252 x-user-defined"
    ),
    "cp1250": "windows-1250 win-1250 cp1250 x-cp1250",
    "iso8859-2": "iso-8859-2 iso-8859-2:1987 iso-ir-101 csisolatin2 latin2 l2 8859-2",
    "iso8859-3": "iso-8859-3 iso8859-3 latin3",
    "iso8859-4": "iso-8859-4 iso8859-4 latin4",
    "iso8859-5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 iso8859-6 arabic",
    "iso8859-7": "iso-8859-7 iso8859-7 greek",
    "iso8859-8": "iso-8859-8 iso-8859-8-i iso-8859-8-e hebrew csisolatinhebrew",
    "cp1254": "iso-8859-9 csisolatin5 latin5 l5 windows-1254 win-1254 cp1254",
    "iso8859-10": "iso-8859-10 iso8859-10 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13",
    "iso8859-14": "iso-8859-14 iso8859-14",
    "iso8859-15": "iso-8859-15 csisolatin9 latin9 latin0 l9",
    "iso8859-16": "iso-8859-16 iso8859-16 latin10",
    "cp1251": "windows-1251 win-1251 cp1251 x-cp1251",
    "cp1253": "windows-1253 cp1253",
    "cp1255": "windows-1255 cp1255",
    "cp1256": "windows-1256 cp1256",
    "cp1257": "windows-1257 cp1257",
    "cp1258": "windows-1258 cp1258",
    "cp874": "windows-874 cp874 tis-620 iso-8859-11",
    "cp437": "ibm437 cp437 dos-437 pc437",
    "cp850": "ibm850 cp850 dos-850",
    "cp852": "ibm852 cp852 dos-852",
    "cp855": "ibm855 cp855",
    "cp862": "ibm862 cp862 dos-862",
    "cp864": "ibm864 cp864 dos-720 cp720",
    "cp866": "ibm866 cp866 csibm866 dos-866",
    "koi8-r": "koi8-r koi8 koi cskoi8r",
    "koi8-u": "koi8-u koi8-ru",
    "mac-roman": "macintosh mac x-mac-roman",
    "mac-latin2": "x-mac-ce x-mac-centraleurroman",
    "gb18030": (
        "gb2312 gbk gb18030 gb-2312-80 csgb2312 csiso58gb231280 euc-cn x-euc-cn cp936 ms936 x-gbk windows-936 chinese"
    ),
    "big5hkscs": "big5 big5-hkscs big5-eten csbig5 cn-big5 x-x-big5 cp950 windows-950 ms950",
    "cp932": "shift-jis sjis x-sjis shift-jisx0213 windows-31j cswindows31j csshiftjis cp932 ms932 ms-kanji",
    "euc-jp": "euc-jp x-euc-jp cseucpkdfmtjapanese ujis",
    "cp949": (
        "euc-kr cseuckr ks-c-5601 ks-c-5601-1987 ks-c-5601-1989 ksc5601 ks-x-1001 korean cp949 uhc ms949 "
        "windows-949 x-windows-949"
    ),
    "johab": "johab",
    "iso2022-jp-2": "iso-2022-jp iso-2022-jp-2 iso-2022-jp-1 csiso2022jp jis",
    "iso2022-jp-ext": "iso-2022-jp-ext cp50220 cp50221",
    "iso2022-kr": "iso-2022-kr",
    "hz": "hz-gb-2312 hz",
    "utf-7": "utf-7 unicode-1-1-utf-7 unicode-2-0-utf-7 x-unicode-1-1-utf-7 x-unicode-2-0-utf-7 csunicode11utf7",
    "utf-16": "utf-16 unicode ucs-2",
    "utf-16-le": "utf-16le utf-16-le",
    "utf-16-be": "utf-16be utf-16-be",
    "utf-32": "utf-32 ucs-4",
}
_NO_LETTER = re.compile(r"[^a-z0-9]+")  # `ISO_8859-2`, `iso8859-2` and `iso88592` are one
_CODEC_OF = {_NO_LETTER.sub("", label): codec for codec, labels in _CODECS.items() for label in labels.split()}

# Their bytes are also valid UTF-8, and mean something else. The wide ones only count where NULs show that they are
# meant: any bytes at all make some sense in UTF-16.
_SEVEN_BIT = frozenset({"iso2022-jp-2", "iso2022-jp-ext", "iso2022-kr", "hz", "utf-7"})
_WIDE = frozenset({"utf-16", "utf-16-le", "utf-16-be", "utf-32"})

_JAPANESE = frozenset({"iso2022-jp-2", "iso2022-jp-ext"})
_JAPANESE_BEGINS = b"\x1b$"
_JAPANESE_SWITCH = re.compile(rb"\x1b(\$\(?[@BD]|\([A-Z])")
_TO_EUC = bytes(letter | 0x80 if 0x21 <= letter <= 0x7E else letter for letter in range(256))
_HIGH_CONTROLS = bytes(range(0x80, 0xA0))

# ą, ł, ś, ź and ż of Central Europe. In Western Europe these bytes are ± ³ ¶ ¹ ¼ ¿, which no word has inside.
_NO_WESTERN_WORD = re.compile(rb"[A-Za-z\xc0-\xff][\xb1\xb3\xb6\xb9\xbc\xbf][a-z\xe0-\xff]")
_CENTRAL_EUROPEAN = frozenset({"cp1250", "iso8859-2"})


@dataclass(frozen=True, slots=True)
class Decoded:
    """`repair`: what had to be mended, in words, or ""."""

    text: str
    repair: str = ""


def decode(data: bytes, declared: str = "") -> Decoded:
    if not declared and data.isascii() and _JAPANESE_BEGINS not in data:  # nearly every field of every header
        text = data.decode("ascii")
        return Decoded(text if text.isprintable() else clean_text(text))
    codec = codec_for(declared) or _codec_by_marks(data)
    if codec in _SEVEN_BIT or (codec in _WIDE and b"\x00" in data):
        as_declared = _strictly(data, codec)
        if as_declared is not None:
            return Decoded(as_declared)
        if codec in _JAPANESE:
            return Decoded(clean_text(_lenient_japanese(data)))
    as_utf8 = _strictly(data, "utf-8")
    if as_utf8 is not None:
        wrong = codec not in {None, "utf-8"} and not data.isascii()
        return Decoded(as_utf8, remark("charset_is_utf8", declared=_shown(declared)) if wrong else "")
    meant = _meant_in_europe(data, codec)
    as_meant = _strictly(data, meant) if meant and meant != "utf-8" else None
    if as_meant is None:
        return _guessed(data, declared, meant)
    wrong = codec == "cp1252" != meant
    return Decoded(as_meant, remark("charset_is_other", declared=_shown(declared), charset=meant) if wrong else "")


def _meant_in_europe(data: bytes, codec: str | None) -> str | None:
    """The codec that is written under a label which programs give to what they do not know."""
    if codec == "iso8859-2" and data.translate(None, _HIGH_CONTROLS) != data:
        return "cp1250"  # Windows bytes under the label of the standard that they replaced
    if codec == "cp1252" and _NO_WESTERN_WORD.search(data):
        guessed = most_likely_codec(data)
        return guessed if guessed in _CENTRAL_EUROPEAN else codec
    return codec


@lru_cache(maxsize=256)
def codec_for(label: str) -> str | None:
    """Python's codec for a charset label, or None for one that is not on the list."""
    return _CODEC_OF.get(label) or _CODEC_OF.get(_NO_LETTER.sub("", label.lower()))


def _codec_by_marks(data: bytes) -> str | None:
    """What bytes say of themselves: a byte order mark, the switch to Japanese letters."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    return "iso2022-jp-2" if _JAPANESE_BEGINS in data and data.isascii() else None


def _lenient_japanese(data: bytes) -> str:
    """ISO-2022-JP with the letters that Windows and NEC have besides (①, ㈱), or broken off."""
    first, *rest = _JAPANESE_SWITCH.split(data)
    pieces = [first.decode("ascii", "replace")]
    for switch, run in zip(rest[::2], rest[1::2], strict=True):
        if switch.startswith(b"$"):
            pieces.append(run.translate(_TO_EUC).decode("euc_jis_2004", "replace"))
        elif switch == b"(I":
            pieces.append(run.translate(_TO_EUC).decode("cp932", "replace"))
        else:
            pieces.append(run.decode("ascii", "replace"))
    return "".join(pieces)


def _guessed(data: bytes, declared: str, codec: str | None) -> Decoded:
    if codec is None or codec == "utf-8":
        codec = most_likely_codec(data)
    text = clean_text(data.decode(codec, "replace"))
    if codec == codec_for(declared):
        return Decoded(text, remark("characters_broken"))
    if not declared:
        return Decoded(text, remark("charset_not_declared", charset=codec))
    return Decoded(text, remark("charset_does_not_fit", declared=_shown(declared), charset=codec))


def most_likely_codec(data: bytes) -> str:
    """For bytes that are not all UTF-8, though most of them may be."""
    if not _mostly_not_utf8(data):
        return "utf-8"
    from chalicelib.content.charset_guess import guess  # tables that most mails do not need

    return guess(data)


def _mostly_not_utf8(data: bytes) -> bool:
    """Some broken characters in otherwise good UTF-8 are no reason to read all of it as something else: other charsets
    hardly ever make a sequence that UTF-8 allows.
    """
    text = data.decode("utf-8", "replace")
    broken = text.count("�")
    return broken > sum(not letter.isascii() for letter in text) - broken


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return clean_text(data.decode(codec))
    except UnicodeError:
        return None


def _shown(label: str) -> str:
    return re.sub(r"[^!-~]", "", label)[:40] or "something unreadable"
