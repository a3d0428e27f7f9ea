"""Where and how a customer is written to: the channel, the address, and the headers that lead the answer back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.cases import Case
from chalicelib.domain.channel_choice import Candidate, Why, Wishes, candidates
from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.contact_policy import Ruling, may_be_answered_all_the_same, ruling_on
from chalicelib.domain.customers import Customer
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.errors import ContactRefused, NoWayToReach, WrongConfiguration
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.reply_address import KeyRing, reply_address_for
from chalicelib.domain.threads import Entry
from chalicelib.usecases.contact_rulings import Addressee, Intent, sending_of
from chalicelib.usecases.find_customer import points_of, surviving_customer
from chalicelib.usecases.ports import ThreadStore

_MOST_REASONS = 5
_NOT_CARRIED = (Channel.PHONE,)


@dataclass(frozen=True, slots=True)
class Way:
    """`delivery` None where nothing has to be carried: a call is a person's.

    `why`: what spoke for it. `warnings`: what the agent should know about it, by name, in words. `passed_over`: better
    ways that the contact policy forbids, in words. `not_before`: it waits until then; None when it may go now.
    `language`: in which the customer wants to be written to, "" when they did not say.
    """

    channel: Channel
    point: ContactPoint
    delivery: Delivery | None
    why: Why = Why.KNOWN
    warnings: Mapping[str, str] | None = None
    passed_over: tuple[str, ...] = ()
    not_before: datetime | None = None
    language: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """For the entry that goes this way: flat, and only what there is to say."""
        warnings = "\n".join(f"{name}: {text}" for name, text in (self.warnings or {}).items())
        why = "" if self.why in (Why.CHOSEN, Why.LAST_USED) else str(self.why)
        said = {"way": why, "passed_over": "\n".join(self.passed_over), "warnings": warnings}
        return {name: text for name, text in said.items() if text}


@dataclass(frozen=True, slots=True)
class _Judged:
    candidate: Candidate
    inbox: Inbox | None
    ruling: Ruling
    by_exception: bool


def way_to_reach(
    threads: ThreadStore,
    case: Case,
    last: Entry | None,
    configuration: Configuration,
    ring: KeyRing,
    intent: Intent,
    wanted: Channel | None = None,
) -> Way:
    """`last`: what the customer wrote last; `wanted`: the channel that an agent chose, None for the best one.

    Raises ContactRefused when the policy forbids what an agent chose, NoWayToReach when there is no way that it allows;
    both say why.
    """
    customer = surviving_customer(threads, case.customer_id)
    wrote_from = last.arrival.point if last and last.arrival else None
    points = points_of(threads, customer)
    if wrote_from and not points:
        points = (wrote_from,)  # of somebody who only claims to be a customer, it is all there is
    wishes = Wishes(
        chosen=wanted,
        asked_for=_for(intent, case.answer_by),
        preferred=_for(intent, customer.preferences.channel),
        wrote_by=last.channel if last and last.channel else case.channel,
        wrote_from=wrote_from,
    )
    proved = _proved(threads, points, wrote_from)
    to = Addressee(
        team=case.team,
        customer=customer,
        others=_others(threads, customer, intent.purpose),
        wrote_from=wrote_from,
        wrote_by=last.channel if last else None,
        wrote_at=last.at if last else None,
        known=threads.find_reachabilities(points),
    )
    passed_over: list[Ruling] = []
    for judged in _judged(candidates(wishes, points, proved), to, configuration, case, intent):
        if not judged.ruling.refuses:
            warnings = _warnings(judged, wishes, proved)
            way = _way(judged, case, last, ring, intent, warnings, tuple(ruling.why for ruling in passed_over))
            return replace(way, language=customer.preferences.language)
        passed_over.append(judged.ruling)
    raise _no_way(wanted, passed_over)


def _for(intent: Intent, channel: Channel | None) -> Channel | None:
    """What the hub says by itself nobody says by telephone."""
    return None if channel is Channel.PHONE and not intent.by_person else channel


def _judged(
    ways: tuple[Candidate, ...], to: Addressee, configuration: Configuration, case: Case, intent: Intent
) -> Iterator[_Judged]:
    """A channel in which no inbox of ours writes is none."""
    for candidate in ways:
        inbox = None
        if candidate.channel not in _NOT_CARRIED:
            try:
                inbox = configuration.inbox_writing(candidate.channel, case.inbox, case.team)
            except WrongConfiguration:
                continue
        sending = sending_of(
            intent, candidate.channel, candidate.point.value, candidate.point, to, configuration, inbox
        )
        yield _Judged(candidate, inbox, ruling_on(sending), may_be_answered_all_the_same(sending))


def _way(
    judged: _Judged,
    case: Case,
    last: Entry | None,
    ring: KeyRing,
    intent: Intent,
    warnings: Mapping[str, str],
    passed_over: tuple[str, ...],
) -> Way:
    channel, point = judged.candidate.channel, judged.candidate.point
    delivery = _delivery(case, last, channel, point, judged.inbox, ring) if judged.inbox else None
    if delivery:
        delivery = replace(delivery, purpose=intent.purpose, urgent=intent.urgent)
    return Way(
        channel, point, delivery, judged.candidate.why, warnings, passed_over[:_MOST_REASONS], judged.ruling.not_before
    )


def _delivery(
    case: Case, last: Entry | None, channel: Channel, point: ContactPoint, inbox: Inbox, ring: KeyRing
) -> Delivery:
    delivery = Delivery(
        status=DeliveryStatus.QUEUED,
        recipient=_spelled(point, last),
        sender=inbox.address,
        point=point,
    )
    if channel is Channel.FAX:
        return replace(delivery, reference=case.reference)
    if channel is not Channel.EMAIL:
        return delivery
    answered = last.arrival.message_id if last and last.arrival else ""
    return replace(
        delivery,
        reply_to=reply_address_for(case.reference, case.signed_for, inbox.address.rpartition("@")[2], ring),
        in_reply_to=answered,
        references=(answered,) if answered else (),
    )


def _spelled(point: ContactPoint, last: Entry | None) -> str:
    """Their own server may care for capitals in the mailbox, so what they wrote is what we write to. What carried a fax
    is no address of its sender.
    """
    if point.kind is not PointKind.EMAIL:
        return point.value
    wrote_from = last.arrival if last and last.arrival and last.arrival.point == point else None
    return wrote_from.address if wrote_from and wrote_from.address else point.value


def _proved(
    threads: ThreadStore, points: tuple[ContactPoint, ...], wrote_from: ContactPoint | None
) -> frozenset[ContactPoint]:
    """Of somebody with one address, who wrote from there, nothing hangs on it."""
    if points == (wrote_from,):
        return frozenset()
    return frozenset(point for point, owner in threads.find_owners(points).items() if owner.is_proved)


def _others(threads: ThreadStore, customer: Customer, purpose: Purpose) -> tuple[Customer, ...]:
    """Asked for only where what they said counts."""
    if purpose not in (Purpose.SURVEY, Purpose.MARKETING):
        return ()
    return tuple(threads.get_customer(id_) for id_ in customer.merged_from)


def _warnings(judged: _Judged, wishes: Wishes, proved: frozenset[ContactPoint]) -> dict[str, str]:
    candidate, found = judged.candidate, dict[str, str]()
    if wishes.chosen and wishes.asked_for and wishes.asked_for is not wishes.chosen:
        found["not_asked_for"] = f"the customer asked to be answered by {wishes.asked_for}"
    elif wishes.chosen and wishes.preferred and wishes.preferred is not wishes.chosen:
        found["not_preferred"] = f"the customer prefers {wishes.preferred}"
    if candidate.point not in proved and candidate.point != wishes.wrote_from:
        found["not_proved"] = f"{candidate.point.value} was never proved to be the customer's, who wrote from elsewhere"
    if judged.by_exception:
        found["opted_out_before"] = f"{candidate.point.value} had opted out before the customer wrote from there again"
    if judged.ruling.not_before:
        found["quiet_hours"] = judged.ruling.why
    return found


def _no_way(wanted: Channel | None, passed_over: list[Ruling]) -> NoWayToReach:
    if not passed_over:
        return NoWayToReach()
    said = "; ".join(dict.fromkeys(ruling.why for ruling in passed_over[:_MOST_REASONS]))
    rule = str(passed_over[0].rule or "")
    if wanted:
        return ContactRefused(f"Nothing may be sent by {wanted}: {said}.", rule=rule)
    return NoWayToReach(f"There is no way by which this customer may be written to: {said}.", rule=rule)
