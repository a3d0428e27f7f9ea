"""A hint to send something later comes when it may go out, or as late as SQS can bring it."""

from datetime import timedelta

import pytest

from chalicelib.gateways.work_queues import SqsWorkQueues
from tests.domain.making import MONDAY_TEN


class Sqs:
    def __init__(self):
        self.sent = []

    def send_message(self, **request):
        self.sent.append(request)


@pytest.mark.parametrize(
    ("later", "delay"),
    [(None, 0), (timedelta(seconds=20), 21), (timedelta(seconds=-5), 0), (timedelta(hours=3), 900)],
)
def test_a_message_that_may_not_go_out_yet_is_asked_for_when_it_may(later, delay):
    sqs = Sqs()
    queues = SqsWorkQueues(sqs, "receive", "deliver", "read", "escalate", "receipts", lambda: MONDAY_TEN)
    queues.ask_to_deliver("01ANNA", "01ENTRY", not_before=later and MONDAY_TEN + later)
    (request,) = sqs.sent
    assert (request["QueueUrl"], request["DelaySeconds"]) == ("deliver", delay)
