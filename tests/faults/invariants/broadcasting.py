"""One message to many: to each of them once, with one outcome each, and the counts are true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.domain.broadcasts import FATES, Broadcast, BroadcastStatus, Recipient, RecipientState, counted_as
from chalicelib.domain.cases import Case
from chalicelib.domain.incidents import Incident
from chalicelib.domain.threads import Entry
from tests.faults.invariants.rest import Rest


def nobody_gets_one_broadcast_twice(rest: Rest) -> Iterator[str]:
    """An answer to an incident in one case: who has two that are linked has asked about two things."""
    answers = {broadcast.id for broadcast in rest.of(Broadcast) if broadcast.incident}
    told = Counter(
        (entry.facts["broadcast"], entry.customer_id, entry.case_id if entry.facts["broadcast"] in answers else "")
        for entry in _told(rest)
    )
    for (broadcast, customer_id, _), times in told.items():
        if times > 1:
            yield f"customer {customer_id} got broadcast {broadcast} {times} times"


def whoever_was_chosen_has_exactly_one_outcome(rest: Rest) -> Iterator[str]:
    """Once it is done; and the counts, whatever it is, are those of the rows. Each message is named by one row."""
    for broadcast in rest.of(Broadcast):
        rows = [
            row
            for row in rest.of(Recipient)
            if row.recipients == broadcast.recipients and row.state is not RecipientState.REMOVED
        ]
        waiting = [row.id for row in rows if row.state is RecipientState.WAITING]
        if broadcast.status is BroadcastStatus.RUNNING:
            yield f"broadcast {broadcast.id} runs for ever"
        if broadcast.status is BroadcastStatus.DONE and waiting:
            yield f"broadcast {broadcast.id} is done, and {waiting} wait"
        counted = Counter(counted_as(row) for row in rows if row.state is not RecipientState.WAITING)
        if dict(broadcast.counts) != {"chosen": len(rows), **counted}:
            yield f"broadcast {broadcast.id} counts {dict(broadcast.counts)}; a recount gives {dict(counted)}"
        named = Counter(row.entry for row in rows if row.entry)
        written = {f"{one.customer_id}/{one.id}" for one in _told(rest) if one.facts["broadcast"] == broadcast.id}
        if named != Counter(written):
            yield f"broadcast {broadcast.id}: its rows name {sorted(named)}, there are {sorted(written)}"


def how_its_messages_ended_is_counted(rest: Rest) -> Iterator[str]:
    for broadcast in rest.of(Broadcast):
        ours = [one for one in rest.of(Entry) if one.facts.get("broadcast") == broadcast.id and not one.moved_to]
        ended = Counter(str(one.delivery.status) for one in ours if one.delivery and one.delivery.status in FATES)
        if +Counter(broadcast.deliveries) != ended:
            yield f"broadcast {broadcast.id} counts {dict(broadcast.deliveries)}; a recount gives {dict(ended)}"


def an_incident_knows_how_many_are_linked(rest: Rest) -> Iterator[str]:
    for incident in rest.of(Incident):
        linked = {case.reference for case in rest.of(Case) if case.incident == incident.id and not case.moved_to}
        rows = [row for row in rest.of(Recipient) if row.recipients == incident.id]
        listed = {row.id for row in rows if row.state is not RecipientState.REMOVED}
        if linked != listed or incident.linked != len(listed):
            yield f"incident {incident.id} counts {incident.linked}; its cases are {linked}, its rows {listed}"


def _told(rest: Rest) -> list[Entry]:
    return [entry for entry in rest.of(Entry) if entry.facts.get("broadcast") and not entry.moved_from]
