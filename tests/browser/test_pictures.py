"""A morning in the console, for whoever wants to see it before trying it: `make pictures` keeps what it looks like."""

from __future__ import annotations

from secrets import token_hex

from playwright.sync_api import expect

from infra.local.outside import mail, wait_for

HELP, NUMBER = "pomoc@hub.example", "+48799000001"
FIRST = """Good morning,

I ordered a kettle on Monday and was promised it for yesterday. Nothing has come.
The order confirmation is attached.

Anna Nowak

On Mon, 23 Nov 2026 at 10:02, Kettle Shop <pomoc@hub.example> wrote:
> Thank you for your order. Your parcel will arrive on Wednesday.
"""
OTHERS = (
    ("Jan Kowalski", "Faktura za październik"),
    ("Grace Miller", "Wrong colour, can I exchange it?"),
    ("Tomasz Wójcik", "Reklamacja: czajnik przecieka"),
    ("Zofia Lewandowska", "Zmiana adresu dostawy"),
)


def test_a_picture_of_a_customer_who_writes_by_mail_and_text_message(console, outside):
    mark = token_hex(3)
    anna, phone = f"anna.{mark}@example.com", f"+48602{int(mark, 16) % 1_000_000:06d}"
    first = mail(f"Anna Nowak <{anna}>", HELP, "Where is my kettle?", FIRST)
    first.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="order-4711.pdf")
    outside.send_mail(first)
    case = wait_for(lambda: outside.find_case("care", anna), "the case")
    outside.agent("PUT", f"/v1/cases/{case['reference']}/assignment", {"assignee": "me"})
    outside.agent("PUT", f"/v1/cases/{case['reference']}/priority", {"priority": "high"})
    point = {"kind": "phone", "value": phone}
    outside.agent("POST", f"/v1/customers/{case['customer_id']}/contact-points", point)
    answer = {"text": "Good morning,\nI am sorry. The parcel is stuck in the sorting centre; I am looking into it."}
    outside.agent("POST", f"/v1/cases/{case['reference']}/replies", answer)
    outside.agent(
        "POST", f"/v1/cases/{case['reference']}/notes", {"text": "Courier called, they look for it until noon."}
    )
    wait_for(lambda: outside.sent_mails(anna), "the answer is sent")
    outside.send_sms(phone, NUMBER, "Any news? I am at home until 3 pm.")
    for name, subject in OTHERS:
        outside.send_mail(mail(f"{name} <{token_hex(3)}@example.pl>", HELP, subject, "..."))

    agent = console(width=1440, height=900).log_in()
    for _, subject in OTHERS:
        agent.row(subject).first.wait_for()
    agent.go(f"#/team/care/{case['reference']}")
    expect(agent.entry("Any news?")).to_be_visible()
    agent.page.locator(".clock").first.wait_for()
    agent.answer.fill("Good news: it is on its way to you and arrives before 2 pm.")
    expect(agent.page.locator(".way")).to_contain_text("→")
    agent.page.locator(".explanation summary").first.click()
    agent.take_picture("console")
    expect(agent.page.locator(".clock")).to_contain_text(["business time"])
    agent.answer.fill("")
