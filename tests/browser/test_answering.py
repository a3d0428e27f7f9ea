"""What an agent does all day, from the mail that comes in to the mail that goes out, without a reload."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from playwright.sync_api import expect

from infra.local.outside import mail, wait_for
from tests.browser.test_lists import violations
from tests.content.fax_documents import written_pdf

HELP = "pomoc@hub.example"
NUMBER = "+48799000001"

CLOSED_AND_ESCAPED = """() => {
    const focused = document.activeElement;
    document.querySelector("dialog[open]").close();
    focused.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
}"""


def address():
    return f"anna.{token_hex(4)}@example.pl"


def answer_to(sent, sender, text):
    reply = mail(sender, str(sent["Reply-To"]), f"Re: {sent['Subject']}", text)
    reply["In-Reply-To"] = reply["References"] = str(sent["Message-ID"])
    return reply


def test_a_mail_appears_is_answered_arrives_and_the_next_one_lands_in_the_same_thread(console, outside):
    anna, subject = address(), f"Paczka {token_hex(4)}"
    agent = console().log_in()
    agent.page.locator(".rows, .empty").first.wait_for()
    outside.send_mail(mail(f"Anna Nowak <{anna}>", HELP, subject, "Gdzie jest moja paczka?"))

    agent.open(subject)
    expect(agent.entry("Gdzie jest moja paczka?")).to_be_visible()
    agent.answer.fill("Dzień dobry, paczka jest w drodze.")
    expect(agent.page.locator(".way")).to_contain_text(anna)
    agent.send.click()
    expect(agent.entry("paczka jest w drodze").locator(".state")).to_have_text(re.compile("Sent|Delivered"))
    expect(agent.answer).to_have_value("")

    (sent,) = wait_for(lambda: outside.sent_mails(anna), "the answer is a mail")
    reference = agent.reference
    assert str(sent["Subject"]) == f"Re: {subject}"
    assert str(sent["Reply-To"]).startswith("reply+")
    assert sent["In-Reply-To"] == sent["References"].split()[-1]
    assert "paczka jest w drodze" in sent.get_body(("plain",)).get_content()

    outside.send_mail(answer_to(sent, f"Anna Nowak <{anna}>", "Dziękuję, czekam."))
    expect(agent.entry("Dziękuję, czekam.")).to_be_visible()
    assert agent.reference == reference
    agent.entry("Dziękuję, czekam.").locator("summary", has_text="How it came").click()
    expect(agent.entry("Dziękuję, czekam.")).to_contain_text("by_signed_reply_address")
    assert agent.complaints == []


def test_a_text_message_is_answered_by_a_text_message(console, outside):
    phone, words = f"+48601{int(token_hex(3), 16) % 1_000_000:06d}", f"Kod {token_hex(3)}"
    agent = console().log_in()
    agent.page.locator(".rows, .empty").first.wait_for()
    outside.send_sms(phone, NUMBER, words)
    case = wait_for(
        lambda: next(
            (c for c in outside.open_cases("care") if c["channel"] == "sms" and _says(outside, c, words)), None
        ),
        "the case",
    )
    agent.go(f"#/team/care/{case['reference']}")
    expect(agent.entry(words)).to_be_visible(timeout=30_000)
    agent.answer.fill("Kod wysłaliśmy ponownie.")
    expect(agent.page.locator(".way")).to_contain_text("1 text message")
    agent.send.click()
    (sent,) = wait_for(lambda: outside.sent_sms(phone), "the answer is a text message")
    assert "Kod wys" in sent["MessageBody"]
    outside.send_sms(phone, NUMBER, "Doszlo, dziekuje")
    expect(agent.entry("Doszlo, dziekuje")).to_be_visible()
    assert agent.reference == case["reference"]


def _says(outside, case, words):
    return any(words in entry["text"] for entry in outside.thread(case["customer_id"]))


def test_an_answer_is_taken_back_before_it_leaves(console, outside):
    anna, subject = address(), f"Cofnij {token_hex(4)}"
    outside.send_mail(mail(anna, HELP, subject, "Proszę o zwrot."))
    agent = console().log_in().open(subject)
    agent.answer.fill("Tego nie chcę wysłać.")
    agent.send.click()
    agent.entry("Tego nie chcę wysłać.").locator("button", has_text="Undo").click()
    expect(agent.entry("Tego nie chcę wysłać.").locator(".state")).to_have_text("Taken back")
    assert outside.sent_mails(anna) == []


def test_what_the_customer_writes_meanwhile_is_shown_first_and_the_draft_is_kept(console, outside):
    anna, subject = address(), f"Adres {token_hex(4)}"
    outside.send_mail(mail(anna, HELP, subject, "Proszę wysłać na ulicę Długą."))
    agent = console().log_in().open(subject)
    agent.answer.fill("Wysyłamy na ulicę Długą.")
    agent.page.wait_for_timeout(700)  # until the draft is kept
    outside.send_mail(mail(anna, HELP, f"Re: {subject}", "Jednak na Krótką!"))

    newer = agent.page.locator(".newer")
    expect(newer).to_contain_text("Jednak na Krótką!")
    expect(agent.answer).to_have_value("Wysyłamy na ulicę Długą.")
    expect(agent.send).to_be_disabled()
    agent.page.reload()
    expect(agent.answer).to_have_value("Wysyłamy na ulicę Długą.")
    agent.answer.fill("Wysyłamy na ulicę Krótką.")
    agent.send.click()
    (sent,) = wait_for(lambda: outside.sent_mails(anna), "the answer")
    assert "Krótką" in sent.get_body(("plain",)).get_content()


def test_a_refusal_because_of_something_newer_keeps_the_draft_and_shows_it(console, outside):
    """The page has not asked again yet when the agent sends: the hub says no, and the page says why."""
    anna, subject = address(), f"Pospiech {token_hex(4)}"
    outside.send_mail(mail(anna, HELP, subject, "Pierwsza."))
    agent = console().log_in().open(subject)
    reference = agent.reference
    agent.answer.fill("Odpowiedź na pierwszą.")
    agent.page.route("**/v1/customers/*/thread*", lambda route: route.abort())
    outside.send_mail(mail(anna, HELP, f"Re: {subject}", "Druga."))
    wait_for(lambda: outside.agent("GET", f"/v1/cases/{reference}")["messages_in"] == 2, "the second message")
    agent.send.click()
    expect(agent.page.locator(".newer")).to_be_visible()
    agent.page.unroute("**/v1/customers/*/thread*")
    expect(agent.page.locator(".newer")).to_contain_text("Druga.")
    expect(agent.answer).to_have_value("Odpowiedź na pierwszą.")
    agent.page.locator(".newer button").click()
    agent.send.click()
    wait_for(lambda: outside.sent_mails(anna), "the answer")


def test_everything_is_done_with_the_keyboard_alone(console, outside):
    anna, subject = address(), f"Klawisze {token_hex(4)}"
    outside.send_mail(mail(anna, HELP, subject, "Czy to działa?"))
    agent = console().log_in()
    keys = agent.page.keyboard
    expect(agent.row(subject)).to_be_visible()
    keys.press("/")
    expect(agent.page.locator(".find input")).to_be_focused()
    keys.type(subject)
    expect(agent.page.locator(".row")).to_have_count(1)
    keys.press("Escape")
    keys.press("j")
    expect(agent.row(subject).locator("a")).to_be_focused()
    keys.press("Enter")
    expect(agent.page.locator("#case-title")).to_be_focused()
    keys.press("a")
    expect(agent.page.locator(".owner")).to_contain_text("you")
    keys.press("n")
    expect(agent.answer).to_be_focused()
    keys.type("Sprawdzone.")
    keys.press("Control+Enter")
    expect(agent.entry("Sprawdzone.")).to_be_visible()
    keys.press("Escape")
    keys.press("r")
    expect(agent.answer).to_be_focused()
    keys.type("Tak, działa.")
    keys.press("Control+Enter")
    expect(agent.entry("Tak, działa.")).to_be_visible()
    keys.press("Escape")
    keys.press("?")
    expect(agent.page.locator("dialog[open]")).to_be_visible()
    keys.press("Escape")
    expect(agent.page.locator("dialog[open]")).to_have_count(0)  # a dialog takes a moment to close
    keys.press("Escape")
    expect(agent.page.locator(".case")).to_have_count(0)


def test_a_key_is_heard_in_the_moment_after_the_list_of_keys_was_closed(console, outside):
    """On a slow machine the field in it had the focus still, and took the key for its own."""
    anna, subject = address(), f"Zamknij {token_hex(4)}"
    outside.send_mail(mail(anna, HELP, subject, "Czy to działa?"))
    case = wait_for(lambda: outside.find_case("care", anna), "the case")
    agent = console().log_in()
    agent.go(f"#/team/care/{case['reference']}")
    expect(agent.page.locator("#case-title")).to_be_focused()
    agent.page.keyboard.press("?")
    expect(agent.page.locator("dialog[open]")).to_be_visible()
    agent.page.evaluate(CLOSED_AND_ESCAPED)
    expect(agent.page.locator(".case")).to_have_count(0)


def test_a_customer_is_found_by_address_wherever_the_case_is(console, outside):
    anna, subject = address(), f"Znajdź {token_hex(4)}"
    outside.send_mail(mail(anna, "faktury@hub.example", subject, "Gdzie faktura?"))
    wait_for(lambda: outside.find_case("billing", anna), "the case")
    agent = console().log_in()
    agent.page.locator(".rows, .empty").first.wait_for()
    field = agent.page.locator(".find input")
    agent.page.keyboard.press("/")
    expect(field).to_be_focused()
    agent.page.keyboard.type(anna)
    expect(field).to_have_value(anna)
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("#case-title")).to_have_text(subject)


def test_a_promise_goes_along_with_an_answer_and_keeps_the_case_from_being_closed(console, outside):
    anna, subject = address(), f"Obietnica {token_hex(4)}"
    outside.send_mail(mail(anna, HELP, subject, "Kiedy ktoś zadzwoni?"))
    agent = console().log_in().open(subject)
    agent.answer.fill("Odpiszemy jutro.")
    agent.page.locator(".composer button", has_text="Promise").click()
    agent.page.get_by_label("Promise", exact=True).fill("Odpiszemy jutro do południa.")
    agent.page.get_by_label("By when").fill((datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"))
    agent.send.click()
    expect(agent.page.locator(".promises q")).to_have_text("Odpiszemy jutro do południa.")
    agent.page.locator("button", has_text="Close case").click()
    complaint = agent.page.locator(".complaint")
    expect(complaint).to_contain_text("A promise is owed")
    complaint.get_by_text("Details").click()
    expect(complaint.locator("[lang=en]")).to_contain_text("withdraw")
    complaint.get_by_role("button", name="Dismiss").click()
    # Whoever answers in another case of the customer sees it there.
    found = outside.find_case("care", anna)
    other = {"channel": "email", "subject": "Faktura", "text": "Oto faktura."}
    second = outside.agent("POST", f"/v1/customers/{found['customer_id']}/cases", other)["case"]
    agent.go(f"#/team/care/{second}")
    expect(agent.page.locator(".also-open")).to_contain_text("Odpiszemy jutro do południa.")
    agent.page.locator(".also-open").get_by_role("link", name=subject).click()
    agent.page.locator(".promises button", has_text="Kept").click()
    expect(agent.page.locator(".promises")).to_contain_text("kept")
    agent.page.locator("button", has_text="Close case").click()
    expect(agent.page.locator(".case-names")).to_contain_text("closed")


def test_a_canned_answer_is_filled_in_and_a_case_goes_to_another_team(console, outside):
    anna, subject = address(), f"Szablon {token_hex(4)}"
    outside.send_mail(mail(f"Anna <{anna}>", HELP, subject, "Gdzie paczka?"))
    agent = console().log_in().open(subject)
    agent.page.get_by_label("Canned answer").select_option(label="parcel-on-its-way (pl)")
    expect(agent.answer).to_have_value(re.compile(rf"paczka jest w drodze. Sprawa {agent.reference}"))
    agent.page.locator("button", has_text="Preview").click()
    expect(agent.page.locator(".preview")).to_contain_text("paczka jest w drodze")
    agent.page.locator(".deeds > button", has_text="Transfer").click()
    agent.dialog.get_by_label("Team").select_option("billing")
    agent.dialog.get_by_label("What they have to know").fill("Chodzi o fakturę.")
    agent.dialog.locator("button[type=submit]", has_text="Transfer").click()
    expect(agent.page.locator(".case-names")).to_contain_text("billing")


def test_a_fax_appears_with_the_picture_of_its_page(console, outside):
    number = f"+4822{int(token_hex(3), 16) % 10_000_000:07d}"
    fax = mail("Fax <noreply@fax-gateway.example>", "fax@hub.example", f"Fax from {number}", "1 page.")
    # With a text layer: not every machine that runs this can recognise letters.
    fax.add_attachment(written_pdf("Zamawiam czajnik"), maintype="application", subtype="pdf", filename="fax.pdf")
    outside.send_mail(fax)
    case = wait_for(lambda: outside.find_case_of("care", f"fax:{number}"), "the case", within_seconds=60)
    agent = console().log_in()
    agent.go(f"#/team/care/{case['reference']}")
    expect(agent.page.locator(".pages")).to_contain_text("Zamawiam czajnik")
    agent.page.locator(".pages button", has_text="first page").click()
    picture = agent.page.locator("img.fax")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    agent.page.locator(".composer").get_by_label("Channel").select_option("fax")
    agent.answer.fill("Potwierdzamy zamówienie.")
    expect(agent.page.locator(".way")).to_contain_text(f"fax → {number} · 2 pages")  # with its cover
    agent.answer.fill("")


def test_who_else_writes_is_seen_before_one_answers_past_them_and_is_mentioned_in_a_note(console, outside, axe):
    anna, subject, sara = address(), f"Dwoje {token_hex(4)}", f"Sara Łęcka {token_hex(2)}"
    outside.as_role("supervisor", "PUT", "/v1/agents/me", {"name": sara, "teams": ["care"]})
    outside.send_mail(mail(anna, HELP, subject, "Kto mi odpowie?"))
    one, other = console().log_in().open(subject), console().log_in("supervisor").open(subject)
    expect(one.page.locator(".who-else")).to_contain_text("has the case open")
    other.answer.fill("Ja odpowiem.")
    expect(one.page.locator(".who-else .writing")).to_contain_text("is writing an answer")
    assert violations(one, axe) == []
    other.page.keyboard.press("Escape")
    other.page.keyboard.press("Escape")
    expect(one.page.locator(".who-else .writing")).to_have_count(0)

    one.page.keyboard.press("n")
    one.page.keyboard.type("Zerknij @lec")
    option = one.page.get_by_role("option", name=sara)
    expect(option).to_have_attribute("aria-selected", "true")
    expect(one.answer).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
    assert violations(one, axe) == []
    one.page.keyboard.press("Escape")
    expect(option).to_have_count(0)
    one.page.keyboard.type("k")
    one.page.keyboard.press("ArrowDown")
    one.page.keyboard.press("Enter")
    expect(one.answer).to_have_value(f"Zerknij @{sara} ")
    one.page.keyboard.type("proszę")
    expect(one.page.locator(".composer .mentioned")).to_contain_text(f"Will hear of it: {sara}")
    one.page.keyboard.press("Control+Enter")
    expect(one.entry("Zerknij").locator(".mentioned")).to_contain_text(f"Mentions: {sara}")
    tab = other.page.get_by_role("link", name="Mentions")
    expect(tab.locator(".count")).to_have_text("1")
    tab.click()
    expect(other.page.locator(".mentions li").first).to_contain_text(subject)
    expect(tab.locator(".count")).to_have_count(0)
    assert violations(other, axe) == []
    other.page.locator(".mentions a", has_text=subject).click()
    expect(other.entry("Zerknij")).to_be_visible()
    assert one.complaints == []
