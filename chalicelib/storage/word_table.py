"""The SearchIndex in the one table: a row for each word of each text. The words of a month that begin with the same
letters stand in one partition, `WORD#<three letters>#<yyyymm>`, sorted by word and then by place, so that a word is a
range of keys and a beginning of words is one, too.

A row says where to look and nothing of what stands there; it costs one write unit. Nothing of it is paid for while
nobody writes or searches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pynamodb.expressions.operand import Path

from chalicelib.domain.errors import NotFound
from chalicelib.domain.search import IndexedText, Posting, beginning_of, posting_of
from chalicelib.domain.search_words import BEGINNING
from chalicelib.storage.keys import key_for, key_of
from chalicelib.storage.mapping import item_for
from chalicelib.storage.table import Table
from chalicelib.usecases.ports import Page

MOST_READS = 64  # queries for one page, beside the first of each word on each shelf
ROWS_IN_A_READ = 100
MOST_FORMS = 20  # words of a month that are looked at for one beginning: the first of the alphabet

Start = Mapping[str, str] | None


class WordTable:
    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, texts: Sequence[IndexedText], at: datetime | None = None) -> None:  # noqa: ARG002  # rows have no time
        self._table.change_singly(put=[item_for(posting).serialize() for posting in _postings(texts)])

    def remove(self, texts: Sequence[IndexedText], at: datetime | None = None) -> None:  # noqa: ARG002
        self._table.change_singly(delete=[key_of(posting) for posting in _postings(texts)])

    def find(
        self, words: Sequence[str], shelves: Sequence[str], periods: Sequence[str], limit: int, start: Start = None
    ) -> Page[str]:
        """At most `MOST_READS` queries of up to `ROWS_IN_A_READ` rows, and one for each word on each shelf, two for
        each of the words with one beginning: so a page always gets on, however many shelves are read.
        """
        first = sum(2 * MOST_FORMS if word.endswith(BEGINNING) else 1 for word in words)
        budget, found = _Budget(MOST_READS + first * len(shelves)), list[str]()
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


class NoIndex:
    """Of a stage that keeps none: nothing is written, and whoever searches is told so."""

    def put(self, texts: Sequence[IndexedText], at: datetime | None = None) -> None:
        pass

    def remove(self, texts: Sequence[IndexedText], at: datetime | None = None) -> None:
        pass

    def find(
        self,
        words: Sequence[str],  # noqa: ARG002  # there is nothing to look into
        shelves: Sequence[str],  # noqa: ARG002
        periods: Sequence[str],  # noqa: ARG002
        limit: int,  # noqa: ARG002
        start: Start = None,  # noqa: ARG002
    ) -> Page[str]:
        raise NotFound("This hub keeps no index of words, so nothing is found by them. Whoever runs it can have one.")


def _postings(texts: Sequence[IndexedText]) -> list[Posting]:
    """Each once: a batch that names a key twice is refused."""
    return [*dict.fromkeys(posting_of(word, text) for text in texts for word in sorted(text.words))]


class _Spent(Exception):
    """As much was read as one page may cost."""


@dataclass
class _Budget:
    reads: int

    def spend(self) -> None:
        if not self.reads:
            raise _Spent
        self.reads -= 1


@dataclass
class _Rows:
    """The places of one word in one period, as far as they were read: the newest first."""

    table: Table
    pk: str
    word: str
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
        range_ = Path("sk").between(f"{self.word}#", f"{self.word}#{below or _NEWEST}")
        rows = self.table.query(self.pk, range_, newest_first=True, limit=ROWS_IN_A_READ, may_lag=True)
        places = [item["sk"]["S"].partition("#")[2] for item in rows.items]
        self.read, self.at, self.ended = [one for one in places if not below or one < below], 0, rows.last is None
        return self.read[0] if self.read else None


@dataclass
class _Begun:
    """The places of all words with one beginning, as of one word."""

    table: Table
    pk: str
    beginning: str
    budget: _Budget
    rows: list[_Rows] | None = None

    def newest_below(self, below: str) -> str | None:
        if self.rows is None:
            self.rows = [_Rows(self.table, self.pk, word, self.budget) for word in self._words()]
        return max((place for rows in self.rows if (place := rows.newest_below(below))), default=None)

    def _words(self) -> list[str]:
        """Behind each page of rows it goes on with the next word, however many places the last one has."""
        words: dict[str, None] = {}
        begin = self.beginning
        while len(words) < MOST_FORMS:
            self.budget.spend()
            range_ = Path("sk").between(begin, self.beginning + _LAST_LETTER)
            rows = self.table.query(self.pk, range_, newest_first=False, limit=ROWS_IN_A_READ, may_lag=True)
            words |= dict.fromkeys(item["sk"]["S"].partition("#")[0] for item in rows.items)
            if rows.last is None:
                break
            begin = f"{[*words][-1]}#{_NEWEST}"
        return [*words][:MOST_FORMS]


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
        self._rows = [self._rows_of(word) for word in self.words]

    def _rows_of(self, asked: str) -> _Rows | _Begun:
        word = asked.removesuffix(BEGINNING)
        pk = key_for(Posting, beginning=beginning_of(word, self.shelf), word=word, period=self.period, place="").pk
        return (_Rows if word == asked else _Begun)(self.table, pk, word, self.budget)

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
_LAST_LETTER = "\U0010ffff"  # sorts behind every letter


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
