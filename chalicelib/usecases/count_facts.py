"""What the table's stream tells becomes facts that are counted, each once, however often the stream tells it.

A fact has an id that says what it is. So a batch that comes again writes the same facts again, and one that failed half
way is made whole by its repetition. What follows from a change is worked out from the record before and after it, and
never from the time at which somebody looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.content.sms_texts import segments_of
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.errors import TooLarge
from chalicelib.domain.facts import (
    KEPT_FOR,
    Fact,
    backlog_changed,
    case_facts_changed,
    fact_of_entry,
    facts_of_case,
    fate_of,
    hour_of,
    is_text_message,
)
from chalicelib.domain.threads import Entry
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.ports import ConfigurationSource, Now, ThreadStore
from chalicelib.usecases.read_case_entries import read_case_entries
from chalicelib.usecases.statistics_ports import Statistics

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CaseStates:
    """A case as the table's stream shows it: `before` is None when it is new, `after` when it is gone.

    `at`: when it was written, to the second.
    """

    before: Case | None
    after: Case | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CountFacts:
    """Cases are read for the team and kind of new messages, in one round trip per hundred."""

    threads: ThreadStore
    configuration: ConfigurationSource
    statistics: Statistics
    now: Now

    def __call__(self, entries: Sequence[EntryChange], cases: Iterable[CaseStates]) -> int:
        """How many facts were written or taken back."""
        outcome: dict[Key, Fact | None] = {}
        self._of_entries([change for change in entries if _is_counted_anew(change)], outcome)
        for states in cases:
            self._of_case(states, self.configuration.current(), outcome)
        return self._write(outcome)

    def again(self, entries: Sequence[Entry], cases: Sequence[Case]) -> int:
        """Of what was written long ago: what can be told of it as it is now."""
        outcome: dict[Key, Fact | None] = {}
        self._of_entries([EntryChange(None, entry) for entry in entries], outcome)
        configuration = self.configuration.current()
        for case in cases:
            outcome |= facts_of_case(case, _hours(configuration, case))
        return self._write(outcome)

    def _of_entries(self, changes: Sequence[EntryChange], outcome: dict[Key, Fact | None]) -> None:
        names = dict.fromkeys((one.after.customer_id, one.after.case_id) for one in changes if one.after.case_id)
        cases = {case.id: case for case in self.threads.find_cases(names)} if names else {}
        for change in changes:
            case = cases.get(change.after.case_id)
            if case is None:
                continue
            if change.before and (was := _fact(change.before, case)):
                outcome[was.key] = None
            if is_ := _fact(change.after, case):
                outcome[is_.key] = is_

    def _of_case(self, states: CaseStates, configuration: Configuration, outcome: dict[Key, Fact | None]) -> None:
        before, after = states.before, states.after
        for fact in backlog_changed(before, after, states.at):
            outcome[fact.key] = fact
        if after is None:
            return  # its customer was erased: what has happened has happened
        new, gone = case_facts_changed(before, after, _hours(configuration, after))
        outcome |= dict.fromkeys(gone)
        outcome |= {fact.key: fact for fact in new}
        if before and (before.status is CaseStatus.SPAM) != (after.status is CaseStatus.SPAM):
            self._of_its_messages(before, after, outcome)

    def _of_its_messages(self, before: Case, after: Case, outcome: dict[Key, Fact | None]) -> None:
        """What was written in spam was never written, until it turns out to be none."""
        try:
            entries = read_case_entries(self.threads, after)
        except TooLarge:
            return
        for entry in entries:
            was, is_ = _fact(entry, before), _fact(entry, after)
            if was:
                outcome[was.key] = None
            if is_:
                outcome[is_.key] = is_

    def _write(self, outcome: Mapping[Key, Fact | None]) -> int:
        """What is too old to be kept is left out."""
        oldest = hour_of(self.now() - KEPT_FOR)
        put = [fact for fact in outcome.values() if fact and fact.hour > oldest]
        drop = [key for key, fact in outcome.items() if fact is None and key[0] > oldest]
        if put or drop:
            self.statistics.write(put, drop)
        return len(put) + len(drop)


def _is_counted_anew(change: EntryChange) -> bool:
    return change.before is None or fate_of(change.before) != fate_of(change.after)


def _fact(entry: Entry, case: Case) -> Fact | None:
    return fact_of_entry(entry, case, segments_of(entry.text) if is_text_message(entry) else 0)


def _hours(configuration: Configuration, case: Case) -> BusinessHours | None:
    return configuration.hours_for(case.team) if case.team in configuration.every_team else None
