"""Search over everything: what was written, people by their names and addresses, a case by its reference."""

from __future__ import annotations

from secrets import token_hex

from playwright.sync_api import expect

from infra.local.outside import wait_for
from tests.browser.test_lists import violations

# The page is busy until the search while typing is due, and only then hears of the key.
SUBMITTED_LATE = """(field) => {
    const due = performance.now() + 400;
    while (performance.now() < due);
    field.form.requestSubmit();
}"""


def test_a_message_is_found_by_its_words_with_them_marked_and_opens_its_thread(console, outside, axe):
    mark = f"zebra{token_hex(4)}"
    form = {
        "email": f"anna.{mark}@example.pl",
        "name": f"Anna {mark}",
        "subject": "Rower",
        "text": f"Ramę w kolorze {mark}.",
    }
    outside.post_form("contact", form, token_hex(8))
    agent = console(language="pl-PL").log_in()
    agent.page.locator(".rows, .empty").first.wait_for()
    agent.page.keyboard.press("s")
    field = agent.page.get_by_role("searchbox", name="Szukaj wszędzie")
    expect(field).to_be_focused()
    field.fill(mark.upper())
    agent.page.keyboard.press("Enter")
    hits = agent.page.locator(".hits ol a")
    expect(hits).to_have_count(1)  # looked at again by itself, if the index had not heard of it
    expect(hits.locator("mark").first).to_have_text(mark)
    expect(agent.page.locator(".hits ul a")).to_contain_text(f"Anna {mark}")
    assert violations(agent, axe) == []
    field.press("Escape")
    for _ in range(2):
        agent.page.keyboard.press("j")
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("#case-title")).to_have_text("Rower")
    expect(agent.entry("Ramę w kolorze")).to_be_visible()
    expect(hits).to_have_attribute("aria-current", "true")
    assert violations(agent, axe) == []
    assert agent.complaints == []


def test_a_case_is_opened_by_its_reference_and_an_address_leads_to_its_customer(console, outside):
    email = f"jan.{token_hex(4)}@example.pl"
    posted = outside.post_form("contact", {"email": email, "subject": "Rata", "text": "Która rata?"}, token_hex(8))
    wait_for(lambda: outside.find_case("care", email), "the case")
    agent = console(width=420).log_in()
    agent.page.get_by_role("link", name="Search").click()
    field = agent.page.get_by_role("searchbox", name="Search everywhere")
    field.fill(posted["case"].lower().replace("-", " "))
    field.press("Enter")
    expect(agent.page.locator("#case-title")).to_have_text("Rata")
    agent.go("#/find")
    expect(field).to_have_value("")  # the page empties it, also of what was typed too early
    field.fill(email)
    field.press("Enter")
    expect(agent.page.locator(".hits ul a")).to_contain_text(email)
    agent.page.locator(".hits ul a").click()
    expect(agent.page.locator("#case-title")).to_have_text("Rata")


def test_who_looks_at_once_is_not_led_away_by_what_was_looked_for_while_they_typed(console, outside):
    """On a slow machine a case that was opened by its reference made room for a list of what the letters begin."""
    email = f"ewa.{token_hex(4)}@example.pl"
    posted = outside.post_form("contact", {"email": email, "subject": "Raty", "text": "Kiedy?"}, token_hex(8))
    wait_for(lambda: outside.find_case("care", email), "the case")
    agent = console().log_in()
    agent.go("#/find")
    field = agent.page.get_by_role("searchbox", name="Search everywhere")
    expect(field).to_have_value("")
    field.fill(posted["case"])
    field.evaluate(SUBMITTED_LATE)
    expect(agent.page.locator("#case-title")).to_have_text("Raty")


def test_a_case_is_tagged_by_keyboard_and_listed_with_all_that_have_the_tag(console, outside, axe):
    mark = token_hex(4)
    form = {"email": f"ola.{mark}@example.pl", "subject": f"Lampa {mark}", "text": "Pękła w drodze."}
    posted = outside.post_form("contact", form, token_hex(8))
    agent = console().log_in()
    agent.go(f"#/team/care/{posted['case']}")
    expect(agent.page.locator("#case-title")).to_be_focused()  # the page hears keys by then
    agent.page.keyboard.press("t")
    field = agent.page.get_by_label("New tags")
    expect(field).to_be_focused()
    agent.page.keyboard.type(f"Broken {mark}, lamp")
    agent.page.keyboard.press("Enter")
    tags = agent.page.get_by_role("group", name="Tags")
    expect(tags.get_by_role("link")).to_have_text([f"broken-{mark}", "lamp"])
    tags.get_by_role("button", name="Take the tag lamp away").click()
    expect(tags.get_by_role("link")).to_have_count(1)
    assert violations(agent, axe) == []
    tags.get_by_role("link").press("Enter")
    hits = agent.page.locator(".hits ol a")
    expect(hits).to_have_count(1)  # looked at again by itself, if the index had not heard of it
    expect(hits).to_contain_text(posted["case"])
    assert violations(agent, axe) == []
    agent.page.get_by_role("searchbox").press_sequentially("pęk")  # the beginning of a word, and no Enter
    expect(hits.locator("mark")).to_have_text("Pękła")
    assert agent.complaints == []


def test_what_cannot_be_found_is_said_kindly(console):
    agent = console().log_in()
    agent.go("#/find/prosz%C4%99")
    expect(agent.page.get_by_role("alert").first).to_contain_text("These words stand nearly everywhere")
    agent.go(f"#/find/{token_hex(12)}")
    expect(agent.page.locator(".find-everywhere [role=status]")).to_contain_text("looking again")
    expect(agent.page.get_by_text("Nothing was found.")).to_be_visible()
    agent.page.route("**/v1/search?*", lambda route: route.abort())
    agent.page.get_by_role("button", name="Look again").click()
    expect(agent.page.locator(".find-everywhere .trouble")).to_contain_text("The hub does not answer")
