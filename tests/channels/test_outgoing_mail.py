"""Mails that we write are read back whole, by the standard library and by our own reading, and never change."""

from __future__ import annotations

import email as library
import email.utils
import hashlib
import re
from dataclasses import replace
from email import policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.email import parse_inbound, render_outbound
from chalicelib.channels.outgoing_mail import Field, mailbox_field, text_field, write_mail
from chalicelib.content import limits
from chalicelib.content.file_names import harmless_name
from chalicelib.content.plain_text import one_line
from chalicelib.content.quoting import attribution, quoted
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.errors import SendingRefused
from chalicelib.domain.messages import Attachment, Receipt
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.trust import Verdicts
from tests.domain.making import MONDAY_TEN, OFFICE_HOURS, SUPPORT

LETTERS = st.characters(categories=["L", "N"], exclude_characters="ﬀ")
WORDS = st.text(LETTERS, min_size=1, max_size=20)
SENTENCES = st.lists(WORDS, min_size=1, max_size=25).map(" ".join)
TEXTS = st.lists(SENTENCES, min_size=1, max_size=6).map("\n\n".join)
PRINTABLE = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=150)
NAMES = st.text(
    st.characters(categories=["L", "N", "P", "S"], exclude_characters='<>:"|?*/\\'), min_size=1, max_size=115
)
FILES = st.lists(
    st.builds(Attachment, NAMES.map(lambda name: f"a{name}.zip"), st.just("application/zip"), st.binary(max_size=400)),
    max_size=3,
    unique_by=lambda file: file.name,
)
RECEIPT = Receipt("email", "f", MONDAY_TEN, ("pomoc@hub.example",), "anna@example.pl", Verdicts())


def entry(**changed):
    delivery = Delivery(
        DeliveryStatus.SENDING,
        "anna@example.pl",
        "pomoc@hub.example",
        reply_to="reply+k7q2m9dxm3q.aabcdefghijklmnopqrst@hub.example",
        in_reply_to="1@example.pl",
        references=("0@example.pl", "1@example.pl"),
        attempts=1,
    )
    parts = {
        "id": "01KAZ3V0G0ENTRY00000000000",
        "customer_id": "01ANNA",
        "case_id": "01CASE",
        "at": MONDAY_TEN,
        "kind": EntryKind.OUTBOUND,
        "author": "agent:ola",
        "channel": Channel.EMAIL,
        "subject": "Re: Paczka",
        "text": "Jest w drodze.",
        "delivery": delivery,
    }
    return Entry(**{**parts, **changed})


def raw_of(one, inbox=SUPPORT, files=()):
    return render_outbound(one, inbox, files).raw


@given(text=TEXTS, subject=PRINTABLE, name=PRINTABLE, files=FILES)
def test_what_was_written_comes_back_equal(text, subject, name, files):
    inbox = replace(SUPPORT, display_name=name)
    raw = raw_of(entry(text=text, subject=subject), inbox, files)
    mail = library.message_from_bytes(raw, policy=policy.default)
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == f"{text}\n"
    assert [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()] == [
        (file.name, file.data) for file in files
    ]
    ours = parse_inbound(raw, RECEIPT, SUPPORT, frozenset())
    assert ours.subject == one_line(subject, limits.LONGEST_SUBJECT)
    assert ours.sender_name == one_line(name, limits.LONGEST_NAME)
    assert ours.quoted_text == ""
    # What ends as signatures do is one, also where it was made up: "0", a blank line, "T A".
    assert ours.visible_text == text or f"{ours.visible_text}\n{ours.signature}".split() == text.split()
    assert [(file.name, file.content_type, file.data) for file in ours.attachments] == [
        (harmless_name(file.name, file.content_type, 1), file.content_type, file.data) for file in files
    ]
    assert not ours.repairs


@given(subject=PRINTABLE, name=PRINTABLE, files=FILES, text=st.text(max_size=2_000))
def test_it_is_seven_bit_with_short_lines_and_the_same_every_time(subject, name, files, text):
    inbox = replace(SUPPORT, display_name=name)
    raw = raw_of(entry(text=text, subject=subject), inbox, files)
    assert raw.isascii()
    assert raw == raw_of(entry(text=text, subject=subject), inbox, files)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\x00" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    body = raw.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 78
    words = re.findall(rb"=\?utf-8\?[bq]\?[^?\s]*\?=", raw, re.IGNORECASE)
    assert all(len(word) <= 75 for word in words)


def test_the_quote_and_the_signature_come_back_as_what_they_are():
    quote = quoted("Gdzie jest paczka?\n\nAnna", attribution("pl", "Anna", MONDAY_TEN, OFFICE_HOURS.zone))
    one = entry(text="Jest w drodze.", signature="Pomoc\nul. Prosta 1", quoted_text=quote)
    ours = parse_inbound(raw_of(one), RECEIPT, SUPPORT, frozenset())
    assert ours.visible_text == "Jest w drodze."
    assert ours.signature == "-- \nPomoc\nul. Prosta 1"
    assert ours.quoted_text == quote


def test_names_of_files_in_any_alphabet_are_read_by_the_standard_library():
    names = ["umowa.pdf", "Zażółć gęślą jaźń 2026.pdf", "契約書" * 30 + ".pdf", 'a"b%c;d.pdf', "שלום.pdf"]
    files = [Attachment(name, "application/pdf", b"%PDF-1.4") for name in names]
    raw = raw_of(entry(), SUPPORT, files)
    mail = library.message_from_bytes(raw, policy=policy.default)
    assert [part.get_filename() for part in mail.iter_attachments()] == names
    assert max(map(len, raw.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Application/PDF", "application/pdf"),
        ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("text/html\r\nBcc: x@y.pl", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_a_type_that_cannot_stand_is_any_bytes(said, written):
    raw = raw_of(entry(), SUPPORT, [Attachment("x", said, b"x")])
    assert f"Content-Type: {written}\r\nContent-Transfer-Encoding: base64".encode() in raw
    assert b"Bcc" not in raw


def test_a_file_name_cannot_begin_a_header_field():
    raw = raw_of(entry(), SUPPORT, [Attachment("a\r\nBcc: x@y.pl", "text/plain", b"x")])
    assert b"\r\nBcc" not in raw


def test_a_field_that_is_not_one_line_is_never_written():
    for line in ("a\r\nBcc: x@y.pl", "a\nb", "a\x00b", "ż", "x" * 999):
        with pytest.raises(SendingRefused):
            write_mail([Field("Subject", (line,))], "1", "", "", [])


def test_a_long_subject_is_folded_and_read_as_it_was():
    subject = " ".join(f"słowo{number}" for number in range(60))
    for text in (subject, subject.replace("ł", "l")):
        lines = text_field("Subject", text).lines
        assert max(len(line) for line in lines) <= 78
        assert len(lines[0]) <= 78 - len("Subject: ")
        assert (
            library.message_from_string("Subject: " + "\n ".join(lines) + "\n\n", policy=policy.default)["Subject"]
            == text
        )


@pytest.mark.parametrize(
    "name", ["Pomoc", 'Pomoc "Ola" \\ Sp. z o.o.', "Żółw, Sp. z o.o.", "=?utf-8?Q?=41?=", "ż" * 90]
)
def test_the_name_of_the_sender_is_read_as_it_was(name):
    lines = mailbox_field("From", name, "pomoc@hub.example").lines
    assert max(map(len, lines)) <= 78
    said, address = library.utils.parseaddr(library.message_from_string("From: " + "\n ".join(lines))["From"])
    assert (str(make_header(decode_header(said))), address) == (name, "pomoc@hub.example")


def test_very_many_references_keep_the_first_and_the_newest():
    ids = tuple(f"{number}@mail.example" for number in range(100))
    one = entry(delivery=replace(entry().delivery, references=(*ids, "x" * 990)))
    read = library.message_from_bytes(raw_of(one))["References"].split()
    assert (read[0], read[-1], len(read)) == ("<0@mail.example>", "<99@mail.example>", 20)


def test_no_remote_content_is_loaded_and_both_versions_carry_the_quote():
    one = entry(text="Zob. https://example.pl/", quoted_text="x:\n> <img src=https://evil.example/x.png>")
    mail = library.message_from_bytes(raw_of(one), policy=policy.default)
    page = mail.get_body(("html",)).get_content()
    assert "<img" not in page
    assert "&lt;img src=" in page
    assert '<a href="https://example.pl/">' in page


def test_a_mail_of_the_largest_answer_fits_what_ses_takes():
    data = hashlib.shake_256(b"x").digest(1_000_000)
    files = [Attachment(f"{number}.bin", "application/octet-stream", data) for number in range(10)]
    assert len(raw_of(entry(), SUPPORT, files)) * limits.MOST_ANSWER_BYTES / 10_000_000 < 30_000_000  # SES: 40 MB
