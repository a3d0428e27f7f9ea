"""One thing that goes wrong for many, from the cases that look like it to the answer to all of them at once."""

from __future__ import annotations

from secrets import token_hex

from playwright.sync_api import expect

from infra.local.outside import mail, wait_for
from tests.browser.test_lists import violations

HELP = "pomoc@hub.example"


def test_cases_are_linked_to_an_incident_by_look_and_by_hand_and_answered_all_at_once(console, outside, axe):
    mark = f"awaria{token_hex(3)}"
    theirs = [f"{name}.{token_hex(4)}@example.pl" for name in ("ola", "jan", "ewa")]
    for email, subject in zip(theirs, (f"{mark} w domu", f"{mark} w biurze", "Nic nie działa"), strict=True):
        outside.send_mail(mail(email, HELP, subject, "Kiedy to naprawicie?"))
    references = [wait_for(lambda one=one: outside.find_case("care", one), one)["reference"] for one in theirs]
    incident = outside.as_role("supervisor", "POST", "/v1/incidents", {"title": f"Wielka {mark}"})["incident"]

    lead = console(language="pl-PL").log_in("supervisor")
    lead.go(f"#/team/care/{references[2]}")
    lead.page.locator(".entry").first.wait_for()
    lead.page.get_by_role("button", name="Więcej …").click()
    lead.page.get_by_role("button", name="Należy do awarii").click()
    lead.page.get_by_label("Która").select_option(label=f"Wielka {mark}")
    assert violations(lead, axe) == []
    lead.page.get_by_role("button", name="Dołącz", exact=True).click()
    lead.page.locator(".of-incident").get_by_role("link", name=f"Wielka {mark}").click()

    likely = lead.page.get_by_role("region", name="Otwarte sprawy, które na nią wyglądają")
    likely.get_by_label("Zespół").select_option("care")
    expect(likely.get_by_role("checkbox")).to_have_count(2)
    likely.get_by_role("button", name="Zaznacz wszystkie").click()
    likely.get_by_role("button", name="Dołącz 2 sprawy").click()
    linked = lead.page.get_by_role("region", name="Sprawy, które do niej należą")
    expect(linked.get_by_role("listitem")).to_have_count(3)
    linked.get_by_role("button", name=f"Wyłącz {references[1]}").click()
    expect(linked.get_by_role("listitem")).to_have_count(2)
    assert violations(lead, axe) == []

    lead.page.get_by_role("button", name="Odpowiedz we wszystkich 2 sprawach").click()
    lead.page.get_by_role("group", name="polski").get_by_label("Tekst").fill(
        f"Naprawione: {mark}. Sprawa {{reference}}."
    )
    assert violations(lead, axe) == []
    lead.page.get_by_role("button", name="Odpowiedz wszystkim").click()
    expect(lead.page.get_by_role("region", name="Odpowiedź dla wszystkich")).to_be_visible()
    expect(linked.get_by_role("button")).to_have_count(0)
    (answer,) = wait_for(lambda: outside.sent_mails(theirs[0]), "the answer", within_seconds=150)
    assert f"Sprawa {references[0]}." in answer.get_body(("plain",)).get_content()
    expect(linked.get_by_role("listitem").filter(has_text=references[0])).to_contain_text("e-mail", timeout=90_000)
    assert outside.agent("GET", f"/v1/incidents/{incident}")["status"] == "closed"
    assert outside.sent_mails(theirs[1]) == []
    assert lead.complaints == []
