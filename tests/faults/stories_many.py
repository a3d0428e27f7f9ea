"""Stories of one message to many: an incident with its cases, and what becomes of its answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chalicelib.domain.broadcasts import Broadcast
from chalicelib.domain.cases import Case
from chalicelib.domain.incidents import Incident
from tests.faults.outside import Outside

ANNA, BARTEK = "anna@example.pl", "bartek@example.pl"
SOON = timedelta(minutes=15)
INCIDENT = {"title": "Prąd w Łodzi", "notice": {"pl": "Mamy awarię."}, "inboxes": ["support"]}
BROADCAST = {
    "title": "Przerwa w dostawie wody",
    "inbox": "support",
    "wordings": {"pl": {"text": "Jutro nie ma wody. Sprawa {reference}."}},
}
ANSWER = {"wordings": {"pl": {"subject": "Prąd wrócił", "text": "Prąd wrócił, sprawa {reference}."}}}


def lead(outside: Outside, method: str, path: str, body: dict[str, Any]) -> None:
    outside.ask(method, path, body, "maria:supervisor")


def _incident(outside: Outside) -> str:
    return f"/v1/incidents/{outside.simulation.threads.records(Incident)[-1].id}"


def _answer(outside: Outside) -> None:
    lead(outside, "POST", f"{_incident(outside)}/answer", ANSWER)


def an_incident_is_opened_while_somebody_writes(outside: Outside) -> None:
    outside.acknowledge()
    outside.agent("POST", "/v1/incidents", INCIDENT)
    outside.mail(ANNA)


def an_incident_and_two_who_wrote(outside: Outside) -> None:
    outside.mail(ANNA, notifications=1)
    outside.mail(BARTEK, notifications=1)
    outside.agent("POST", "/v1/incidents", INCIDENT)
    outside.simulation.settle(until=outside.world.at + SOON)


def cases_are_linked(outside: Outside) -> None:
    references = [case.reference for case in outside.simulation.threads.records(Case)]
    outside.agent("POST", f"{_incident(outside)}/cases", {"references": references})


def cases_are_suggested_and_linked(outside: Outside) -> None:
    """Somebody looks for them while a colleague links them."""
    outside.ask("GET", f"{_incident(outside)}/likely-cases?words=List", {}, "jan:agent")
    cases_are_linked(outside)


def two_cases_are_linked(outside: Outside) -> None:
    an_incident_and_two_who_wrote(outside)
    cases_are_linked(outside)
    outside.simulation.settle(until=outside.world.at + SOON)


def it_is_answered_while_somebody_writes(outside: Outside) -> None:
    _answer(outside)
    outside.mail(ANNA)


def its_answer_is_paused_and_goes_on(outside: Outside) -> None:
    """Paused in the middle of the first minute, gone on with in the tenth."""
    _answer(outside)
    outside.world.later(timedelta(minutes=1), lambda: _direct(outside, "paused"))
    outside.world.later(timedelta(minutes=10), lambda: _direct(outside, "running"))


def somebody_prepares_a_broadcast(outside: Outside) -> None:
    """Two mails and a text: three customers, of whom one is named twice."""
    outside.mail(ANNA, notifications=1)
    outside.mail(BARTEK, notifications=1)
    outside.sms("+48601234567")
    outside.simulation.settle(until=outside.world.at + SOON)
    lead(outside, "POST", "/v1/broadcasts", BROADCAST)
    outside.simulation.settle(until=outside.world.at + SOON)


def its_recipients_are_chosen_and_foreseen(outside: Outside) -> None:
    somebody_prepares_a_broadcast(outside)
    recipients_are_chosen(outside)
    outside.simulation.settle(until=outside.world.at + SOON)
    lead(outside, "POST", f"{_broadcast(outside)}/dry-run", {})
    outside.simulation.settle(until=outside.world.at + SOON)


def recipients_are_chosen(outside: Outside) -> None:
    """By name and from a list, at the same time; then what would become of it is looked at."""
    named = {"contact_points": [{"kind": "email", "value": ANNA}]}
    lead(outside, "POST", f"{_broadcast(outside)}/recipients", named)
    lead(outside, "POST", f"{_broadcast(outside)}/recipients", {"team": "care"})
    lead(outside, "POST", f"{_broadcast(outside)}/dry-run", {})


def it_is_sent_while_somebody_writes(outside: Outside) -> None:
    _direct(outside, "running")
    outside.mail(ANNA)


def it_is_sent_and_somebody_answers(outside: Outside) -> None:
    _direct(outside, "running")
    outside.world.later(timedelta(minutes=5), lambda: outside.sms("+48601234567"))


def it_is_sent_and_its_carriers_report(outside: Outside) -> None:
    """Of each message that it arrived; of the mails afterwards, and twice, that they came back."""
    _direct(outside, "running")
    outside.world.later(timedelta(minutes=5), lambda: _report(outside, "Delivery", "TEXT_DELIVERED"))
    for minutes in (6, 7):
        outside.world.later(timedelta(minutes=minutes), lambda: _report(outside, "Bounce", ""))


def _report(outside: Outside, of_mail: str, of_text: str) -> None:
    for sent in [*outside.ports.mail.accepted, *outside.ports.sms.accepted]:
        kind = of_text if sent.message.raw is None else of_mail
        if kind:
            outside.report(sent, kind)


def _broadcast(outside: Outside) -> str:
    return f"/v1/broadcasts/{outside.simulation.threads.records(Broadcast)[-1].id}"


def _direct(outside: Outside, status: str) -> None:
    for broadcast in outside.simulation.threads.records(Broadcast):
        lead(outside, "PUT", f"/v1/broadcasts/{broadcast.id}/status", {"status": status})
