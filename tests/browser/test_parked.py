"""What the hub keeps for a person is found in the console, looked at, and let through into a case."""

from __future__ import annotations

from secrets import token_hex

from playwright.sync_api import expect


def test_a_parked_message_is_looked_at_and_released_into_its_case(console, outside):
    words, email = f"Czajnik {token_hex(4)}", f"ewa.{token_hex(4)}@example.pl"
    form = {"email": email, "subject": words, "text": f"{words} przecieka.", "website": "https://autofill.example"}
    assert "receipt" in outside.post_form("contact", form, token_hex(8))
    agent = console().log_in()
    agent.page.get_by_role("link", name="Parked").click()
    agent.page.locator(".late-list a", has_text="Taken for spam").last.click()
    expect(agent.page.locator(".original")).to_have_text(f"{words} przecieka.")
    agent.page.get_by_label("Why do you decide so?").fill("A person wrote this.")
    agent.page.get_by_label("I answer for letting it through").check()
    agent.page.get_by_role("button", name="Release").click()
    expect(agent.page.locator("#case-title")).to_have_text(words)
    expect(agent.entry(f"{words} przecieka.")).to_be_visible()
    assert agent.complaints == []
