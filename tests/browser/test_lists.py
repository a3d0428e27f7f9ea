"""The lists beside the inbox: what the hub keeps for a person to decide, and what a team has to do outside of it."""

from __future__ import annotations

from secrets import token_hex

from playwright.sync_api import expect

from infra.local.outside import wait_for


def violations(agent, axe):
    agent.page.evaluate(axe)
    found = agent.page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found["violations"]]


def test_a_parked_message_is_looked_at_and_released_into_its_case(console, outside, axe):
    words, email = f"Czajnik {token_hex(4)}", f"ewa.{token_hex(4)}@example.pl"
    form = {"email": email, "subject": words, "text": f"{words} przecieka.", "website": "https://autofill.example"}
    assert "receipt" in outside.post_form("contact", form, token_hex(8))
    agent = console().log_in()
    agent.page.get_by_role("link", name="Parked").click()
    spam = agent.page.locator(".late-list a", has_text="Taken for spam").last
    expect(spam).to_be_visible()
    assert violations(agent, axe) == []
    spam.click()
    expect(agent.page.locator(".original")).to_have_text(f"{words} przecieka.")
    assert violations(agent, axe) == []
    agent.page.get_by_label("Why do you decide so?").fill("A person wrote this.")
    agent.page.get_by_label("I answer for letting it through").check()
    agent.page.get_by_role("button", name="Release").click()
    expect(agent.page.locator("#case-title")).to_have_text(words)
    expect(agent.entry(f"{words} przecieka.")).to_be_visible()
    assert agent.complaints == []


def test_a_call_that_was_asked_for_is_tried_and_then_done(console, outside, axe):
    number = f"+48603{int(token_hex(3), 16) % 1_000_000:06d}"
    posted = outside.post_form("contact", {"phone": number, "text": "Zadzwońcie.", "call_back": {}}, token_hex(8))
    agent = console().log_in()
    agent.go("#/tasks/care")
    task = agent.page.locator(".tasks li", has_text=number)
    for outcome in ("voicemail", "done"):
        task.get_by_role("button", name="Log").click()
        agent.dialog.get_by_label("Outcome").select_option(outcome)
        if outcome == "voicemail":
            assert violations(agent, axe) == []
        agent.dialog.get_by_role("button", name="Keep").click()
        if outcome == "voicemail":
            expect(task).to_contain_text("tried 1 time")
    expect(task).to_have_count(0)
    case = wait_for(lambda: outside.agent("GET", f"/v1/cases/{posted['case']}"), "the case")
    assert case["awaiting_since"] is None


def test_two_customers_who_are_one_are_merged_after_a_look_and_are_two_again(console, outside):
    mark = token_hex(4)
    first, second = f"ola.{mark}@example.pl", f"ola.{mark}@praca.example"
    for address in (first, second):
        posted = outside.post_form(
            "contact", {"email": address, "subject": mark, "text": f"To ja, {address}"}, token_hex(8)
        )
    agent = console().log_in()
    agent.go(f"#/team/care/{posted['case']}")
    agent.page.get_by_role("button", name="Same person as somebody else").click()
    agent.dialog.get_by_label("Address or number of the other one").fill(first)
    agent.dialog.get_by_role("button", name="Look").click()
    expect(agent.dialog).to_contain_text("1 open case comes along.")
    agent.dialog.get_by_label("Why are they one?").fill("She said so.")
    agent.dialog.get_by_role("button", name="Merge", exact=True).click()
    expect(agent.entry(f"To ja, {first}")).to_be_visible()
    agent.page.locator(".merges").get_by_role("button", name="Undo").click()
    expect(agent.page.locator(".points")).not_to_contain_text(first)


def test_incidents_are_seen_and_who_leads_sees_messages_to_many(console, outside, axe):
    title = f"Awaria {token_hex(4)}"
    outside.agent("POST", "/v1/incidents", {"title": title, "notice": {"pl": "Naprawiamy."}, "inboxes": []})
    agent = console().log_in("supervisor")
    agent.page.get_by_role("link", name="For many").click()
    expect(agent.page.locator(".tasks li", has_text=title)).to_contain_text("0 cases")
    expect(agent.page.get_by_role("heading", name="Messages to many")).to_be_visible()
    assert violations(agent, axe) == []
    assert agent.complaints == []
