"""The SearchIndex in the one table: a row for each word of each text, `WORD#<stem>#<yyyymm>`, the newest place first.

A row says where to look and nothing of what stands there; it costs one write unit. Nothing of it is paid for while
nobody writes or searches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pynamodb.expressions.operand import Path

from chalicelib.domain.search import IndexedText, Posting
from chalicelib.storage.keys import key_for, key_of
from chalicelib.storage.mapping import item_for
from chalicelib.storage.table import Table
from chalicelib.usecases.ports import Page

MOST_READS = 64  # queries for one page
ROWS_IN_A_READ = 100

Start = Mapping[str, str] | None


class WordTable:
    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, texts: Sequence[IndexedText]) -> None:
        self._table.change_singly(put=[item_for(posting).serialize() for posting in _postings(texts)])

    def remove(self, texts: Sequence[IndexedText]) -> None:
        self._table.change_singly(delete=[key_of(posting) for posting in _postings(texts)])

    def find(
        self, words: Sequence[str], shelves: Sequence[str], periods: Sequence[str], limit: int, start: Start = None
    ) -> Page[str]:
        """At most `MOST_READS` queries of up to `ROWS_IN_A_READ` rows."""
        budget, found = _Budget(), list[str]()
        begin = start["period"] if start else periods[0]
        for period in periods[periods.index(begin) :] if begin in periods else ():
            below = start["below"] if start and period == begin else ""
            joins = [_Join(self._table, words, shelf, period, below, budget) for shelf in shelves]
            try:
                for place in _newest_first(joins):
                    found.append(place)
                    if len(found) == limit:
                        return Page(tuple(found), {"period": period, "below": place})
            except _Spent:
                return Page(tuple(found), {"period": period, "below": max(join.goes_on_below for join in joins)})
        return Page(tuple(found))


def _postings(texts: Sequence[IndexedText]) -> list[Posting]:
    """Each once: a batch that names a key twice is refused."""
    words = ((text, word) for text in texts for word in sorted(text.words))
    return [*dict.fromkeys(Posting(_shelved(word, text.shelf), text.period, text.place) for text, word in words)]


def _shelved(word: str, shelf: str) -> str:
    return f"{word}@{shelf}" if shelf else word


class _Spent(Exception):
    """As much was read as one page may cost."""


@dataclass
class _Budget:
    reads: int = MOST_READS

    def spend(self) -> None:
        if not self.reads:
            raise _Spent
        self.reads -= 1


@dataclass
class _Rows:
    """The places of one word in one period, as far as they were read: the newest first."""

    table: Table
    pk: str
    budget: _Budget
    read: list[str] = field(default_factory=list)
    at: int = 0
    ended: bool = False

    def newest_below(self, below: str) -> str | None:
        """`below`: "" for the newest of all. Asked for ever older ones."""
        while self.at < len(self.read):
            if not below or self.read[self.at] < below:
                return self.read[self.at]
            self.at += 1
        if self.ended:
            return None
        self.budget.spend()
        condition = Path("sk") < below if below else None
        rows = self.table.query(self.pk, condition, newest_first=True, limit=ROWS_IN_A_READ, may_lag=True)
        self.read, self.at, self.ended = [item["sk"]["S"] for item in rows.items], 0, rows.last is None
        return self.read[0] if self.read else None


@dataclass
class _Join:
    """The places to which all words lead from one shelf in one period. `below`: what has been looked through ends
    there. `head`: the next place that was found and not yet taken.
    """

    table: Table
    words: Sequence[str]
    shelf: str
    period: str
    below: str
    budget: _Budget
    head: str | None = None
    done: bool = False

    def __post_init__(self) -> None:
        keys = [key_for(Posting, word=_shelved(word, self.shelf), period=self.period, place="") for word in self.words]
        self._rows = [_Rows(self.table, key.pk, self.budget) for key in keys]

    @property
    def goes_on_below(self) -> str:
        if self.head:
            return _behind(self.head)
        return "" if self.done else self.below or _NEWEST

    def advance(self) -> None:
        """Looks for the next head: whichever word stands in older texts only says where the others go on."""
        while not self.head and not self.done:
            candidate = self._rows[0].newest_below(self.below)
            if candidate is None:
                self.done = True
                return
            for rows in self._rows[1:]:
                self.below = _behind(candidate)
                other = rows.newest_below(self.below)
                if other is None:
                    self.done = True
                    return
                if other != candidate:
                    self.below = _behind(other)
                    break
            else:
                self.head = candidate


_NEWEST = "~"  # sorts behind every place


def _behind(place: str) -> str:
    """Right behind it, in the order of places."""
    return place + "!"


def _newest_first(joins: Sequence[_Join]) -> Iterator[str]:
    while True:
        for join in joins:
            join.advance()
        heads = [join for join in joins if join.head]
        if not heads:
            return
        newest = max(heads, key=lambda join: join.head or "")
        place, newest.head = newest.head or "", None
        newest.below = place
        yield place
