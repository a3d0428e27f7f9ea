"""A worker goes on with a broadcast: so many recipients as a minute allows, each in a transaction of its own.

Message, outcome of the recipient and count are one transaction, which holds only while the recipient waits and the
broadcast runs. So whoever names a broadcast, however often and wherever it stops, nobody gets it twice, a pause holds
from the moment that it is written, and the counts are true. Whoever takes up a minute moves the broadcast to the next
one first: two workers at once do not double the rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.domain.broadcasts import (
    CHOSEN,
    MOVING_DEPENDS_ON,
    RECIPIENT_DEPENDS_ON,
    TELLING_DEPENDS_ON,
    Broadcast,
    BroadcastStatus,
    Recipient,
    RecipientState,
    counting,
    left_out,
    told,
    walked,
    with_outcome,
)
from chalicelib.domain.errors import Conflict, HubError, NoWayToReach, StorageUnavailable, WriteConflict
from chalicelib.domain.threads import Entry
from chalicelib.usecases.answer import Answer
from chalicelib.usecases.case_changes import MOST_RACES, Seen
from chalicelib.usecases.escalate_cases import WORKS_FOR
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, ThreadStore, Update
from chalicelib.usecases.reply_to_customer import ReplyToCustomer
from chalicelib.usecases.write_to_many import WriteToMany

EVERY = timedelta(minutes=1)
_PAGE = 100


class Overtaken(Conflict):
    """The recipient has an outcome, or the broadcast does not run any more."""


@dataclass(slots=True)
class Ran:
    """`failed`: what befell recipients who therefore still wait."""

    told: int = 0
    left_out: int = 0
    failed: list[Exception] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RunBroadcast:
    """`reply`, `write`: asked for only when there is somebody to answer, or to write to."""

    threads: ThreadStore
    configuration: ConfigurationSource
    reply: Callable[[], ReplyToCustomer]
    write: Callable[[], WriteToMany]
    now: Now

    def __call__(self, broadcast_id: str, until: datetime | None = None) -> Ran:
        """`until`: when to stop; None for as long as a worker has. Raises NotFound, StorageUnavailable."""
        ran = Ran()
        now = self.now()
        until = until or now + WORKS_FOR
        broadcast = self.threads.get_broadcast(broadcast_id)
        if broadcast.next_step_at is None or broadcast.next_step_at > now:
            return ran
        mine = replace(broadcast, next_step_at=now + EVERY)
        try:
            self.threads.commit([Update(broadcast, mine, ("status", "next_step_at"))])
        except WriteConflict:
            return ran  # another worker has this minute, or a person stopped it
        left = self.configuration.current().broadcasts.per_minute
        position, at_end = broadcast.position, True
        for recipient in self._behind(broadcast.recipients, position):
            if recipient.state is RecipientState.WAITING:
                if left == 0 or self.now() >= until:
                    at_end = False
                    break
                left -= 1
                self._tell(mine, recipient, ran)
            position = recipient.id
        self._move_on(broadcast_id, position, at_end=at_end)
        return ran

    def _behind(self, recipients: str, position: str) -> Iterator[Recipient]:
        while page := self.threads.list_recipients(recipients, _PAGE, position):
            yield from page
            position = page[-1].id

    def _tell(self, broadcast: Broadcast, recipient: Recipient, ran: Ran) -> None:
        """One who cannot be told does not stop the others. What may go well later leaves them waiting."""
        try:
            try:
                tell = self._answer if broadcast.incident else self._write
                tell(broadcast, recipient)
                ran.told += 1
            except Overtaken:
                return
            except HubError as error:
                if error.retryable:
                    raise
                self._leave_out(broadcast, recipient, reason_of(error))
                ran.left_out += 1
        except Exception as error:  # noqa: BLE001  # whatever it is, nobody may stand in the way of all others
            ran.failed.append(error)

    def _answer(self, broadcast: Broadcast, recipient: Recipient) -> None:
        """Whatever the customer or a colleague has written meanwhile: the answer is meant for every linked case."""

        def outcome(entry: Entry) -> list[Change]:
            name = f"{entry.customer_id}/{entry.id}"
            after = told(recipient, entry.at, entry.channel or "", name, recipient.id)
            return self._outcome(broadcast, after)

        answer = Answer("", wordings=broadcast.wordings, broadcast=broadcast.id)
        self.reply().keep(recipient.id, broadcast.by, answer, seen=Seen(forced=True), further=outcome)

    def _write(self, broadcast: Broadcast, recipient: Recipient) -> None:
        for _ in range(MOST_RACES):
            customer = surviving_customer(self.threads, recipient.id)
            if customer.id == recipient.id:
                letter = self.write()(broadcast, customer)
                name = f"{customer.id}/{letter.entry.id}"
                after = told(recipient, letter.entry.at, letter.entry.channel or "", name, letter.case.reference)
                changes = [*letter.changes, *self._outcome(broadcast, after)]
            else:
                changes = self._passed_on(broadcast, recipient, customer.id)
            try:
                self.threads.commit(changes)
            except WriteConflict:
                continue
            return
        raise StorageUnavailable()

    def _passed_on(self, broadcast: Broadcast, recipient: Recipient, survivor: str) -> list[Change]:
        """Who was merged away since gets it as whom they are now, and only once."""
        waiting, counted = self._outcome(broadcast, left_out(recipient, self.now(), "merged"))
        if self.threads.find_recipients(recipient.recipients, [survivor]):
            return [waiting, counted]
        assert isinstance(counted, Update)  # noqa: S101  # for the type checker
        assert isinstance(counted.after, Broadcast)  # noqa: S101  # the same
        one_more = replace(counted, after=counting(counted.after, CHOSEN))
        return [waiting, one_more, Create(Recipient(recipient.recipients, survivor))]

    def _leave_out(self, broadcast: Broadcast, recipient: Recipient, reason: str) -> None:
        for _ in range(MOST_RACES):
            try:
                self.threads.commit(self._outcome(broadcast, left_out(recipient, self.now(), reason)))
            except WriteConflict:
                continue
            return

    def _outcome(self, broadcast: Broadcast, outcome: Recipient) -> list[Change]:
        """On what holds now: it is asked again after every lost race. Raises Overtaken."""
        waiting = self.threads.find_recipients(outcome.recipients, [outcome.id])[outcome.id]
        known = self.threads.get_broadcast(broadcast.id)
        if waiting.state is not RecipientState.WAITING or known.status is not BroadcastStatus.RUNNING:
            raise Overtaken()
        return [
            Update(waiting, outcome, RECIPIENT_DEPENDS_ON),
            Update(known, with_outcome(known, outcome), TELLING_DEPENDS_ON),
        ]

    def _move_on(self, broadcast_id: str, position: str, *, at_end: bool) -> None:
        for _ in range(MOST_RACES):
            known = self.threads.get_broadcast(broadcast_id)
            if known.status is not BroadcastStatus.RUNNING:
                return
            try:
                self.threads.commit([Update(known, walked(known, position, at_end=at_end), MOVING_DEPENDS_ON)])
            except WriteConflict:
                continue
            return


def reason_of(error: HubError) -> str:
    """Why somebody is left out: the rule of the contact policy where it is one, else the error's code."""
    return (error.rule if isinstance(error, NoWayToReach) else "") or error.code
