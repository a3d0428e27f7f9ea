"""Text messages come and go as AWS carries them."""

import json
from dataclasses import replace

import pytest

from chalicelib.channels.sms import LONGEST_SMS, parse_inbound, preview_outbound, render_outbound
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.errors import InvalidInput, SendingRefused
from chalicelib.domain.messages import InboundMessage, OutgoingMessage
from chalicelib.domain.previews import AnswerProblem, AnswerWarning, Preview
from chalicelib.domain.sms import SmsEncoding, SmsFacts, SmsIntent, SmsPart
from chalicelib.domain.tasks import CallWish
from chalicelib.domain.threads import AttachmentRef, Entry, EntryKind
from chalicelib.domain.trust import Trust
from tests.channels.payloads import OURS, receipt, sample
from tests.domain.making import ANNAS_PHONE, MONDAY_TEN, TEXTS


def read(raw):
    return parse_inbound(raw, receipt("sms"), TEXTS, OURS)


def changed(**fields):
    return read(json.dumps({**json.loads(sample("sms", "two_way.json")), **fields}).encode())


def test_an_sms_is_understood_whole():
    assert read(sample("sms", "two_way.json")) == InboundMessage(
        channel=Channel.SMS,
        sender=ANNAS_PHONE,
        trust=Trust.AUTHENTICATED,
        visible_text="Będę o 17, proszę zadzwonić 🙂",
        message_id="cae173d2-66b9-564c-8309-21f858e9fb84",
        in_reply_to=("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",),
        sms=SmsFacts(SmsEncoding.UCS2, segments=1, keyword="KEYWORD_700100200"),
    )


def test_a_word_that_asks_for_something_is_recognised_and_shown_all_the_same():
    message = changed(messageBody="Stop!")

    assert (message.sms.intent, message.sms.certain) == (SmsIntent.STOP, True)
    assert message.visible_text == "Stop!"
    assert changed(messageBody="Proszę nie stop, tylko dalej").sms.intent is None


def test_whoever_writes_only_that_we_should_call_is_called_at_their_number():
    assert changed(messageBody="Zadzwoń!").call_wish == CallWish(ANNAS_PHONE.value)
    assert changed(messageBody="Zadzwoń!", originationNumber="7168").call_wish is None
    assert changed(messageBody="Nie dzwoń").call_wish is None


@pytest.mark.parametrize("number", ["BANK", "7168", "", "+480601234567"])
def test_a_sender_that_cannot_be_answered_is_nobody(number):
    message = changed(originationNumber=number)

    assert message.sender is None
    assert message.trust is Trust.UNVERIFIED
    assert message.sender_name == number


@pytest.mark.parametrize(
    ("header", "part"),
    [("\x05\x00\x03\x2a\x02\x01", SmsPart("2a", 1, 2)), ("\x06\x08\x04\x01\xff\x03\x03", SmsPart("01ff", 3, 3))],
)
def test_the_header_of_a_part_is_taken_out_of_the_text_and_kept(header, part):
    message = changed(messageBody=f"{header}Dzien dobry")

    assert (message.visible_text, message.sms.part) == ("Dzien dobry", part)
    assert message.repairs == (f"The header of part {part.number} of {part.of} stood in the text.",)


@pytest.mark.parametrize("text", ["(1/2) Dzien dobry", "\x05\x00\x03\x2a\x02\x03x", "\x05", ""])
def test_what_is_no_header_of_a_part_stays(text):
    message = changed(messageBody=text)

    assert message.sms.part is None
    assert message.visible_text == text.replace("\x00", "")


@pytest.mark.parametrize(("text", "full"), [("a" * 153, True), ("ą" * 67, True), ("a" * 160, False), ("a" * 67, False)])
def test_a_text_that_fills_a_part_to_the_last_letter_is_noted(text, full):
    assert changed(messageBody=text).sms.full is full


def test_line_ends_and_broken_letters_are_mended():
    assert changed(messageBody="a\r\nb\x00").visible_text == "a\nb"


def test_fields_that_come_later_do_not_matter():
    assert changed(newField=[1, 2]).sender == ANNAS_PHONE


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"originationNumber": "+48601234567"}',
        b'{"originationNumber": 5, "messageBody": "x"}',
        b'{"originationNumber": "+48601234567", "messageBody": "\\ud800"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_sms_is_parked(raw):
    assert read(raw).reason == "unreadable"


def entry(text):
    delivery = Delivery(DeliveryStatus.SENDING, "+48601234567", "+48700100200", attempts=2)
    return Entry(
        "01E", "01C", "01CASE", MONDAY_TEN, EntryKind.OUTBOUND, "agent:ola", Channel.SMS, text=text, delivery=delivery
    )


def test_an_answer_is_its_text():
    assert render_outbound(entry("Jutro o 17.\r\n"), TEXTS) == OutgoingMessage(
        channel=Channel.SMS,
        sender="+48700100200",
        recipient="+48601234567",
        text="Jutro o 17.",
        tag="01E-2",
        customer_id="01C",
    )


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST_SMS + 1)])
def test_what_the_carrier_would_not_take_is_refused_for_good(text):
    with pytest.raises(SendingRefused) as refused:
        render_outbound(entry(text), TEXTS)

    assert not refused.value.temporary


def told(text, inbox=TEXTS, **changed):
    one = entry(text)
    return preview_outbound(replace(one, delivery=replace(one.delivery, **changed)), inbox)


def test_a_preview_counts_what_the_carrier_will_bill():
    assert told(" Jutro o 17.\r\n") == Preview(
        channel=Channel.SMS,
        sender="+48700100200",
        recipient="+48601234567",
        text="Jutro o 17.",
        encoding=SmsEncoding.GSM7,
        segments=1,
    )
    assert told("x" * 161).segments == 2
    assert told("ą" * 71).segments == 2


def test_letters_that_make_a_message_dearer_are_named():
    assert told("Zażółć " + "x" * 100).warnings == (AnswerWarning(AnswerProblem.COSTLY_LETTERS, "żółć"),)
    assert told("Zażółć gęślą jaźń").warnings == ()  # one segment either way
    assert told("x" * 200).warnings == ()


def test_a_link_is_a_warning_unless_the_inbox_has_links():
    text = "Status: https://example.pl/p, https://example.pl/p"
    assert told(text).warnings == (AnswerWarning(AnswerProblem.LINK, "https://example.pl/p"),)
    assert told(text, replace(TEXTS, allow_links=True)).warnings == ()


def test_a_message_of_too_many_segments_is_refused_with_the_count():
    assert told("x" * 6 * 153).segments == 6
    for text, inbox in (("x" * (6 * 153 + 1), TEXTS), ("x" * 161, replace(TEXTS, most_segments=1))):
        with pytest.raises(InvalidInput, match=rf"{len(text)} characters and takes [27] segments") as refused:
            told(text, inbox)
        assert refused.value.field == "text"
    with pytest.raises(InvalidInput):  # ten segments, and more characters than the service takes
        told("x" * 1_601, replace(TEXTS, most_segments=99))


@pytest.mark.parametrize("text", ["", " \n", "\u200b\ufeff", "\x00"])
def test_a_message_that_shows_nothing_is_refused(text):
    with pytest.raises(InvalidInput) as refused:
        told(text)
    assert refused.value.field == "text"


def test_nothing_is_attached_to_a_text_message():
    file = AttachmentRef("0" * 64, "umowa.pdf", "application/pdf", 10)
    with pytest.raises(InvalidInput) as refused:
        preview_outbound(replace(entry("Tak."), attachments=(file,)), TEXTS)
    assert refused.value.field == "attachments"
