"""A queued message is claimed, sent once, and its fate recorded.

Claim, ask the contact policy once more, send, record: whoever dies in between leaves a claim whose lease runs out, and
that is `unknown`, never a second attempt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.channels.protocol import sending_channel_for
from chalicelib.content.texts.codes import with_code
from chalicelib.content.unsubscribe_headers import unsubscribe_headers
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import (
    UNCLAIMED_AFTER,
    Delivery,
    DeliveryStatus,
    FailureKind,
    claimed,
    failed,
    is_tried_enough,
    kept_back,
    may_be_claimed,
    put_back,
    put_off,
    sent,
    unknown,
    withdrawn,
)
from chalicelib.domain.errors import (
    HubError,
    Limit,
    NotFound,
    NoWayToReach,
    SendingRefused,
    SendingUnknown,
    StorageUnavailable,
    WriteConflict,
)
from chalicelib.domain.messages import Attachment, OutgoingMessage
from chalicelib.domain.remarks import remark
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.threads import Entry, EntryKind, attachment_key
from chalicelib.domain.unsubscribing import CAN_BE_ENDED, unsubscribe_address, unsubscribe_token
from chalicelib.domain.verification import code_for
from chalicelib.usecases.answer_contents import inbox_of
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.contact_rulings import ruling_before_sending
from chalicelib.usecases.delivery_outcomes import RecordOutcome
from chalicelib.usecases.ports import AttachmentStore, Carrier, ConfigurationSource, Now, Randomness, ThreadStore
from chalicelib.usecases.ring_app import RingApp
from chalicelib.usecases.sending_turns import SendingTurns
from chalicelib.usecases.survey_sending import Asked, find_survey, question_with_link

# The function's time limit is 60 s (.chalice/config.json); a worker that still lived when its lease ended could send
# what a person has been told may be unsent. A test holds the two together.
LEASE = timedelta(seconds=120)
LAST_MOMENT = timedelta(seconds=60)

NOT_OURS = "claimed_elsewhere"
NOT_YET = "not_yet"
_DAY_IS_FULL = remark("day_is_full")

Move = Callable[[Delivery], Delivery]
Given = tuple[Move, str]
"""What the carrier's answer makes of a delivery, and the limit of its that was reached, or ""."""


@dataclass(frozen=True, slots=True)
class DeliverMessage:
    """`code_key`, `reply_keys`: give the secrets that codes are made with and links are signed by; asked for only when
    they are needed.
    """

    threads: ThreadStore
    attachments: AttachmentStore
    configuration: ConfigurationSource
    mail: Callable[[], Carrier]
    sms: Callable[[], Carrier]
    push: Callable[[], Carrier]
    fax: Callable[[], Carrier]
    code_key: Callable[[], bytes]
    reply_keys: Callable[[], KeyRing]
    now: Now
    randomness: Randomness
    turns: SendingTurns

    def __call__(self, customer_id: str, entry_id: str, wait_until: datetime | None = None) -> str:
        """The delivery status after this attempt; `claimed_elsewhere` when there was nothing for us to do; `not_yet`
        when its turn to be sent comes later than `wait_until` (now, if left out): then the sweep names it again;
        `throttled`, `daily_limit_reached` or `quota_used_up` when its carrier turned it away, or would, and it waits in
        the queue.
        """
        entry, now = self._find_entry(customer_id, entry_id), self.now()
        if entry is None or entry.delivery is None or not may_be_claimed(entry.delivery, now):
            return NOT_OURS
        record = RecordOutcome(self.threads, self.configuration, self.reply_keys)
        asked = find_survey(self.threads, entry)
        if asked and not asked.is_due:
            return self._recorded(record, entry, withdrawn)
        claim = self.randomness(16).hex()
        mine = replace(entry, delivery=claimed(entry.delivery, claim, now + LEASE))
        if entry.channel is Channel.APP:
            ring = RingApp(self.threads, self.configuration, self.push, self.now)
            return self._sent(record, entry, mine, lambda claim: (_bell_was_rung(ring(mine, claim)), ""))
        inbox = inbox_of(entry, self.configuration.current())
        try:
            channel = sending_channel_for(inbox.channel)
            message = channel.render_outbound(self._worded(mine, asked), inbox, self._files_of(entry))
        except (NoWayToReach, SendingRefused) as error:
            reason = error.public_text
            return self._recorded(record, entry, lambda known: failed(known, reason))
        message = self._with_way_out(mine, message)
        if self.turns.is_day_full(message, now):
            turn, otherwise = None, self._kept_back(record, entry, now)
        else:
            rate, otherwise = self.configuration.current().mail_per_second, NOT_YET
            turn = self.turns.wait(message, rate, now, wait_until or now)
        if turn is None:
            return otherwise
        mine = replace(entry, delivery=claimed(entry.delivery, claim, turn + LEASE))
        return self._sent(record, entry, mine, lambda claim: self._given_away(message, claim))

    def _kept_back(self, record: RecordOutcome, entry: Entry, now: datetime) -> str:
        chance = self.randomness(1)[0] / 255
        status = self._recorded(record, entry, lambda known: kept_back(known, _DAY_IS_FULL, now, chance))
        return Limit.DAILY if status == DeliveryStatus.QUEUED else status

    def _find_entry(self, customer_id: str, entry_id: str) -> Entry | None:
        """None for one that was erased before its turn came."""
        try:
            return self.threads.get_entry(customer_id, entry_id)
        except NotFound:
            return None

    def _with_way_out(self, entry: Entry, message: OutgoingMessage) -> OutgoingMessage:
        """Whoever gets a mail that nobody of us has written to them can end such mails."""
        delivery = entry.delivery
        if message.channel is not Channel.EMAIL or message.raw is None or delivery is None or delivery.point is None:
            return message
        if delivery.purpose not in CAN_BE_ENDED:
            return message
        ring, url = self.reply_keys(), self.configuration.current().public_url
        domain = delivery.sender.rpartition("@")[2]
        address = unsubscribe_address(delivery.point, delivery.purpose, domain, ring)
        link = f"{url}/unsubscribe/{unsubscribe_token(entry.customer_id, entry.id, ring)}" if url else ""
        return replace(message, raw=unsubscribe_headers(address, link) + message.raw)

    def _files_of(self, entry: Entry) -> list[Attachment]:
        """Raises StorageUnavailable: then nothing was claimed, and the message waits."""
        files = []
        for ref in entry.attachments:
            try:
                data = self.attachments.get(attachment_key(entry.customer_id, ref.sha256))
            except NotFound:
                raise SendingRefused(remark("file_gone", name=ref.name), temporary=False) from None
            files.append(Attachment(ref.name, ref.content_type, data))
        return files

    def _worded(self, entry: Entry, asked: Asked | None) -> Entry:
        """A code or a link is put into its message only here, on its way out: it is stored nowhere."""
        if asked:
            return question_with_link(entry, asked.survey, self.configuration.current().public_url, self.reply_keys())
        if entry.kind is not EntryKind.CODE or entry.delivery is None or entry.delivery.point is None:
            return entry
        code = code_for(entry.customer_id, entry.delivery.point, self.code_key())
        return replace(entry, text=with_code(entry.text, code))

    def _sent(self, record: RecordOutcome, entry: Entry, mine: Entry, give_away: Callable[[Delivery], Given]) -> str:
        claim = mine.delivery
        assert claim is not None  # noqa: S101  # `claimed` made it; for the type checker
        try:
            record(entry, claim, self.now())
        except WriteConflict:
            return NOT_OURS
        held_back = self._held_back(mine)
        if held_back:
            return self._recorded(record, mine, held_back)
        if claim.lease_until is None or self.now() > claim.lease_until - LAST_MOMENT:
            return NOT_OURS  # we slept on the claim: too late to be sure that nobody else has judged it
        move, limit = give_away(claim)
        status = self._recorded(record, mine, move)
        return limit if limit and status == DeliveryStatus.QUEUED else status

    def _given_away(self, message: OutgoingMessage, claim: Delivery) -> Given:
        try:
            provider_id = self._carrier_for(message).send(message)
        except SendingRefused as refused:
            reason, limit, now = refused.reason, refused.limit, self.now()
            if limit is Limit.DAILY:
                self.turns.day_is_full(now)
            if refused.temporary and not is_tried_enough(claim, limit):
                chance = self.randomness(1)[0] / 255
                return (lambda known: put_back(known, reason, now, limit, chance)), limit or ""
            kind = FailureKind.TEMPORARY if refused.temporary else FailureKind.TECHNICAL
            return (lambda known: failed(known, reason, kind)), ""
        except SendingUnknown as lost:
            reason = lost.public_text
            return (lambda known: unknown(known, reason)), ""
        return (lambda known: sent(known, provider_id)), ""

    def _held_back(self, mine: Entry) -> Move | None:
        """What becomes of it if it may not go out; None if it may. The carrier has not been asked yet, so whatever goes
        wrong here is no reason not to know what happened.
        """
        again_at = self.now() + UNCLAIMED_AFTER
        try:
            ruling = ruling_before_sending(self.threads, mine, self.configuration.current(), self.now())
        except HubError:
            return lambda known: put_off(known, again_at)
        if ruling.not_before:
            not_before = ruling.not_before
            return lambda known: put_off(known, not_before)
        return (lambda known: failed(known, f"{ruling.why}.", FailureKind.PERMANENT)) if ruling.refuses else None

    def _recorded(self, record: RecordOutcome, entry: Entry, move: Move) -> str:
        """While the claim is ours, only the carrier's reports can have been faster: the move is made on top of them."""
        for _ in range(MOST_RACES):
            if entry.delivery is None:
                return NOT_OURS
            after = move(entry.delivery)
            try:
                record(entry, after, self.now())
            except WriteConflict:
                now_there = self._find_entry(entry.customer_id, entry.id)
                if now_there is None or now_there.delivery is None or now_there.delivery.claim != entry.delivery.claim:
                    return NOT_OURS
                entry = now_there
                continue
            return after.status
        raise StorageUnavailable()

    def _carrier_for(self, message: OutgoingMessage) -> Carrier:
        if message.post:
            return self.fax()
        return self.sms() if message.channel is Channel.SMS else self.mail()


def _bell_was_rung(after: Delivery) -> Move:
    """Unless the answer was fetched in the meantime. What it answers may have come to it from an earlier one."""

    def move(known: Delivery) -> Delivery:
        if known.status is not DeliveryStatus.SENDING:
            return known
        return replace(after, answers_since=known.answers_since, stopped_clock=known.stopped_clock)

    return move
