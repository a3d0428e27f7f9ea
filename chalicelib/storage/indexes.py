"""The three lists that the table keeps by itself, and where a case or an entry stands in them.

All of it is pure: the store in memory keeps the same lists by the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from zlib import crc32

from chalicelib.domain.broadcasts import Broadcast
from chalicelib.domain.cases import ONLY_GROW, Case, CaseStatus
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.disposal import Disposal
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.exporting import Export
from chalicelib.domain.merging import Suggestion, SuggestionStatus
from chalicelib.domain.messages import ParkedRecord, ReleaseState
from chalicelib.domain.tasks import ListedTask
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.storage.instants import render_instant
from chalicelib.usecases.ports import Record, Update, closed_in, tasks_of, unassigned_in

UNSETTLED = "unknown"  # the partition of `due` with our messages of which nobody knows whether they were sent
WAITING = "parked"  # the partition of `due` with the parked messages that nobody has decided about
BROADCASTS = "broadcasts"  # the partition of `due` with those that a worker goes on with
ERASURES = "erasures"  # the partition of `due` with those that a worker goes on with
EXPORTS = "exports"  # the same
DISPOSALS = "disposals"  # the same
SUGGESTED = "suggested@merges"  # the partition of `worklist` with the merges that wait for an agent's decision
NO_DEADLINE = "never"  # sorts behind every instant: letters come after digits


@dataclass(frozen=True, slots=True)
class Index:
    """A sparse index: a record is in it only while it has both key attributes. `shown` is what its rows carry."""

    name: str
    partition: str
    sort: str
    shown: tuple[str, ...]


_SUMMARY = (
    *("type", "reference", "status", "team", "channel", "subject", "assignee", "awaiting_since", "kind", "priority"),
    *("customer_name", "last_channel", "last_inbound_id", "messages_in", "next_clock"),
)
DUE = Index("due", "due", "next_step_at", ("type", "case_id", "reason"))
URGENT = Index("urgent", "urgent", "deadline_at", (*_SUMMARY, "last_activity_at"))
WORKLIST = Index("worklist", "worklist", "last_activity_at", (*_SUMMARY, "deadline_at"))
INDEXES = (DUE, URGENT, WORKLIST)

_JOBS: Mapping[type, str] = {Broadcast: BROADCASTS, Erasure: ERASURES, Export: EXPORTS, Disposal: DISPOSALS}

COMPUTED_FROM: Mapping[type, tuple[tuple[str, ...], ...]] = {
    # the fields behind `worklist`, `urgent`, `deadline_at` (with `next_clock`) and `due` of a case and behind the
    # rows of its tasks, and
    # behind `due` or `worklist` of the others
    Case: (
        ("status", "assignee", "team", "closed_at"),
        ("status", "team"),
        ("clocks",),
        ("team",),
        ("status", "team", "tasks"),
    ),
    Entry: (("delivery",),),
    ParkedRecord: (("release_state",),),
    Suggestion: (("status", "at"),),
    ListedTask: (("team", "task"),),
}


def places_of(record: Record, shards: int) -> dict[str, str]:
    """The index attributes that are not fields of the record itself, by name; "" for none."""
    if isinstance(record, Case):
        return {
            "due": due_cases(record.team, shard_of(record.customer_id, shards)),
            "urgent": record.team if record.status is CaseStatus.OPEN else "",
            "deadline_at": render_instant(record.deadline_at) if record.deadline_at else NO_DEADLINE,
            "next_clock": record.next_clock,
            "worklist": _worklist_of(record),
        }
    if isinstance(record, Entry):
        return _place_of_entry(record, shards)
    if isinstance(record, ParkedRecord) and record.release_state is ReleaseState.WAITING:
        return {"due": WAITING, "next_step_at": render_instant(record.at)}
    if type(record) in _JOBS:
        return {"due": _JOBS[type(record)]}
    return _place_in_worklist(record)


def _place_in_worklist(record: Record) -> dict[str, str]:
    if isinstance(record, Suggestion) and record.status is SuggestionStatus.OPEN:
        return {"worklist": SUGGESTED, "last_activity_at": render_instant(record.at)}
    if isinstance(record, ListedTask) and record.task:
        return {
            "worklist": tasks_of(record.team, record.task.kind),
            "last_activity_at": render_instant(record.task.due_at),
        }
    return {}


def _place_of_entry(entry: Entry, shards: int) -> dict[str, str]:
    if entry.delivery and entry.delivery.next_step_at:
        return {
            "due": due_deliveries(shard_of(entry.customer_id, shards)),
            "next_step_at": render_instant(entry.delivery.next_step_at),
        }
    return {"due": UNSETTLED, "next_step_at": render_instant(entry.at)} if is_unsettled(entry) else {}


def is_unsettled(entry: Entry) -> bool:
    """A person has to say whether it was sent. What the hub tells colleagues or proves numbers by is let go."""
    delivery = entry.delivery
    return entry.kind is EntryKind.OUTBOUND and delivery is not None and delivery.status is DeliveryStatus.UNKNOWN


def held_fields(update: Update) -> tuple[str, ...]:
    """What must still be as in `before`: what the change depends on, and the other fields of each list that it moves
    the record in.

    Without the second part two changes that know nothing of each other, such as an assignment and the message that
    opens the case again, would each be right and leave the case in the wrong list for good.
    """
    changed = {
        field.name
        for field in fields(update.before)
        if getattr(update.before, field.name) != getattr(update.after, field.name)
    }
    held = [*update.depends_on]
    for together in COMPUTED_FROM.get(type(update.before), ()):
        if changed & {*together}:
            held.extend(together)
    return tuple(dict.fromkeys(held))


def growing_fields(update: Update) -> tuple[str, ...]:
    """What the change moves on, and what must not be beyond it already: who was overtaken has to look again. What the
    change depends on is compared whole, and may go back: a message that is moved away takes its instant with it.
    """
    if not isinstance(update.before, Case) or not isinstance(update.after, Case):
        return ()
    before, after = update.before, update.after
    return tuple(
        name for name in ONLY_GROW if getattr(before, name) != getattr(after, name) and name not in update.depends_on
    )


def shard_of(customer_id: str, shards: int) -> int:
    """Stable for ever: `hash()` is another one in every process."""
    return crc32(customer_id.encode()) % shards


def due_cases(team: str, shard: int) -> str:
    return f"case@{team}#{shard}"


def due_deliveries(shard: int) -> str:
    return f"send@{shard}"


def _worklist_of(case: Case) -> str:
    if case.status in (CaseStatus.SPAM, CaseStatus.MOVED):
        return ""
    if case.status is CaseStatus.CLOSED and case.closed_at:
        return closed_in(case.team, f"{case.closed_at:%Y%m}")
    return case.assignee or unassigned_in(case.team)
