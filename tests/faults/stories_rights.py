"""Stories of the rights of the customer: somebody is erased while life goes on, and a restored table is told again."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.cases import Case
from chalicelib.domain.customers import PointOwner
from tests.faults.carriers import reply_to_in
from tests.faults.outside import Outside

ANNA, BARTEK = "anna@example.pl", "bartek@example.pl"
SOON = timedelta(minutes=15)
WANTED = {"ground": "no_longer_needed", "requester": "customer"}


def anna_and_bartek_wrote(outside: Outside) -> None:
    """Anna has got an answer. What was written can be found."""
    outside.ports.search_index.watched = True
    outside.mail(BARTEK, notifications=1)
    outside.mail(ANNA, notifications=1)
    outside.simulation.settle(until=outside.world.at + SOON)
    (case,) = [case for case in outside.simulation.threads.records(Case) if case.customer_id == _customer(outside)]
    outside.reply(case.reference, messages_read=1)


def anna_is_held(outside: Outside) -> None:
    _lead(outside, "PUT", {"why": "spór w sądzie"})


def anna_was_held(outside: Outside) -> None:
    anna_and_bartek_wrote(outside)
    outside.simulation.settle(until=outside.world.at + SOON)
    anna_is_held(outside)


def the_hold_is_lifted(outside: Outside) -> None:
    _lead(outside, "DELETE", {})


def anna_is_erased(outside: Outside) -> None:
    outside.ask("POST", f"/v1/customers/{_customer(outside)}/erasure", WANTED, "olga:admin")


def anna_is_erased_while_she_writes(outside: Outside) -> None:
    """To the address from which we answered, and as if anew."""
    anna_is_erased(outside)
    answers = [sent.message for sent in outside.simulation.ports.mail.accepted if sent.message.recipient == ANNA]
    outside.mail(ANNA, to=reply_to_in(answers[-1].raw), notifications=1)


def a_restored_table_is_told_of_the_erased(outside: Outside) -> None:
    anna_is_erased(outside)
    outside.world.later(timedelta(hours=1), lambda: _replay(outside))


def _replay(outside: Outside) -> None:
    outside.ask("POST", "/v1/erasure-replays", {}, "olga:admin")


def _lead(outside: Outside, method: str, body: dict[str, str]) -> None:
    outside.ask(method, f"/v1/customers/{_customer(outside)}/legal-hold", body, "maria:supervisor")


def _customer(outside: Outside) -> str:
    owners = outside.simulation.threads.records(PointOwner)
    return next(owner.customer_id for owner in owners if owner.point.value == ANNA)
