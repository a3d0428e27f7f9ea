"""Stories of where cases go: rules that decide, carers, and agents who are there and are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Configuration, Routing
from chalicelib.domain.routing import RoutingRule, Word
from chalicelib.domain.sla import EscalationStep, StepAction
from tests.faults.outside import Outside

ANNA = "anna@example.pl"
MAILS = RoutingRule(
    "mails", words=(Word("faktur*", "pl"), Word("list", "pl")), to_priority="high", skills=("invoices",)
)


def configured(outside: Outside) -> Configuration:
    return outside.ports.configuration.saved[-1][1]


def configure(outside: Outside, changed: Configuration) -> None:
    outside.ports.configuration.saved = [(outside.world.at, changed)]


def with_rules(outside: Outside) -> None:
    """Every mail of this world says "List"."""
    configure(outside, replace(configured(outside), routing_rules=(MAILS,)))


def anna_writes_two_mails(outside: Outside) -> None:
    outside.mail(ANNA)
    outside.mail(ANNA)


def an_agent_says_who_looks_after_her(outside: Outside) -> None:
    case = max(outside.simulation.threads.records(Case), key=lambda case: case.id)
    care = {"carer": "ewa", "segment": "wholesale", "vip": True}
    outside.agent("PUT", f"/v1/customers/{case.customer_id}/care", care)
    outside.mail(ANNA)


def boss(outside: Outside, method: str, path: str, body: dict[str, object]) -> None:
    outside.ask(method, path, body, "boss:supervisor")


def is_there(outside: Outside, subject: str, presence: str = "present") -> None:
    outside.ask("PUT", "/v1/agents/me/presence", {"presence": presence}, f"{subject}:agent")


def two_agents_are_there(outside: Outside) -> None:
    """Each may have two cases."""
    care = replace(configured(outside).teams["care"], routing=Routing.BY_LOAD)
    configure(outside, replace(configured(outside), teams={"care": care}))
    for subject in ("ewa", "jan"):
        body = {"teams": ["care"], "capacity": 2, "email": f"{subject}@company.example"}
        boss(outside, "PUT", f"/v1/agents/{subject}", body)
        outside.simulation.settle(until=outside.world.at)
        is_there(outside, subject)
        outside.simulation.settle(until=outside.world.at)


def three_customers_wait(outside: Outside) -> None:
    """Nobody is there yet."""
    for name in ("anna", "bartek", "celina"):
        outside.mail(f"{name}@example.pl", notifications=1)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=5))
    two_agents_are_there(outside)


def two_sweeps_give(outside: Outside) -> None:
    outside.simulation.sweep()
    outside.simulation.sweep()


def two_customers_wait_and_one_agent_comes(outside: Outside) -> None:
    care = replace(configured(outside).teams["care"], routing=Routing.BY_LOAD)
    configure(outside, replace(configured(outside), teams={"care": care}))
    for name in ("anna", "bartek"):
        outside.mail(f"{name}@example.pl", notifications=1)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=5))
    boss(outside, "PUT", "/v1/agents/ewa", {"teams": ["care"]})


def she_comes_and_goes_while_cases_are_given(outside: Outside) -> None:
    is_there(outside, "ewa")
    outside.simulation.sweep()
    is_there(outside, "ewa", "absent")


def an_agent_takes_what_the_sweep_gives(outside: Outside) -> None:
    case = max(outside.simulation.threads.records(Case), key=lambda case: case.id)
    outside.assign(case.reference, "me")
    outside.simulation.sweep()


def all_are_given(outside: Outside) -> None:
    three_customers_wait(outside)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=5))


def her_cases_are_handed_over(outside: Outside) -> None:
    is_there(outside, "ewa", "absent")
    boss(outside, "POST", "/v1/agents/ewa/hand-over", {"why": "urlop"})


def a_profile_and_a_presence_at_once(outside: Outside) -> None:
    boss(outside, "PUT", "/v1/agents/ewa", {"teams": ["care"], "capacity": 3})
    is_there(outside, "ewa")


def a_case_that_is_handed_on(outside: Outside) -> None:
    """Its agent is reminded, then it goes through all hands; here the team has no fallback."""
    actions = (StepAction.REMIND, StepAction.REASSIGN, StepAction.REASSIGN)
    steps = tuple(EscalationStep(action, timedelta(minutes=at)) for at, action in enumerate(actions))
    policies = {"standard": replace(configured(outside).policies["standard"], steps=steps)}
    configure(outside, replace(configured(outside), policies=policies))
    two_agents_are_there(outside)
    outside.mail(ANNA, notifications=1)
    outside.simulation.settle(until=outside.world.at + timedelta(hours=3, minutes=59))


def time_passes(_outside: Outside) -> None:
    """And nobody answers."""
