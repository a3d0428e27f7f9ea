"""What goes out goes out once, and what the hub says about it is true."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from email import message_from_bytes

from chalicelib.domain.agents import Agent
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.customers import PointLink
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.messages import Post
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.verification import Verification
from tests.faults.invariants.rest import Rest

# How far along each status is: nothing ever goes back, but for the moves of `_BACK`.
_FURTHER = [
    DeliveryStatus.QUEUED,
    DeliveryStatus.WITHDRAWN,
    DeliveryStatus.SENDING,
    DeliveryStatus.UNKNOWN,
    DeliveryStatus.SENT,
    DeliveryStatus.DEFERRED,
    DeliveryStatus.FAILED,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.BOUNCED,
    DeliveryStatus.COMPLAINED,
    DeliveryStatus.DIGESTED,
]
_BACK = {(DeliveryStatus.SENDING, DeliveryStatus.QUEUED)}  # certainly refused, for now
_REPORTED = {
    "Delivery": DeliveryStatus.DELIVERED,
    "DeliveryDelay": DeliveryStatus.DEFERRED,
    "Bounce": DeliveryStatus.BOUNCED,
    "TooLarge": DeliveryStatus.BOUNCED,
    "Complaint": DeliveryStatus.COMPLAINED,
    "TEXT_DELIVERED": DeliveryStatus.DELIVERED,
    "TEXT_INVALID": DeliveryStatus.BOUNCED,
    "TEXT_UNREACHABLE": DeliveryStatus.BOUNCED,
}
_LOST = {"delivery.bounced", "delivery.complained"}
_NOT_YET = {DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.DEFERRED}
_TAKEN = {DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.BOUNCED, DeliveryStatus.COMPLAINED}


def nothing_is_sent_twice(rest: Rest) -> Iterator[str]:
    """The carrier is asked again only after it has certainly refused, or because a person wants it."""
    unanswered = [tag for carrier in rest.carriers for tag in carrier.unanswered]
    for entry in rest.of(Entry):
        asked = len(rest.taken[entry.id]) + sum(tag.startswith(entry.id) for tag in unanswered)
        wanted_again = entry.delivery is not None and entry.delivery.possible_duplicate
        if asked > 1 + wanted_again:
            yield f"entry {entry.id} was given to its carrier {asked} times"


def what_is_said_of_a_delivery_is_true(rest: Rest) -> Iterator[str]:
    """Accepted means sent, reported on, or unknown; each of these but the last means accepted under that id; failed
    means that its carrier refused it or put it off for too long; what was taken back was never given to it.
    """
    refused = {tag for carrier in rest.carriers for tag in carrier.refused}
    by_a_person = {one.facts["entry"] for one in rest.of(Entry) if one.facts.get("settlement") == "sent"}
    erased = rest.erased_ids()
    for entry in rest.of(Entry):
        if entry.delivery is None or entry.id in by_a_person:  # what a person found out, the hub cannot know better
            continue
        if entry.channel is Channel.APP:
            yield from _said_of_an_app_answer(entry)
            continue
        origin = rest.origin_of(entry)
        status, ids = entry.delivery.status, [accepted.provider_id for accepted in rest.taken[origin]]
        is_known = entry.delivery.provider_id in ids if entry.delivery.possible_duplicate else len(ids) == 1
        if status in _TAKEN and not (is_known and entry.delivery.provider_id in ids):
            yield f"entry {entry.id} is {status} as {entry.delivery.provider_id!r}; its carrier took {ids}"
        is_refused = f"{origin}-{entry.delivery.attempts}" in refused or rest.is_held_back(entry)
        is_given_up = bool(entry.delivery.reports)
        if status is DeliveryStatus.FAILED and not is_given_up and (ids or not is_refused):
            yield f"entry {entry.id} is failed ({entry.delivery.detail}); its carrier took {ids} and refused nothing"
        if status is DeliveryStatus.WITHDRAWN and ids:
            yield f"entry {entry.id} was taken back, and its carrier took it as {ids}"
        is_erased = entry.kind is EntryKind.NOTICE and entry.customer_id in erased  # before anybody claimed it
        if status in _NOT_YET and not is_erased:
            yield f"entry {entry.id} is {status} for ever"


def _said_of_an_app_answer(entry: Entry) -> Iterator[str]:
    """It stands in the thread: it is sent whether or not a device was rung, and delivered when it was fetched."""
    assert entry.delivery
    if entry.delivery.status in {*_NOT_YET, DeliveryStatus.UNKNOWN}:
        yield f"entry {entry.id} in the app is {entry.delivery.status} for ever"


def nobody_is_rung_twice(rest: Rest) -> Iterator[str]:
    """One bell for each device and answer, whatever became of the worker that rang."""
    bells = Counter((bell.entry_id, bell.message.recipient) for bell in rest.simulation.ports.push.accepted)
    for (entry_id, _), times in bells.items():
        if times > 1:
            yield f"a device was rung {times} times for entry {entry_id}"


def what_nobody_read_goes_elsewhere_once(rest: Rest) -> Iterator[str]:
    """And only to who had not read it by then."""
    repeated = Counter(entry.repeats for entry in rest.of(Entry) if entry.repeats and not entry.moved_from)
    for entry_id, times in repeated.items():
        read = rest.entries[entry_id].delivery.read_at
        again = next(entry for entry in rest.of(Entry) if entry.repeats == entry_id)
        if times > 1 or (read and read <= again.at):
            yield f"entry {entry_id} went another way {times} times, and was read at {read}"


def a_delivery_only_moves_forward(rest: Rest) -> Iterator[str]:
    for written in rest.moves_of(Entry):
        before, after = _delivery(written.before), _delivery(written.after)
        if before is None or after is None or (before.status, after.status) in _BACK:
            continue
        if after.possible_duplicate and not before.possible_duplicate:
            continue  # a person has it sent again
        if _FURTHER.index(after.status) < _FURTHER.index(before.status):
            yield f"entry {written.after.id} went from {before.status} to {after.status}"


def a_delivery_follows_what_its_carrier_reported(rest: Rest) -> Iterator[str]:
    """At least as far as the furthest of it, in whatever order it came, and whatever became of the entry since."""
    for entry_id, kind in rest.outside.reported:
        entry = rest.entries[entry_id]
        while entry.moved_to:
            entry = rest.entries[entry.moved_to.rpartition("/")[2]]
        status = entry.delivery.status if entry.delivery else None
        if status is None or _FURTHER.index(status) < _FURTHER.index(_REPORTED.get(kind, DeliveryStatus.SENT)):
            yield f"entry {entry.id} is {status}; its carrier said {kind}"


def a_loss_is_told_once(rest: Rest) -> Iterator[str]:
    """In its thread, however often its carrier tells of it."""
    told = [
        entry for entry in rest.of(Entry) if entry.event in _LOST and not entry.moved_to
    ]  # of those nothing is left
    lost = Counter((entry.facts["entry"], entry.event) for entry in told)
    for (entry_id, event), times in lost.items():
        if times > 1:
            yield f"{event} of entry {entry_id} is told {times} times"


def nobody_sends_what_somebody_has_judged(rest: Rest) -> Iterator[str]:
    """While a worker may still send, the entry is its own: who is asked about an unknown answer can rely on it.

    Only where the platform ends workers in time: whoever outlives that can always send too late.
    """
    if rest.simulation.world.zombies:
        return
    for accepted in (accepted for taken in rest.taken.values() for accepted in taken):
        stored = [one.delivery for at, one in rest.writings_of[accepted.entry_id] if at < accepted.after_write]
        last = stored[-1] if stored else None
        if (
            last is None
            or last.status is not DeliveryStatus.SENDING
            or f"{accepted.entry_id}-{last.attempts}" != accepted.message.tag
        ):
            yield f"entry {accepted.entry_id} was sent while it stood as {last.status if last else None}"


def a_mail_carries_the_files_of_its_entry(rest: Rest) -> Iterator[str]:
    for entry in rest.of(Entry):
        for accepted in rest.taken[entry.id]:
            raw = accepted.message.raw or _posted(accepted.message.post)
            carried = message_from_bytes(raw).walk() if raw else ()
            digests = [
                hashlib.sha256(part.get_payload(decode=True)).hexdigest() for part in carried if part.get_filename()
            ]
            written = digests[:1] if entry.channel is Channel.FAX else []  # the words themselves are a document
            if digests != [*written, *(file.sha256 for file in entry.attachments)]:
                yield f"entry {entry.id} was sent with {len(digests)} files, and names {len(entry.attachments)}"


def answers_go_to_their_customer_and_notices_to_colleagues(rest: Rest) -> Iterator[str]:
    """The hub by itself writes to nobody outside the company."""
    staff = {address for team in rest.configuration.teams.values() for address in (team.email, team.supervisor_email)}
    staff |= {agent.email for agent in rest.of(Agent)}
    points: dict[str, set[str]] = defaultdict(set)
    wrote_from: dict[str, set[str]] = defaultdict(set)
    for record in (written.after for written in rest.history if written.before is None):
        if isinstance(record, PointLink):
            points[record.customer_id].add(record.point.value)
        if not isinstance(record, Entry):
            continue
        if record.arrival and record.arrival.point:
            wrote_from[record.case_id].add(record.arrival.point.value)
        if record.delivery is None or record.moved_from:
            continue
        family = {record.customer_id, *rest.families[record.customer_id]}
        customers = {value for id_ in family for value in points[id_]}
        if not points[record.customer_id]:  # a merge that gave them some may have been undone before they were answered
            customers |= wrote_from[record.case_id]
        if record.kind is EntryKind.CODE:
            customers = {claimed.point.value for claimed in rest.of(Verification) if claimed.id == record.customer_id}
        if record.delivery.recipient not in (staff if record.kind is EntryKind.NOTICE else customers):
            yield f"{record.kind} {record.id} goes to {record.delivery.recipient}"
        if (record.kind is EntryKind.OUTBOUND and not record.delivery.automatic) != record.author.startswith("agent:"):
            yield f"{record.kind} {record.id} was written by {record.author}"


def _posted(post: Post | None) -> bytes:
    return f"Content-Type: {post.content_type}\r\n\r\n".encode() + post.body if post else b""


def _delivery(record: object) -> Delivery | None:
    return record.delivery if isinstance(record, Entry) else None
