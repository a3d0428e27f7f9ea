"""The settings: an administrator changes them by forms, sees what would change, and goes back; nobody edits JSON."""

from __future__ import annotations

import re
from secrets import token_hex

import pytest
from playwright.sync_api import expect

from tests.browser.test_lists import violations

WORDS_OF = {"en-GB": ("Check and save …", "Save"), "pl-PL": ("Sprawdź i zapisz …", "Zapisz")}


@pytest.fixture
def configuration(outside):
    """Reads and saves it over the API, as somebody else would; afterwards it is as it was."""

    def read():
        return outside.as_role("admin", "GET", "/v1/configuration")

    def save(document):
        current = f'"{int(read()["version"])}"'
        outside.as_role("admin", "PUT", "/v1/configuration", document, {"If-Match": current})

    before = read()["document"]
    yield type("Configuration", (), {"read": staticmethod(read), "save": staticmethod(save)})
    if read()["document"] != before:
        save(before)


def section(admin, name):
    """Every section has a title, also the one that is still shown."""
    admin.go(f"#/settings/{name}")
    admin.page.locator(f".settings nav a[aria-current=page][href$='/{name}']").wait_for()
    admin.page.locator("#section-title").wait_for()


def item(admin, name):
    """Opens an entry of the section."""
    found = admin.page.locator("details.item", has=admin.page.locator("strong", has_text=re.compile(f"^{name}$")))
    if found.get_attribute("open") is None:
        found.locator("summary").first.click()
    return found


def save(admin, language="en-GB"):
    check, keep = WORDS_OF[language]
    admin.page.get_by_role("button", name=check).click()
    admin.page.locator(".review").wait_for()
    admin.page.locator(".review").get_by_role("button", name=keep, exact=True).click()
    admin.page.locator(".news p").wait_for()


def test_hours_are_changed_looked_at_saved_and_gone_back_to(console, configuration, axe):
    unknown = configuration.read()["document"]["fax_gateways"]
    admin = console(language="pl-PL").log_in("admin")
    section(admin, "calendars")
    poland = item(admin, "poland")
    poland.get_by_label("piątek, do, przedział 1").fill("14:30")
    poland.get_by_label("Zamknięte w dniu").fill("2029-05-02")
    poland.get_by_label("Zamknięte w dniu").locator("xpath=..").get_by_role("button", name="Dodaj").click()
    expect(admin.page.locator(".edit-bar")).to_contain_text("zmieniono 2 miejsca")
    assert violations(admin, axe) == []
    admin.page.reload()  # what is not saved is kept
    section(admin, "calendars")
    expect(admin.page.locator(".edit-bar")).to_contain_text("zmieniono 2 miejsca")
    admin.page.get_by_role("button", name="Sprawdź i zapisz …").click()
    changes = admin.page.locator(".changes li")
    expect(changes).to_have_count(2)
    expect(changes.filter(has_text="piątek")).to_contain_text("08:00-14:30")
    assert violations(admin, axe) == []
    admin.page.locator(".review").get_by_role("button", name="Zapisz", exact=True).click()
    expect(admin.page.locator(".news")).to_contain_text("Zapisano.")
    saved = configuration.read()["document"]
    assert saved["calendars"][0]["week"]["fri"] == ["08:00-14:30"]
    assert "2029-05-02" in saved["calendars"][0]["closed"]
    assert saved["fax_gateways"] == unknown

    section(admin, "versions")
    admin.page.get_by_role("button", name="Porównaj").first.click()
    expect(admin.page.locator(".changes li").filter(has_text="piątek")).to_contain_text("08:00-15:00")
    assert violations(admin, axe) == []
    admin.page.get_by_role("button", name="Wróć do niej").click()
    expect(admin.page.locator(".news")).to_contain_text("Przywrócono")
    assert configuration.read()["document"]["calendars"][0]["week"]["fri"] == ["08:00-15:00"]
    assert admin.complaints == []


def test_mistakes_are_told_at_their_fields_by_the_console_and_by_the_api(console, configuration, axe):
    admin = console().log_in("admin")
    section(admin, "policies")
    standard = item(admin, "standard")
    standard.get_by_label("First answer, minutes").fill("0")
    admin.page.get_by_role("button", name="Check and save …").click()
    wrong = standard.get_by_label("First answer, minutes")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(admin.page.get_by_text("From 1 to 525,600.")).to_be_visible()
    assert violations(admin, axe) == []
    wrong.fill("120")
    section(admin, "templates")
    admin.page.get_by_role("button", name="Add", exact=True).click()
    new = admin.page.locator("details.item").last
    new.get_by_label("Name", exact=True).fill("sorry")
    new.get_by_label("Name", exact=True).blur()
    new.get_by_label("Purpose").select_option("canned")
    new.get_by_role("button", name="Add Polish").click()
    new.get_by_label("Text", exact=True).fill("Dzień dobry {customer_name},\nprzepraszamy. {company}")
    expect(new.locator(".preview")).to_contain_text("Dzień dobry Anna Kowalska,")
    admin.page.get_by_role("button", name="Check and save …").click()  # which company, the API knows nothing of
    expect(new.get_by_label("Text", exact=True)).to_be_focused()
    expect(new.locator(".wrong").first).to_contain_text("company")
    assert violations(admin, axe) == []
    new.get_by_label("Text", exact=True).fill("Dzień dobry {customer_name},\nprzepraszamy.")
    save(admin)
    saved = configuration.read()["document"]
    assert saved["policies"][0]["first_response_minutes"] == 120
    assert saved["templates"][-1]["texts"]["pl"]["text"] == "Dzień dobry {customer_name},\nprzepraszamy."


def test_what_somebody_else_saved_meanwhile_is_not_overrun(console, configuration, axe):
    admin = console().log_in("admin")
    section(admin, "teams")
    item(admin, "care").get_by_label("E-mail", exact=True).fill("opieka@company.example")
    item(admin, "billing").get_by_label("E-mail", exact=True).fill("faktury@company.example")
    theirs = configuration.read()["document"]
    theirs["teams"][0]["email"] = "cared@company.example"
    theirs["company"] = f"Splot {token_hex(3)}"
    configuration.save(theirs)
    admin.page.get_by_role("button", name="Check and save …").click()
    expect(admin.page.get_by_text("Somebody has saved other settings meanwhile.")).to_be_visible()
    expect(admin.page.locator(".newer")).to_contain_text("cared@company.example")
    assert violations(admin, axe) == []
    admin.page.get_by_role("button", name="Take theirs").click()
    save(admin)
    saved = configuration.read()["document"]
    assert saved["company"] == theirs["company"]
    assert [team["email"] for team in saved["teams"][:2]] == ["cared@company.example", "faktury@company.example"]


def test_a_supervisor_looks_and_says_who_is_there(console, outside, axe):
    agent = console().log_in("agent")
    here = agent.page.get_by_role("switch", name="Whether you are there")
    expect(here).to_have_attribute("aria-checked", "false")
    here.click()
    expect(here).to_have_attribute("aria-checked", "true")
    expect(agent.page.get_by_role("link", name="Settings")).to_have_count(0)

    lead = console(width=420).log_in("supervisor")
    section(lead, "people")
    person = lead.page.locator(".person").first
    expect(person).to_contain_text("there")
    person.locator("summary").click()
    person.get_by_label("Skills").fill("returns, english")
    assert violations(lead, axe) == []
    person.get_by_role("button", name="Save").click()
    expect(lead.page.locator(".person").first).to_contain_text("returns, english")
    section(lead, "inboxes")
    expect(item(lead, "support").get_by_label("Team")).to_be_disabled()
    expect(lead.page.get_by_role("button", name="Add", exact=True)).to_have_count(0)
    assert violations(lead, axe) == []
