"""By which words a text is found: folded, cut to a stem, without those that stand everywhere.

The same rules for a text and for what is asked, and for Polish and English alike, since nobody says which of the two a
message is in: diacritics and case do not count, common endings of both languages fall off. A stem is no word of any
language; it only has to be the same for the forms of one word, and too few letters fall off rather than too many.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

LONGEST_WORD = 40
LONGEST_EXCERPT = 200
_BEFORE_IT = 60  # characters of an excerpt that stand before the word that was found
_SHORTEST_STEM = 3
_SHORTEST_WORD = 2
_PHONE_DIGITS = 9  # what a number has in common with and without the country's code
_LONGEST_PHONE = 15  # digits, ITU-T E.164

_WORD = re.compile(r"[^\W_]+")
_PHONE = re.compile(r"\+?[\d\s()/-]{7,}")
# What Unicode does not take apart.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_VOWELS = frozenset("aeiouy")
# Of Polish nouns and adjectives, then of English words; the longest that fits falls off.
_ENDINGS = tuple(
    sorted(
        (
            *("iami", "iach", "iego", "iemu", "ami", "ach", "ego", "emu", "owi", "iom", "iej", "iem", "ych", "ymi"),
            *("imi", "ich", "om", "ow", "em", "ej", "ym", "im", "ie", "ia", "iu", "io", "a", "e", "i", "o", "u", "y"),
            *("ingly", "edly", "ings", "ing", "ied", "ies", "ed", "es", "ly", "s"),
        ),
        key=len,
        reverse=True,
    )
)
# They stand in so many messages that they would lead to none: little words, and what letters begin and end with.
COMMON = frozenset(
    """
    a aby albo ale ani az bardzo beda bedzie bez bo by byc byl byla bylo byly bym co czy dla do dobry dzien dziekuje
    gdy gdyz i ich ile im itd itp iz ja jak jako jego jej jest jestem jesli jeszcze juz kiedy ktora ktore ktory lub ma
    mam mi mnie moge moj moja moje moze mozna na nad nam nas nasz nasza nasze nie niz no o od on ona one oni oraz pan
    pana pani panstwa panstwo po pod pozdrawiam pozdrowienia prosze przed przez przy sa sie szanowni tak takze tam te
    tego tej ten tez to tu tutaj twoj ty tych tym tylko u w wam was we wiec witam wlasnie wszystko z za ze zeby
    about all also am an and any are as at be been best but by can could dear did do does for from had has have he
    hello her hi his how if in into is it its just kind me my no not of on or our please regards she so some sincerely
    thank thanks than that the their them then there these they this to us was we were what when which who will with
    would yes you your
    """.split()
)


def stems_in(text: str, *, common: bool = False) -> Iterator[str]:
    """In the order of the text, each as often as it stands there. `common`: also of words that stand everywhere."""
    for match in _WORD.finditer(unicodedata.normalize("NFC", text)):
        yield from _stems_of(match[0], common=common)


def asked_for(text: str, *, common: bool = False) -> tuple[str, ...]:
    """The stems that somebody looks for, each once, the longest first: it is likely the rarest.

    A telephone number as people write it, with gaps, is one word.
    """
    text = text.strip()
    if _PHONE.fullmatch(text):
        text = "".join(character for character in text if character.isdecimal())
    return tuple(sorted(dict.fromkeys(stems_in(text, common=common)), key=lambda stem: (-len(stem), stem)))


def excerpt(texts: Iterable[str], stems: Iterable[str]) -> str:
    """Of the first text in which one of the stems stands, the piece around it: one line of plain text, or ""."""
    wanted = frozenset(stems)
    for text in (unicodedata.normalize("NFC", text) for text in texts):
        for match in _WORD.finditer(text):
            if wanted.intersection(_stems_of(match[0], common=True)):
                return _piece(text, match.start())
    return ""


def _piece(text: str, at: int) -> str:
    start = max(0, at - _BEFORE_IT)
    if start:
        start += len(text[start:at]) - len(text[start:at].partition(" ")[2] or text[start:at])
    piece = text[start : start + LONGEST_EXCERPT]
    shown = "".join(character if character.isprintable() else " " for character in piece)
    return f"{'… ' if start else ''}{' '.join(shown.split())}{' …' if start + LONGEST_EXCERPT < len(text) else ''}"


@lru_cache(maxsize=8_192)
def _stems_of(word: str, *, common: bool) -> tuple[str, ...]:
    """Mostly one: folding takes some signs apart into several words."""
    parts = _WORD.findall(_folded(word))
    return tuple(
        _stem(part)[:LONGEST_WORD]
        for part in parts
        if (len(part) >= _SHORTEST_WORD or part.isdecimal()) and (common or part not in COMMON)
    )


def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character)).translate(_LETTERS)


def _stem(word: str) -> str:
    if word.isdecimal():
        return word[-_PHONE_DIGITS:] if _PHONE_DIGITS < len(word) <= _LONGEST_PHONE else word
    if not word.isalpha():
        return word
    return _undoubled(_without_ending(word))


def _without_ending(word: str) -> str:
    if word.endswith("rze"):  # fakturze, of faktura
        word = word[:-2]
    for ending in _ENDINGS:
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) >= _SHORTEST_STEM and _VOWELS.intersection(rest):
            if ending == "s" and rest[-1] in "su":  # address, status
                return word
            return rest
    return word


def _undoubled(word: str) -> str:
    """shipp(ed) is ship: for all words, so that call and call(ed) stay one."""
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2]:
        return word[:-1]
    return word
