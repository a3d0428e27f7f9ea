"""Stories of promises, kinds and transfers: what agents do to the clocks of a case."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.cases import Case
from chalicelib.domain.promises import PromiseStatus
from tests.faults.outside import Outside

ANNA = "anna@example.pl"
SOON = timedelta(hours=2)


def _case(outside: Outside) -> Case:
    return max(outside.simulation.threads.records(Case), key=lambda case: case.id)


def _ask(outside: Outside, method: str, what: str, body: dict[str, object]) -> None:
    outside.agent(method, f"/v1/cases/{_case(outside).reference}/{what}", body)


def an_agent_promises(outside: Outside) -> None:
    body = {"text": "Oddzwonimy.", "due_at": (outside.world.at + SOON).isoformat()}
    _ask(outside, "POST", "promises", body)


def a_promise_was_made(outside: Outside) -> None:
    outside.mail(ANNA)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=15))
    an_agent_promises(outside)


def mail_meets_a_promise(outside: Outside) -> None:
    an_agent_promises(outside)
    outside.mail(ANNA)


def _promise(outside: Outside) -> str:
    return next(id_ for id_, promise in _case(outside).promises.items() if promise.status is PromiseStatus.OPEN)


def it_is_kept_and_moved_at_once(outside: Outside) -> None:
    promise = f"promises/{_promise(outside)}"
    _ask(outside, "PUT", promise, {"outcome": "kept"})
    _ask(outside, "PUT", promise, {"due_at": (outside.world.at + 2 * SOON).isoformat()})


def nobody_keeps_it(outside: Outside) -> None:
    """Time alone passes."""
    _ask(outside, "GET", "explanation", {})
    outside.agent("GET", "/v1/teams/care/escalations", {})


def it_turns_out_to_be_a_complaint(outside: Outside) -> None:
    _ask(outside, "PUT", "kind", {"kind": "complaint"})
    _ask(outside, "PUT", "priority", {"priority": "high"})


def it_is_handed_over_while_mail_comes(outside: Outside) -> None:
    due_at = (outside.world.at + SOON).isoformat()
    _ask(outside, "POST", "transfer", {"team": "care", "context": "Dla Jana.", "due_at": due_at})
    outside.mail(ANNA)


def the_policy_is_applied_again_while_mail_comes(outside: Outside) -> None:
    _ask(outside, "POST", "policy", {})
    outside.mail(ANNA)
