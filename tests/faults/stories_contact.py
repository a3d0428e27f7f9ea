"""Stories of how customers want to be written to: STOP, one click, what an agent is told, preferences."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_rules import ContactRules, parse_quiet_hours
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.unsubscribing import unsubscribe_token
from chalicelib.usecases.ports import Update
from tests.domain.making import POLICY, RING, configuration
from tests.faults.outside import Outside

ANNA = "anna@example.pl"
PHONE = "+48601234567"


def the_case(outside: Outside) -> Case:
    return max(outside.simulation.threads.records(Case), key=lambda case: case.id)


def anna_texts_and_then_it_is_quiet(outside: Outside) -> None:
    """From ten to noon in Warsaw, which is where stories begin."""
    rules = ContactRules(quiet_hours=parse_quiet_hours("10:00-12:00"))
    without_steps = configuration(policies={"standard": replace(POLICY, steps=())}, contact_rules=rules)
    outside.ports.configuration.saved = [(outside.world.at, without_steps)]
    outside.sms(PHONE)


def an_answer_waits_for_the_end_of_quiet_hours(outside: Outside) -> None:
    outside.reply(the_case(outside).reference)


def anna_says_stop(outside: Outside) -> None:
    outside.sms(PHONE, text="STOP")


def stop_meets_an_answer(outside: Outside) -> None:
    """Either the answer leaves before it, or it is stopped and Anna waits again."""
    outside.reply(the_case(outside).reference)
    anna_says_stop(outside)


def stop_and_start_come_at_once(outside: Outside) -> None:
    anna_says_stop(outside)
    outside.world.at += timedelta(seconds=1)
    outside.sms(PHONE, text="START")


def an_agent_is_told_of_it(outside: Outside) -> None:
    contact_point = {"kind": "email", "value": ANNA}
    outside.agent("PUT", "/v1/opt-outs", {"contact_point": contact_point, "opted_out": True, "why": "przez telefon"})
    outside.reply(the_case(outside).reference)


def two_agents_change_what_she_prefers(outside: Outside) -> None:
    path = f"/v1/customers/{the_case(outside).customer_id}/preferences"
    outside.agent("PATCH", path, {"channel": "email"})
    outside.agent("PATCH", path, {"consents": {"email": {"given": True, "how": "w rozmowie", "wording": "2026"}}})


def anna_got_a_mail_that_nobody_wrote_by_hand(outside: Outside) -> None:
    """An answer that is marked as one: what the hub writes by itself is told of in other stories."""
    outside.mail(ANNA)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=10))
    outside.reply(the_case(outside).reference)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=10))
    threads = outside.simulation.threads
    answer = _answer(outside)
    by_itself = replace(answer, delivery=replace(answer.delivery, purpose=Purpose.NOTICE))
    threads.commit([Update(answer, by_itself, ())])


def anna_clicks(outside: Outside) -> None:
    answer = _answer(outside)
    outside.ask("POST", f"/v1/unsubscribe/{unsubscribe_token(answer.customer_id, answer.id, RING)}", {}, "")


def _answer(outside: Outside) -> Entry:
    return next(one for one in outside.simulation.threads.records(Entry) if one.kind is EntryKind.OUTBOUND)
