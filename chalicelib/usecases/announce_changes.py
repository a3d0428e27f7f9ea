"""What happened in the threads is told to other systems: references, never texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.broadcasts import Broadcast, BroadcastStatus
from chalicelib.domain.cases import Case
from chalicelib.domain.incidents import Incident, IncidentStatus
from chalicelib.domain.mentions import agents_in, teams_in
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.event_catalogue import facts_told, type_of
from chalicelib.usecases.ports import Announcement, Announcer

_OF_INCIDENT: Mapping[IncidentStatus, str] = MappingProxyType(
    {IncidentStatus.OPEN: "incident.opened", IncidentStatus.CLOSED: "incident.closed"}
)
_OF_BROADCAST: Mapping[BroadcastStatus, str] = MappingProxyType(
    {
        BroadcastStatus.RUNNING: "broadcast.started",
        BroadcastStatus.PAUSED: "broadcast.paused",
        BroadcastStatus.STOPPED: "broadcast.stopped",
        BroadcastStatus.DONE: "broadcast.done",
    }
)


ACKNOWLEDGED_BY = "acknowledged_by"  # a fact of a message's entry: the id of the acknowledgement's
NOT_ACKNOWLEDGED = "not_acknowledged"
MENTIONED = "colleague.mentioned"


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry as the table's stream shows it: `before` is None when it is new. The stream may repeat itself.

    `at`: when it was written, to the second; None where the stream does not say.
    """

    before: Entry | None
    after: Entry
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ManyChange:
    """The same of what concerns many."""

    before: Incident | Broadcast | None
    after: Incident | Broadcast


@dataclass(frozen=True, slots=True)
class AnnounceChanges:
    announcer: Announcer

    def __call__(
        self, changes: Sequence[EntryChange], of_many: Sequence[ManyChange] = (), opened: Sequence[Case] = ()
    ) -> int:
        """How many events were announced. Repeating a change repeats its event under the same id."""
        announcements = [
            *map(_announcement_of_case, opened),
            *announcements_for(changes),
            *announcements_of_many(of_many),
        ]
        if announcements:
            self.announcer.announce(announcements)
        return len(announcements)


def acknowledgement_outcomes(changes: Sequence[EntryChange]) -> list[str]:
    """For each new message that was looked at for one: `queued`, or the reason why there is none."""
    new = [change.after.facts for change in changes if change.before is None and not change.after.moved_from]
    asked = [facts for facts in new if ACKNOWLEDGED_BY in facts or NOT_ACKNOWLEDGED in facts]
    return [facts.get(NOT_ACKNOWLEDGED, "queued") for facts in asked]


def _announcement_of_case(case: Case) -> Announcement:
    name = "case.opened"
    references = {"customer": case.customer_id, "case": case.id, "entry": "", "channel": str(case.channel)}
    facts = {"reference": case.reference, "team": case.team, "kind": case.kind, "priority": case.priority.value}
    told = facts_told(name, facts)
    return Announcement(f"{case.id}.{name}", name, case.opened_at, type_of(name).version, references, told)


def announcements_for(changes: Sequence[EntryChange]) -> list[Announcement]:
    return [found for change in changes if (found := _announcement_for(change))]


def announcements_of_many(changes: Sequence[ManyChange]) -> list[Announcement]:
    return [found for change in changes if (found := _announcement_of_many(change))]


def _announcement_of_many(change: ManyChange) -> Announcement | None:
    before, after = change.before, change.after
    if before and before.status is after.status:
        return None
    if isinstance(after, Incident):
        at = after.closed_at or after.opened_at
        return _of_many(f"{after.id}.{after.status}", _OF_INCIDENT[after.status], at, {"incident": after.id})
    name = _OF_BROADCAST.get(after.status, "")
    if before and before.status is BroadcastStatus.PAUSED and after.status is BroadcastStatus.RUNNING:
        name = "broadcast.resumed"
    if not name:
        return None  # a draft is nobody's business yet
    at = after.changed_at or after.created_at
    facts = {"broadcast": after.id, "incident": after.incident}
    return _of_many(f"{after.id}.{after.status}.{at.isoformat()}", name, at, facts)


def _of_many(id_: str, name: str, at: datetime, facts: Mapping[str, str]) -> Announcement:
    nobodys = {"customer": "", "case": "", "entry": "", "channel": ""}
    return Announcement(id_, name, at, type_of(name).version, nobodys, facts_told(name, facts))


def _announcement_for(change: EntryChange) -> Announcement | None:
    entry = change.after
    name = _new(entry) if change.before is None else _moved_on(change.before, entry)
    if not name:
        return None
    id_ = f"{entry.id}.{name}"
    if change.before and entry.delivery:
        id_ += f".{entry.delivery.attempts}"  # a message that is put back is queued, and sent, more than once
    references = {
        "customer": entry.customer_id,
        "case": entry.case_id,
        "entry": entry.id,
        "channel": str(entry.channel or ""),
    }
    facts = facts_told(name, _facts_of(entry, name))
    at = (change.at if change.before else None) or entry.at
    return Announcement(id_, name, at, type_of(name).version, references, facts)


def _facts_of(entry: Entry, name: str) -> Mapping[str, str]:
    """Those of a message are about how it came, which is nobody else's business."""
    if name == MENTIONED:
        return {"agents": " ".join(agents_in(entry.mentions)), "teams": " ".join(teams_in(entry.mentions))}
    return entry.facts if entry.event == name else {}


def _new(entry: Entry) -> str:
    if entry.moved_from:
        return "message.moved" if entry.kind in (EntryKind.INBOUND, EntryKind.OUTBOUND) else ""
    if entry.kind is EntryKind.EVENT:
        return entry.event
    if entry.is_second_copy:
        return ""  # nobody has to do anything about it
    if entry.contact:
        return "contact.logged"
    if entry.mentions:
        return MENTIONED
    return {EntryKind.INBOUND: "message.received", EntryKind.OUTBOUND: "message.queued"}.get(entry.kind, "")


def _moved_on(before: Entry, after: Entry) -> str:
    if before.reading and after.reading and before.reading.status is not after.reading.status:
        return "message.document_read"
    if after.kind is not EntryKind.OUTBOUND or before.delivery is None or after.delivery is None:
        return ""
    same = before.delivery.status is after.delivery.status
    return "" if same else f"message.{after.delivery.status}"
