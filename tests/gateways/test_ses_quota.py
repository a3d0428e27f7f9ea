"""What SES says of our rate is asked for seldom, and not needed to send."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.gateways.ses_quota import KNOWN_FOR, SesQuota
from chalicelib.usecases.sending_turns import MailQuota
from tests.domain.making import MONDAY_TEN

DENIED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}, "GetAccount")


class Ses:
    def __init__(self, *answers):
        self.answers = [*answers]
        self.asked = 0

    def get_account(self):
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        rate, most = answer if isinstance(answer, tuple) else (answer, 50_000.0)
        return {"SendQuota": {"MaxSendRate": rate, "Max24HourSend": most, "SentLast24Hours": 100.0}}


class Clock:
    def __init__(self):
        self.at = MONDAY_TEN

    def __call__(self):
        return self.at


def test_it_is_asked_once_in_five_minutes():
    ses, clock = Ses(14.0, 28.0), Clock()
    quota = SesQuota(ses, clock)
    assert [quota().rate, quota().rate] == [14.0, 14.0]
    clock.at += KNOWN_FOR - timedelta(seconds=1)
    assert (quota().rate, ses.asked) == (14.0, 1)
    clock.at += timedelta(seconds=1)
    assert (quota().rate, ses.asked) == (28.0, 2)


@pytest.mark.parametrize("error", [DENIED, EndpointConnectionError(endpoint_url="https://email"), KeyError("x")])
def test_without_the_right_to_ask_nothing_is_known_and_nothing_fails(error):
    assert SesQuota(Ses(error), Clock())() == MailQuota(None, None)


def test_what_was_known_holds_while_ses_does_not_answer():
    ses, clock = Ses(14.0, DENIED), Clock()
    quota = SesQuota(ses, clock)
    quota()
    clock.at += KNOWN_FOR
    assert quota().rate == 14.0


def test_a_rate_that_is_none_does_not_stop_us():
    assert SesQuota(Ses(-1.0), Clock())().rate is None


@pytest.mark.parametrize(("most", "left"), [(50_000.0, 49_900.0), (100.0, 0.0), (50.0, -50.0), (-1.0, None)])
def test_what_is_left_of_24_hours_is_what_was_not_sent_and_nothing_is_counted_where_there_is_no_limit(most, left):
    assert SesQuota(Ses((14.0, most)), Clock())().left == left
