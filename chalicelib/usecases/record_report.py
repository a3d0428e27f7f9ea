"""What is reported of a message of ours joins its delivery.

Reports come late, early, often and in any order, and by two ways: as events of a carrier, and as mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.channels.delivery_words import of_machine, of_mail_to_gateway
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Report
from chalicelib.domain.delivery_reports import reported
from chalicelib.domain.errors import NotFound, StorageUnavailable, WriteConflict
from chalicelib.domain.machines import MachineMail
from chalicelib.domain.matching import anchor_key
from chalicelib.domain.threads import Entry
from chalicelib.usecases.delivery_outcomes import RecordOutcome
from chalicelib.usecases.ports import ThreadStore

NOTHING = "nothing"
_MOST_RACES = 8
_MOST_MOVES = 8


@dataclass(frozen=True, slots=True)
class RecordReport:
    """Joins a report to the delivery of an entry, wherever that was moved. Telling it again changes nothing."""

    threads: ThreadStore
    record: RecordOutcome

    def __call__(
        self, customer_id: str, entry_id: str, report: Report, provider_id: str, now: datetime, sender: str = ""
    ) -> str:
        """The delivery status after it. Raises NotFound when there is no such message of ours, or when it did not leave
        from `sender`.
        """
        for _ in range(_MOST_RACES):
            entry = self._entry(customer_id, entry_id)
            if entry.delivery is None or sender not in ("", entry.delivery.sender):
                raise NotFound()
            told = report if entry.channel is not Channel.FAX else of_mail_to_gateway(report)
            after = reported(entry.delivery, told, provider_id)
            try:
                self.record(entry, after, now)
            except WriteConflict:
                continue  # a worker, another report or an agent was faster
            return after.status
        raise StorageUnavailable()

    def by_mail(self, machine: MachineMail, at: datetime) -> str:
        """What a mail reports, found by the id that SES gave our message. Nothing if it names none of ours."""
        key = anchor_key(machine.answers_message_id) if machine.answers_message_id else ""
        anchor = self.threads.find_anchors([key]).get(key) if key else None
        if anchor is None or not anchor.entry_id:
            return NOTHING
        try:
            entry = self._entry(anchor.customer_id, anchor.entry_id)
            report = of_machine(machine, at, entry.delivery.recipient) if entry.delivery else None
            if report is None:
                return NOTHING
            return self(entry.customer_id, entry.id, report, "", at)
        except NotFound:
            return NOTHING

    def _entry(self, customer_id: str, entry_id: str) -> Entry:
        for _ in range(_MOST_MOVES):
            entry = self.threads.get_entry(customer_id, entry_id)
            if not entry.moved_to:
                return entry
            customer_id, _, entry_id = entry.moved_to.partition("/")
        raise NotFound()
