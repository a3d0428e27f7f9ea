"""Stories of what is looked for while it is written, answered, split off and closed to others."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.case_kinds import SHIPPED_KINDS, CaseKind
from tests.faults import stories_merging as merging
from tests.faults.outside import Outside

ANNA, BARTEK = "anna@example.pl", "bartek@example.pl"
_A_WHILE = timedelta(minutes=5)


def somebody_searches(outside: Outside) -> None:
    """From now on the index is part of the world."""
    outside.ports.search_index.watched = True
    secret = CaseKind("secret", restricted=True)
    outside.configure(kinds={**SHIPPED_KINDS, "secret": secret})


def anna_wrote(outside: Outside) -> None:
    somebody_searches(outside)
    outside.mail(ANNA, notifications=1)
    outside.simulation.settle(until=outside.world.at + _A_WHILE)


def anna_and_bartek_wrote(outside: Outside) -> None:
    somebody_searches(outside)
    merging.two_messages_in_a_case(outside)


def an_agent_looks_for_her_while_she_writes(outside: Outside) -> None:
    outside.mail(ANNA, notifications=1)
    outside.ask("GET", f"/v1/search?words={ANNA}&limit=5", {}, "ewa:agent")
    outside.ask("GET", "/v1/customers?name=anna", {}, "ewa:agent")


def her_case_is_closed_to_others(outside: Outside) -> None:
    case = merging.case_of(outside, ANNA)
    outside.ask("PUT", f"/v1/cases/{case.reference}/kind", {"kind": "secret"}, "ewa:agent", version=case.version)


def a_message_is_split_off(outside: Outside) -> None:
    merging.a_message_goes_to_its_customer(outside)


def her_case_is_tagged_and_closed(outside: Outside) -> None:
    case = merging.case_of(outside, ANNA)
    for tags in (["fragile", "late"], ["late"]):
        outside.ask("PUT", f"/v1/cases/{case.reference}/tags", {"tags": tags}, "ewa:agent")
    outside.ask("GET", "/v1/search/cases?tag=late&status=open", {}, "ewa:agent")
    outside.ask("POST", f"/v1/cases/{case.reference}/closing", {}, "ewa:agent")
