"""A queued message is claimed, sent once, and its fate recorded.

Claim, ask the contact policy once more, send, record: whoever dies in between leaves a claim whose lease runs out, and
that is `unknown`, never a second attempt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.channels.protocol import sending_channel_for
from chalicelib.content.texts.codes import with_code
from chalicelib.content.unsubscribe_headers import unsubscribe_headers
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import (
    MOST_ATTEMPTS,
    UNCLAIMED_AFTER,
    Delivery,
    FailureKind,
    claimed,
    failed,
    may_be_claimed,
    put_back,
    put_off,
    sent,
    unknown,
)
from chalicelib.domain.errors import (
    HubError,
    NoWayToReach,
    SendingRefused,
    SendingUnknown,
    WriteConflict,
    WrongConfiguration,
)
from chalicelib.domain.messages import OutgoingMessage
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.unsubscribing import CAN_BE_ENDED, unsubscribe_address, unsubscribe_token
from chalicelib.domain.verification import code_for
from chalicelib.usecases.contact_rulings import ruling_before_sending
from chalicelib.usecases.delivery_outcomes import RecordOutcome
from chalicelib.usecases.ports import Carrier, ConfigurationSource, Now, Randomness, ThreadStore
from chalicelib.usecases.ring_app import RingApp

# The function's time limit is 60 s (.chalice/config.json); a worker that still lived when its lease ended could send
# what a person has been told may be unsent. A test holds the two together.
LEASE = timedelta(seconds=120)
LAST_MOMENT = timedelta(seconds=60)

NOT_OURS = "claimed_elsewhere"


@dataclass(frozen=True, slots=True)
class DeliverMessage:
    """`code_key`, `reply_keys`: give the secrets that make codes, and that sign what ends mails; asked for only when
    they are needed.
    """

    threads: ThreadStore
    configuration: ConfigurationSource
    mail: Callable[[], Carrier]
    sms: Callable[[], Carrier]
    push: Callable[[], Carrier]
    code_key: Callable[[], bytes]
    reply_keys: Callable[[], KeyRing]
    now: Now
    randomness: Randomness

    def __call__(self, customer_id: str, entry_id: str) -> str:
        """The delivery status after this attempt, or `claimed_elsewhere` when there was nothing for us to do."""
        entry = self.threads.get_entry(customer_id, entry_id)
        now = self.now()
        if entry.delivery is None or not may_be_claimed(entry.delivery, now):
            return NOT_OURS
        mine = replace(entry, delivery=claimed(entry.delivery, self.randomness(16).hex(), now + LEASE))
        record = RecordOutcome(self.threads, self.configuration)
        if entry.channel is Channel.APP:
            ring = RingApp(self.threads, self.configuration, self.push, self.now)
            return self._sent(record, entry, mine, lambda claim: ring(mine, claim))
        inbox = self._inbox_of(entry.channel, entry.delivery)
        try:
            message = sending_channel_for(inbox.channel).render_outbound(self._worded(mine), inbox)
        except (NoWayToReach, SendingRefused) as error:
            return self._recorded(record, entry, failed(entry.delivery, error.public_text))
        message = self._with_way_out(mine, message)
        return self._sent(record, entry, mine, lambda claim: self._given_away(mine, claim, message))

    def _with_way_out(self, entry: Entry, message: OutgoingMessage) -> OutgoingMessage:
        """Whoever gets a mail that nobody of us has written to them can end such mails."""
        delivery = entry.delivery
        if message.raw is None or delivery is None or delivery.point is None or delivery.purpose not in CAN_BE_ENDED:
            return message
        ring, url = self.reply_keys(), self.configuration.current().contact_rules.unsubscribe_url
        domain = delivery.sender.rpartition("@")[2]
        address = unsubscribe_address(delivery.point, delivery.purpose, domain, ring)
        link = f"{url}/unsubscribe/{unsubscribe_token(entry.customer_id, entry.id, ring)}" if url else ""
        return replace(message, raw=unsubscribe_headers(address, link) + message.raw)

    def _worded(self, entry: Entry) -> Entry:
        """A code is put into its message only here, on its way out: it is stored nowhere."""
        if entry.kind is not EntryKind.CODE or entry.delivery is None or entry.delivery.point is None:
            return entry
        code = code_for(entry.customer_id, entry.delivery.point, self.code_key())
        return replace(entry, text=with_code(entry.text, code))

    def _sent(self, record: RecordOutcome, entry: Entry, mine: Entry, give_away: Callable[[Delivery], Delivery]) -> str:
        claim = mine.delivery
        assert claim is not None  # noqa: S101  # `claimed` made it; for the type checker
        try:
            record(entry, claim, self.now())
        except WriteConflict:
            return NOT_OURS
        held_back = self._held_back(mine, claim)
        if held_back:
            return self._recorded(record, mine, held_back)
        if claim.lease_until is None or self.now() > claim.lease_until - LAST_MOMENT:
            return NOT_OURS  # we slept on the claim: too late to be sure that nobody else has judged it
        return self._recorded(record, mine, give_away(claim))

    def _given_away(self, mine: Entry, claim: Delivery, message: OutgoingMessage) -> Delivery:
        try:
            provider_id = self._carrier_for(mine).send(message)
        except SendingRefused as refused:
            again = refused.temporary and claim.attempts < MOST_ATTEMPTS
            return put_back(claim, refused.reason, self.now()) if again else failed(claim, refused.reason)
        except SendingUnknown as lost:
            return unknown(claim, lost.public_text)
        return sent(claim, provider_id)

    def _held_back(self, mine: Entry, claim: Delivery) -> Delivery | None:
        """What becomes of it if it may not go out; None if it may. The carrier has not been asked yet, so whatever goes
        wrong here is no reason not to know what happened.
        """
        now = self.now()
        try:
            ruling = ruling_before_sending(self.threads, mine, self.configuration.current(), now)
        except HubError:
            return put_off(claim, now + UNCLAIMED_AFTER)
        if ruling.not_before:
            return put_off(claim, ruling.not_before)
        return failed(claim, f"{ruling.why}.", FailureKind.PERMANENT) if ruling.refuses else None

    def _recorded(self, record: RecordOutcome, entry: Entry, after: Delivery) -> str:
        for _ in range(3):
            try:
                record(entry, after, self.now())
            except WriteConflict:
                if self.threads.get_entry(entry.customer_id, entry.id).delivery != entry.delivery:
                    return NOT_OURS
                continue  # only the case beside it moved
            return after.status
        record(entry, after, self.now())
        return after.status

    def _carrier_for(self, entry: Entry) -> Carrier:
        return self.sms() if entry.channel is Channel.SMS else self.mail()

    def _inbox_of(self, channel: Channel | None, delivery: Delivery) -> Inbox:
        """Raises WrongConfiguration, or what reading the configuration raises: then the message waits."""
        inbox = self.configuration.current().find_inbox(delivery.sender, [channel] if channel else [])
        if inbox is None:
            raise WrongConfiguration(f"No inbox has the address {delivery.sender} any more.")
        return inbox
