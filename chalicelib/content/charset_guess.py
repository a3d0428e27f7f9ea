"""Which charset bytes are in that are not UTF-8 and about which nothing, or nothing true, was said.

Counts what the bytes would be in each language: the letters that it has speak for a charset, letters that it does not
have against it. Small letters count more than capitals, because charsets of one script differ in which is which, and
the most frequent letters more than rare ones, because scripts lie in the same range.
A word is of one script.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_MOST_BYTES = 16 * 1024
_ASCII = bytes(range(128))
_TYPOGRAPHY = "„”“’‘–—…«»€§°№ ·±½²×¿¡£©®™´"
_SMALL, _FREQUENT, _CAPITAL, _SIGN, _FOREIGN = 3, 1, 1, 0.5, -4
_MIXED, _DOUBT, _OLD = -6, -4, -2
_SELDOM = frozenset({"cp852", "cp866", "iso8859-5"})
_COMMON, _RARE, _IMPOSSIBLE = 6, 0.5, -4

_MIXED_SCRIPTS = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
_RUSSIAN, _OFTEN_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "оеаинтср"
# codec, letters outside of ASCII, the most frequent of them; the first of equals wins.
_LANGUAGES = (
    ("cp1250", "ąćęłńóśźż", ""),
    ("iso8859-2", "ąćęłńóśźż", ""),
    ("cp1252", "äöüß", ""),
    ("cp1252", "àâçéèêëîïôùûüœæ", ""),
    ("cp1252", "áéíñóúü", ""),
    ("cp1252", "àèéìòù", ""),
    ("cp1252", "áâãàçéêíóôõú", ""),
    ("cp1252", "åäöæøé", ""),
    ("cp1250", "áčďéěíňóřšťúůýžäôĺľŕ", ""),
    ("iso8859-2", "áčďéěíňóřšťúůýžäôĺľŕ", ""),
    ("cp1250", "áéíóöőúüű", ""),
    ("iso8859-2", "áéíóöőúüű", ""),
    ("cp1250", "ăâîşţ", ""),
    ("cp1254", "âçğıîöşüİ", ""),
    ("cp1257", "āčēģīķļņšūžąęėįųõäöü", ""),
    ("cp852", "ąćęłńóśźż", ""),
    ("cp1251", _RUSSIAN, _OFTEN_RUSSIAN),
    ("koi8-r", _RUSSIAN, _OFTEN_RUSSIAN),
    ("cp866", _RUSSIAN, _OFTEN_RUSSIAN),
    ("iso8859-5", _RUSSIAN, _OFTEN_RUSSIAN),
    ("cp1251", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "оанитівр"),
    ("koi8-u", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "оанитівр"),
    ("cp1253", "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋ", "αοιτεσνη"),
    ("cp1255", "אבגדהוזחטיךכלםמןנסעףפץצקרשת", "יוהלארתמ"),
    ("cp1256", "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأؤإئ", "اليمنوره"),
    ("cp874", "กขคงจฉชซญดตถทธนบปผพฟภมยรลวศสหอะัาำิีึืุูเแโใไ่้์", "านรอกเงว"),
)
_CHINESE = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事"
    "成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日者意无力它与长"
    "把机十民第公此已工使"
    "情明性知全三又关点正业外将两高间由问很最重并物手应向头文体政美相见被利什二等产或新己制身果加西月话合"
    "回特代内信表化老给世"
    "位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活更别打女变四总何电数安少"
    "报才结反受目太量再感"
    "建务做接必场件计管期市直资命山金指许统区保至形社便空决治展科司五基书非则白却界达光放强即难且权思完设"
    "式色路记南品住告类求"
    "據程北边该交规万取格望觉术领共确传师观清今切院让识候带导争运您请谢"
    "這個們來為國說時會對過發後種經學現當沒動還進樣實無與長機關點業將兩間問並應頭體見產話內給門兒東聲員論"
    "處認條係氣題變總電數"
    "報結務場計資統區決達強難權設記類邊該規萬覺術領確傳師觀識帶導爭運請謝，。、！？：；（）「」"
)
_JAPANESE = frozenset(
    "".join(map(chr, (*range(0x3041, 0x3097), *range(0x30A1, 0x30FB))))
    + "日本年大人一月国会中出上生前後時間分行見高子気今"
    "自事社者地方部手力場学名用同動理以新当様送信件文書電話御願致ー、。「」"
)
_KOREAN = frozenset(
    "이다는을의에가고지하기도로사어나한리를서인해아시대자은라과만그수정일전부보원상주와거제조구요니으습안"
    "녕세면여것들할있없내게"
)
# Decoded by the narrow codec, which has only what is in use, and read by its superset.
_WIDE = (
    ("gb2312", "gb18030", _CHINESE),
    ("gbk", "gb18030", _CHINESE),
    ("big5", "big5hkscs", _CHINESE),
    ("cp932", "cp932", _JAPANESE),
    ("euc-jp", "euc-jp", _JAPANESE),
    ("euc-kr", "cp949", _KOREAN),
)


@dataclass(frozen=True, slots=True)
class _Table:
    """The bytes of a charset that are letters of a language."""

    codec: str
    small: bytes
    frequent: bytes
    capital: bytes
    signs: bytes
    is_latin: bool


def guess(data: bytes) -> str:
    """A codec of Python's that is on the list in `charsets.py`."""
    sample = data if len(data) <= _MOST_BYTES else _sample(data)
    high = sample.translate(None, _ASCII)
    mixed = len(_MIXED_SCRIPTS.findall(sample))
    best, codec = max(((_score(high, table, mixed), table.codec) for table in _TABLES), key=lambda scored: scored[0])
    for narrow, wide, common in _WIDE:
        score = _wide_score(sample, narrow, common)
        if score > best:
            best, codec = score, wide
    return codec


def _sample(data: bytes) -> bytes:
    """The first lines that are not all ASCII."""
    lines: list[bytes] = []
    size = 0
    for line in data[: 64 * _MOST_BYTES].splitlines():
        if not line.isascii():
            lines.append(line[:_MOST_BYTES])
            size += len(line)
            if size > _MOST_BYTES:
                break
    return b"\n".join(lines) or data[:_MOST_BYTES]


def _score(high: bytes, table: _Table, mixed: int) -> float:
    small = _count(high, table.small)
    capital = _count(high, table.capital)
    signs = _count(high, table.signs)
    foreign = len(high) - small - capital - signs
    frequent = _count(high, table.frequent)
    score = _SMALL * small + _FREQUENT * frequent + _CAPITAL * capital + _SIGN * signs + _FOREIGN * foreign
    if table.codec in _SELDOM:
        score += _OLD
    return score if table.is_latin else score + _MIXED * mixed + _DOUBT


def _count(data: bytes, wanted: bytes) -> int:
    return len(data) - len(data.translate(None, wanted)) if wanted else 0


def _wide_score(sample: bytes, codec: str, common: frozenset[str]) -> float:
    """Each letter is two bytes. One broken letter at the end may come from cutting the sample."""
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 2:
            return float("-inf")
        text = sample[: error.start].decode(codec)
    letters = [letter for letter in text if letter > "\x7f"]
    known = sum(letter in common for letter in letters)
    impossible = sum("\uff61" <= letter <= "\uff9f" or "\ue000" <= letter <= "\uf8ff" for letter in letters)
    return _DOUBT + _COMMON * known + _RARE * (len(letters) - known - impossible) + _IMPOSSIBLE * impossible


def _table(codec: str, letters: str, frequent: str) -> _Table:
    small = _bytes(letters, codec)
    capital = _bytes(letters.upper(), codec)
    signs = _bytes(_TYPOGRAPHY, codec)
    return _Table(
        codec,
        small,
        _bytes(frequent, codec),
        bytes(set(capital) - set(small)),
        bytes(set(signs) - set(small) - set(capital)),
        is_latin="LATIN" in unicodedata.name(letters[0]),
    )


def _bytes(letters: str, codec: str) -> bytes:
    return letters.encode(codec, "ignore").translate(None, _ASCII)


_TABLES = tuple(_table(*language) for language in _LANGUAGES)
