"""In which channel, and at which address, a customer is written to: every way there is, the best one first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind

# What is reached by which channel. A channel that is not here cannot be written to.
REACHED_AT: Mapping[Channel, PointKind] = {
    Channel.EMAIL: PointKind.EMAIL,
    Channel.SMS: PointKind.PHONE,
    Channel.APP: PointKind.APP,
    Channel.FAX: PointKind.FAX,
}
# A call is made only where somebody chose or asked for it.
_WITH_CALLS: Mapping[Channel, PointKind] = {**REACHED_AT, Channel.PHONE: PointKind.PHONE}
# By which channel somebody is reached where they wrote from, if it is another one than that in which they wrote.
_BACK_TO = {kind: channel for channel, kind in REACHED_AT.items()}


class Why(StrEnum):
    """What speaks for a way, strongest first."""

    CHOSEN = "chosen"  # by the agent who answers
    ASKED_FOR = "asked_for"  # in this case
    PREFERRED = "preferred"  # the customer's stored preference
    LAST_USED = "last_used"  # the customer wrote from there last
    VERIFIED = "verified"  # the customer proved to be reachable there
    KNOWN = "known"  # of the customer, and never proved


@dataclass(frozen=True, slots=True)
class Wishes:
    """`chosen`: by the agent. `asked_for`: in the case. `preferred`: stored. `wrote_by`, `wrote_from`: the customer,
    last; None when nobody wrote or no address is known.
    """

    chosen: Channel | None = None
    asked_for: Channel | None = None
    preferred: Channel | None = None
    wrote_by: Channel | None = None
    wrote_from: ContactPoint | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    channel: Channel
    point: ContactPoint
    why: Why


def candidates(
    wishes: Wishes, points: Sequence[ContactPoint], proved: frozenset[ContactPoint]
) -> tuple[Candidate, ...]:
    """`points`: the customer's. Each way once, by the strongest reason that speaks for it.

    Where several addresses fit a channel, the one that was written from comes first, then those that are proved.
    """
    ordered = sorted(points, key=lambda point: (point != wishes.wrote_from, point not in proved))
    best: dict[tuple[Channel, ContactPoint], Candidate] = {}
    for candidate in _candidates(wishes, ordered, proved):
        best.setdefault((candidate.channel, candidate.point), candidate)
    return tuple(best.values())


def _candidates(wishes: Wishes, points: Sequence[ContactPoint], proved: frozenset[ContactPoint]) -> Iterator[Candidate]:
    if wishes.chosen:
        yield from _by(wishes.chosen, points, Why.CHOSEN, _WITH_CALLS)
        return
    if wishes.asked_for:
        yield from _by(wishes.asked_for, points, Why.ASKED_FOR, _WITH_CALLS)
    if wishes.preferred:
        yield from _by(wishes.preferred, points, Why.PREFERRED, _WITH_CALLS)
    if wishes.wrote_from in points and wishes.wrote_from:
        yield from _by(_back(wishes.wrote_by, wishes.wrote_from), [wishes.wrote_from], Why.LAST_USED)
    if wishes.wrote_by:
        yield from _by(wishes.wrote_by, points, Why.LAST_USED)
    for channel in REACHED_AT:
        yield from _by(channel, [point for point in points if point in proved], Why.VERIFIED)
    for channel in REACHED_AT:
        yield from _by(channel, points, Why.KNOWN)


def _back(wrote_by: Channel | None, wrote_from: ContactPoint) -> Channel | None:
    """The same channel, or the one that leads to the address, where they wrote by a form or called."""
    if wrote_by and REACHED_AT.get(wrote_by) is wrote_from.kind:
        return wrote_by
    return _BACK_TO.get(wrote_from.kind)


def _by(
    channel: Channel | None,
    points: Iterable[ContactPoint],
    why: Why,
    reached_at: Mapping[Channel, PointKind] = REACHED_AT,
) -> Iterator[Candidate]:
    kind = reached_at.get(channel) if channel else None
    for point in points:
        if channel and point.kind is kind:
            yield Candidate(channel, point, why)
