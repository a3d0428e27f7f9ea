"""Where and how a customer is written to: the channel, the address, and the headers that lead the answer back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.errors import NoWayToReach
from chalicelib.domain.reply_address import KeyRing, reply_address_for
from chalicelib.domain.threads import Entry
from chalicelib.usecases.find_customer import points_of, surviving_customer
from chalicelib.usecases.ports import ThreadStore

# In which channels an answer may go out, best first, by the channel in which the customer wrote last.
ANSWERED_BY = {
    Channel.EMAIL: (Channel.EMAIL,),
    Channel.SMS: (Channel.SMS,),
    Channel.WEB_FORM: (Channel.EMAIL, Channel.SMS),
    Channel.APP: (Channel.APP,),
    Channel.FAX: (Channel.EMAIL, Channel.SMS),
}
_REACHED_AT = {Channel.EMAIL: PointKind.EMAIL, Channel.SMS: PointKind.PHONE, Channel.APP: PointKind.APP}


@dataclass(frozen=True, slots=True)
class Way:
    """`delivery` None for the app: it reads the thread itself, nothing has to be carried."""

    channel: Channel
    point: ContactPoint
    delivery: Delivery | None


def way_to_reach(
    threads: ThreadStore,
    case: Case,
    last: Entry | None,
    configuration: Configuration,
    ring: KeyRing,
    wanted: Channel | None = None,
) -> Way:
    """`last`: what the customer wrote last; `wanted`: None for the best channel. Raises NoWayToReach."""
    channel, point = _channel_and_point(threads, case, last, wanted)
    return Way(channel, point, _delivery(case, last, channel, point, configuration, ring))


def _channel_and_point(
    threads: ThreadStore, case: Case, last: Entry | None, wanted: Channel | None
) -> tuple[Channel, ContactPoint]:
    """The address that the customer wrote from last, else the first one known that fits the channel.

    Of those that stand with the case; the rest of the family is asked only when that is not enough.
    """
    wrote_from = last.arrival.point if last and last.arrival else None
    wrote_by = last.channel if last and last.channel else case.channel
    channels = (wanted,) if wanted else ANSWERED_BY.get(wrote_by, (Channel.EMAIL, Channel.SMS))
    known = threads.list_points(case.customer_id)
    way = _find_way(channels, (wrote_from, *known)) if wrote_from in known else None
    if way is None:
        family = points_of(threads, surviving_customer(threads, case.customer_id))
        is_theirs = wrote_from in family or not family
        way = _find_way(channels, (wrote_from, *family) if is_theirs else family)
    if way is None:
        raise NoWayToReach()
    return way


def _delivery(
    case: Case,
    last: Entry | None,
    channel: Channel,
    point: ContactPoint,
    configuration: Configuration,
    ring: KeyRing,
) -> Delivery | None:
    if channel is Channel.APP:
        return None
    inbox = configuration.inbox_writing(channel, case.inbox, case.team)
    delivery = Delivery(
        status=DeliveryStatus.QUEUED,
        recipient=_spelled(point, last),
        sender=inbox.address,
        point=point,
    )
    if channel is not Channel.EMAIL:
        return delivery
    answered = last.arrival.message_id if last and last.arrival else ""
    return replace(
        delivery,
        reply_to=reply_address_for(case.reference, case.signed_for, inbox.address.rpartition("@")[2], ring),
        in_reply_to=answered,
        references=(answered,) if answered else (),
    )


def _find_way(
    channels: Sequence[Channel], points: Sequence[ContactPoint | None]
) -> tuple[Channel, ContactPoint] | None:
    for channel in channels:
        for point in points:
            if point and point.kind is _REACHED_AT.get(channel):
                return channel, point
    return None


def _spelled(point: ContactPoint, last: Entry | None) -> str:
    """Their own server may care for capitals in the mailbox, so what they wrote is what we write to."""
    wrote_from = last.arrival if last and last.arrival and last.arrival.point == point else None
    return wrote_from.address if wrote_from and wrote_from.address else point.value
