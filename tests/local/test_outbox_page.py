"""What was sent can be looked at, and nothing of it runs, loads or leaves its frame."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from infra.local.outbox import Outbox
from infra.local.outbox_page import find_shown, render_page
from infra.local.reporting import Reporting
from tests.local.test_outbox import Clock, mail_request, sms_request

AT = datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC)


@pytest.fixture
def outbox(tmp_path):
    numbers = iter(range(250))
    return Outbox(tmp_path / "outbox", Clock(), lambda size: bytes([next(numbers)]) * size)


def rich_mail():
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "pomoc@hub.example", "anna@example.pl", "<i>Paczka</i>"
    mail["Reply-To"] = "reply+x@hub.example"
    mail.set_content("Gdańsk <script>")
    mail.add_alternative("<p>Gdańsk</p><script>alert(1)</script>", subtype="html")
    mail.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="list.pdf")
    mail.add_attachment(EmailMessage(), filename="stary.eml")
    return mail.as_bytes()


def page_of(outbox):
    return render_page(outbox.newest(10)).body.decode()


def part(outbox, name):
    path = outbox.newest(1)[0]
    return find_shown(outbox.newest(10), f"/outbox/{path.name}/{name}".rstrip("/"))


def test_it_shows_header_text_and_leads_to_the_html_and_the_attachments(outbox):
    outbox.send_mail(mail_request(rich_mail()))
    page = page_of(outbox)
    assert "<dt>Reply-To</dt><dd>reply+x@hub.example</dd>" in page
    assert "Gdańsk &lt;script&gt;" in page
    assert "&lt;i&gt;Paczka" in page
    link = f"/outbox/{outbox.newest(1)[0].name}"
    assert f'<iframe sandbox loading="lazy" title="HTML" src="{link}/html">' in page
    assert f'<a href="{link}/files/0">list.pdf</a> <a href="{link}/files/1">stary.eml</a>' in page


def test_neither_the_page_nor_a_part_may_run_scripts_or_load_anything(outbox):
    outbox.send_mail(mail_request(rich_mail()))
    page = render_page(outbox.newest(10))
    assert "<script" not in page.body.decode()
    assert page.fields["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'; frame-src")
    for name in ("", "html", "files/0", "files/1"):
        served = part(outbox, name)
        assert served.fields["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert served.fields["X-Content-Type-Options"] == "nosniff"


def test_a_mail_as_it_was_sent_is_plain_text_and_its_html_is_its_own(outbox):
    outbox.send_mail(mail_request(rich_mail()))
    assert part(outbox, "").kind == "text/plain; charset=utf-8"
    assert part(outbox, "html").kind == "text/html; charset=utf-8"
    assert "<p>Gdańsk</p>" in part(outbox, "html").body.decode()


def test_an_attachment_is_saved_and_never_shown(outbox):
    outbox.send_mail(mail_request(rich_mail()))
    file = part(outbox, "files/0")
    assert (file.kind, file.body) == ("application/octet-stream", b"%PDF-1")
    assert file.fields["Content-Disposition"] == "attachment; filename*=UTF-8''list.pdf"


@pytest.mark.parametrize("name", ["files/2", "files/x", "files/-1", "../secrets.json", "events", "files"])
def test_what_a_mail_has_not_is_not_found(outbox, name):
    outbox.send_mail(mail_request(rich_mail()))
    assert part(outbox, name) is None


def test_what_the_carrier_told_stands_with_the_message(outbox):
    reporting = Reporting(lambda *_: None, lambda: AT, lambda *_: None, str)
    request = mail_request(Destination={"ToAddresses": ["bounced@example.pl"]}, ConfigurationSetName="splot")
    sent = outbox.send_mail(request)
    reporting.of_mail(sent.path, sent.id, request)
    assert "<p>Carrier: Bounce → Send</p>" in page_of(outbox)
    assert [event["eventType"] for event in json.loads(part(outbox, "events").body)] == ["Bounce", "Send"]


def test_text_messages_stand_on_it_too(outbox):
    outbox.send_mail(mail_request())
    request = sms_request(MessageBody="<b>bold</b>", ConfigurationSetName="splot")
    sent = outbox.send_sms(request)
    Reporting(lambda *_: None, lambda: AT, lambda *_: None, str).of_sms(sent.path, sent.id, request)
    page = page_of(outbox)
    assert page.index("+48601234567") < page.index("Re: Paczka")
    assert "<b>bold" not in page
    assert "2026-11-23T14:05:06.500000+00:00</dt><dd>TEXT_DELIVERED</dd>" in page


def test_the_page_of_an_empty_outbox_says_so(outbox):
    assert "Nothing was sent yet." in page_of(outbox)
