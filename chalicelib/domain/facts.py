"""What happened, as facts that can be counted. Each has an id that says what it is: writing it twice changes nothing.

Facts follow from what stands in the table, before and after a change, and from nothing else. `docs/reports.md` says
what each figure means.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.cases import MOST_ENDED_CLOCKS, Case, CaseStatus
from chalicelib.domain.clocks import ClockEnd, EndedClock
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import NOT_ARRIVED, DeliveryStatus
from chalicelib.domain.promises import Promise, PromiseStatus
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.sla import RESPONSE_CLOCKS, ClockName, kind_of
from chalicelib.domain.statistics import timed
from chalicelib.domain.threads import Entry, EntryKind

KEPT_FOR = timedelta(days=3 * 366)

_IN_TIME = (ClockEnd.ANSWERED, ClockEnd.CLOSED, ClockEnd.DONE)


@dataclass(frozen=True, slots=True)
class Group:
    """By what figures can be told apart: the team and kind of the case, and the channel of the message or, of what is
    about a whole case, of its first message.
    """

    team: str
    kind: str
    channel: str


@dataclass(frozen=True, slots=True)
class Fact:
    """`hour`: in which it happened, `yyyymmddhh` in UTC. `counts`: what it adds, by name; times as `timed` has them.

    `customer`: of a message between people a mark of whose thread it is in (`mark_of`), to count customers; else 0.
    """

    hour: str
    id: str
    group: Group
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    customer: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.hour, self.id


def hour_of(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%d%H}"


def first_hour_from(at: datetime) -> str:
    """The first that does not begin before `at`."""
    return hour_of(at + timedelta(hours=1) - timedelta(microseconds=1))


def time_of_hour(hour: str) -> datetime:
    """When it begins."""
    return datetime.strptime(hour, "%Y%m%d%H").replace(tzinfo=UTC)


def mark_of(customer_id: str) -> int:
    """Forty bits that say nothing of whose id it is, and lead nowhere once the customer is erased."""
    return int.from_bytes(hashlib.sha256(customer_id.encode()).digest()[:5])


def fact_of_entry(entry: Entry, case: Case, parts: int = 0) -> Fact | None:
    """`case`: in which it stands. `parts`: how many text messages it takes. None for what is counted nowhere: a second
    copy, a note, an answer that was taken back, what is in spam, and a copy, which was counted where it was first.
    """
    if case.status is CaseStatus.SPAM or entry.is_second_copy or entry.moved_from or entry.moved_to:
        return None
    counts = {EntryKind.INBOUND: _came, EntryKind.OUTBOUND: _went, EntryKind.EVENT: _happened}.get(entry.kind)
    counted = dict(counts(entry)) if counts else {}
    if not counted:
        return None
    if parts and entry.kind is EntryKind.OUTBOUND:
        counted["parts"] = parts
    between_people = "in" in counted or "out" in counted
    return Fact(
        hour_of(entry.at),
        f"T#{entry.id}",
        Group(case.team, case.kind, str(entry.channel or case.channel)),
        MappingProxyType(counted),
        mark_of(entry.customer_id) if between_people else 0,
    )


def fate_of(entry: Entry) -> str:
    """As far as it is counted: the delivery of an answer goes through many states that change nothing."""
    status = entry.delivery.status if entry.delivery else None
    return "withdrawn" if status is DeliveryStatus.WITHDRAWN else "lost" if status in NOT_ARRIVED else ""


def facts_of_case(case: Case, hours: BusinessHours | None) -> Mapping[tuple[str, str], Fact]:
    """All that can be told from the case as it is. `hours`: of its team, None where that is gone. A case in spam never
    was one, and of one that was moved its new place tells.
    """
    if case.status in (CaseStatus.SPAM, CaseStatus.MOVED):
        return {}
    group = Group(case.team, case.kind, str(case.channel))
    told = [
        (case.opened_at, f"C#{case.id}", {"opened": 1}),
        *_turns(case, hours),
        *((clock.ended_at, _clock_id(case, clock.name, clock.started_at), counts) for clock, counts in _clocks(case)),
        *((at, f"P#{case.id}#{id_}", counts) for id_, at, counts in _promises(case)),
    ]
    facts = [Fact(hour_of(at), id_, group, MappingProxyType(counts)) for at, id_, counts in told]
    return {fact.key: fact for fact in facts}


def case_facts_changed(
    before: Case | None, after: Case, hours: BusinessHours | None
) -> tuple[list[Fact], list[tuple[str, str]]]:
    """What is to be written, and the keys of what turned out not to have happened.

    What a case only forgets has happened all the same: its earlier closings, and all but its newest clocks.
    """
    if _is_only_moved(before, after):
        return [], []
    was = facts_of_case(before, hours) if before else {}
    is_ = facts_of_case(after, hours)
    new = [fact for key, fact in is_.items() if key not in was or was[key].counts != fact.counts]
    there = {id_ for _, id_ in is_}
    gone = [key for key in was if key not in is_ and (key[1] in there or _did_not_happen(key[1], after))]
    return new, gone


def backlog_changed(before: Case | None, after: Case | None, at: datetime) -> list[Fact]:
    """That an open case joined or left a team or kind, at the instant at which the table says so. None: it is gone."""
    case = after or before
    if case is None or (after and _is_only_moved(before, after)):
        return []
    came, went = _place(after), _place(before)
    if came == went:
        return []
    state = f"{case.version}.{case.cycle}" if after else "gone"
    ends = [(went, "-", -1), (came, "+", 1)]
    return [
        Fact(hour_of(at), f"F#{case.id}#{state}{sign}", group, MappingProxyType({"flow": count}))
        for group, sign, count in ends
        if group
    ]


def _place(case: Case | None) -> Group | None:
    if case is None or case.status is not CaseStatus.OPEN:
        return None
    return Group(case.team, case.kind, str(case.channel))


def _is_only_moved(before: Case | None, after: Case) -> bool:
    """To another customer: one record goes on as the other, and nothing has happened to the case."""
    if after.status is CaseStatus.MOVED or (before is not None and before.status is CaseStatus.MOVED):
        return True
    return before is None and bool(after.moved_from)


def _did_not_happen(id_: str, after: Case) -> bool:
    if after.status is CaseStatus.SPAM:
        return True
    if id_.startswith("K#"):
        runs = {_clock_id(after, name, clock.started_at) for name, clock in after.clocks.items()}
        return id_ in runs or len(after.ended_clocks) < MOST_ENDED_CLOCKS
    return id_.startswith("P#") and id_.rpartition("#")[2] in after.promises


def _clock_id(case: Case, name: str, started_at: datetime) -> str:
    """The same however often it is stopped: an answer that was none leaves nothing behind."""
    return f"K#{case.id}#{name}#{started_at:%Y%m%d%H%M%S%f}"


def _turns(case: Case, hours: BusinessHours | None) -> Iterator[tuple[datetime, str, dict[str, int]]]:
    """That it was closed, and that it was opened again: in each cycle at most once."""
    began = case.reopened_at or case.opened_at
    if case.reopened_at:
        yield case.reopened_at, f"O#{case.id}#{case.reopened_at:%Y%m%d%H%M%S%f}", {"reopened": 1}
    if case.status is CaseStatus.CLOSED and case.closed_at:
        counts = {"resolved": 1, **timed("resolution.wall", case.closed_at - began)}
        if hours:
            counts |= timed("resolution.business", hours.between(began, case.closed_at))
        yield case.closed_at, f"R#{case.id}#{case.closed_at:%Y%m%d%H%M%S%f}", counts


def _clocks(case: Case) -> Iterator[tuple[EndedClock, dict[str, int]]]:
    """Of those that were stopped and run again since their answer was none, nothing."""
    runs = {(name, clock.started_at) for name, clock in case.clocks.items()}
    newest = {(clock.name, clock.started_at): clock for clock in case.ended_clocks}
    for key, clock in newest.items():
        kind = kind_of(clock.name)
        if key in runs or kind is ClockName.PROMISE:
            continue
        counts: dict[str, int] = {}
        if clock.late:
            counts[f"{kind}.missed"] = 1
        elif clock.how in _IN_TIME:
            counts[f"{kind}.met"] = 1
        if kind in RESPONSE_CLOCKS and clock.how is ClockEnd.ANSWERED:
            counts |= timed(f"{kind}.wall", clock.ended_at - clock.started_at)
            counts |= timed(f"{kind}.business", clock.used)
        if counts:
            yield clock, counts


def _promises(case: Case) -> Iterator[tuple[str, datetime, dict[str, int]]]:
    for id_, promise in case.promises.items():
        settled = _settled(promise)
        if settled:
            at, how = settled
            yield id_, at, {f"promise.{how}": 1}


def _settled(promise: Promise) -> tuple[datetime, str] | None:
    """Broken counts from the moment when its time ran out, also if it is kept after that."""
    if promise.status is PromiseStatus.KEPT and promise.ended_at:
        return promise.ended_at, "late" if promise.broken_at else "kept"
    if promise.status is PromiseStatus.BROKEN:
        return promise.broken_at or promise.due_at, "broken"
    return None


def _came(entry: Entry) -> Iterator[tuple[str, int]]:
    yield ("automatic" if entry.arrival and entry.arrival.automatic else "in"), 1
    yield from _talked(entry)


def _went(entry: Entry) -> Iterator[tuple[str, int]]:
    fate = fate_of(entry)
    if fate == "withdrawn":
        return
    yield ("hub" if entry.is_automatic or entry.repeats else "out"), 1
    if fate:
        yield "lost", 1
    if entry.delivery and entry.delivery.purpose is Purpose.SURVEY:
        yield "asked", 1
    yield from _talked(entry)


def _talked(entry: Entry) -> Iterator[tuple[str, int]]:
    if entry.contact and entry.contact.duration_seconds is not None:
        yield "talks", 1
        yield "talk_seconds", entry.contact.duration_seconds


def _happened(entry: Entry) -> Iterator[tuple[str, int]]:
    if entry.event == "case.rated" and entry.facts.get("score", "").isdigit():
        yield f"rating.{entry.facts['score']}", 1
        if entry.facts.get("by") == Channel.APP:
            yield "rated_in_app", 1
    level = entry.facts.get("level", "")
    if entry.facts.get("clock") and level.isdigit():
        yield f"step.{level}", 1


def is_text_message(entry: Entry) -> bool:
    return entry.channel is Channel.SMS and entry.kind is EntryKind.OUTBOUND
