"""What a mail says, whom it is from, and what ours looks like to whoever gets it."""

import email as library
from dataclasses import replace
from datetime import UTC, datetime
from email import policy

import pytest

from chalicelib.channels.email import parse_inbound, recipients_named_in, render_outbound
from chalicelib.content import limits
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.errors import SendingRefused, Unparsable
from chalicelib.domain.machines import BounceReason, MachineKind, MachineMail, ReportedRecipient
from chalicelib.domain.messages import ForwardedMessage, InboundMessage, ParkedMessage
from chalicelib.domain.reply_address import reply_address_for
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.trust import Trust, Verdicts
from tests.channels.payloads import OURS, receipt, sample
from tests.domain.making import ANNA, BARTEK, MONDAY_TEN, RING, SUPPORT

SIGNED = reply_address_for("K7Q2M-9DXM3-Q", "01ANNA", "hub.example", RING)


def read(name, **changed):
    return parse_inbound(sample("email", name), receipt(**changed), SUPPORT, OURS)


def written(*fields, body="text", **changed):
    raw = "\r\n".join([*fields, "", body]).encode()
    return parse_inbound(raw, receipt(**changed), SUPPORT, OURS)


def test_a_reply_from_gmail_is_understood_whole():
    message = read("gmail_reply_pl.eml")

    assert message.html is not None
    assert "dziękuję za szybką odpowiedź" in message.html.source
    assert replace(message, html=None) == InboundMessage(
        channel=Channel.EMAIL,
        sender=ANNA,
        trust=Trust.AUTHENTICATED,
        visible_text=(
            "Dzień dobry,\n\ndziękuję za szybką odpowiedź. Paczka nadal nie dotarła, numer przesyłki to\n0000123. "
            "Proszę o sprawdzenie."
        ),
        signature="Pozdrawiam\nAnna Żółkiewska",
        quoted_text=(
            "pon., 23 lis 2026 o 09:12 Pomoc <pomoc@hub.example> napisał(a):\n\n> Dzień dobry,\n>\n"
            "> paczka wyszła od nas w piątek.\n>\n> Zespół Pomocy\n>"
        ),
        sender_name="Anna Żółkiewska",
        sender_address="Anna@example.pl",
        subject="Re: Paczka nie dotarła łącznie z fakturą i płytą",
        message_id="CAF0bbb@mail.gmail.com",
        in_reply_to=("01070190abcdef12-1111-000000@eu-central-1.amazonses.com",),
        references=("CAF0aaa@mail.gmail.com", "01070190abcdef12-1111-000000@eu-central-1.amazonses.com"),
        participants=(ContactPoint(PointKind.EMAIL, "jan.kowalski@example.pl"),),
        addressed_to=("pomoc@hub.example",),
        names_us=True,
        written_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    )


@pytest.mark.parametrize("name", ["outlook_reply_pl.eml", "outlook_html_only_pl.eml"])
def test_outlooks_quote_is_folded_in_text_and_in_html(name):
    message = read(name)

    assert message.sender == BARTEK
    assert message.visible_text.startswith("Dzień dobry,\n\nw załączeniu zdjęcie usterki.")
    assert "Bartłomiej Wójcik" in (message.signature or message.visible_text.splitlines()[-1])
    assert message.quoted_text.endswith("Proszę o zdjęcie usterki.")
    assert "Tytuł" not in message.visible_text


def test_a_picture_inside_of_the_text_is_an_attachment():
    message = read("outlook_reply_pl.eml")

    assert [(file.name, file.content_type, len(file.data)) for file in message.attachments] == [
        ("image001.png", "image/png", 70)
    ]
    assert message.language == "pl"


def test_a_table_in_html_stays_readable():
    assert "Urządzenie | Numer\nPralka | PR-17" in read("outlook_html_only_pl.eml").visible_text


def test_text_around_an_attachment_is_all_text():
    message = read("apple_mail_en.eml")

    assert message.visible_text == "Hi,\n\nthe amount on the attached invoice is wrong:\n\nPlease correct it.\n\nKate"
    assert [file.name for file in message.attachments] == ["faktura za październik i listopad.pdf"]


def test_short_answers_from_a_phone_are_kept():
    message = read("iphone_reply_pl.eml")

    assert message.visible_text == "Odbiorę jutro po 15:00 🙂"
    assert message.signature == "Wysłane z iPhone’a"
    assert read("outlook_mobile_en.eml").visible_text.startswith("Yes, I’ll take it – for 20 €.")


def test_answers_between_the_lines_keep_the_questions():
    message = read("thunderbird_interleaved_pl.eml")

    assert "> Jaki to model?\nPR-17, kupiony w marcu." in message.visible_text
    assert "a klucze ma tylko sąsiadka z parteru." in message.visible_text


def test_polish_letters_without_a_declared_charset_are_mended():
    message = read("undeclared_latin2_pl.eml")

    assert message.visible_text == "Numer to 77/2026. Żelazko śmierdzi spalenizną.\n\nJanusz Źdźbło"
    assert message.sender_name == "Janusz Źdźbło"
    assert message.subject == "Reklamacja żelazka"
    assert message.repairs


def test_an_attached_mail_stays_outside_of_the_text_and_whole():
    message = read("forward_with_attached_mail.eml")

    assert message.visible_text == "Przekazuję."
    assert message.forward == ForwardedMessage(
        sender_name="Sklep",
        sender_address="sklep@shop.example",
        subject="Potwierdzenie",
        sent_at="pon., 23 lis 2026 o 08:00",
        header=(
            "---------- Forwarded message ---------\nOd: Sklep <sklep@shop.example>\nDate: pon., 23 lis 2026 o 08:00\n"
            "Subject: Potwierdzenie\nTo: <anna@example.pl>"
        ),
        body="Zamówienie przyjęte.",
    )
    assert "TREŚĆ WEWNĘTRZNA" not in message.visible_text + message.quoted_text
    inner, tnef = message.attachments
    assert "TREŚĆ WEWNĘTRZNA" in inner.data.decode()
    assert tnef.name == "winmail.dat"


def test_a_signed_mail_is_read_and_its_signature_kept():
    message = read("smime_signed.eml")

    assert message.visible_text == "Wypowiadam umowę."
    assert [file.name for file in message.attachments] == ["smime.p7s"]


@pytest.mark.parametrize(
    ("dmarc", "trust"),
    [
        ("PASS", Trust.AUTHENTICATED),
        ("FAIL", Trust.FORGED),
        ("GRAY", Trust.UNVERIFIED),
        ("PROCESSING_FAILED", Trust.UNVERIFIED),
        ("UNKNOWN", Trust.UNVERIFIED),
    ],
)
def test_only_the_dmarc_verdict_of_the_receipt_gives_trust(dmarc, trust):
    assert read("gmail_reply_pl.eml", verdicts=Verdicts(spf="PASS", dkim="PASS", dmarc=dmarc)).trust is trust


def test_no_header_of_the_mail_gives_trust_or_sets_anything():
    message = written(
        "From: anna@example.pl",
        "Authentication-Results: amazonses.com; dmarc=pass",
        "X-SES-Spam-Verdict: PASS",
        "X-SES-DMARC-Verdict: PASS",
        "X-Hub-Case-Id: K7Q2M-9DXM3-Q",
        "X-Zammad-Ticket-State: closed",
        "Subject: [K7Q2M-9DXM3-Q] hello",
        verdicts=Verdicts(),
    )

    assert message.trust is Trust.UNVERIFIED
    assert message.case_reference == ""


def test_reply_to_and_sender_are_nobodys_identity():
    message = written("From: anna@example.pl", "Reply-To: victim@example.pl", "Sender: other@example.pl")

    assert message.sender == ANNA
    assert message.participants == ()


@pytest.mark.parametrize(
    "fields",
    [
        ["From: anna@example.pl", "From: bartek@example.pl"],
        ["From: anna@example.pl, bartek@example.pl"],
        ["From : anna@example.pl"],
        ["From : anna@example.pl", "From: bartek@example.pl"],
        ["From: anna@example.pl(<bartek@example.pl>"],
        ["From: anna@example.pl <bartek@example.pl>"],
    ],
)
def test_an_ambiguous_sender_is_parked(fields):
    parked = written(*fields)

    assert isinstance(parked, ParkedMessage)
    assert parked.reason == "ambiguous_sender"
    assert parked.detail
    assert parked.read is not None
    assert (parked.read.visible_text, parked.read.sender, parked.read.trust) == ("text", None, Trust.UNVERIFIED)


def test_an_ambiguous_sender_of_a_mail_past_the_limits_is_parked_all_the_same():
    others = ", ".join(f"a{number}@example.pl" for number in range(limits.MOST_ADDRESSES + 1))
    parked = written("From: anna@example.pl, bartek@example.pl", f"To: {others}")
    assert isinstance(parked, ParkedMessage)
    assert (parked.reason, parked.read) == ("ambiguous_sender", None)


def test_the_same_from_field_twice_is_one_sender():
    assert written("From: anna@example.pl", "From: anna@example.pl").sender == ANNA


@pytest.mark.parametrize("fields", [["Subject: x"], ["From: Anna"], ["From: <>"], ["From: anna@localhost"]])
def test_a_sender_without_an_address_is_nobody_and_never_authenticated(fields):
    message = written(*fields)

    assert message.sender is None
    assert message.trust is Trust.UNVERIFIED


def test_where_from_names_nobody_another_field_stands_in_unverified():
    message = written("From: Anna", "Reply-To: anna@example.pl")

    assert message.sender == ANNA
    assert message.sender_name == "Anna"
    assert message.trust is Trust.UNVERIFIED
    assert "Reply-To" in " ".join(message.repairs)


def test_other_people_are_participants_and_we_are_not():
    message = written(
        "From: anna@example.pl",
        f"To: Pomoc <POMOC@hub.example>, pomoc+sklep@hub.example, {SIGNED}, reply+broken@hub.example",
        "To: Bartek@Example.pl",
        "Cc: anna@example.pl, faktury@hub.example, team: kate@example.com;, bartek@example.pl, nobody",
    )

    assert message.participants == (BARTEK, ContactPoint(PointKind.EMAIL, "kate@example.com"))


def test_the_envelope_says_which_addresses_of_ours_it_came_to():
    message = written("From: anna@example.pl", "To: other@hub.example", recipients=(SIGNED, "pomoc@hub.example"))

    assert message.addressed_to == (SIGNED, "pomoc@hub.example")


def test_more_people_than_the_limit_are_too_many():
    crowd = ", ".join(f"p{number}@example.pl" for number in range(300))

    assert len(written("From: anna@example.pl", f"To: {crowd}").participants) == limits.MOST_PARTICIPANTS
    with pytest.raises(Unparsable):
        written("From: anna@example.pl", f"To: {crowd}", f"Cc: {crowd}")


@pytest.mark.parametrize(
    ("verdicts", "reason"),
    [
        (Verdicts(spam="FAIL"), "spam"),
        (Verdicts(virus="FAIL"), "virus"),
        (Verdicts(spam="FAIL", virus="FAIL", dmarc="PASS"), "virus"),
    ],
)
def test_spam_and_viruses_are_parked_unread(verdicts, reason):
    assert parse_inbound(b"\xff", receipt(verdicts=verdicts), SUPPORT, OURS).reason == reason
    assert isinstance(read("gmail_reply_pl.eml", verdicts=Verdicts(spam="GRAY")), InboundMessage)


def test_a_delivery_report_says_what_became_of_our_message():
    message = read("delivery_report.eml", source="", recipients=(SIGNED,))

    assert message.machine == MachineMail(
        MachineKind.BOUNCE,
        "a delivery report",
        "no_such_address",
        (
            ReportedRecipient(
                "nobody@example.pl", "5.1.1", BounceReason.NO_SUCH_ADDRESS, "Your message could not be delivered."
            ),
        ),
    )
    assert message.automatic == "a delivery report"
    assert message.addressed_to == (SIGNED,)


def test_a_read_receipt_answers_the_message_that_it_names():
    part = b"Content-Type: message/disposition-notification\r\n\r\nOriginal-Message-ID: <m1@hub.example>\r\n"
    head = (
        b"From: anna@example.pl\r\nIn-Reply-To: <m0@hub.example>\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
    )
    message = parse_inbound(head + b"--b\r\n\r\nread\r\n--b\r\n" + part + b"--b--", receipt(), SUPPORT, OURS)

    assert message.in_reply_to == ("m1@hub.example", "m0@hub.example")
    assert message.machine.kind is MachineKind.READ_RECEIPT


def test_what_a_person_wrote_through_a_list_is_not_automatic():
    message = written("From: anna@example.pl", "List-Id: <group.example.pl>")

    assert (message.automatic, message.machine.kind) == ("", MachineKind.MAILING_LIST)


def test_an_absence_note_from_the_null_sender_is_an_automatic_message():
    message = read("out_of_office_exchange.eml", source="")

    assert message.automatic == "auto-submitted: auto-generated"
    assert message.sender == ANNA


def test_a_mail_whose_notification_was_lost_is_no_bounce():
    message = read("gmail_reply_pl.eml", source="", verdicts=Verdicts(), recipients=())

    assert isinstance(message, InboundMessage)
    assert message.trust is Trust.UNVERIFIED


def test_the_recipient_that_ses_noted_stands_in_for_a_lost_receipt():
    assert recipients_named_in(sample("email", "gmail_reply_pl.eml")) == ("pomoc@hub.example",)
    assert recipients_named_in(b"To: A <a@hub.example>\r\nCc: b@hub.example\r\n\r\nx") == (
        "a@hub.example",
        "b@hub.example",
    )
    assert recipients_named_in(b"Content-Type: x" + b";a=b" * 9_000) == ()


def test_a_subject_is_one_line_of_bounded_length():
    message = written("From: anna@example.pl", "Subject: =?utf-8?Q?a=0D=0ABcc:_x=00?= " + "b" * 2_000)

    assert message.subject.startswith("a Bcc: x b")
    assert len(message.subject) == limits.LONGEST_SUBJECT


def test_a_date_that_cannot_be_is_no_date():
    assert written("From: anna@example.pl", "Date: Mon, 1 Jan 99999 10:00:00 +9999").written_at is None


def entry(**changed):
    delivery = {
        "status": DeliveryStatus.SENDING,
        "recipient": "anna@example.pl",
        "sender": "pomoc@hub.example",
        "reply_to": SIGNED,
        "in_reply_to": "CAF0bbb@mail.gmail.com",
        "references": ("CAF0aaa@mail.gmail.com", "CAF0bbb@mail.gmail.com"),
        "attempts": 1,
    }
    parts = {
        "id": "01KAZ3V0G0ENTRY00000000000",
        "customer_id": "01ANNA",
        "case_id": "01CASE",
        "at": MONDAY_TEN,
        "kind": EntryKind.OUTBOUND,
        "author": "agent:ola",
        "channel": Channel.EMAIL,
        "subject": "Re: Zażółć gęślą jaźń",
        "text": "Dzień dobry,\n\npaczka <b>wyszła</b> & jest w drodze.\nFrom now on: 2 dni.\n\nPomoc",
        "delivery": Delivery(**{**delivery, **changed.pop("delivery", {})}),
    }
    return Entry(**{**parts, **changed})


NAMED = replace(SUPPORT, display_name="Pomoc, Żółw")


def sent(one, inbox=NAMED):
    return library.message_from_bytes(render_outbound(one, inbox).raw, policy=policy.default)


def test_an_answer_is_a_complete_mail_that_comes_back_to_its_case():
    outgoing = render_outbound(entry(), NAMED)
    mail = sent(entry())

    assert mail["From"] == '"Pomoc, Żółw" <pomoc@hub.example>'
    assert mail["To"] == "anna@example.pl"
    assert mail["Subject"] == "Re: Zażółć gęślą jaźń"
    assert mail["Reply-To"] == SIGNED
    assert mail["In-Reply-To"] == "<CAF0bbb@mail.gmail.com>"
    assert mail["References"] == "<CAF0aaa@mail.gmail.com> <CAF0bbb@mail.gmail.com>"
    assert mail["Date"].datetime == MONDAY_TEN
    assert mail["Auto-Submitted"] is None
    assert (outgoing.sender, outgoing.recipient) == ("pomoc@hub.example", "anna@example.pl")
    assert outgoing.tag == "01KAZ3V0G0ENTRY00000000000-1"


def test_both_versions_say_the_same_and_letters_survive():
    mail = sent(entry())
    plain, page = mail.iter_parts()

    assert [mail.get_content_type(), plain.get_content_type(), page.get_content_type()] == [
        *("multipart/alternative", "text/plain", "text/html")
    ]
    assert plain.get_content().replace("\r\n", "\n").strip() == entry().text
    assert "paczka &lt;b&gt;wyszła&lt;/b&gt; &amp; jest w drodze.<br>" in page.get_content().replace("\r\n", "\n")


def test_our_own_parser_reads_our_own_mail():
    message = parse_inbound(render_outbound(entry(), SUPPORT).raw, receipt(), SUPPORT, frozenset())

    assert message.visible_text == entry().text
    assert message.in_reply_to == ("CAF0bbb@mail.gmail.com",)


def test_a_line_is_never_too_long_and_ids_are_never_broken():
    ids = tuple(f"{number}.{'x' * 90}@mail.example" for number in range(20))
    raw = render_outbound(entry(delivery={"references": ids}, text="ż" * 5_000), SUPPORT).raw

    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert library.message_from_bytes(raw)["References"].split() == [f"<{one}>" for one in ids]


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("To: Pomoc <pomoc@hub.example>", True),
        ("Cc: a@b.pl, POMOC+sklep@hub.example", True),
        ("To: reply+k7q2m9dxm3q.a0123@hub.example", True),
        ("Resent-To: pomoc@hub.example", True),
        ("To: klienci@lista.example", False),
        ("Bcc: pomoc@hub.example", False),
        ("X-Other: pomoc@hub.example", False),
    ],
)
def test_whether_an_address_of_ours_is_named_is_read_from_to_and_cc(field, named):
    parsed = parse_inbound(f"From: a@example.pl\r\n{field}\r\n\r\ntext".encode(), receipt(recipients=()), SUPPORT, OURS)
    assert parsed.names_us is named


def test_what_the_hub_writes_by_itself_says_so():
    by_itself = sent(entry(delivery={"automatic": True, "in_reply_to": ""}))
    assert by_itself["Auto-Submitted"] == "auto-generated"
    answer = sent(entry(delivery={"automatic": True}))
    assert (answer["Auto-Submitted"], answer["X-Auto-Response-Suppress"]) == ("auto-replied", "OOF, AutoReply")


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y.pl", "a\nb", "a\rb", "a\x00b", "a\u2028b", "a\x85b"])
def test_nothing_can_be_smuggled_into_a_header(bad):
    one = entry(subject=bad, delivery={"in_reply_to": bad, "references": (bad, "ok@x")})
    mail = sent(one, replace(SUPPORT, display_name=bad))

    assert mail["Bcc"] is None
    assert mail["Subject"].replace("Bcc: x@y.pl", "b").replace(" ", "") in ("ab", "a�b")
    assert mail["In-Reply-To"] is None
    assert mail["References"] == "<ok@x>"
    assert set(mail.keys()) == {
        *("Content-Type", "MIME-Version", "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "References"),
        "X-Splot-Loop",
    }


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "anna@example.pl\r\nBcc: x@y.pl",
        "a@b.pl, c@d.pl",
        "Anna <a@b.pl>",
        "ż@example.pl",
        "a b@c.pl",
        "a@b\n",
    ],
)
@pytest.mark.parametrize("field", ["recipient", "sender", "reply_to"])
def test_an_address_that_is_not_plainly_one_is_refused(address, field):
    if field == "reply_to" and not address:
        return  # a mail without a reply address is a mail
    with pytest.raises(SendingRefused) as refused:
        render_outbound(entry(delivery={field: address}), SUPPORT)

    assert not refused.value.temporary


def test_an_entry_without_a_delivery_goes_nowhere():
    with pytest.raises(SendingRefused):
        render_outbound(Entry("1", "2", "3", MONDAY_TEN, EntryKind.NOTE, "agent:ola"), SUPPORT)


def test_a_subject_that_looks_encoded_is_shown_as_it_is():
    assert sent(entry(subject="=?utf-8?Q?=41?="))["Subject"] == "=?utf-8?Q?=41?="
