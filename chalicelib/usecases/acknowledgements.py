"""A message that opens a case is acknowledged, in the transaction that keeps it, or its entry says why it is not.

Nothing here may keep a message from being kept, and nothing costs a round trip: what counts against an acknowledgement
is read with the first batch, and holds as a condition of the transaction, so two at once give one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from chalicelib.content.texts.wordings import moment, written
from chalicelib.domain.automatic_answers import (
    ANSWERED_DEPENDS_ON,
    LATEST,
    AcknowledgementRule,
    Counted,
    NotAnswered,
    budget_is_used_up,
    counted_for,
    is_machines_address,
    is_reached_at,
    reason_at_address,
)
from chalicelib.domain.automatic_answers import (
    with_automatic_answer as with_answer_noted,
)
from chalicelib.domain.cases import Case, CaseStatus, with_automatic_answer
from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.delivery import Delivery, DeliveryStatus, queued
from chalicelib.domain.errors import HubError
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.inboxes import REPLY_LOCAL_PART, addresses_of_ours
from chalicelib.domain.incidents import Incident, notice_in
from chalicelib.domain.messages import InboundMessage
from chalicelib.domain.reachability import Purpose, Reachability
from chalicelib.domain.reply_address import KeyRing, reply_address_for
from chalicelib.domain.sla import RESPONSE_CLOCKS
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.domain.verification import Allowance, one_more
from chalicelib.usecases.announce_changes import ACKNOWLEDGED_BY, NOT_ACKNOWLEDGED
from chalicelib.usecases.inbound_changes import Arriving, Kept, Place
from chalicelib.usecases.ports import Change, Create, Found, Update

_TO_THE_QUARTER = timedelta(minutes=15)


def counted_against(
    message: InboundMessage, inbox: Inbox, configuration: Configuration, now: datetime
) -> tuple[Counted, ...]:
    """The counters that an acknowledgement of the message would add to; none if it cannot be acknowledged anyway."""
    if inbox.acknowledgement is None or message.sender is None or message.automatic or message.contact:
        return ()
    return counted_for(message.sender, configuration.automatic_budget, now, believed=_is_believed(message))


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """`now` is a little later than the message came, or much. `incident`: reads one; asked for only where a case that
    is linked to one opens again.
    """

    configuration: Configuration
    reply_keys: KeyRing
    now: datetime
    incident: Callable[[str], Incident]

    def __call__(self, kept: Kept, arriving: Arriving, place: Place, found: Found, *, released: bool) -> Kept:
        rule = arriving.inbox.acknowledgement
        if rule is None or arriving.message.contact or place.copy_of or not _calls_for_one(kept, rule):
            return kept
        counted = counted_against(arriving.message, arriving.inbox, self.configuration, self.now)
        reason = NotAnswered.RELEASED if released else self._reason(rule, kept.case, arriving, found, counted)
        try:
            entry = None if reason else self._entry(rule, kept, arriving, found)
        except HubError:  # nothing to write from, say: a message is kept all the same
            entry, reason = None, NotAnswered.NOBODY
        if entry is None:
            return _noted(kept, {NOT_ACKNOWLEDGED: str(reason)})
        noted = _noted(_with_case(kept, with_automatic_answer(kept.case)), {ACKNOWLEDGED_BY: entry.id})
        more = (Create(entry), self._remembered(arriving, found), *_one_more_of_each(counted, found))
        return replace(noted, changes=(*noted.changes, *more))

    def _reason(
        self, rule: AcknowledgementRule, case: Case, arriving: Arriving, found: Found, counted: tuple[Counted, ...]
    ) -> NotAnswered | None:
        """The first that holds against it."""
        against = self._objections(rule, case, arriving, found, counted)
        return next((reason for reason, holds in against if holds), None)

    def _objections(
        self, rule: AcknowledgementRule, case: Case, arriving: Arriving, found: Found, counted: tuple[Counted, ...]
    ) -> Iterator[tuple[NotAnswered | None, bool]]:
        message, receipt = arriving.message, arriving.receipt
        yield NotAnswered.AUTOMATIC, bool(message.automatic or message.machine)
        yield NotAnswered.NOBODY, message.sender is None
        if message.sender is None:
            return
        yield NotAnswered.NO_REPLY_ADDRESS, receipt.source == "" or any(map(is_machines_address, _mailboxes(arriving)))
        yield NotAnswered.OWN_ADDRESS, self._is_ours(message.sender)
        yield NotAnswered.NOT_ADDRESSED, message.channel is Channel.EMAIL and not message.names_us
        yield NotAnswered.UNPROVED, not _may_be_answered(message, found)
        yield NotAnswered.CHANNEL_OFF, _channel_for(rule, message.sender) is None
        yield NotAnswered.LATE, self.now - receipt.received_at > LATEST
        yield NotAnswered.SILENCED, case.is_silenced(self.now)
        at_address = reason_at_address(found.reachability, arriving.inbox.name, self.now)
        yield at_address, at_address is not None
        yield NotAnswered.BUDGET_USED_UP, budget_is_used_up(counted, found.allowances)

    def _is_ours(self, point: ContactPoint) -> bool:
        local, _, domain = point.value.rpartition("@")
        ours = addresses_of_ours(self.configuration)
        untagged = f"{local.partition('+')[0]}@{domain}"
        to_a_case = local.partition("+")[0] == REPLY_LOCAL_PART and any(one.endswith(f"@{domain}") for one in ours)
        return to_a_case or not ours.isdisjoint((point.value, untagged)) or self.configuration.is_colleague(point.value)

    def _entry(self, rule: AcknowledgementRule, kept: Kept, arriving: Arriving, found: Found) -> Entry:
        """Raises WrongConfiguration when there is no inbox that could write."""
        sender = arriving.message.sender
        channel = _channel_for(rule, sender) if sender else None
        assert channel is not None  # noqa: S101  # `_reason` has looked; for the type checker
        at = max(self.now, arriving.receipt.received_at + timedelta(milliseconds=1))
        name = rule.sms_template if channel is Channel.SMS else rule.template
        language = arriving.message.language or arriving.inbox.language
        told = self._told_of_incidents(kept.case, found, [language])
        values = self._values(rule, kept.case, [language], told, short=channel is Channel.SMS)
        wording = written(name, [language], self.configuration, values)
        return Entry(
            id=ulid_for(at, "acknowledgement", arriving.receipt.transport, arriving.receipt.fingerprint),
            customer_id=kept.case.customer_id,
            case_id=kept.case.id,
            at=at,
            kind=EntryKind.OUTBOUND,
            author="hub",
            channel=channel,
            subject=wording.subject if channel is Channel.EMAIL else "",
            text=wording.text,
            delivery=None if channel is Channel.APP else queued(self._delivery(kept.case, channel, arriving), at),
        )

    def _values(
        self, rule: AcknowledgementRule, case: Case, languages: Sequence[str], told: Sequence[str], *, short: bool
    ) -> Mapping[str, str]:
        """By when we answer is what the clock says that has just been started, and nothing if there is none."""
        hours = self.configuration.hours_for(case.team)
        due_at = min((clock.due_at for name, clock in case.clocks.items() if name in RESPONSE_CLOCKS), default=None)
        open_now = hours.is_open(self.now)
        opens_at = "" if open_now else moment(hours.opens_after(self.now), hours.zone, languages, short=short)
        notices = [rule.notice, "" if open_now else rule.out_of_hours]
        said = [written(name, languages, self.configuration, {"opens_at": opens_at}).text for name in notices if name]
        owed = due_at is not None and due_at > self.now
        return {
            "reference": case.reference,
            "answer_by": moment(_rounded(due_at), hours.zone, languages, short=short) if owed and due_at else "",
            "opens_at": opens_at,
            "notice": "\n\n".join(filter(None, [*told, *said])),
        }

    def _told_of_incidents(self, case: Case, found: Found, languages: Sequence[str]) -> list[str]:
        """What went wrong for many, as long as it lasts: here, or where the case is linked to it."""
        notices = dict(found.notices.notices) if found.notices else {}
        if case.incident and case.incident not in notices:
            with suppress(HubError):  # an acknowledgement that says less is better than none
                incident = self.incident(case.incident)
                notices |= {incident.id: incident.notice} if incident.lasts else {}
        return [notice_in(notice, languages) for _, notice in sorted(notices.items())]

    def _delivery(self, case: Case, channel: Channel, arriving: Arriving) -> Delivery:
        """To From, which DMARC proves, and not to the envelope's sender, of which nothing is known."""
        message = arriving.message
        inbox = self.configuration.inbox_writing(channel, case.inbox, case.team)
        assert message.sender  # noqa: S101  # as above
        spelled = message.sender_address if channel is Channel.EMAIL and message.sender_address else ""
        delivery = Delivery(
            DeliveryStatus.QUEUED,
            recipient=spelled or message.sender.value,
            sender=inbox.address,
            point=message.sender,
            automatic=True,
            purpose=Purpose.NOTICE,
        )
        if channel is not Channel.EMAIL:
            return delivery
        domain = inbox.address.rpartition("@")[2]
        return replace(
            delivery,
            reply_to=reply_address_for(case.reference, case.signed_for, domain, self.reply_keys),
            in_reply_to=message.message_id,
            references=(message.message_id,) if message.message_id else (),
        )

    def _remembered(self, arriving: Arriving, found: Found) -> Change:
        """Of two that acknowledge at the same moment only one finds the address as it was read."""
        known = found.reachability
        assert arriving.message.sender  # noqa: S101  # as above
        before = known or Reachability(arriving.message.sender)
        after = with_answer_noted(before, arriving.inbox.name, self.now)
        return Update(known, after, ANSWERED_DEPENDS_ON) if known else Create(after)


def _calls_for_one(kept: Kept, rule: AcknowledgementRule) -> bool:
    """It opens a case, or opens one again where the inbox acknowledges that, too."""
    for change in kept.changes:
        if isinstance(change, Create) and isinstance(change.record, Case):
            return True
        if isinstance(change, Update) and isinstance(change.before, Case) and isinstance(change.after, Case):
            reopened = change.before.status is CaseStatus.CLOSED and change.after.status is CaseStatus.OPEN
            return rule.on_reopening and reopened
    return False


def _is_believed(message: InboundMessage) -> bool:
    return message.trust >= Trust.AUTHENTICATED


def _may_be_answered(message: InboundMessage, found: Found) -> bool:
    """A stranger's From may be anybody's, and so may the address in a form. Who has proved their address once hears
    from us; that somebody wrote from there before proves nothing, for that was perhaps as forged. Of forms others hear,
    too, within a budget of their own.
    """
    if _is_believed(message):
        return True
    known = found.owner is not None and found.owner.verified and message.trust is Trust.UNVERIFIED
    return known or message.channel is Channel.WEB_FORM


def _channel_for(rule: AcknowledgementRule, point: ContactPoint) -> Channel | None:
    return next((channel for channel in rule.channels if is_reached_at(channel, point)), None)


def _mailboxes(arriving: Arriving) -> list[str]:
    """Of a mail, where an answer would go by either of its senders."""
    message = arriving.message
    if message.channel is not Channel.EMAIL and message.channel is not Channel.WEB_FORM:
        return []
    senders = [message.sender.value if message.sender else "", arriving.receipt.source or ""]
    return [address for address in senders if "@" in address]


def _rounded(at: datetime) -> datetime:
    """Up to the quarter of an hour: nobody promises a minute, and no promise ends before the clock does."""
    over = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at + (_TO_THE_QUARTER - over if over else over)


def _with_case(kept: Kept, case: Case) -> Kept:
    def changed(change: Change) -> Change:
        if isinstance(change, Create) and change.record is kept.case:
            return Create(case)
        if isinstance(change, Update) and change.after is kept.case:
            return replace(change, after=case)
        return change

    return replace(kept, case=case, changes=tuple(map(changed, kept.changes)))


def _noted(kept: Kept, facts: Mapping[str, str]) -> Kept:
    entry = replace(kept.entry, facts=MappingProxyType({**facts}))
    created = (Create(entry) if isinstance(one, Create) and one.record is kept.entry else one for one in kept.changes)
    return replace(kept, entry=entry, changes=tuple(created))


def _one_more_of_each(counted: tuple[Counted, ...], found: Found) -> list[Change]:
    """Counters are added to and nothing is held: answers of the same moment do not wait for each other."""
    changes: list[Change] = []
    for one in counted:
        used = found.allowances.get((one.name, one.period))
        changes.append(
            Update(used, one_more(used), ()) if used else Create(Allowance(one.name, one.period, 1, one.expires_at))
        )
    return changes
