"""A fax of ours as the gateway gets it: whose mail, to which address, with which document."""

import email as library
from dataclasses import replace
from datetime import UTC, datetime
from email import policy

import pytest

from chalicelib.channels.fax import parse_inbound, preview_outbound, render_outbound
from chalicelib.content.fax_documents import case_reference_in
from chalicelib.content.fax_pages import count_pages, read_page
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.errors import InvalidInput, SendingRefused, TooLarge
from chalicelib.domain.fax_sending import FaxByMail, NumberForm
from chalicelib.domain.messages import Attachment
from chalicelib.domain.previews import AnswerProblem, AnswerWarning
from chalicelib.domain.threads import AttachmentRef, Entry, EntryKind
from tests.channels.payloads import OURS, receipt
from tests.content.fax_documents import written_pdf
from tests.domain.making import ANNAS_FAX, FAXES, SENDING_FAXES

REFERENCE = "K7Q2M-9DXM3-Q"
ID = "01M83T4CM0WZSTWG5PSHWDFSXJ"
PRICES = AttachmentRef("0" * 64, "cennik.pdf", "application/pdf", 100)


def answer(text="Zażółć gęślą jaźń.", **changed):
    delivery = Delivery(DeliveryStatus.SENDING, ANNAS_FAX.value, "fax@hub.example", ANNAS_FAX, attempts=1)
    parts = {
        "id": ID,
        "customer_id": "01ANNA",
        "case_id": "01CASE",
        "at": datetime(2026, 11, 23, 23, 30, tzinfo=UTC),
        "kind": EntryKind.OUTBOUND,
        "author": "agent:eva",
        "channel": Channel.FAX,
        "subject": "Zamówienie",
        "text": text,
        "signature": "Zespół Pomocy",
        "delivery": replace(delivery, reference=REFERENCE),
    }
    return Entry(**{**parts, **changed})


def gateway(**changed):
    sending = SENDING_FAXES.fax
    how = {name: changed.pop(name) for name in ("to", "subject", "text", "sender") if name in changed}
    return replace(SENDING_FAXES, fax=replace(sending, mail=replace(sending.mail, **how), **changed))


def mail_of(entry, inbox=SENDING_FAXES, files=()):
    sent = render_outbound(entry, inbox, files)
    return sent, library.message_from_bytes(sent.raw, policy=policy.default)


def pages(document):
    return [read_page(document, number).text for number in range(count_pages(document))]


def test_the_gateway_gets_a_mail_with_the_number_and_the_document():
    sent, mail = mail_of(answer())
    assert (sent.recipient, sent.sender) == ("+48221112233@gateway.example", "fax@hub.example")
    assert (sent.tag, sent.customer_id, sent.channel) == (f"{ID}-1", "01ANNA", Channel.FAX)
    assert mail["to"] == "+48221112233@gateway.example"
    assert mail["from"].addresses[0].addr_spec == "fax@hub.example"
    assert mail["subject"] == f"Fax {REFERENCE} {ID}"
    assert mail["reply-to"] == f"fax+{ID.lower()}@hub.example"
    (document,) = mail.iter_attachments()
    assert (document.get_content_type(), document.get_filename()) == ("application/pdf", f"fax-{ID}.pdf")
    assert mail.get_body().get_content().strip() == ""


def test_the_document_says_who_whom_when_and_in_which_case_and_then_the_words():
    _, mail = mail_of(answer())
    cover, text = pages(next(mail.iter_attachments()).get_content())
    for said in (
        "FAKS",
        "Firma Łódź",
        "+48221112233",
        "+48222002003",
        REFERENCE,
        "Zamówienie",
        "24.11.2026, godz. 00:30",
    ):
        assert said in cover
    assert "Liczba stron: 2" in cover
    assert "Zażółć gęślą jaźń." in text
    assert "Zespół Pomocy" in text


def test_a_fax_that_quotes_our_cover_page_names_the_case():
    """Gateways that read the pages put the words into their mail."""
    _, mail = mail_of(answer())
    cover, _ = pages(next(mail.iter_attachments()).get_content())
    assert case_reference_in(cover) == REFERENCE
    raw = f"From: Fax <fax@gateway.example>\r\nSubject: Fax from +48221112233\r\n\r\n{cover}".encode()
    assert parse_inbound(raw, receipt("fax"), FAXES, OURS).case_reference == REFERENCE


def test_every_attempt_has_the_same_document():
    first, second = (mail_of(answer(delivery=replace(answer().delivery, attempts=attempt)))[1] for attempt in (1, 2))
    documents = [next(mail.iter_attachments()).get_content() for mail in (first, second)]
    assert documents[0] == documents[1]


@pytest.mark.parametrize(
    ("form", "to"),
    [
        (NumberForm.PLUS, "fax=+48221112233@gateway.example"),
        (NumberForm.DIGITS, "fax=48221112233@gateway.example"),
        (NumberForm.ZEROS, "fax=0048221112233@gateway.example"),
    ],
)
def test_the_number_is_written_as_the_gateway_wants_it(form, to):
    inbox = gateway(to="fax={number}@gateway.example", number_form=form)
    assert mail_of(answer(), inbox)[0].recipient == to


def test_subject_text_and_sender_are_what_the_gateway_wants():
    inbox = gateway(subject="PIN 1234 {number}", text="cover=none\nref={id}", sender="konto@hub.example")
    sent, mail = mail_of(answer(), inbox)
    assert (sent.sender, mail["from"].addresses[0].addr_spec) == ("konto@hub.example", "konto@hub.example")
    assert mail["subject"] == "PIN 1234 +48221112233"
    assert mail.get_body().get_content().split() == ["cover=none", f"ref={ID}"]


def test_pdf_files_come_after_the_fax_and_are_counted_on_its_cover():
    files = [Attachment("cennik.pdf", "application/pdf", written_pdf("jeden", "dwa"))]
    _, mail = mail_of(answer(attachments=(PRICES,)), files=files)
    fax, prices = (part.get_content() for part in mail.iter_attachments())
    assert prices == files[0].data
    assert "Liczba stron: 4" in pages(fax)[0]


def test_a_file_whose_pages_nobody_counts_is_told_of():
    files = [Attachment("cennik.pdf", "application/pdf", b"%PDF-1.7 compressed")]
    _, mail = mail_of(answer(attachments=(PRICES,)), files=files)
    assert "Liczba stron: 2, a po nich załączniki" in pages(next(mail.iter_attachments()).get_content())[0]


def test_the_preview_shows_what_arrives_and_how_many_pages():
    preview = preview_outbound(answer(), SENDING_FAXES)
    assert (preview.channel, preview.recipient, preview.pages) == (Channel.FAX, ANNAS_FAX.value, 2)
    assert preview.text == "Zażółć gęślą jaźń.\n\nZespół Pomocy"
    assert preview.warnings == ()


def test_letters_that_the_fax_cannot_show_are_boxes_and_the_agent_is_warned():
    preview = preview_outbound(answer("Dziękuję 😀", signature=""), SENDING_FAXES)
    assert preview.text == "Dziękuję □"
    assert preview.warnings == (AnswerWarning(AnswerProblem.UNPRINTABLE_LETTERS, "😀"),)


PICTURE = replace(PRICES, name="zdjęcie.png", content_type="image/png")


@pytest.mark.parametrize(
    ("changed", "inbox", "field"),
    [
        ({"text": " \n"}, SENDING_FAXES, "text"),
        ({"text": "a\n" * 2_000}, SENDING_FAXES, "text"),
        ({"text": "a\n" * 100}, gateway(most_pages=3), "text"),
        ({"subject": "a\r\nBcc: b@example.pl"}, SENDING_FAXES, "subject"),
        ({"attachments": (PRICES, PICTURE)}, SENDING_FAXES, "attachments[1]"),
        ({"attachments": (PRICES,)}, gateway(takes_files=False), "attachments[0]"),
        ({"attachments": (replace(PRICES, name="a\nb.pdf"),)}, SENDING_FAXES, "attachments[0].name"),
        ({"attachments": (replace(PRICES, size=30_000_000),)}, SENDING_FAXES, "attachments"),
    ],
)
def test_what_could_not_be_faxed_is_refused_with_the_field_that_is_to_be_corrected(changed, inbox, field):
    with pytest.raises((InvalidInput, TooLarge)) as refused:
        preview_outbound(answer(**changed), inbox)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("entry", "inbox", "files"),
    [
        (answer(delivery=None), SENDING_FAXES, ()),
        (answer(), FAXES, ()),
        (answer(delivery=replace(answer().delivery, recipient="fax@gateway.example")), SENDING_FAXES, ()),
        (answer(), SENDING_FAXES, [Attachment("a.pdf", "application/pdf", b"GIF89a")]),
    ],
)
def test_what_can_never_be_faxed_is_refused_for_good(entry, inbox, files):
    with pytest.raises(SendingRefused) as refused:
        render_outbound(entry, inbox, files)
    assert not refused.value.temporary


def test_the_default_gateway_mail_names_case_and_entry():
    assert FaxByMail("{number}@x.example").subject == "Fax {reference} {id}"
