"""What is written becomes what is found: the index of words follows the table's stream.

The index says where to look and nothing else, so a batch that comes again changes nothing, and what is in it for a
moment too long is shown to nobody: `search_threads.py` looks at what really stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.errors import NotFound, TooLarge
from chalicelib.domain.search import (
    OPEN,
    IndexedText,
    indexed_case,
    indexed_entry,
    indexed_name,
    shelf_of,
    words_of,
)
from chalicelib.domain.threads import Entry
from chalicelib.usecases.ports import ConfigurationSource, SearchIndex, ThreadStore
from chalicelib.usecases.read_case_entries import read_case_entries


@dataclass(frozen=True, slots=True)
class EntryText:
    """An entry as it was (None: it is new) and as it is (None: it is gone)."""

    before: Entry | None
    after: Entry | None


@dataclass(frozen=True, slots=True)
class NameText:
    """What a customer was called and is called; "" for nothing."""

    customer_id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CaseText:
    """A case as it was (None: it is new) and as it is (None: it is gone), where something changed by which it is found,
    or by which it is decided who may see it.
    """

    before: Case | None
    after: Case | None


@dataclass(frozen=True, slots=True)
class WrittenTexts:
    """`at`: when the newest of it was written, None where the stream did not say."""

    entries: Sequence[EntryText] = ()
    names: Sequence[NameText] = ()
    cases: Sequence[CaseText] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Changed:
    """`before`: every state that is over. `after`: None when it is gone."""

    before: Sequence[Entry]
    after: Entry | None


@dataclass(frozen=True, slots=True)
class IndexTexts:
    """Where no kind of case is restricted nothing is read for it; else the cases, in one round trip per hundred."""

    threads: ThreadStore
    configuration: ConfigurationSource
    index: SearchIndex

    @property
    def shelves(self) -> Sequence[str]:
        """All that are read, by what is configured now."""
        return _Shelving(self.threads, self.configuration.current()).all

    def __call__(self, written: WrittenTexts) -> int:
        """How many texts were put into the index. What leads there no more is taken out first."""
        changes = _changed(written.entries)
        gone, new = _of_names(written.names)
        if changes or written.cases:
            shelving = _Shelving(self.threads, self.configuration.current())
            shelves = shelving.of([entry for change in changes for entry in (*change.before, change.after)])
            for change in changes:
                for entry in change.before:
                    gone += shelving.on(shelves, entry) or shelving.anywhere(entry)
                if change.after:
                    new += shelving.on(shelves, change.after)
            for case in written.cases:
                off, on = shelving.moved(case)
                gone, new = [*gone, *off], [*new, *on]
            off, on = shelving.of_cases(written.cases)
            gone, new = [*gone, *off], [*new, *on]
        new = [text for text in new if text.words]
        self._turn(_without(gone, new), new, written.at)
        return len(new)

    def again(
        self,
        entries: Sequence[Entry],
        names: Sequence[NameText],
        cases: Sequence[Case] = (),
        at: datetime | None = None,
    ) -> int:
        """What was written long ago, or under other rules; also takes it from where it would have stood by those. `at`:
        before it was read, by more than clocks differ.
        """
        shelving = _Shelving(self.threads, self.configuration.current())
        shelves = shelving.of(entries)
        _, new = _of_names(names)
        gone: list[IndexedText] = []
        for entry in entries:
            new += shelving.on(shelves, entry)
            gone += shelving.anywhere(entry) if shelving.is_limited else []
        for case in cases:
            new.append(shelving.listed(case))
            gone += shelving.listed_anywhere(case) if shelving.is_limited else []
        new = [text for text in new if text.words]
        self._turn(_without(gone, new), new, at)
        return len(new)

    def _turn(self, gone: Sequence[IndexedText], new: Sequence[IndexedText], at: datetime | None) -> None:
        if gone:
            self.index.remove(gone, at)
        if new:
            self.index.put(new, at)


@dataclass(frozen=True, slots=True)
class _Shelving:
    """On which shelves things belong, by the configuration of one moment."""

    threads: ThreadStore
    configuration: Configuration

    @property
    def is_limited(self) -> bool:
        return any(kind.restricted for kind in self.configuration.kinds.values())

    def of(self, entries: Iterable[Entry | None]) -> Mapping[tuple[str, str], str]:
        """The shelf of each case of theirs that there is."""
        names = dict.fromkeys((entry.customer_id, entry.case_id) for entry in entries if entry and entry.case_id)
        if not self.is_limited:
            return dict.fromkeys(names, OPEN)
        cases = self.threads.find_cases(names) if names else ()
        return {(case.customer_id, case.id): self._shelf(case) for case in cases}

    def on(self, shelves: Mapping[tuple[str, str], str], entry: Entry) -> list[IndexedText]:
        """On the shelf of its case; nothing where the case is gone."""
        shelf = shelves.get((entry.customer_id, entry.case_id))
        return [] if shelf is None else [indexed_entry(entry, shelf)]

    def anywhere(self, entry: Entry) -> list[IndexedText]:
        return [indexed_entry(entry, shelf) for shelf in self.all]

    def listed(self, case: Case) -> IndexedText:
        return indexed_case(case, self._shelf(case))

    def listed_anywhere(self, case: Case) -> list[IndexedText]:
        shelves = dict.fromkeys((*self.all, self._shelf(case)))
        return [indexed_case(case, shelf) for shelf in shelves]

    def of_cases(self, changes: Iterable[CaseText]) -> tuple[list[IndexedText], list[IndexedText]]:
        """What leads to the cases no more, and what does. As with entries, of all states but the last nothing stays."""
        states: dict[str, list[Case | None]] = {}
        for change in changes:
            if case := change.after or change.before:
                states.setdefault(case.id + case.customer_id, []).extend((change.before, change.after))
        gone = [text for known in states.values() for case in known[:-1] if case for text in self.listed_anywhere(case)]
        return gone, [self.listed(known[-1]) for known in states.values() if known[-1]]

    @property
    def all(self) -> Sequence[str]:
        return (OPEN, *self.configuration.every_team) if self.is_limited else (OPEN,)

    def moved(self, change: CaseText) -> tuple[list[IndexedText], list[IndexedText]]:
        """Its entries on the shelf where they were and on the one where they belong. Those of a thread too long to look
        through wait until the index is made again; nobody is shown what they may not see meanwhile.
        """
        known = change.before
        if not self.is_limited or not known or not change.after or _belonging(known) == _belonging(change.after):
            return [], []
        try:
            case = self.threads.get_case(known.customer_id, known.id)
            before, after = self._shelf(known), self._shelf(case)
            entries = read_case_entries(self.threads, case) if before != after else []
        except (NotFound, TooLarge):
            return [], []
        return [indexed_entry(entry, before) for entry in entries], [indexed_entry(entry, after) for entry in entries]

    def _shelf(self, case: Case) -> str:
        return shelf_of(case, restricted=self.configuration.kind_named(case.kind).restricted)


def _belonging(case: Case) -> tuple[str, str]:
    return case.kind, case.team


def _changed(entries: Sequence[EntryText]) -> list[_Changed]:
    """What changed more than once in a batch may have come as far as any of its states when the batch came before: all
    but the last are taken out. Not those whose words are the same, as of an answer that was only delivered.
    """
    states: dict[tuple[str, str], list[Entry | None]] = {}
    for change in entries:
        entry = change.after or change.before
        if entry:
            states.setdefault((entry.customer_id, entry.id), []).extend((change.before, change.after))
    return [
        _Changed([entry for entry in known[:-1] if entry], known[-1])
        for known in states.values()
        if len({_words(entry) for entry in known}) > 1
    ]


def _words(entry: Entry | None) -> frozenset[str]:
    return words_of(entry) if entry else frozenset()


def _of_names(names: Sequence[NameText]) -> tuple[list[IndexedText], list[IndexedText]]:
    last = {change.customer_id: change.after for change in names}
    gone = [indexed_name(change.customer_id, name) for change in names for name in (change.before, change.after)]
    return gone, [indexed_name(customer_id, name) for customer_id, name in last.items()]


def _without(gone: Iterable[IndexedText], new: Iterable[IndexedText]) -> list[IndexedText]:
    """What is to be taken out: the words that do not come back to the same place."""
    kept = {(text.place, text.shelf): text.words for text in new}
    left = (replace(text, words=text.words - kept.get((text.place, text.shelf), frozenset())) for text in gone)
    return [text for text in left if text.words]
