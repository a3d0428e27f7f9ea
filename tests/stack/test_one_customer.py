"""Whatever the channel, one customer has one thread; an answer and the answer to it stay in one case."""

from __future__ import annotations

from secrets import token_hex

import pytest

from infra.local.fax_page import render_fax_page
from infra.local.outside import mail, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


@pytest.fixture
def anna():
    return f"anna.{token_hex(4)}@example.pl"


@pytest.fixture
def case(outside, anna):
    outside.send_mail(mail(anna, "pomoc@hub.example", "Reklamacja", "Książka przyszła podarta."))
    return wait_for(lambda: outside.find_case("care", anna), "her case")


def entry_saying(outside, case, said):
    def find():
        for entry in outside.thread(case["customer_id"]):
            if said in entry["text"]:
                return entry
        return None

    return wait_for(find, f"an entry saying {said!r}")


def test_mail_then_fax_then_text_message_from_known_addresses(outside, case):
    phone, fax = (f"+48{prefix}{int(token_hex(3), 16) % 10_000_000:07d}" for prefix in ("51", "22"))
    for kind, value in (("phone", phone), ("fax", fax)):
        outside.agent("POST", f"/v1/customers/{case['customer_id']}/contact-points", {"kind": kind, "value": value})
    document = mail("noreply@fax-gateway.example", "fax@hub.example", f"Fax from {fax}", "1 page")
    document.add_attachment(render_fax_page(), maintype="image", subtype="tiff", filename="fax.tif")
    outside.send_mail(document)
    faxed = entry_saying(outside, case, fax)
    outside.send_sms(phone, "+48799000001", "To ja od reklamacji")
    texted = entry_saying(outside, case, "To ja od reklamacji")
    entries = outside.thread(case["customer_id"])
    assert [e["channel"] for e in entries if e["kind"] == "inbound"] == ["email", "fax", "sms"]
    assert {faxed["case_id"], texted["case_id"]} == {case["id"]}


def test_an_answer_and_the_answer_to_it(outside, case, anna):
    path = f"/v1/cases/{case['reference']}"
    outside.agent("POST", f"{path}/replies", {"text": "Wysyłamy nową.", "messages_read": 1})
    (sent,) = wait_for(lambda: outside.sent_mails(anna), "the answer")
    assert "Wysyłamy nową." in sent.get_body(("plain",)).get_content()
    reply = mail(anna, str(sent["Reply-To"]), f"Re: {sent['Subject']}", "Dziękuję!")
    reply["In-Reply-To"] = str(sent["Message-ID"])
    outside.send_mail(reply)
    entry = entry_saying(outside, case, "Dziękuję!")
    assert entry["case_id"] == case["id"]
    assert entry["arrival"]["matching"]["rule"] == "by_signed_reply_address"
    outside.agent("POST", f"{path}/replies", {"text": "Proszę bardzo.", "messages_read": 2})
    second = wait_for(lambda: outside.sent_mails(anna)[1:], "the second answer")[0]
    assert second["In-Reply-To"] == reply["Message-ID"]
    assert second["References"].split()[-1] == reply["Message-ID"]


def test_an_answer_to_the_inbox_itself_joins_by_the_id_that_ses_gave_our_mail(outside, case, anna):
    """A mail program that ignores Reply-To: only In-Reply-To, with the id that replaced ours, leads back."""
    outside.agent("POST", f"/v1/cases/{case['reference']}/replies", {"text": "Prosimy o zdjęcie."})
    (sent,) = wait_for(lambda: outside.sent_mails(anna), "the answer")
    # The id is known to the hub a moment after SES has the mail, long before anybody can have read it.
    wait_for(
        lambda: entry_saying(outside, case, "Prosimy")["delivery"]["status"] in ("sent", "delivered"),
        "the id is recorded",
    )
    outside.send_mail(mail(anna, "pomoc@hub.example", "Zdjęcie", "Oto zdjęcie.", In_Reply_To=str(sent["Message-ID"])))
    entry = entry_saying(outside, case, "Oto zdjęcie.")
    assert entry["case_id"] == case["id"]
    assert entry["arrival"]["matching"]["rule"] == "by_in_reply_to"


def test_an_automatic_reply_moves_no_clock(outside, case, anna):
    outside.agent("POST", f"/v1/cases/{case['reference']}/replies", {"text": "Sprawdzamy."})
    (sent,) = wait_for(lambda: outside.sent_mails(anna), "the answer")
    away = mail(anna, str(sent["Reply-To"]), "Autoodpowiedź", "Jestem na urlopie.", Auto_Submitted="auto-replied")
    outside.send_mail(away, sender="")
    assert entry_saying(outside, case, "Jestem na urlopie.")["arrival"]["automatic"]
    now = outside.agent("GET", f"/v1/cases/{case['reference']}")
    assert (now["awaiting_since"], now["deadline_at"]) == (None, None)


def test_an_answer_by_text_message(outside):
    number = f"+4853{int(token_hex(3), 16) % 10_000_000:07d}"
    posted = outside.post_form("contact", {"name": "Ewa", "phone": number, "text": "Proszę o SMS."}, token_hex(8))
    outside.agent("POST", f"/v1/cases/{posted['case']}/replies", {"text": "Już wysłane 📦", "channel": "sms"})
    (sent,) = wait_for(lambda: outside.sent_sms(number), "the text message")
    assert (sent["MessageBody"], sent["OriginationIdentity"]) == ("Już wysłane 📦", "+48799000001")


def test_agents_notes_stay_in_the_house_and_closing_ends_the_case(outside, case, anna):
    path = f"/v1/cases/{case['reference']}"
    outside.agent("PUT", f"{path}/assignment", {"assignee": "me"})
    outside.agent("POST", f"{path}/notes", {"text": "Klientka VIP"})
    outside.agent("POST", f"{path}/closing", {"messages_read": 1})
    assert outside.agent("GET", path)["status"] == "closed"
    outside.send_mail(mail(anna, "pomoc@hub.example", "Jeszcze jedno", "I jeszcze pytanie."))
    other = entry_saying(outside, case, "I jeszcze pytanie.")
    assert other["case_id"] != case["id"]
    assert outside.sent_mails(anna) == []
