"""Nothing leaves to where nothing may go (TRUST I11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.contact_policy import is_no_reply
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.inboxes import addresses_of_ours, is_of_ours
from chalicelib.domain.reachability import Purpose, Reachability
from chalicelib.domain.threads import Entry, EntryKind
from tests.faults.invariants.rest import Rest
from tests.faults.ports import Accepted

_A_MINUTE = timedelta(minutes=1)
_CLOCKS_DIFFER_BY = timedelta(seconds=30)


def nothing_leaves_to_where_nothing_may_go(rest: Rest) -> Iterator[str]:
    """No null, own or no-reply address; and nobody who had opted out, or was suppressed, when the worker took it on."""
    ours = addresses_of_ours(rest.configuration)
    for accepted in (accepted for taken in rest.taken.values() for accepted in taken):
        recipient = accepted.message.recipient
        if not recipient.strip("<>") or is_of_ours(recipient.lower(), ours) or is_no_reply(recipient):
            yield f"entry {accepted.entry_id} went to {recipient!r}"
        yield from _unheard(rest, accepted)


def nobody_is_disturbed_in_quiet_hours(rest: Rest) -> Iterator[str]:
    """But for what was kept as urgent. What was claimed before they began may leave in the minute after, and the hub's
    clock may be ahead of the customer's.
    """
    hours = rest.configuration.contact_rules.quiet_hours
    if hours is None:
        return
    for entry in rest.of(Entry):
        team = rest.configuration.get_team("care")
        zone = rest.configuration.calendars[team.calendar].zone
        for accepted in rest.taken[entry.id]:
            bound = entry.channel in rest.configuration.contact_rules.bound.get(entry.delivery.purpose, ())
            is_quiet = all(hours.end_of(accepted.at + by, zone) for by in (-_A_MINUTE, _CLOCKS_DIFFER_BY))
            if bound and not entry.delivery.urgent and is_quiet:
                yield f"entry {entry.id} went out by {entry.channel} at {accepted.at}, in quiet hours"


def _unheard(rest: Rest, accepted: Accepted) -> Iterator[str]:
    claims = [
        (at, entry)
        for at, entry in rest.writings_of[accepted.entry_id]
        if at < accepted.after_write and entry.delivery.status is DeliveryStatus.SENDING
    ]
    if not claims or claims[-1][1].delivery.point is None:
        return
    attempts = claims[-1][1].delivery.attempts
    claimed_at, entry = next(claim for claim in claims if claim[1].delivery.attempts == attempts)
    known = _known(rest, entry.delivery.point, claimed_at)
    opt_out = known and known.opt_out_of(entry.delivery.purpose)
    if opt_out and not _asked_again(rest, entry, opt_out.at, claimed_at):
        yield f"entry {entry.id} went to {entry.delivery.point}, who had opted out of {entry.delivery.purpose}"
    if known and known.is_suppressed(accepted.at):
        yield f"entry {entry.id} went to {entry.delivery.point}, which is suppressed"


def _known(rest: Rest, point: ContactPoint, until: int) -> Reachability | None:
    said = [known for at, known in rest.reachability_of[point] if at < until]
    return said[-1] if said else None


def _asked_again(rest: Rest, entry: Entry, opted_out_at: datetime, until: int) -> bool:
    """A person answers what came from there since."""
    wrote = [
        written.after
        for written in rest.history[:until]
        if isinstance(written.after, Entry)
        and written.after.kind is EntryKind.INBOUND
        and written.after.arrival
        and written.after.arrival.point == entry.delivery.point
        and written.after.at > opted_out_at
    ]
    return bool(wrote) and entry.author.startswith("agent:") and entry.delivery.purpose is Purpose.SERVICE
