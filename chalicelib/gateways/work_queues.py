"""The work queues in SQS."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Any

from botocore.client import BaseClient

from chalicelib.gateways.aws import translated
from chalicelib.usecases.ports import Now

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
LONGEST_DELAY = 900


class SqsWorkQueues:
    """`receive` gets keys of incoming messages beside the carriers' notifications, `deliver` gets entries to send,
    `read_fax` entries with pages to read, `escalate` pages of cases that are due, broadcasts, erasures, exports and
    disposals, `receipts` what fax gateways report beside what the other carriers do.
    """

    def __init__(
        self,
        sqs: BaseClient,
        receive_queue_url: str,
        deliver_queue_url: str,
        read_fax_queue_url: str,
        escalate_queue_url: str,
        receipts_queue_url: str,
        now: Now,
    ) -> None:
        self._sqs = sqs
        self._receive = receive_queue_url
        self._deliver = deliver_queue_url
        self._read_fax = read_fax_queue_url
        self._escalate = escalate_queue_url
        self._receipts = receipts_queue_url
        self._now = now

    def ask_to_receive(self, incoming_key: str, *, suspicious: bool = False) -> None:
        self._send(self._receive, {"incoming_key": incoming_key} | ({"suspicious": True} if suspicious else {}))

    def ask_to_deliver(self, customer_id: str, entry_id: str, *, not_before: datetime | None = None) -> None:
        self._send(self._deliver, {"customer_id": customer_id, "entry_id": entry_id}, self._seconds_until(not_before))

    def ask_to_read_fax(self, customer_id: str, entry_id: str) -> None:
        if not self._read_fax:
            return  # an inbox for faxes in a stage that does not list them: the doctor names it
        self._send(self._read_fax, {"customer_id": customer_id, "entry_id": entry_id})

    def ask_to_escalate(self, cases: Sequence[tuple[str, str]]) -> None:
        self._send(self._escalate, {"cases": cases})

    def ask_to_broadcast(self, broadcast_id: str) -> None:
        self._send(self._escalate, {"broadcast": broadcast_id})

    def ask_to_record(self, report: str) -> None:
        with translated():
            self._sqs.send_message(QueueUrl=self._receipts, MessageBody=report)

    def ask_to_erase(self, erasure_id: str) -> None:
        self._send(self._escalate, {"erasure": erasure_id})

    def ask_to_export(self, customer_id: str, export_id: str) -> None:
        self._send(self._escalate, {"export": [customer_id, export_id]})

    def ask_to_find_disposable(self, place: Mapping[str, str]) -> None:
        """The next one a minute later, so that the workers come along."""
        self._send(self._escalate, {"find_disposable": {**place}}, 60 if place else 0)

    def ask_to_dispose(self, customer_id: str, case_id: str) -> None:
        self._send(self._escalate, {"disposal": [customer_id, case_id]})

    def messages_waiting(self) -> int:
        return self._waiting_in(self._receive)

    def escalations_waiting(self) -> int:
        return self._waiting_in(self._escalate)

    def _waiting_in(self, queue_url: str) -> int:
        """Without those that are in work. SQS counts roughly.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
        """
        name = "ApproximateNumberOfMessages"
        with translated():
            found = self._sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])
        return int(found["Attributes"][name])

    def _seconds_until(self, at: datetime | None) -> int:
        """A second more: the clocks of two workers need not agree."""
        if at is None:
            return 0
        return max(0, min(ceil((at - self._now()).total_seconds()) + 1, LONGEST_DELAY))

    def _send(self, queue_url: str, body: dict[str, Any], delay: int = 0) -> None:
        with translated():
            self._sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(body), DelaySeconds=delay)
