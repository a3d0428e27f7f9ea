"""Which team a new case belongs to, and as what: ordered rules of the operator, the first that fits decides. Pure.

Words are compared whole and folded: letter case, marks and strokes do not matter (`Łódź` is `lodz`). There are no
patterns beyond a star at the end, so the time it takes grows with the length of the text alone, whoever wrote it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_LETTERS = 20_000  # of a text that are looked at: what a message is about stands at its beginning
SHORTEST_BEGINNING = 3  # letters before a star
_STROKES = str.maketrans("łøđħŧ", "lodht")  # letters that no normalisation takes apart
_CONDITIONS = ("inbox", "channel", "kind", "language", "segment")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or several in a row, as the operator wrote them; `reklamac*` is every word that begins so."""

    text: str
    language: str

    @property
    def sought(self) -> str:
        """As it stands in a folded text: between blanks, the last of which the star leaves open."""
        open_ended = self.text.endswith("*")
        return folded(self.text.rstrip("*")).removesuffix(" " if open_ended else "")


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """Conditions, what is "" or empty fits everything; and what they lead to, where "" leaves it as it is.

    `words`: one of them has to stand in the subject or in what the customer wrote. `to_*`: the case's team, kind and
    priority. `skills`: what an agent has to know who gets the case by load.
    """

    name: str
    inbox: str = ""
    channel: str = ""
    kind: str = ""
    language: str = ""
    segment: str = ""
    vip: bool | None = None
    words: tuple[Word, ...] = ()
    to_team: str = ""
    to_kind: str = ""
    to_priority: str = ""
    skills: tuple[str, ...] = ()

    @property
    def fits_everything(self) -> bool:
        return self.vip is None and not self.words and not any(getattr(self, name) for name in _CONDITIONS)


@dataclass(frozen=True, slots=True)
class Opening:
    """What the rules ask about a message that opens a case. `kind`: of its inbox. `segment`, `vip`: of the customer."""

    inbox: str
    channel: str
    kind: str
    language: str
    segment: str
    vip: bool
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Routed:
    """The rule that decided, and in words what it saw."""

    rule: RoutingRule
    why: str


def route(rules: Iterable[RoutingRule], opening: Opening) -> Routed | None:
    """None when no rule fits: then the inbox decides, as it does without rules."""
    text = ""
    for rule in rules:
        if not _fits(rule, opening):
            continue
        if rule.words and not text:
            text = "".join(folded(part) for part in opening.texts)
        word = next((word for word in rule.words if word.sought in text), None)
        if word or not rule.words:
            return Routed(rule, ", ".join(_seen(rule, word)))
    return None


def folded(text: str) -> str:
    """Its words in small letters without marks, each between blanks; what is no letter or digit parts them."""
    apart = unicodedata.normalize("NFKD", text[:MOST_LETTERS]).casefold()
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_STROKES)
    words = "".join(letter if letter.isalnum() else " " for letter in letters).split()
    return f" {' '.join(words)} "


def _fits(rule: RoutingRule, opening: Opening) -> bool:
    if rule.vip is not None and rule.vip is not opening.vip:
        return False
    return all(getattr(rule, name) in ("", getattr(opening, name)) for name in _CONDITIONS)


def _seen(rule: RoutingRule, word: Word | None) -> Iterator[str]:
    yield from (f"{name} {getattr(rule, name)}" for name in _CONDITIONS if getattr(rule, name))
    if rule.vip is not None:
        yield "VIP" if rule.vip else "no VIP"
    if word:
        yield f"the word {word.text!r} ({word.language})"
