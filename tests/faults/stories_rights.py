"""Stories of the rights of the customer: erased or exported while life goes on; a restored table is told again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.cases import Case
from chalicelib.domain.customers import PointOwner
from tests.faults.carriers import reply_to_in
from tests.faults.disposing import next_walk_at
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


def anna_is_exported_while_she_writes(outside: Outside) -> None:
    outside.ask("POST", f"/v1/customers/{_customer(outside)}/exports", {}, "olga:admin")
    outside.mail(ANNA, notifications=1)


def jan_wrote_from_the_app(outside: Outside) -> None:
    outside.post_from_app("jan")
    outside.simulation.settle(until=outside.world.at + SOON)
    (case,) = outside.simulation.threads.records(Case)
    outside.reply(case.reference, messages_read=1)


def jan_asks_for_his_history(outside: Outside) -> None:
    """Twice, as somebody does who is impatient."""
    for _ in range(2):
        outside.ask("POST", "/v1/me/exports", {}, "jan:customer")


def anna_is_exported_and_erased(outside: Outside) -> None:
    outside.ask("POST", f"/v1/customers/{_customer(outside)}/exports", {}, "olga:admin")
    anna_is_erased(outside)


def annas_case_was_closed(outside: Outside) -> None:
    """It is kept for a day. What she wrote, with a file, can be found; the answer has the same file."""
    _kept_for_a_day(outside)
    outside.ports.search_index.watched = True
    outside.mail(BARTEK, notifications=1)
    outside.mail(ANNA, notifications=1)
    outside.simulation.settle(until=outside.world.at + SOON)
    case = _annas_case(outside)
    file = {"name": "umowa.pdf", "content_type": "application/pdf", "data_base64": "JVBERi0xLjQ="}
    outside.reply(case.reference, messages_read=1, said={"attachments": [file]})
    outside.simulation.settle(until=outside.world.at + SOON)
    outside.close(case.reference)
    outside.simulation.settle(until=outside.world.at + SOON)
    outside.mail(ANNA, notifications=1)  # something else, which gets the same file
    outside.simulation.settle(until=outside.world.at + SOON)
    later = _annas_case(outside)
    outside.reply(later.reference, messages_read=1, said={"attachments": [file]})
    outside.simulation.settle(until=outside.world.at + SOON)


def a_day_goes_by_and_she_writes(outside: Outside) -> None:
    """To the new case, in the minute in which the old one goes."""
    at = next_walk_at(outside.world.at + timedelta(days=1))
    outside.world.later(at - outside.world.at, lambda: outside.mail(ANNA, notifications=1))


def _kept_for_a_day(outside: Outside) -> None:
    kinds = outside.ports.configuration.saved[-1][1].kinds
    outside.configure(kinds={name: replace(kind, keep_days=1) for name, kind in kinds.items()})


def annas_reference(outside: Outside) -> str:
    return _annas_case(outside).reference


def _annas_case(outside: Outside) -> Case:
    cases = [case for case in outside.simulation.threads.records(Case) if case.customer_id == _customer(outside)]
    return max(cases, key=lambda case: case.id)


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
