"""What is on the screen: for everybody, in both languages, on a phone, and what is late."""

from __future__ import annotations

import re
from secrets import token_hex

import pytest
from playwright.sync_api import expect

from infra.local.outside import mail, wait_for
from tests.browser.conftest import is_whole_on_narrow_pages

SERIOUS = {"serious", "critical"}
LANGUAGES = ("en-GB", "pl-PL")


@pytest.fixture(scope="session")
def late_case(outside):
    """A case of the team that promises an answer within a minute, once its time is nearly over."""
    subject = f"Pilne {token_hex(3)}"
    outside.send_mail(
        mail(f"Bartek Zieliński <{token_hex(3)}@example.pl>", "express@hub.example", subject, "Proszę o pilny kontakt.")
    )
    return wait_for(
        lambda: next((c for c in outside.open_cases("express") if c["subject"] == subject), None), "the case"
    )


def violations(agent, axe):
    agent.page.evaluate(axe)
    found = agent.page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})"
    )
    return [
        (one["id"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_serious_on_any_page(console, outside, axe, late_case, language, scheme):
    agent = console(language=language, scheme=scheme)
    agent.page.goto(agent.address)
    agent.page.locator(".users").wait_for()
    assert violations(agent, axe) == [], "login"
    agent.log_in("supervisor")
    agent.go("#/team/express")
    agent.row(late_case["subject"]).wait_for()
    assert violations(agent, axe) == [], "inbox"
    agent.open(late_case["subject"])
    agent.page.locator(".explanation summary").click()
    agent.page.locator(".entry summary").last.click()
    agent.answer.fill("Dzień dobry")
    agent.page.wait_for_timeout(1_000)
    assert violations(agent, axe) == [], "thread"
    agent.page.locator(".deeds > button", has_text=re.compile("Transfer|Przekaż")).click()
    expect(agent.dialog).to_be_visible()
    assert violations(agent, axe) == [], "transfer"
    agent.page.keyboard.press("Escape")
    expect(agent.dialog).to_have_count(0)
    agent.answer.fill("")
    agent.go("#/late/express")
    agent.page.locator(".late-list table").first.wait_for()
    assert violations(agent, axe) == [], "late"
    agent.page.keyboard.press("?")
    agent.dialog.wait_for()
    assert violations(agent, axe) == [], "help"


def test_the_browsers_language_is_the_consoles(console):
    polish, english = console(language="pl-PL").log_in(), console(language="de-DE").log_in()
    expect(polish.page.locator("nav a").first).to_have_text("Skrzynka")
    expect(english.page.locator("nav a").first).to_have_text("Inbox")
    expect(polish.page.locator("html")).to_have_attribute("lang", "pl")


def test_a_supervisor_sees_what_is_late_and_why_and_opens_the_case(console, late_case):
    lead = console(width=1440, height=900).log_in("supervisor")
    lead.go("#/late/express")
    row = lead.page.locator("tr.late", has_text=late_case["subject"])
    expect(row).to_contain_text("late by", timeout=100_000)
    row.locator("a").click()
    lead.page.locator(".clock.late").wait_for()
    expect(lead.page.locator("[data-event='case.escalated']")).to_be_visible(timeout=100_000)
    lead.page.locator(".explanation summary").click()
    expect(lead.page.locator(".stretches .counts")).to_contain_text("counts")
    lead.page.mouse.move(0, 0)
    lead.take_picture("explanation")


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_phone_everything_is_one_column_and_nothing_sticks_out(console, late_case, language):
    agent = console(language=language, width=360, height=740).log_in()
    agent.go("#/team/express")
    agent.open(late_case["subject"])
    for place in ("#/team/express", f"#/team/express/{late_case['reference']}", "#/late/express"):
        agent.go(place)
        agent.page.wait_for_timeout(1_200)
        assert agent.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), place
    agent.go(f"#/team/express/{late_case['reference']}")
    expect(agent.page.locator(".inbox")).to_be_hidden()
    assert is_whole_on_narrow_pages(agent.page, agent.page.locator(".case-names code"))
    agent.page.locator(".back").click()
    expect(agent.page.locator(".inbox")).to_be_visible()


def test_the_focus_is_always_to_be_seen_and_the_content_is_one_tab_away(console):
    agent = console().log_in()
    agent.page.reload()
    agent.page.locator(".rows, .empty").first.wait_for()  # so that there is something behind the way to it
    agent.page.keyboard.press("Tab")
    expect(agent.page.locator(".skip")).to_be_focused()
    expect(agent.page.locator(".skip")).to_be_in_viewport()
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("#main")).to_be_focused()
    agent.page.keyboard.press("Tab")
    expect(agent.page.locator("#main :focus")).to_have_css("outline-style", "solid")
