"""Addresses that look alike and are not the same: one for the eye, two for the table.

Such a sender is warned about and nothing else: nobody is ever recognised by what an address looks like.

The table is of Unicode's confusable letters (`confusables.txt` of https://www.unicode.org/reports/tr39/): of alphabets
with which Latin is imitated, as far as a domain can carry them, and a few more that differ by a stroke. Marks (é, ü)
are left off too, which UTS 39 does not do: in a mail program's small print they are overlooked as easily.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from chalicelib.domain.contact_points import ContactPoint, PointKind

_TABLE = {
    # Cyrillic; the second line are those that look like small capitals
    "басԁеҽһіꙇӏјорԛгѕѵѡԝхуү": "6acdeehiiljopqrsvwwxyy",
    "вкмнт": "bkmht",
    # Greek, Armenian
    "αιϳοσρᴦυνγ": "aijoopruvy",
    "քցհոռօզսա": "fghnnoquw",
    # Cherokee
    "ᏎᏮᎪᏏᏴᏟᏧᎠᎬᏀᏳᏂᎻᎥᎫᏦᏞᎷᏢᎡᏒᏕᏚᎢᏙᎳᏔᎩᎽᏃ": "46abbcddegghhijklmprrsstvwwyyz",
    # Latin that no normalisation takes apart
    "ɑᴄꬲꬵꞙɡᶃƍıɪɩǀᴏᴑꬽꭇꭈꜱƽꞟᴜꭎꭒʋᴠɯᴡɣᶌʏỿꭚᴢ": "aceffgggiiilooorrssuuuuvvwwyyyyyz",
    "łđøħŧƀɓƙɗɫ": "ldohtbbkdl",
    # digits that are read as letters
    "01": "ol",
}
_LOOKS_LIKE = {ord(one): like for ones, likes in _TABLE.items() for one, like in zip(ones, likes, strict=True)}
_LOOKS_LIKE_OTHERS = {one: like for one, like in _LOOKS_LIKE.items() if one > 127}  # the end of ASCII
_TOGETHER = (("rn", "m"), ("vv", "w"))
_IMITATING = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


def look_of(text: str) -> str:
    """The same for everything that is easily read as the same. For comparing only: nobody should see it."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    look = "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_LOOKS_LIKE)
    for pair, one in _TOGETHER:
        look = look.replace(pair, one)
    return look


def shown_address(address: str) -> str:
    """With its domain in the letters of its owner, as mail programs show it: `anna@xn--...` -> `anna@łódź.example`."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{'.'.join(map(_shown_label, domain.split('.')))}"


def imitated_by(point: ContactPoint) -> ContactPoint | None:
    """The address in ASCII that an address in other letters is read as, or None."""
    shown = shown_address(point.value)
    if point.kind is not PointKind.EMAIL or shown.isascii():
        return None
    apart = unicodedata.normalize("NFKD", shown)
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_LOOKS_LIKE_OTHERS)
    return ContactPoint(PointKind.EMAIL, plain) if plain.isascii() else None


def find_lookalike(point: ContactPoint, known: Iterable[ContactPoint]) -> ContactPoint | None:
    """One of the known addresses that this one could be mistaken for: it looks the same, else its domain does."""
    if point.kind is not PointKind.EMAIL:
        return None
    mine = _looks(point)
    others = [(other, _looks(other)) for other in known if other.kind is PointKind.EMAIL and other != point]
    same = [other for other, look in others if look.address == mine.address]
    same += [other for other, look in others if look.domain == mine.domain and look.shown_domain != mine.shown_domain]
    return same[0] if same else None


def imitates_latin(address: str) -> bool:
    """A word of it mixes alphabets, or is written in another one and reads as Latin under a Latin top-level domain.

    Browsers show such domains as `xn--`: https://chromium.googlesource.com/chromium/src/+/main/docs/idn.md
    """
    shown = shown_address(address)
    if shown.isascii():
        return False
    domain = shown.rpartition("@")[2]
    latin_ending = domain.rpartition(".")[2].isascii()
    for word in shown.replace("@", ".").replace("-", ".").replace("_", ".").split("."):
        scripts = {_script(letter) for letter in word if letter.isalpha()} & _IMITATING
        if len(scripts) > 1:
            return True
        if scripts and "LATIN" not in scripts and latin_ending and look_of(word).isascii():
            return True
    return False


class _Looks(NamedTuple):
    address: str
    domain: str
    shown_domain: str


@lru_cache(maxsize=1000)
def _looks(point: ContactPoint) -> _Looks:
    shown = shown_address(point.value)
    domain = shown.rpartition("@")[2]
    return _Looks(look_of(shown), look_of(domain), domain)


def _shown_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _script(letter: str) -> str:
    """The first word of a letter's Unicode name is the name of its script, for the alphabets that matter here."""
    return unicodedata.name(letter, "").partition(" ")[0]
