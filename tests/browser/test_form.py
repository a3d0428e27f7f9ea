"""The form on a company's site, of another origin than the API: from the visitor's first mistake to our answer."""

from __future__ import annotations

import re
from secrets import token_hex

import pytest
from playwright.sync_api import expect

from infra.local.configuration import CHECKED
from infra.local.outside import wait_for
from tests.browser.conftest import is_whole_on_narrow_pages


class Site:
    def __init__(self, console, stack, language):
        opened = console(language=language, width=420)
        self.page, self.requests, self.complaints = opened.page, opened.requests, opened.complaints
        self.page.goto(f"http://localhost:{stack.ports['console']}/form")
        self.page.locator("form").wait_for()

    def field(self, label):
        return self.page.get_by_label(label, exact=True)


@pytest.fixture
def site(console, stack):
    return lambda language="pl-PL": Site(console, stack, language)


def serious(page, axe):
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]


def test_a_form_is_filled_in_appears_in_the_inbox_and_is_answered(site, console, outside, axe):
    email, subject = f"anna.{token_hex(4)}@example.pl", f"Zwrot {token_hex(4)}"
    agent = console().log_in()
    agent.page.locator(".rows, .empty").first.wait_for()
    visitor = site()
    assert serious(visitor.page, axe) == []

    visitor.page.get_by_role("button", name="Wyślij").click()
    expect(visitor.field("Adres e-mail")).to_be_focused()
    expect(visitor.field("Adres e-mail")).to_have_attribute("aria-invalid", "true")
    expect(visitor.page.get_by_text("2 pola wymagają poprawy.")).to_be_visible()
    assert serious(visitor.page, axe) == []

    visitor.field("Adres e-mail").fill(email)
    expect(visitor.field("Adres e-mail")).to_have_attribute("aria-invalid", "false")
    expect(visitor.page.get_by_text("1 pole wymaga poprawy.")).to_be_visible()
    visitor.field("Temat").fill(subject)
    visitor.field("Wiadomość").fill("Chcę zwrócić buty.")
    visitor.field("Pliki").set_input_files({"name": "buty.txt", "mimeType": "text/plain", "buffer": b"Rozmiar 38"})
    visitor.page.get_by_role("button", name="Wyślij").click()
    expect(visitor.page.get_by_role("heading", name="Mamy Twoją wiadomość")).to_be_focused()
    said = visitor.page.locator(".reference")
    expect(said).to_have_text(re.compile("^Sprawa ."))
    reference = said.inner_text().removeprefix("Sprawa ")
    assert is_whole_on_narrow_pages(visitor.page, visitor.page.get_by_text(reference, exact=True))
    expect(visitor.page.get_by_text("Odpowiedzi możesz się spodziewać do")).to_have_text(re.compile(r"\d\d:\d\d"))
    assert serious(visitor.page, axe) == []
    assert visitor.complaints == []

    agent.open(subject)
    assert agent.reference == reference
    expect(agent.entry("Chcę zwrócić buty.")).to_contain_text("buty.txt")
    agent.answer.fill("Prosimy odesłać je do nas.")
    label = {"name": "etykieta.txt", "mimeType": "text/plain", "buffer": b"Zwrot 4711"}
    agent.page.get_by_label("Attach", exact=True).set_input_files(label)
    agent.send.click()
    (sent,) = wait_for(lambda: outside.sent_mails(email), "the answer is a mail", within_seconds=90)
    assert "odesłać" in sent.get_body(("plain",)).get_content()
    assert [(file.get_filename(), file.get_content()) for file in sent.iter_attachments()] == [
        ("etykieta.txt", "Zwrot 4711")
    ]


def test_a_form_whose_answer_got_lost_is_sent_again_and_is_one_message(site, outside, stack):
    email = f"jan.{token_hex(4)}@example.pl"
    visitor = site("en-GB")
    lost = []

    def lose_the_first(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)  # it arrived, and nobody heard so
            route.abort()
        else:
            route.continue_()

    visitor.page.route("**/v1/forms/*/messages", lose_the_first)
    visitor.field("E-mail address").fill(email)
    visitor.field("Your message").fill("Where is my kettle?")
    visitor.page.get_by_role("button", name="Send").click()
    expect(visitor.page.get_by_role("heading", name="Your message is with us")).to_be_visible()
    assert lost == [201]
    case = wait_for(lambda: outside.find_case("care", email), "the case")
    thread = outside.thread(case["customer_id"])
    assert [entry["text"] for entry in thread if entry["kind"] == "inbound"] == ["Where is my kettle?"]
    expect(visitor.page.locator(".reference")).to_contain_text(case["reference"])
    allowed = {f"http://127.0.0.1:{stack.ports['console']}", f"http://localhost:{stack.ports['console']}"}
    assert {"/".join(url.split("/")[:3]) for url in visitor.requests} == allowed


def test_the_form_in_a_frame_grows_with_what_is_in_it_and_takes_whoever_passes_its_check(console, stack, outside, axe):
    email, site = f"olga.{token_hex(4)}@example.pl", console(width=420)
    site.page.goto(f"http://localhost:{stack.ports['console']}/form?framed=1&inbox={CHECKED}")
    frame = site.page.frame_locator("iframe")
    frame.get_by_label("E-mail address", exact=True).fill(email)
    frame.get_by_label("Your message", exact=True).fill("Do you open on Sunday?")
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_text("Pass the check that you are a person; then send.")).to_be_visible()
    assert serious(site.page, axe) == []
    frame.get_by_label("I am a person").check()
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_role("heading", name="Your message is with us")).to_be_visible()
    expect(site.page.locator("iframe")).to_have_attribute("style", re.compile(r"height: \d+px"))
    assert site.complaints == []
    case = wait_for(lambda: outside.find_case("care", email), "the case")
    expect(frame.locator(".reference")).to_contain_text(case["reference"])


def code_in(outside, email):
    found = [re.search(r"\b\d{6}\b", mail.get_body(("plain",)).get_content()) for mail in outside.sent_mails(email)]
    return next((one[0] for one in found if one), None)


def test_a_visitor_proves_the_address_reads_our_answer_on_the_page_and_goes_on(site, outside, axe):
    email, subject = f"zofia.{token_hex(4)}@example.pl", f"Gwarancja {token_hex(4)}"
    visitor = site()
    visitor.field("Adres e-mail").fill(email)
    visitor.field("Temat").fill(subject)
    visitor.field("Wiadomość").fill("Czy pralka jest na gwarancji?")
    visitor.page.get_by_role("button", name="Wyślij").click()
    visitor.page.get_by_role("button", name="Wyślij mi kod").click()
    expect(visitor.field("Kod")).to_be_focused()
    assert serious(visitor.page, axe) == []
    code = wait_for(lambda: code_in(outside, email), "the code is a mail", within_seconds=90)
    visitor.field("Kod").fill("000000" if code != "000000" else "111111")
    visitor.page.get_by_role("button", name="Dalej", exact=True).click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("nie jest ważny")
    assert serious(visitor.page, axe) == []
    visitor.field("Kod").fill(code)
    visitor.page.get_by_role("button", name="Dalej", exact=True).click()
    talk = visitor.page.get_by_role("log")
    expect(talk).to_contain_text("Czy pralka jest na gwarancji?")
    case = wait_for(lambda: outside.find_case("care", email), "the case")
    outside.agent("POST", f"/v1/cases/{case['reference']}/replies", {"text": "Tak, do końca roku."})
    expect(talk).to_contain_text("Tak, do końca roku.", timeout=90_000)  # once it has left, and the page has looked
    visitor.field("Napisz dalej").fill("Dziękuję, to wyślę ją.")
    visitor.page.get_by_role("button", name="Wyślij", exact=True).click()
    expect(talk).to_contain_text("Dziękuję, to wyślę ją.")
    assert serious(visitor.page, axe) == []
    entries = [one for one in outside.thread(case["customer_id"]) if one["kind"] == "inbound"]
    assert {one["case_id"] for one in entries} == {case["id"]}
    assert "by_conversation_in_form" in {one["arrival"]["matching"]["rule"] for one in entries}
