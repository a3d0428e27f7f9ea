"""Other systems hear of everything that happens, and can tell a repetition from something new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from chalicelib.domain.broadcasts import Broadcast, BroadcastStatus
from chalicelib.domain.cases import Case
from chalicelib.domain.connections import Connection
from chalicelib.domain.feed import AGENTS, FeedHead, FeedKind, FeedRow, place_of
from chalicelib.domain.incidents import Incident
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.event_catalogue import CATALOGUE
from tests.faults.invariants.rest import Rest
from tests.faults.store import Written

_NEW = {EntryKind.INBOUND: "message.received", EntryKind.OUTBOUND: "message.queued"}


def everything_is_announced(rest: Rest) -> Iterator[str]:
    """Every message, event and delivery status at least once, unless the stream gave it up; each under its own id."""
    if not rest.simulation.listening:
        return
    heard = {(event.id.partition(".")[0], event.name) for event in rest.simulation.ports.announcer.announced}
    given_up = rest.simulation.stream.given_up
    for place, (entry_id, name) in _happened(rest):
        if place not in given_up and (entry_id, name) not in heard:
            yield f"nobody heard {name} of {entry_id}"


def two_events_never_share_an_id(rest: Rest) -> Iterator[str]:
    """Whoever drops what was heard before by its id loses nothing: as many ids were announced as things happened."""
    if not rest.simulation.listening or rest.simulation.stream.given_up:
        return
    happened = len(list(_happened(rest)))
    ids = len({event.id for event in rest.simulation.ports.announcer.announced})
    if ids != happened:
        yield f"{happened} things happened, and were announced under {ids} ids"


def every_event_is_as_the_catalogue_says(rest: Rest) -> Iterator[str]:
    """Of a name that it knows, with all the facts that it promises and no others."""
    for event in rest.simulation.ports.announcer.announced:
        told = CATALOGUE.get(event.name)
        if told is None:
            yield f"{event.name} is not in the catalogue"
        elif {*event.facts} - {*told.sometimes} != {*told.facts} or event.version != told.version:
            yield f"{event.name} of {event.references['entry']} tells {sorted(event.facts)}"


def every_change_is_in_the_feed(rest: Rest) -> Iterator[str]:
    """Of each case and each entry that was written there is a row behind the write, unless the stream gave it up; and
    the rows have one order without gaps.
    """
    if not rest.simulation.listening:
        return
    yield from _missing_in(rest, AGENTS, [*enumerate(rest.history)])


def every_change_is_in_the_feed_of_the_app_that_follows(rest: Rest) -> Iterator[str]:
    """The same of what was written of a customer since the app first asked."""
    if not rest.simulation.listening:
        return
    for head in rest.of(FeedHead):
        if head.feed != AGENTS:
            begun = next(
                place
                for place, written in enumerate(rest.history)
                if isinstance(written.after, FeedHead) and written.after.feed == head.feed
            )
            since = [
                (place, written)
                for place, written in enumerate(rest.history)
                if place > begun and getattr(written.after, "customer_id", "") == head.feed
            ]
            yield from _missing_in(rest, head.feed, since)


def a_ticket_lets_in_once(rest: Rest) -> Iterator[str]:
    for ticket, times in Counter(ticket for ticket, _ in rest.outside.let_in).items():
        if times > 1:
            yield f"a ticket opened {times} connections: {ticket[:9]}..."


def nobody_hears_anything_when_their_token_has_ended(rest: Rest) -> Iterator[str]:
    """Nor over a connection that nobody was let in to."""
    ends_at = {one.after.id: one.after.expires_at for one in rest.history if isinstance(one.after, Connection)}
    for id_, at in rest.simulation.ports.connected.heard if rest.simulation.ports.connected else ():
        if id_ not in ends_at or ends_at[id_] <= at:
            yield f"{id_} was told at {at}"


def _missing_in(rest: Rest, feed: str, history: Sequence[tuple[int, Written]]) -> Iterator[str]:
    rows = [row for row in rest.of(FeedRow) if row.feed == feed]
    given_up = rest.simulation.stream.given_up
    places = [row.place for row in sorted(rows, key=lambda row: row.place)]
    if places != [place_of(number) for number in range(1, len(places) + 1)]:
        yield f"the feed {feed} has a gap"
    # In the order of the table: the clock by which a row says when it was written may be behind.
    written_as = {
        written.after.place: place
        for place, written in enumerate(rest.history)
        if isinstance(written.after, FeedRow) and written.after.feed == feed
    }
    newest: dict[str, int] = {}
    for row in rows:
        id_ = row.entry_id or (row.case_id if row.kind is FeedKind.CASE else "")
        newest[id_] = max(written_as[row.place], newest.get(id_, -1))
    for place, written in history:
        one = written.after
        if isinstance(one, Case | Entry) and place not in given_up and newest.get(one.id, -1) < place:
            yield f"the feed {feed} does not tell of {type(one).__name__} {one.id} as it is since {written.at}"


def _of_many(before: Incident | Broadcast | None, after: Incident | Broadcast) -> str:
    if isinstance(after, Incident):
        return "incident.opened" if before is None else "incident.closed"
    if before is not None and (before.status, after.status) == (BroadcastStatus.PAUSED, BroadcastStatus.RUNNING):
        return "broadcast.resumed"
    return f"broadcast.{'started' if after.status is BroadcastStatus.RUNNING else after.status}"


def _of_entry(before: Entry | None, after: Entry) -> str:
    """ "" for what is told nobody."""
    if after.is_second_copy or after.moved_to:
        return ""
    if before is None and after.moved_from:
        return "message.moved" if after.kind in _NEW else ""
    if before is None and after.mentions:
        return "colleague.mentioned"
    if before is None:
        return after.event or ("contact.logged" if after.contact else _NEW.get(after.kind, ""))
    if before.reading != after.reading:
        return "message.document_read"
    goes_out = after.kind is EntryKind.OUTBOUND and after.delivery and before.delivery
    return (
        f"message.{after.delivery.status}" if goes_out and before.delivery.status is not after.delivery.status else ""
    )


def _happened(rest: Rest) -> Iterator[tuple[int, tuple[str, str]]]:
    """Place in the stream, entry (or case), and name of what happened."""
    for place, written in enumerate(rest.history):
        before, after = written.before, written.after
        name = ""
        if isinstance(after, Incident | Broadcast):
            if (before is None or before.status is not after.status) and after.status is not BroadcastStatus.DRAFT:
                name = _of_many(before, after)
        elif isinstance(after, Case):
            name = "case.opened" if before is None and not after.moved_from else ""
        elif isinstance(after, Entry):
            name = _of_entry(before, after)
        if name:
            yield place, (after.id, name)
