"""What is done now and then: spam, a case of somebody else, two matters in one, a call to arrange, many at once."""

from __future__ import annotations

from secrets import token_hex

from playwright.sync_api import expect

from infra.local.outside import mail, wait_for
from tests.browser.test_lists import violations


def posted(outside, subject, text="Dzień dobry", email=None):
    form = {"email": email or f"ola.{token_hex(4)}@example.pl", "subject": subject, "text": text}
    return outside.post_form("contact", form, token_hex(8))["case"]


def more(agent, deed):
    agent.page.get_by_role("button", name="More …").click()
    agent.dialog.get_by_role("listitem").get_by_role("button", name=deed).click()
    expect(agent.dialog.locator("form")).to_be_visible()


def test_a_call_is_arranged_a_message_becomes_a_case_of_its_own_and_spam_is_taken_back(console, outside, axe):
    anna, subject = f"anna.{token_hex(4)}@example.pl", f"Suszarka {token_hex(4)}"
    outside.send_mail(mail(anna, "pomoc@hub.example", subject, "Dzień dobry"))
    reference = wait_for(lambda: outside.find_case("care", anna), "the case")["reference"]
    outside.send_mail(mail(anna, "pomoc@hub.example", "Pralka", "I jeszcze pralka"))
    wait_for(lambda: outside.find_case("care", anna)["messages_in"] == 2, "the second message")
    agent = console().log_in()
    agent.go(f"#/team/care/{reference}")
    agent.page.locator(".entry").first.wait_for()
    agent.page.get_by_role("button", name="More …").click()
    expect(agent.dialog).to_be_visible()
    assert violations(agent, axe) == []
    agent.dialog.get_by_role("button", name="Kind and priority").click()
    agent.dialog.get_by_role("combobox", name="Kind of case").select_option("complaint")
    agent.dialog.get_by_role("combobox", name="Priority").select_option("high")
    assert violations(agent, axe) == []
    agent.dialog.get_by_role("button", name="Change", exact=True).click()
    expect(agent.page.locator(".case-names")).to_contain_text("complaint")
    expect(agent.page.locator(".case-names")).to_contain_text("high")
    more(agent, "Arrange a call")
    agent.dialog.get_by_label("Number", exact=True).fill("601 234 567")
    agent.dialog.get_by_label("What it is about").fill("Kiedy ma przyjechać serwis?")
    assert violations(agent, axe) == []
    agent.dialog.get_by_role("button", name="Arrange", exact=True).click()
    expect(agent.page.locator(".promises")).to_contain_text("+48601234567")

    more(agent, "It is spam")
    agent.dialog.get_by_label("Why?").fill("Reklama")
    agent.dialog.get_by_role("button", name="It is spam", exact=True).click()
    expect(agent.page.locator(".case-names")).to_contain_text("spam")
    more(agent, "It is no spam")
    agent.dialog.get_by_label("Why?").fill("Jednak nie")
    agent.dialog.get_by_role("button", name="It is no spam", exact=True).click()
    expect(agent.page.locator(".case-names")).to_contain_text("open")

    more(agent, "Make messages a case")
    assert violations(agent, axe) == []
    agent.dialog.get_by_label("I jeszcze pralka").check()
    agent.dialog.get_by_label("Why?").fill("To inna sprawa.")
    agent.dialog.get_by_role("button", name="Make messages a case of their own", exact=True).click()
    expect(agent.page.locator(".case-names code")).not_to_have_text(reference)
    assert agent.complaints == []


def test_a_case_goes_to_the_customer_to_whom_it_belongs(console, outside):
    mark = token_hex(4)
    theirs = f"jan.{mark}@example.pl"
    posted(outside, f"Jan {mark}", email=theirs)
    reference = posted(outside, f"Umowa {mark}")
    agent = console().log_in()
    agent.go(f"#/team/care/{reference}")
    agent.page.locator(".entry").first.wait_for()
    more(agent, "Move to the customer")
    agent.dialog.get_by_label("Whose is it?").fill(theirs)
    agent.page.keyboard.press("Enter")
    expect(agent.dialog.get_by_label(theirs)).to_be_checked()
    agent.dialog.get_by_label("Why?").fill("To umowa męża.")
    agent.dialog.get_by_role("button", name="Move to the customer it belongs to", exact=True).click()
    expect(agent.page.locator(".points")).to_contain_text(theirs)


def test_many_parked_messages_are_decided_at_once_and_an_incident_is_started_and_ended(console, outside, axe):
    for _ in range(2):
        form = {"email": f"x.{token_hex(4)}@example.pl", "text": "Kup teraz", "website": "https://spam.example"}
        assert "receipt" in outside.post_form("contact", form, token_hex(8))
    lead = console(width=420).log_in("supervisor")
    lead.go("#/parked")
    lead.page.get_by_role("button", name="Decide about many at once").click()
    lead.dialog.get_by_label("Reason").select_option("spam")
    lead.dialog.get_by_label("Why do you decide so?").fill("Programy")
    assert violations(lead, axe) == []
    lead.dialog.get_by_role("button", name="Discard").click()
    expect(lead.page.locator(".news")).to_contain_text("Decided: ")
    expect(lead.page.locator(".late-list a", has_text="Taken for spam")).to_have_count(0)

    title = f"Awaria {token_hex(4)}"
    lead.go("#/many")
    lead.page.get_by_role("button", name="Start an incident").click()
    lead.dialog.get_by_label("What goes wrong").fill(title)
    lead.dialog.get_by_label("What customers are told: Polish").fill("Naprawiamy.")
    lead.dialog.get_by_label("contact", exact=True).check()
    assert violations(lead, axe) == []
    lead.dialog.get_by_role("button", name="Start", exact=True).click()
    mine = lead.page.locator(".tasks li", has_text=title)
    mine.get_by_role("button", name="It is over").click()
    expect(mine).to_contain_text("over")
    expect(mine.get_by_role("button")).to_have_count(0)


def test_what_another_system_knows_of_a_customer_stands_beside_the_thread(console, outside, axe):
    subject = f"Zamówienie {token_hex(4)}"
    reference = posted(outside, subject)
    customer = outside.agent("GET", f"/v1/cases/{reference}")["customer_id"]
    known = {"attributes": {"shop.last_order": "2026/114, 249,00 zł, wysłane", "shop.returns": 1}}
    outside.as_role("admin", "PATCH", f"/v1/customers/{customer}/attributes", known)
    agent = console(language="pl-PL").log_in()
    agent.go(f"#/team/care/{reference}")
    expect(agent.page.get_by_role("region", name="Co wie shop")).to_contain_text("2026/114, 249,00 zł, wysłane")
    assert violations(agent, axe) == []


def test_a_message_to_many_is_prepared_looked_at_and_sent(console, outside, axe):
    email, title = f"maja.{token_hex(4)}@example.pl", f"Woda {token_hex(4)}"
    form = {"email": email, "subject": title, "text": "Nie mam wody."}
    outside.post_form("contact", form, token_hex(8))
    lead = console().log_in("supervisor")
    lead.go("#/many")
    lead.page.get_by_role("button", name="Write to many").click()
    lead.dialog.get_by_label("Title, for colleagues").fill(title)
    lead.page.get_by_role("combobox", name="From", exact=True).select_option("support")
    lead.page.get_by_role("combobox", name="To", exact=True).select_option("team/care")
    lead.page.get_by_role("group", name="Polish").get_by_label("Text").fill("Jutro od 8 do 16 nie ma wody.")
    assert violations(lead, axe) == []
    lead.page.get_by_role("button", name="Prepare").click()
    expect(lead.dialog).to_contain_text("What would become of it now")
    assert violations(lead, axe) == []
    lead.page.get_by_role("button", name="Leave it prepared").click()
    draft = lead.page.locator(".tasks li", has_text=title)
    draft.get_by_role("button", name="Look and send").click()
    lead.dialog.get_by_role("button", name="Send now").click()
    expect(draft).not_to_contain_text("being prepared")
    told = wait_for(lambda: outside.sent_mails(email), "the message to many", within_seconds=120)
    assert "nie ma wody" in told[-1].get_body(("plain",)).get_content()
