"""A hint to send something later comes when it may go out, or as late as SQS can bring it; what is put into a queue is
what its worker reads.
"""

from datetime import timedelta

import pytest

from chalicelib.channels.carrier_events import LeftOver, parse_carrier_event
from chalicelib.gateways.work_queues import SqsWorkQueues
from tests.domain.making import MONDAY_TEN


class Sqs:
    def __init__(self):
        self.sent = []

    def send_message(self, **request):
        self.sent.append(request)

    def get_queue_attributes(self, QueueUrl, AttributeNames):  # noqa: N803  # as SQS calls them
        return {"Attributes": {name: {"receive": "7", "escalate": "3"}[QueueUrl] for name in AttributeNames}}


@pytest.fixture
def sqs():
    return Sqs()


@pytest.fixture
def queues(sqs):
    return SqsWorkQueues(sqs, "receive", "deliver", "read", "escalate", "receipts", lambda: MONDAY_TEN)


@pytest.mark.parametrize(
    ("later", "delay"),
    [(None, 0), (timedelta(seconds=20), 21), (timedelta(seconds=-5), 0), (timedelta(hours=3), 900)],
)
def test_a_message_that_may_not_go_out_yet_is_asked_for_when_it_may(sqs, queues, later, delay):
    queues.ask_to_deliver("01ANNA", "01ENTRY", not_before=later and MONDAY_TEN + later)
    (request,) = sqs.sent
    assert (request["QueueUrl"], request["DelaySeconds"]) == ("deliver", delay)


@pytest.mark.parametrize("suspicious", [True, False])
def test_what_failed_goes_back_with_a_mark_that_its_next_worker_reads(sqs, queues, suspicious):
    queues.ask_to_receive("incoming/sms/a", suspicious=suspicious)
    (request,) = sqs.sent
    assert request["QueueUrl"] == "receive"
    assert parse_carrier_event(request["MessageBody"], MONDAY_TEN) == LeftOver("incoming/sms/a", suspicious=suspicious)


def test_each_queue_is_counted_for_itself(queues):
    assert (queues.messages_waiting(), queues.escalations_waiting()) == (7, 3)
