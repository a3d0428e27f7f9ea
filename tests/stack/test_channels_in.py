"""A message of each channel ends in its customer's thread; what nobody asked for is refused at the door."""

from __future__ import annotations

import json
import smtplib
from secrets import token_hex
from urllib.request import ProxyHandler, build_opener

import pytest

from infra.local.fax_page import render_fax_page
from infra.local.outside import Refused, mail, wait_for
from tests.content.fax_documents import written_pdf

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


def case_about(outside, subject, team="care"):
    return wait_for(
        lambda: next((case for case in outside.open_cases(team) if case["subject"] == subject), None),
        f"a case about {subject!r}",
    )


def newest_of(outside, case):
    return outside.thread(case["customer_id"])[-1]


def test_an_email(outside):
    subject = f"Paczka {token_hex(4)}"
    message = mail(f"Zoë <{token_hex(4)}@example.pl>", "pomoc@hub.example", subject, "Gdzie jest paczka?\n")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="zamówienie.pdf")
    outside.send_mail(message)
    case = case_about(outside, subject)
    entry = newest_of(outside, case)
    assert (entry["text"].strip(), entry["channel"], entry["author"]) == ("Gdzie jest paczka?", "email", "customer")
    assert entry["arrival"]["trust"]["level"] == "authenticated"
    assert entry["attachments"][0]["name"] == "zamówienie.pdf"


def test_the_raw_mail_and_its_attachment_can_be_downloaded_as_they_came(outside):
    subject = f"Załącznik {token_hex(4)}"
    message = mail(f"{token_hex(4)}@example.pl", "pomoc@hub.example", subject, "W załączniku.\n")
    message.add_attachment(b"\x00\xffbytes", maintype="image", subtype="png", filename="x.png")
    outside.send_mail(message)
    entry = newest_of(outside, case_about(outside, subject))
    raw, file = outside.follow(entry["links"]["raw"]), outside.follow(entry["attachments"][0]["link"])
    download = build_opener(ProxyHandler({})).open
    assert f"Message-ID: {message['Message-ID']}".encode() in download(raw["url"]).read()
    answer = download(file["url"])
    assert answer.read() == b"\x00\xffbytes"
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_a_mail_that_the_domain_denies_is_not_believed(outside):
    subject = f"Podróbka {token_hex(4)}"
    forged = mail("ceo@example.pl", "pomoc@hub.example", subject, "Proszę przelać.\n", X_Local_Verdicts="dmarc=FAIL")
    outside.send_mail(forged)
    assert newest_of(outside, case_about(outside, subject))["arrival"]["trust"]["level"] == "forged"


def test_spam_waits_for_a_person(outside):
    outside.send_mail(mail("x@example.pl", "pomoc@hub.example", "Win", "Now!", X_Local_Verdicts="spam=FAIL"))
    wait_for(
        lambda: [one for one in outside.agent("GET", "/v1/parked")["parked"] if one["reason"] == "spam"], "it is parked"
    )


def test_a_text_message(outside):
    text, number = f"Zażółć {token_hex(4)}", f"+4850{int(token_hex(3), 16) % 10_000_000:07d}"
    outside.send_sms(number, "+48799000001", text)

    def found():
        for case in outside.open_cases("care"):
            if case["channel"] == "sms":
                customer = outside.agent("GET", f"/v1/customers/{case['customer_id']}")
                if f"phone:{number}" in customer["contact_points"]:
                    return newest_of(outside, case)
        return None

    entry = wait_for(found, "the text message is in a thread")
    assert (entry["text"], entry["channel"]) == (text, "sms")


def test_a_web_form_is_in_a_case_when_the_answer_comes(outside):
    form = {"name": "Jan", "email": f"{token_hex(4)}@example.pl", "text": "Czy mają Państwo tę książkę?"}
    posted = outside.post_form("contact", form, token_hex(8))
    case = outside.agent("GET", f"/v1/cases/{posted['case']}")
    entry = newest_of(outside, case)
    assert (entry["id"], entry["channel"], entry["text"]) == (posted["message"], "web_form", form["text"])


def test_a_message_of_the_app(outside):
    text = f"Z aplikacji {token_hex(4)}"
    posted = outside.as_role("customer", "POST", "/v1/messages", {"text": text}, {"Idempotency-Key": token_hex(8)})
    entry = newest_of(outside, outside.agent("GET", f"/v1/cases/{posted['case']}"))
    assert (entry["text"], entry["channel"]) == (text, "app")
    assert entry["arrival"]["trust"]["level"] == "logged_in"


def test_a_fax(outside):
    number = f"+4822{int(token_hex(3), 16) % 10_000_000:07d}"
    message = mail("Fax <noreply@fax-gateway.example>", "fax@hub.example", f"Fax from {number}", "1 page")
    message.add_attachment(render_fax_page(), maintype="image", subtype="tiff", filename="fax.tif")
    outside.send_mail(message)
    entry = newest_of(outside, case_about(outside, f"Fax from {number}"))
    assert entry["channel"] == "fax"
    assert entry["arrival"]["contact_point"] == f"fax:{number}"
    assert entry["attachments"][0]["size"] == len(render_fax_page())


def test_the_pages_of_a_fax_are_read_and_shown(outside):
    number = f"+4822{int(token_hex(3), 16) % 10_000_000:07d}"
    message = mail("Fax <noreply@fax-gateway.example>", "fax@hub.example", f"Fax from {number}", "1 page")
    message.add_attachment(written_pdf("Zamawiam"), maintype="application", subtype="pdf", filename="fax.pdf")
    outside.send_mail(message)
    case = case_about(outside, f"Fax from {number}")
    reading = wait_for(lambda: read_reading(newest_of(outside, case)), "the fax is read")
    assert (reading["status"], reading["text"], reading["source"]) == ("read", "Zamawiam", "text_layer")
    preview = outside.follow(reading["preview"]["link"])
    assert build_opener(ProxyHandler({})).open(preview["url"]).read().startswith(b"\x89PNG")


def read_reading(entry):
    return entry["reading"] if entry["reading"]["status"] != "waiting" else None


def test_a_mail_to_nobody_is_refused_by_the_mail_server(outside):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        outside.send_mail(mail("anna@example.pl", "nobody@hub.example", "x", "x"))


def test_a_form_for_an_inbox_that_is_none_is_told_so(outside):
    with pytest.raises(Refused) as refused:
        outside.post_form("nowhere", {"email": "a@example.pl", "text": "x"}, token_hex(8))
    assert (refused.value.status, refused.value.problem["code"]) == (404, "not_found")


@pytest.mark.parametrize("fields", [{}, {"Authorization": "Bearer no.such.token"}])
def test_without_a_token_that_verifies_there_is_nothing_to_read(outside, fields):
    with pytest.raises(Refused) as refused:
        outside.call("GET", "/v1/cases?team=care", fields=fields)
    assert refused.value.status == 401


def test_a_customer_reads_no_cases(outside):
    with pytest.raises(Refused) as refused:
        outside.as_role("customer", "GET", "/v1/cases?team=care")
    assert (refused.value.status, refused.value.problem["code"]) == (403, "forbidden")


def test_the_description_of_the_api_is_served(outside):
    assert outside.call("GET", "/v1/openapi.json")["openapi"].startswith("3.1")


def test_changes_reach_the_bus_of_events(outside, stack):
    """What another system would hear, tapped by a rule that puts all events into a queue."""
    events, sqs = stack.client("events"), stack.client("sqs")
    bus, name = stack.get_deployed().environment["EVENT_BUS_NAME"], f"tap-{token_hex(4)}"
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": ["splot"]}))
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "1", "Arn": arn}])
    text = f"Zdarzenie {token_hex(4)}"
    posted = outside.post_form("contact", {"email": f"{token_hex(4)}@example.pl", "text": text}, token_hex(8))
    heard = []

    def told():
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ())
        heard.extend(message["Body"] for message in messages)
        return any(posted["message"] in body for body in heard)

    wait_for(told, "the event is heard")
    assert not any(text in body for body in heard), "an event carries references, not texts"
