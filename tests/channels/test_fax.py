"""A fax is found inside of the gateway's mail, and its number believed as far as the gateway is."""

import hashlib
from dataclasses import replace

import pytest

from chalicelib.channels.fax import parse_inbound
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.faxes import Fax, FaxGateway
from chalicelib.domain.machines import MachineKind
from chalicelib.domain.trust import Trust, Verdicts
from tests.channels.payloads import OURS, receipt, sample
from tests.domain.making import ANNA, ANNAS_FAX, FAXES


def read(name, inbox=FAXES, **changed):
    return parse_inbound(sample("fax", name), receipt("fax", **changed), inbox, OURS)


def told(subject, author="Fax <notify@gateway.example>", body="text", country="PL"):
    raw = f"From: {author}\r\nSubject: {subject}\r\n\r\n{body}".encode()
    return parse_inbound(raw, receipt("fax"), replace(FAXES, country=country), OURS)


def test_a_fax_from_our_gateway_is_understood():
    fax = read("hylafax_pl.eml")

    assert fax.channel is Channel.FAX
    assert fax.sender == ANNAS_FAX
    assert fax.trust is Trust.AUTHENTICATED
    assert fax.visible_text == "Fax, 2 pages, from +48221112233. Document: fax000000042.pdf."
    assert "Nadawca: 22 111 22 33" in fax.quoted_text
    assert fax.case_reference == "K7Q2M-9DXM3-Q"
    assert fax.fax == Fax(
        gateway="hylafax",
        number="22 111 22 33",
        number_from="subject",
        pages=2,
        pages_from="document",
        document=hashlib.sha256(fax.attachments[0].data).hexdigest(),
    )
    assert [file.content_type for file in fax.attachments] == ["application/pdf"]


def test_the_number_of_the_network_goes_before_the_name_of_the_machine():
    fax = read("efax_style.eml")

    assert fax.sender == ANNAS_FAX
    assert fax.sender_name == "ACME SP Z O O"
    assert "3 pages" in fax.visible_text


def test_the_number_may_stand_in_the_local_part():
    fax = read("t37_local_part.eml")

    assert fax.sender == ANNAS_FAX
    assert fax.visible_text == "Fax, 1 page, from +48221112233. Document: Cisco_fax.tif."


def test_a_withheld_number_is_nobody():
    fax = read("withheld_number.eml")

    assert fax.channel is Channel.FAX
    assert fax.sender is None
    assert fax.trust is Trust.UNVERIFIED
    assert "a withheld number" in fax.visible_text


def test_a_notification_without_the_document_is_a_fax_and_says_so():
    fax = read("notification_only.eml")

    assert fax.sender == ANNAS_FAX
    assert "no document" in fax.visible_text


@pytest.mark.parametrize(
    ("verdicts", "trust"),
    [
        (Verdicts(dmarc="PASS"), Trust.AUTHENTICATED),
        (Verdicts(dmarc="GRAY", spf="PASS", dkim="PASS"), Trust.UNVERIFIED),
        (Verdicts(), Trust.UNVERIFIED),
        (Verdicts(dmarc="FAIL"), Trust.FORGED),
    ],
)
def test_the_number_is_believed_as_far_as_the_gateways_mail(verdicts, trust):
    assert read("hylafax_pl.eml", verdicts=verdicts).trust is trust


def test_a_gateway_that_nobody_configured_is_not_believed():
    assert read("hylafax_pl.eml", inbox=replace(FAXES, gateways=())).trust is Trust.UNVERIFIED
    assert read("efax_style.eml").trust is Trust.UNVERIFIED  # passes DMARC, for a domain that is not on the list


def test_a_plain_mail_to_the_fax_address_is_an_email():
    message = read("plain_mail_to_the_fax_address.eml")

    assert message.channel is Channel.EMAIL
    assert message.sender == ANNA


def test_the_word_fax_alone_makes_no_fax_of_a_strangers_mail():
    assert told("You have a new fax", author="x@evil.example").channel is Channel.EMAIL


def test_a_person_who_mails_a_document_and_calls_it_a_fax_is_answered_by_mail():
    document = b"Content-Type: application/pdf\r\n\r\n%PDF-1.4"
    message = parse_inbound(b"From: anna@example.pl\r\nSubject: Moj fax\r\n" + document, receipt("fax"), FAXES, OURS)

    assert message.channel is Channel.EMAIL
    assert message.sender == ANNA


@pytest.mark.parametrize(
    "fields", ["From: fax@pbx.example\r\nSubject: x", "From: a@b.pl\r\nSubject: Fax from 221112233"]
)
def test_what_looks_like_a_gateways_mail_is_a_fax_from_a_stranger(fields):
    raw = fields.encode() + b"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4"
    fax = parse_inbound(raw, receipt("fax"), FAXES, OURS)

    assert fax.channel is Channel.FAX
    assert fax.trust is Trust.UNVERIFIED


def test_who_passes_on_what_a_gateway_wrote_is_answered_by_mail():
    document = b"Content-Type: application/pdf\r\n\r\n%PDF-1.4"
    head = b"From: anna@example.pl\r\nIn-Reply-To: <1@gw.example>\r\nSubject: Re: Fax from 221112233\r\n"
    message = parse_inbound(head + document, receipt("fax"), FAXES, OURS)

    assert message.channel is Channel.EMAIL
    assert message.sender == ANNA


def test_a_text_that_announces_a_fax_is_enough_where_the_subject_says_nothing():
    head = b"From: pbx@example.com\r\nSubject: Eingang\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    text = b"--b\r\n\r\nSie haben soeben ein neues Fax von +48 22 111 22 33, fuer Rufnummer 20 erhalten.\r\n"
    document = b"--b\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\r\n--b--\r\n"
    fax = parse_inbound(head + text + document, receipt("fax"), FAXES, OURS)

    assert (fax.channel, fax.sender, fax.trust) == (Channel.FAX, ANNAS_FAX, Trust.UNVERIFIED)


def test_a_gateways_wording_never_hides_a_fax_that_names_its_sender():
    assert told("Fax sent from +48 22 111 22 33").channel is Channel.FAX


def test_a_report_on_a_fax_of_ours_is_no_fax_and_stops_no_clock():
    message = read("report_of_an_outgoing_fax.eml")

    assert message.channel is Channel.EMAIL
    assert message.automatic
    assert message.machine.reason == "fax_report"


def test_an_announcement_of_a_fax_without_one_is_a_mail_that_warns():
    message = told("You have received a new fax from +48 22 111 22 33", author="x@evil.example")

    assert message.channel is Channel.EMAIL
    assert any("forgery" in repair for repair in message.repairs)


def test_pages_that_are_missing_are_noticed():
    document = b"Content-Type: application/pdf\r\n\r\n%PDF-1.4\n<</Type/Page>>"
    raw = (
        b'From: fax@gateway.example\r\nSubject: eFax message from "x" - 3 page(s), Caller-ID: 221112233\r\n' + document
    )
    fax = parse_inbound(raw, receipt("fax"), FAXES, OURS)

    assert (fax.fax.pages, fax.fax.pages_from) == (1, "document")
    assert any("3 pages" in repair for repair in fax.repairs)


def test_a_number_that_no_plan_has_gives_way_to_one_that_some_has():
    fax = told('Fax received from "12"', body="Sender: 12\nCallID1: 0048221112233")

    assert (fax.sender, fax.fax.number_from) == (ANNAS_FAX, "caller ID in the text")


def test_the_operators_own_gateway_is_read_first():
    own = FaxGateway("tenor", ("Przyszedł dokument {pages} str. z {number}",))
    fax = parse_inbound(
        "From: fax@gateway.example\r\nSubject: Przyszedł dokument 4 str. z 22 111 22 33\r\n\r\ntext".encode(),
        receipt("fax"),
        replace(FAXES, fax_gateways=(own,)),
        OURS,
    )

    assert (fax.sender, fax.fax.gateway, fax.fax.pages) == (ANNAS_FAX, "tenor", 4)


def test_a_person_who_writes_of_a_sent_fax_is_still_a_person():
    message = told("Faks wysłany wczoraj", author="Anna <anna@example.pl>")

    assert message.channel is Channel.EMAIL
    assert not message.automatic


@pytest.mark.parametrize(("verdicts", "reason"), [(Verdicts(spam="FAIL"), "spam"), (Verdicts(virus="FAIL"), "virus")])
def test_spam_and_viruses_are_parked(verdicts, reason):
    assert read("hylafax_pl.eml", verdicts=verdicts).reason == reason


def test_a_bounce_to_the_fax_address_is_no_fax():
    message = told("failure", author="mailer-daemon@mx.example")

    assert (message.channel, message.machine.kind) == (Channel.EMAIL, MachineKind.BOUNCE)


def test_a_gateway_may_use_the_null_sender_and_call_itself_automatic():
    mail = sample("fax", "hylafax_pl.eml").replace(b"<fax@gateway.example>", b"<>", 1)
    fax = parse_inbound(b"Auto-Submitted: auto-generated\r\n" + mail, receipt("fax", source=""), FAXES, OURS)

    assert fax.channel is Channel.FAX
    assert fax.automatic == ""


@pytest.mark.parametrize(
    ("subject", "country", "number"),
    [
        ('eFax message from "613 701 0200" - 1 page(s), Caller-ID: 1-613-701-0200', "PL", "+16137010200"),
        ('eFax message from "unknown" - 1 page(s), Caller-ID: 1-613-701-0200', "US", "+16137010200"),
        ("New Fax Message from (469) 543-6401 on 07/01/2026 6:03 PM", "US", "+14695436401"),
        ('Fax received from "+49 30 1234567"', "PL", "+49301234567"),
        ("Fax empfangen von 030 1234567", "DE", "+49301234567"),
        ("Odebrano fax od 22 111 22 33", "PL", "+48221112233"),
        ("New fax from: 0048221112233", "PL", "+48221112233"),
    ],
)
def test_gateways_word_the_number_each_in_its_way(subject, country, number):
    assert told(subject, country=country).sender == ContactPoint(PointKind.FAX, number)


@pytest.mark.parametrize(
    "body",
    [
        "           Nadawca: 22 111 22 33",
        "Sender: +48 22 111 22 33",
        "a new fax from:\r\n0048 22 111 22 33",
        "Caller-ID: 221112233",
    ],
)
def test_the_number_may_stand_in_the_text(body):
    assert told("Fax received", body=body).sender == ANNAS_FAX


def test_a_national_number_of_another_country_is_not_taken_for_an_international_one():
    assert told("New fax from: (469) 543-6401").sender is None


def test_a_number_that_is_none_is_shown_and_answers_to_nobody():
    fax = told("New fax from: 12345")

    assert fax.sender is None
    assert "from 12345" in fax.visible_text


def test_a_reference_with_dashes_is_preferred_to_a_word_that_fits_by_chance():
    fax = told("New fax from: 221112233", body="Serial K7Q2M9DXM3Q, case 9J6CT-3ADHQ-3")

    assert fax.case_reference == "9J6CT-3ADHQ-3"
