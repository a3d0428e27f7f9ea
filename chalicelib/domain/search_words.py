"""By which words a text is found: folded, cut to a stem, without those that stand everywhere.

The same rules for a text and for what is asked, and for Polish and English alike, since nobody says which of the two a
message is in: diacritics and case do not count, common endings of both languages fall off. A stem is no word of any
language; it only has to be the same for the forms of one word, and too few letters fall off rather than too many.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache

LONGEST_WORD = 40
LONGEST_EXCERPT = 200
_BEFORE_IT = 60  # characters of an excerpt that stand before the word that was found
_SHORTEST_STEM = 3
_SHORTEST_WORD = 2
SHORTEST_BEGINNING = 3
BEGINNING = "*"  # behind what is asked for: any word that begins so will do
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
_BEGUN_ENDINGS = frozenset(ending[:size] for ending in _ENDINGS for size in range(1, len(ending)))
_LONGEST_BEGUN = max(map(len, _BEGUN_ENDINGS))
_SHORTEST_BEGUN = 5  # letters that stay of a beginning: of a shorter one too many words would begin so
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

    The last word may end in `*`, as while it is being typed: then it comes last, with its `*`, and its beginning is
    enough. One of fewer letters than `SHORTEST_BEGINNING` is a whole word all the same.

    A telephone number as people write it, with gaps, is one word.
    """
    text = text.strip()
    if _PHONE.fullmatch(text):
        text = "".join(character for character in text if character.isdecimal())
    whole, begun = _apart(text)
    stems = dict.fromkeys(stems_in(whole, common=common))
    *first, last = _stems_of(begun, common=True) or ("",)
    last = _without_begun_ending(last)
    stems |= dict.fromkeys((*first, last + BEGINNING if len(last) >= SHORTEST_BEGINNING else last))
    stems.pop("", None)
    return tuple(sorted(stems, key=lambda stem: (stem.endswith(BEGINNING), -len(stem), stem)))


def leads_to(asked: str, stem: str) -> bool:
    """Whether a text with this stem is what was asked for."""
    return stem.startswith(asked[:-1]) if asked.endswith(BEGINNING) else stem == asked


def all_lead_to(asked: Iterable[str], stems: AbstractSet[str]) -> bool:
    return all(one in stems or any(leads_to(one, stem) for stem in stems) for one in asked)


def excerpt(texts: Iterable[str], stems: Iterable[str]) -> str:
    """Of the first text in which one of the stems stands, the piece around it: one line of plain text, or ""."""
    wanted = tuple(stems)
    for text in (unicodedata.normalize("NFC", text) for text in texts):
        for match in _WORD.finditer(text):
            if _is_wanted(match[0], wanted):
                return _piece(text, match.start())
    return ""


def found_in(text: str, stems: Iterable[str]) -> tuple[str, ...]:
    """The words of a text that have one of the stems, as they stand there, each once."""
    wanted = tuple(stems)
    words = dict.fromkeys(_WORD.findall(unicodedata.normalize("NFC", text)))
    return tuple(word for word in words if _is_wanted(word, wanted))


def _is_wanted(word: str, wanted: Iterable[str]) -> bool:
    stems = _stems_of(word, common=True)
    return any(leads_to(asked, stem) for asked in wanted for stem in stems)


def _apart(text: str) -> tuple[str, str]:
    """What is asked for whole, and the last word where its beginning is enough."""
    words = [*_WORD.finditer(unicodedata.normalize("NFC", text))] if text.endswith(BEGINNING) else []
    if not words or words[-1].end() != len(words[-1].string) - len(BEGINNING):
        return text, ""
    return words[-1].string[: words[-1].start()], words[-1][0]


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


def _without_begun_ending(stem: str) -> str:
    """zamowieniam(i) is zamowien: what was typed may end in the middle of an ending."""
    for size in range(_LONGEST_BEGUN, 0, -1):
        if stem.isalpha() and len(stem) - size >= _SHORTEST_BEGUN and stem[-size:] in _BEGUN_ENDINGS:
            return stem[:-size]
    return stem


def _undoubled(word: str) -> str:
    """shipp(ed) is ship: for all words, so that call and call(ed) stay one."""
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2]:
        return word[:-1]
    return word
