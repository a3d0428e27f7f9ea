"""The app's user is known by the token, and by nothing that the body says."""

import json

import pytest

from chalicelib.channels.app import parse_inbound
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.messages import InboundMessage
from chalicelib.domain.trust import Trust
from tests.channels.payloads import OURS, receipt, sample
from tests.domain.making import APP


def read(raw, **changed):
    return parse_inbound(raw, receipt("app", **changed), APP, OURS)


def posted(**fields):
    return json.dumps(fields).encode()


def test_an_app_message_is_understood_whole():
    assert read(sample("app", "in_a_case_pl.json")) == InboundMessage(
        channel=Channel.APP,
        sender=ContactPoint(PointKind.APP, "https://login.example|anna"),
        trust=Trust.LOGGED_IN,
        visible_text="Nadal nie działa.",
        subject="Pralka",
        case_reference="K7Q2M-9DXM3-Q",
        language="pl",
    )


def test_a_message_need_not_name_a_case():
    assert read(sample("app", "new_en.json")).case_reference == ""


def test_a_file_may_come_without_words():
    file = {"name": "a.png", "content_type": "image/png", "data_base64": "QUJD"}

    assert read(posted(attachments=[file])).attachments[0].data == b"ABC"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        posted(),
        posted(text="  "),
        posted(text="x", case="K7Q2M-9DXM3-W"),
        posted(text="x", case="'; DROP"),
        posted(text="x", principal="other"),
        posted(text="x", email="anna@example.pl"),
    ],
)
def test_what_the_rules_refuse_is_parked(raw):
    assert read(raw).reason == "unreadable"


def test_without_a_login_it_is_from_nobody():
    assert read(posted(text="x"), principal="").reason == "unreadable"
