"""Colleagues are not flooded, and of nothing that was held back is any of it lost or told twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.threads import Entry, EntryKind
from tests.faults.invariants.rest import Rest


def nobody_gets_more_single_notices_than_the_limit(rest: Rest) -> Iterator[str]:
    """Of steps: that an answer did not arrive is told at once, each time."""
    limit = rest.configuration.notice_limit
    lost = {event.facts.get("notice") for event in rest.of(Entry) if event.event.startswith("delivery.")}
    singles = Counter(
        (entry.channel, entry.delivery.recipient, limit.window_at(entry.at).name)
        for entry in _notices(rest)
        if not entry.delivery.digest and rest.origin_of(entry) not in lost
    )
    for (channel, recipient, window), count in singles.items():
        if count > limit.most:
            yield f"{recipient} got {count} single notices by {channel} in the window {window}"


def what_is_held_back_is_told_in_the_digest_that_it_names(rest: Rest) -> Iterator[str]:
    """Once: a digest counts just the notices that say they are in it, and goes to whom they would have gone."""
    held = [entry for entry in _notices(rest) if entry.delivery.digest]
    counted: Counter[str] = Counter()
    for digest in (entry for entry in rest.of(Entry) if entry.kind is EntryKind.NOTICE and not entry.case_id):
        counted[digest.customer_id] += int(digest.facts["notices"])
        others = {entry.delivery.recipient for entry in held if entry.delivery.digest == digest.customer_id}
        if others != {digest.delivery.recipient}:
            yield f"digest {digest.id} goes to {digest.delivery.recipient} and tells what was for {others}"
    for entry in held:
        if entry.delivery.status is not DeliveryStatus.DIGESTED:
            yield f"notice {entry.id} waits for its digest for ever: it is {entry.delivery.status}"
    if counted != Counter(entry.delivery.digest for entry in held):
        yield f"{counted} notices are counted in digests, and {len(held)} say that they are in one"


def each_event_says_how_it_was_told(rest: Rest) -> Iterator[str]:
    """By which notice, and in which digest if that waited for one; and so does each note that mentions somebody."""
    events = [entry for entry in rest.of(Entry) if entry.facts.get("notice") and not entry.moved_to]
    told = {event.facts["notice"]: event.facts.get("digest", "") for event in events}
    notes = [entry for entry in rest.of(Entry) if entry.mentions and not entry.moved_to]
    told |= {id_: "" for note in notes for id_ in note.facts.get("notices", "").split()}
    notices = {rest.origin_of(entry): entry.delivery.digest for entry in _notices(rest)}
    if told != notices:
        yield f"events speak of {told}; there are {notices}"


def _notices(rest: Rest) -> list[Entry]:
    """Those of steps, wherever they were moved; not the digests themselves."""
    return [
        entry for entry in rest.of(Entry) if entry.kind is EntryKind.NOTICE and entry.case_id and not entry.moved_to
    ]
