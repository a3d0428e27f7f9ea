"""Stories of calls to make and letters to post: how they are asked for, tried, done, and go with their case."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.case_tasks import open_tasks
from chalicelib.domain.cases import Case, CaseStatus
from tests.faults.outside import Outside
from tests.faults.stories_account import log_call

ANNA, BARTEK = "anna@example.pl", "bartek@example.pl"
PHONE, ADDRESS = "+48601234567", "Anna Nowak\nul. Długa 1\n00-001 Warszawa"
SOON = timedelta(minutes=15)


def _case(outside: Outside) -> Case:
    return max(
        (case for case in outside.simulation.threads.records(Case) if case.status is not CaseStatus.MOVED),
        key=lambda case: (len(open_tasks(case)), case.id),
    )


def _ask(outside: Outside, method: str, what: str, body: dict[str, object]) -> None:
    outside.agent(method, f"/v1/cases/{_case(outside).reference}/{what}", body)


def _task(outside: Outside) -> str:
    return f"tasks/{open_tasks(_case(outside))[0].id}"


def a_form_asks_for_a_call(outside: Outside) -> None:
    outside.post_form(ANNA, call_back={"number": PHONE})


def a_call_was_asked_for(outside: Outside) -> None:
    a_form_asks_for_a_call(outside)
    outside.simulation.settle(until=outside.world.at + SOON)


def two_wishes_at_once(outside: Outside) -> None:
    """The second message of the same customer joins the case that the first opens, and it is one call."""
    outside.post_from_app("anna", call_back={"number": PHONE})
    outside.post_from_app("anna", call_back={"number": PHONE})


def it_is_made_while_mail_comes(outside: Outside) -> None:
    log_call(outside, case=_case(outside).reference, direction="outbound")
    outside.mail(ANNA)


def it_is_tried_and_given_another_time(outside: Outside) -> None:
    task = _task(outside)
    log_call(outside, case=_case(outside).reference, direction="outbound", outcome="no_answer")
    _ask(outside, "POST", f"{task}/attempts", {"result": "voicemail"})
    _ask(outside, "PUT", task, {"until": (outside.world.at + timedelta(days=1)).isoformat()})


def a_call_was_promised(outside: Outside) -> None:
    outside.mail(ANNA)
    outside.simulation.settle(until=outside.world.at + SOON)
    due_at = (outside.world.at + timedelta(hours=1)).isoformat()
    _ask(outside, "POST", "promises", {"text": "Oddzwonię za godzinę.", "due_at": due_at, "call": PHONE})


def it_is_made_while_the_promise_moves(outside: Outside) -> None:
    (promise,) = _case(outside).promises
    log_call(outside, case=_case(outside).reference, direction="outbound")
    due_at = (outside.world.at + timedelta(hours=2)).isoformat()
    _ask(outside, "PUT", f"promises/{promise}", {"due_at": due_at})


def an_agent_has_a_letter_posted(outside: Outside) -> None:
    due_at = (outside.world.at + timedelta(days=1)).isoformat()
    _ask(outside, "POST", "tasks", {"kind": "letter", "to": ADDRESS, "about": "Duplikat", "due_at": due_at})
    outside.agent("GET", "/v1/teams/care/letters", {})


def it_is_done_and_given_up_at_once(outside: Outside) -> None:
    task = _task(outside)
    _ask(outside, "PUT", task, {"outcome": "done"})
    _ask(outside, "PUT", task, {"outcome": "given_up", "why": "Nikt nie odbiera."})
    outside.agent("GET", "/v1/teams/care/calls", {})


def an_agent_answers_by_telephone(outside: Outside) -> None:
    outside.reply(_case(outside).reference, said={"channel": "phone", "to": PHONE})


def an_answer_is_to_be_said(outside: Outside) -> None:
    outside.mail(ANNA)
    outside.simulation.settle(until=outside.world.at + SOON)
    an_agent_answers_by_telephone(outside)


def it_is_said_while_mail_comes(outside: Outside) -> None:
    _ask(outside, "PUT", _task(outside), {"outcome": "done"})
    outside.mail(ANNA)


def nobody_calls(_outside: Outside) -> None:
    """Time alone passes."""


def it_is_handed_over_while_it_is_done(outside: Outside) -> None:
    task = _task(outside)
    _ask(outside, "POST", "transfer", {"team": "care", "context": "Dla Jana."})
    _ask(outside, "PUT", task, {"outcome": "withdrawn", "why": "Napisała sama."})


def its_case_is_spam(outside: Outside) -> None:
    _ask(outside, "PUT", "spam", {"spam": True, "why": "reklama"})
    outside.world.later(SOON, lambda: _ask(outside, "PUT", "spam", {"spam": False, "why": "pomyłka"}))


def a_call_and_a_stranger(outside: Outside) -> None:
    a_call_was_asked_for(outside)
    outside.mail(BARTEK)
    outside.simulation.settle(until=outside.world.at + SOON)


def its_case_goes_to_another_customer(outside: Outside) -> None:
    case = _case(outside)
    to = next(one.customer_id for one in outside.simulation.threads.records(Case) if one.id != case.id)
    outside.agent("POST", f"/v1/cases/{case.reference}/moving", {"customer": to, "why": "nie jej"})


def its_message_is_split_off(outside: Outside) -> None:
    body = {"entries": [open_tasks(_case(outside))[0].entry_id], "why": "inna sprawa"}
    _ask(outside, "POST", "splitting", body)


def a_call_in_a_second_message(outside: Outside) -> None:
    outside.post_from_app("anna")
    outside.simulation.settle(until=outside.world.at + SOON)
    outside.post_from_app("anna", call_back={"number": PHONE})
    outside.simulation.settle(until=outside.world.at + SOON)
