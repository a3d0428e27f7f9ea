"""Stories of where new cases go: rules that decide, and who looks after a customer."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.cases import Case
from chalicelib.domain.routing import RoutingRule, Word
from tests.faults.outside import Outside

ANNA = "anna@example.pl"
MAILS = RoutingRule(
    "mails", words=(Word("faktur*", "pl"), Word("list", "pl")), to_priority="high", skills=("invoices",)
)


def with_rules(outside: Outside) -> None:
    """Every mail of this world says "List"."""
    configured = outside.ports.configuration.saved[-1][1]
    outside.ports.configuration.saved = [(outside.world.at, replace(configured, routing_rules=(MAILS,)))]


def anna_writes_two_mails(outside: Outside) -> None:
    outside.mail(ANNA)
    outside.mail(ANNA)


def an_agent_says_who_looks_after_her(outside: Outside) -> None:
    case = max(outside.simulation.threads.records(Case), key=lambda case: case.id)
    care = {"carer": "ewa", "segment": "wholesale", "vip": True}
    outside.agent("PUT", f"/v1/customers/{case.customer_id}/care", care)
    outside.mail(ANNA)
