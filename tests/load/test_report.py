"""What a load run says of its times, and which answers end a request."""

from __future__ import annotations

import smtplib
from urllib.error import URLError

import pytest

from infra.local.outside import Refused
from tests.load.report import percentile
from tests.load.traffic import refusal_in


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share, value):
    assert percentile([*range(100, 0, -1)], share) == value
    assert percentile([7], share) == 7


@pytest.mark.parametrize(
    "error",
    [
        URLError(ConnectionRefusedError()),
        ConnectionResetError(),
        Refused(503, {"code": "unavailable"}),
        Refused(401, {"message": "Unauthorized"}),
        Refused(404, {"message": "the emulator knows no such path yet"}),
        smtplib.SMTPServerDisconnected(),
        smtplib.SMTPDataError(451, b"could not be stored"),
        smtplib.SMTPRecipientsRefused({"pomoc@hub.example": (451, b"the hub is starting")}),
    ],
)
def test_what_is_no_answer_of_the_hub_is_asked_again(error):
    assert not refusal_in(error)


@pytest.mark.parametrize(
    "error",
    [
        Refused(409, {"code": "conflict"}),
        smtplib.SMTPDataError(552, b"too large"),
        smtplib.SMTPRecipientsRefused({"nobody@hub.example": (550, b"no such inbox")}),
    ],
)
def test_what_the_hub_refuses_is_not_asked_again(error):
    assert refusal_in(error)
