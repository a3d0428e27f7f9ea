"""All workers together stay below what a carrier takes, and no worker asks another one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.messages import OutgoingMessage
from chalicelib.domain.sms import SmsTransport
from chalicelib.usecases.sending_turns import MailQuota, SendingTurns
from tests.domain.making import MONDAY_TEN

MAIL = OutgoingMessage(Channel.EMAIL, "pomoc@hub.example", "anna@example.pl", "", "01J-1", b"")


def sms(text="Tak.", per_second=1.0, sender="+48799000001"):
    transport = SmsTransport(parts_per_second=per_second)
    return OutgoingMessage(Channel.SMS, sender, "+48601234567", text, "01J-1", sms=transport)


class Worker:
    """Its clock moves only while it sleeps."""

    def __init__(self, workers=2, mail_rate=None, left=None):
        self.at = MONDAY_TEN
        self.turns = SendingTurns(workers, lambda: MailQuota(mail_rate, left), lambda: self.at, self.sleep)

    def sleep(self, seconds):
        self.at += timedelta(seconds=seconds)

    def send(self, message, configured=None, within=timedelta(hours=1)):
        return self.turns.wait(message, configured, self.at, MONDAY_TEN + within)


def sent_after(worker, messages, **how):
    return [(worker.send(message, **how) - MONDAY_TEN).total_seconds() for message in messages]


def test_the_first_message_goes_at_once_and_each_further_one_at_the_workers_share_of_the_rate():
    assert sent_after(Worker(workers=2, mail_rate=14.0), [MAIL] * 3) == pytest.approx([0, 1 / 7, 2 / 7], abs=1e-5)


def test_what_the_carrier_says_counts_before_what_is_configured():
    assert sent_after(Worker(mail_rate=4.0), [MAIL] * 2, configured=1.0)[1] == 0.5
    assert sent_after(Worker(mail_rate=None), [MAIL] * 2, configured=1.0)[1] == 2


def test_without_a_rate_nobody_waits():
    worker = Worker()
    assert sent_after(worker, [MAIL, MAIL, sms(per_second=None), sms(per_second=None)]) == [0, 0, 0, 0]


def test_a_text_message_counts_by_its_parts():
    assert sent_after(Worker(workers=1), [sms("x" * 161), sms()]) == [0, 2]


def test_each_number_of_ours_has_a_rate_of_its_own_and_mail_has_one():
    worker = Worker(workers=1, mail_rate=1.0)
    assert sent_after(worker, [sms(), sms(sender="+48799000002"), MAIL]) == [0, 0, 0]


def test_whose_turn_comes_too_late_does_not_wait_and_takes_no_turn():
    worker = Worker(workers=1, mail_rate=0.1)
    assert worker.send(MAIL) == MONDAY_TEN
    assert worker.send(MAIL, within=timedelta(seconds=9)) is None
    assert worker.at == MONDAY_TEN
    assert worker.send(MAIL) == MONDAY_TEN + timedelta(seconds=10)


@given(
    workers=st.integers(1, 20),
    rate=st.floats(0.5, 100),
    texts=st.lists(st.integers(1, 600), min_size=2, max_size=30),
)
def test_no_worker_ever_sends_more_than_its_share(workers, rate, texts):
    worker = Worker(workers=workers)
    messages = [sms("x" * length, per_second=rate) for length in texts]
    parts = [1 if length <= 160 else -(-length // 153) for length in texts]
    ended = sent_after(worker, messages)[-1]
    assert ended == pytest.approx(sum(parts[:-1]) * workers / rate, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize(("left", "full"), [(None, False), (1.0, False), (0.5, True), (0.0, True), (-3.0, True)])
def test_a_day_is_full_when_not_one_mail_is_left_of_it(left, full):
    assert Worker(left=left).turns.is_day_full(MAIL, MONDAY_TEN) is full


def test_of_text_messages_the_day_of_mails_says_nothing():
    assert not Worker(left=0.0).turns.is_day_full(sms(), MONDAY_TEN)


def test_a_carrier_that_says_so_itself_is_believed_for_some_minutes():
    worker = Worker(left=100.0)
    worker.turns.day_is_full(MONDAY_TEN)
    after = [worker.turns.is_day_full(MAIL, MONDAY_TEN + timedelta(minutes=minutes)) for minutes in (0, 4, 5)]
    assert after == [True, True, False]
