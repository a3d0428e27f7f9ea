"""Whatever happened is counted once, and what turned out not to have happened is not counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.threads import Entry, EntryKind
from tests.faults.faults import Fault
from tests.faults.invariants.rest import Rest

_OURS = (CaseStatus.OPEN, CaseStatus.CLOSED)


def what_happened_is_counted_once(rest: Rest) -> Iterator[str]:
    """By a count of what stands in the threads: messages by channel, cases, closings."""
    if not _is_judged(rest):
        return
    counted: Counter[tuple[str, str]] = Counter()
    for fact in rest.simulation.ports.statistics.rows.values():
        for name in ("in", "out", "opened", "resolved"):
            channel = fact.group.channel if name in ("in", "out") else ""
            counted[name, channel] += fact.counts.get(name, 0)
    there = _there(rest)
    for name in {*counted, *there}:
        if counted[name] != there[name]:
            yield f"{name}: {counted[name]} are counted, {there[name]} there are"


def the_backlog_is_what_is_open(rest: Rest) -> Iterator[str]:
    """What came and went adds up to what is there, in each team."""
    if not _is_judged(rest):
        return
    flows: Counter[str] = Counter()
    for fact in rest.simulation.ports.statistics.rows.values():
        flows[fact.group.team] += fact.counts.get("flow", 0)
    there = Counter(case.team for case in rest.threads.records(Case) if case.status is CaseStatus.OPEN)
    for team in {*flows, *there}:
        if flows[team] != there[team]:
            yield f"{team}: {flows[team]} open cases are counted, {there[team]} there are"


def _there(rest: Rest) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    cases = {case.id: case for case in rest.threads.records(Case) if case.status in _OURS}
    for entry in rest.threads.records(Entry):
        if entry.case_id in cases and not entry.moved_to and not entry.is_second_copy:
            if entry.kind is EntryKind.INBOUND and not (entry.arrival and entry.arrival.automatic):
                found["in", str(entry.channel)] += 1
            elif entry.kind is EntryKind.OUTBOUND and entry.author != "hub" and not _was_taken_back(entry):
                found["out", str(entry.channel)] += 1
    found["opened", ""] = len(cases)
    closings = {
        (written.after.id, written.after.closed_at)
        for written in rest.history
        if isinstance(written.after, Case) and written.after.status is CaseStatus.CLOSED
    }
    found["resolved", ""] = sum(case_id in cases for case_id, _ in closings)
    return found


def _was_taken_back(entry: Entry) -> bool:
    return entry.delivery is not None and entry.delivery.status.value == "withdrawn"


def _is_judged(rest: Rest) -> bool:
    simulation = rest.simulation
    heard = simulation.listening and not simulation.stream.given_up
    return simulation.ports.statistics.watched and heard and not simulation.world.struck[Fault.ZOMBIE]
