"""Reports: a supervisor sees as charts, and as tables behind them, what was counted."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from secrets import token_hex
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from infra.local.outside import wait_for


def violations(supervisor, axe):
    supervisor.page.evaluate(axe)
    found = supervisor.page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found["violations"]]


def test_a_supervisor_sees_what_was_counted_and_takes_it_along_as_a_table(console, outside, axe):
    form = {"email": f"jan.{token_hex(4)}@example.pl", "text": "Gdzie jest moja paczka?"}
    posted = outside.post_form("contact", form, token_hex(8))
    today = datetime.now(ZoneInfo("Europe/Warsaw")).date()
    path = f"/v1/reports/volumes?since={today}&until={today + timedelta(days=1)}&channel=web_form"
    wait_for(lambda: outside.as_role("supervisor", "GET", path)["rows"], "the form is counted")
    boss = console().log_in("supervisor")
    boss.page.get_by_role("link", name="Reports").click()
    volumes = boss.page.get_by_role("region", name="Messages from customers, by channel").first
    boss.page.get_by_label("Period").select_option("7")
    expect(volumes.locator("svg[role=img]")).to_be_visible()
    volumes.get_by_text("As a table").click()
    expect(volumes.get_by_role("columnheader", name="web form")).to_be_visible()
    expect(volumes.locator("tbody tr").last.locator("td").last).to_have_text(re.compile(r"^\s*[1-9]"))
    assert violations(boss, axe) == []
    with boss.page.expect_download() as taken:
        volumes.get_by_role("button", name="download as CSV").click()
    table = taken.value.path().read_text()
    assert table.startswith("period,channel,received,automatic,sent,by_hub\n")
    assert ",web_form," in table
    volumes.get_by_role("link", name="to the cases").last.click()
    # Looked for where the search has it: the charts that are still there for a moment name channels too.
    expect(boss.page.locator("details.filters").get_by_label("Channel")).to_have_value("web_form")
    expect(boss.page.locator(".hits ol a", has_text=posted["case"])).to_be_visible()
    assert violations(boss, axe) == []
    assert boss.complaints == []


def test_reports_can_be_read_on_a_phone_in_polish_and_in_the_dark(console, axe):
    boss = console(language="pl-PL", width=360, height=740, scheme="dark").log_in("supervisor")
    boss.go("#/reports")
    expect(boss.page.get_by_role("heading", name="Raporty")).to_be_visible()
    expect(boss.page.locator(".chart").first).to_be_visible()
    assert boss.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(boss, axe) == []
    assert boss.complaints == []


def test_an_agent_is_not_led_to_reports(console):
    agent = console().log_in()
    expect(agent.page.get_by_role("link", name="Reports")).to_have_count(0)
