"""Whoever fills in a form is heard, and believed no further than a stranger."""

import json
from datetime import timedelta

import msgspec
import pytest

from chalicelib.channels.web_form import PostedForm, parse_inbound
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.messages import InboundMessage, ParkedMessage
from chalicelib.domain.tasks import CallWish, Wish
from chalicelib.domain.trust import Trust
from tests.channels.payloads import OURS, receipt, sample
from tests.domain.making import ANNA, ANNAS_PHONE, FORM, MONDAY_TEN


def read(raw):
    return parse_inbound(raw, receipt("web_form"), FORM, OURS)


def posted(**fields):
    form = {"text": "Dzień dobry", "email": "anna@example.pl", **fields}
    return json.dumps({name: value for name, value in form.items() if value is not None}).encode()


def test_a_form_is_understood_whole():
    message = read(sample("web_form", "complaint_pl.json"))

    assert message == InboundMessage(
        channel=Channel.WEB_FORM,
        sender=ANNA,
        trust=Trust.UNVERIFIED,
        visible_text="Dzień dobry,\n\npralka PR-17 cieknie.\n\nAlso given: +48601234567",
        sender_name="Anna Żółkiewska",
        subject="Reklamacja",
        attachments=message.attachments,
        language="pl",
    )
    assert [(file.name, file.content_type, len(file.data)) for file in message.attachments] == [
        ("zdjęcie.png", "image/png", 70)
    ]


def test_the_customer_chooses_where_to_be_answered():
    assert read(posted(phone="601 234 567")).sender == ANNA
    assert read(posted(phone="601 234 567", answer_by="email")).sender == ANNA
    assert read(posted(phone="601 234 567", answer_by="sms")).sender == ANNAS_PHONE
    assert read(posted(phone="601 234 567", email=None)).sender == ANNAS_PHONE


def test_the_other_address_is_told_and_links_nobody():
    message = read(posted(phone="601 234 567", answer_by="sms"))

    assert message.visible_text.endswith("Also given: anna@example.pl")
    assert message.participants == ()


def test_a_customer_may_ask_to_be_called_at_the_time_that_suits_them():
    message = read(posted(call_back={"number": "601 234 567", "until": "2099-11-24T12:00:00+01:00"}))
    assert isinstance(message, ParkedMessage)  # more than a year ahead
    since, until = MONDAY_TEN + timedelta(hours=1), MONDAY_TEN + timedelta(hours=3)
    wish = {"from": since.isoformat(), "until": until.isoformat()}
    assert read(posted(phone="601 234 567", call_back=wish)).call_wish == CallWish(
        ANNAS_PHONE.value, Wish(since, until)
    )
    assert read(posted(phone="601 234 567")).call_wish is None


def test_a_wish_counts_by_when_the_form_came_however_late_it_is_read():
    until = (MONDAY_TEN - timedelta(hours=1)).isoformat()
    refused = read(posted(call_back={"number": "601 234 567", "until": until}))
    assert (refused.reason, refused.field) == ("unreadable", "call_back.until")


REFUSED = {
    "not json": b"{",
    "not an object": b"[]",
    "not UTF-8": b'{"text": "\xff", "email": "anna@example.pl"}',
    "half a character": b'{"text": "\\ud800", "email": "anna@example.pl"}',
    "nothing said": posted(text=" \n"),
    "nobody to answer": posted(email=None),
    "no e-mail address": posted(email="anna"),
    "two e-mail addresses": posted(email="anna@example.pl,x@y.pl"),
    "no way to answer by SMS": posted(answer_by="sms"),
    "another way to answer": posted(answer_by="pigeon"),
    "an unknown field": posted(txet="x"),
    "a customer of one's choice": posted(customer_id="01ANNA"),
    "a number as text": posted(text=5),
    "no language": posted(language="polski"),
    "too long a text": posted(text="x" * 50_001),
    "too long a subject": posted(subject="x" * 501),
    "no base 64": posted(attachments=[{"name": "a", "content_type": "a/b", "data_base64": "%%"}]),
    "no media type": posted(attachments=[{"name": "a", "content_type": "a/b\r\nX: y", "data_base64": ""}]),
    "too many files": posted(attachments=[{"name": "a", "content_type": "a/b", "data_base64": ""}] * 11),
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED.keys())
def test_what_the_rules_refuse_is_parked_with_the_reason(raw):
    parked = read(raw)

    assert isinstance(parked, ParkedMessage)
    assert parked.reason == "unreadable"
    assert parked.detail


def test_a_phone_number_is_read_in_the_country_of_the_inbox():
    assert read(posted(email=None, phone="12 34")).reason == "unreadable"
    assert read(posted(email=None, phone="+44 20 7946 0958")).sender.value == "+442079460958"


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED.keys())
def test_the_api_refuses_by_the_same_schema(raw):
    with pytest.raises((msgspec.ValidationError, msgspec.DecodeError, UnicodeError)):
        msgspec.json.decode(raw, type=PostedForm)


def test_names_and_files_are_made_harmless():
    file = {"name": "../\u202efdp.exe", "content_type": "Text/HTML", "data_base64": "PGI+"}
    message = read(posted(name="Anna\r\nBcc: x", subject="a\nb", attachments=[file], text=None))

    assert message.sender_name == "Anna Bcc: x"
    assert message.subject == "a b"
    assert [(one.name, one.content_type, one.data) for one in message.attachments] == [("fdp.exe", "text/html", b"<b>")]


def test_a_form_whose_check_was_not_shown_is_kept_for_a_person_with_all_it_says():
    parked = parse_inbound(posted(), receipt("web_form", captcha="missing"), FORM, OURS)
    assert isinstance(parked, ParkedMessage)
    assert (parked.reason, parked.read.sender, parked.read.visible_text) == ("captcha_missing", ANNA, "Dzień dobry")


def test_when_nobody_could_say_whether_a_person_posted_it_the_agent_is_told_and_the_message_counts():
    message = parse_inbound(posted(), receipt("web_form", captcha="unknown"), FORM, OURS)
    assert isinstance(message, InboundMessage)
    assert "could not be found out" in message.repairs[0]
    assert parse_inbound(posted(), receipt("web_form", captcha="passed"), FORM, OURS).repairs == ()
