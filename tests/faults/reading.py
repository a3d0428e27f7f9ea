"""A run as a person reads it: who did what and when, what went wrong, and what stood in the hub in the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.domain.cases import Case
from chalicelib.domain.customers import PointOwner
from chalicelib.domain.messages import LedgerRow, ParkedRecord
from chalicelib.domain.threads import Entry
from tests.faults.outside import Outside
from tests.faults.store import described


def report(outside: Outside, breaches: list[str]) -> str:
    parts = [*breaches, "", *trace_of(outside), "", "In the end:", *state_of(outside)]
    return "\n".join(parts)


def trace_of(outside: Outside) -> Iterator[str]:
    for at, who, what in outside.world.trace:
        yield f"{at:%d %H:%M:%S.%f}"[:-3] + f"  {who:<26} {_words(what)}"


def state_of(outside: Outside) -> Iterator[str]:
    threads = outside.simulation.threads
    for owner in threads.records(PointOwner):
        yield f"{owner.point} is {_short(owner.customer_id)}'s"
    for case in threads.records(Case):
        clocks = ", ".join(f"{name} level {clock.level}" for name, clock in case.clocks.items())
        waits = f"waits since {_time(case.awaiting_since)} ({clocks})" if case.awaiting_since else "does not wait"
        yield f"case {case.reference} of {_short(case.customer_id)}: {case.status}, cycle {case.cycle}, {waits}"
        for entry in threads.records(Entry):
            if entry.case_id == case.id:
                yield f"    {_entry(entry)}"
    for row in threads.records(LedgerRow):
        yield f"ledger {row.transport} {row.fingerprint[:16]}: {row.outcome} {row.target}"
    for parked in threads.records(ParkedRecord):
        yield f"parked {parked.fingerprint[:16]}: {parked.reason}"
    for key in outside.ports.raw.objects:
        yield f"object {key[:72]}"


def _entry(entry: Entry) -> str:
    parts = [_time(entry.at), entry.kind, entry.event, entry.text.strip()[:30].replace("\n", " ")]
    if entry.arrival:
        parts.append(f"{entry.arrival.rule}, trust {int(entry.arrival.trust)}")
    if entry.delivery:
        parts.append(f"{entry.delivery.status} to {entry.delivery.recipient}, attempts {entry.delivery.attempts}")
    return "  ".join(part for part in parts if part)


def _words(what: Any) -> str:
    if not isinstance(what, tuple):
        return str(what) if isinstance(what, str) else f"failed: {type(what).__name__} {what}"
    if what[0] == "ended":
        return f"ended{_outcome(what[1])}"
    call, detail, fault = what
    said = " ".join(described(change) for change in detail) if isinstance(detail, tuple) else detail or ""
    return f"{call} {said}" + (f"   <-- {fault}" if fault else "")


def _outcome(value: Any) -> str:
    if isinstance(value, dict) and "statusCode" in value:
        return f" {value['statusCode']} {value['body'][:120]}"
    return f" {value}" if value else ""


def _time(at: datetime | None) -> str:
    return f"{at:%d %H:%M:%S}" if at else "never"


def _short(id_: str) -> str:
    return id_[-6:]
