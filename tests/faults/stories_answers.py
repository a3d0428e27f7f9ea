"""Stories of answers that are not simply sent: taken back, forced, refused because a colleague was faster."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

from chalicelib.domain.cases import Case
from chalicelib.domain.threads import Entry, EntryKind
from tests.faults.outside import Outside, Request
from tests.faults.ports import WorldConnected

ANNA = "anna@example.pl"
WINDOW = timedelta(seconds=30)
_A_WHILE = timedelta(seconds=10)


def the_case(outside: Outside) -> Case:
    return max(outside.simulation.threads.records(Case), key=lambda case: case.id)


def anna_writes_to_a_hub_that_waits(outside: Outside) -> None:
    """Answers can be taken back for half a minute."""
    configured = replace(outside.ports.configuration.saved[-1][1], undo_window=WINDOW)
    outside.ports.configuration.saved = [(outside.world.at, configured)]
    outside.mail(ANNA)


def _take_back_the_newest(outside: Outside) -> None:
    entries = [one for one in outside.simulation.threads.records(Entry) if one.kind is EntryKind.OUTBOUND]
    if entries:
        outside.take_back(the_case(outside).reference, max(entries, key=lambda one: one.id).id)


def an_answer_is_taken_back(outside: Outside) -> None:
    outside.reply(the_case(outside).reference, messages_read=1)
    outside.world.later(_A_WHILE, lambda: _take_back_the_newest(outside))


def it_is_taken_back_as_it_is_claimed(outside: Outside) -> None:
    outside.reply(the_case(outside).reference, messages_read=1)
    outside.world.later(WINDOW + timedelta(seconds=1), lambda: _take_back_the_newest(outside))
    outside.world.later(WINDOW + timedelta(seconds=2), lambda: _take_back_the_newest(outside))


def the_customer_writes_before_it_is_taken_back(outside: Outside) -> None:
    outside.reply(the_case(outside).reference, messages_read=1)
    outside.world.later(timedelta(seconds=5), lambda: outside.mail(ANNA, notifications=1))
    outside.world.later(_A_WHILE, lambda: _take_back_the_newest(outside))


def two_agents_answer_what_they_read(outside: Outside) -> None:
    """The second one reads first what the other has said; a third insists."""
    case = the_case(outside)
    for force in (False, False, True):
        said = {"version_read": case.version, "force": force}
        outside.reply(case.reference, messages_read=case.messages_in, said=said)


def anna_wrote_and_was_answered(outside: Outside) -> None:
    outside.mail(ANNA)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=15))
    outside.reply(the_case(outside).reference, messages_read=1)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=15))
    outside.close(the_case(outside).reference)


def we_write_first(outside: Outside) -> None:
    """And Anna writes at the same moment."""
    case = the_case(outside)
    outside.write_first(case.customer_id, follows=case.reference)
    outside.mail(ANNA)


def anna_writes_in_the_app(outside: Outside) -> None:
    outside.post_from_app("anna")


def she_reads_what_she_was_answered(outside: Outside) -> None:
    outside.reply(the_case(outside).reference, messages_read=1)
    outside.world.later(_A_WHILE, lambda: outside.read_own("anna", "thread"))
    outside.world.later(_A_WHILE, lambda: outside.read_own("anna", "cases"))


def anna_has_the_app(outside: Outside) -> None:
    outside.ask("PUT", "/v1/me/devices/phone", {"kind": "fcm", "token": "token-1"}, "anna:customer")
    outside.post_from_app("anna")


def she_is_rung_and_reads(outside: Outside) -> None:
    outside.reply(the_case(outside).reference, messages_read=1)
    outside.world.later(_A_WHILE, lambda: outside.read_own("anna", "thread"))
    outside.world.later(2 * _A_WHILE, lambda: _she_has_read_it(outside))
    outside.ask("GET", "/v1/me/devices", {}, "anna:customer")


def _she_has_read_it(outside: Outside) -> None:
    entries = [one for one in outside.simulation.threads.records(Entry) if one.kind is EntryKind.OUTBOUND]
    if entries:
        outside.ask("POST", "/v1/me/read", {"up_to": entries[-1].id}, "anna:customer")


def the_app_begins_to_follow(outside: Outside) -> None:
    outside.post_from_app("anna")
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=15))
    outside.read_own("anna", "changes")


def it_hears_what_she_is_answered(outside: Outside) -> None:
    """Both devices ask where the feed stands, one of them for the second time, and go on from there."""
    asked = [outside.read_own("anna", "changes") for _ in range(2)]
    outside.reply(the_case(outside).reference, messages_read=1)
    for request in asked:
        outside.world.later(_A_WHILE, lambda request=request: _goes_on_from(outside, request))


def _goes_on_from(outside: Outside, request: Request) -> None:
    answer = request.answers[-1] if request.answers else None
    if answer and answer.status == HTTPStatus.OK:
        outside.read_own("anna", f"changes?since={json.loads(answer.text)['next']}")


def two_agents_are_at_a_case(outside: Outside) -> None:
    """One writes while the other looks; then they leave, one of them without a word."""
    path = f"/v1/cases/{the_case(outside).reference}/presence"
    outside.ask("PUT", path, {"doing": "reading"}, "ewa:agent")
    outside.ask("PUT", path, {"doing": "writing"}, "jan:agent")
    outside.world.later(_A_WHILE, lambda: outside.ask("PUT", path, {"doing": "writing"}, "ewa:agent"))
    outside.world.later(_A_WHILE, lambda: outside.ask("DELETE", path, {}, "jan:agent"))
    outside.world.later(2 * _A_WHILE, lambda: outside.ask("GET", path, {}, "ewa:agent"))


def app_and_agent_are_connected(outside: Outside) -> None:
    outside.ports.connected = WorldConnected(outside.world)
    the_app_begins_to_follow(outside)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=15))
    _connect(outside)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=1))


def _connect(outside: Outside) -> None:
    asked = (
        outside.ask("POST", "/v1/connections", {}, "ewa:agent"),
        outside.ask("POST", "/v1/me/connections", {}, "anna:customer"),
    )
    for request in asked:
        outside.world.later(_A_WHILE, lambda request=request: outside.connect(request))


def they_hear_and_one_goes_away(outside: Outside) -> None:
    """Another window is opened meanwhile, with a ticket that somebody tries once more."""
    asked = outside.ask("POST", "/v1/connections", {}, "jan:agent")
    for seconds in (5, 6):
        outside.world.later(timedelta(seconds=seconds), lambda: outside.connect(asked))
    outside.reply(the_case(outside).reference, messages_read=1)
    outside.world.later(_A_WHILE, outside.ports.connected.open.clear)
    outside.world.later(2 * _A_WHILE, lambda: outside.post_from_app("anna"))


def they_are_told_after_their_tokens_have_ended(outside: Outside) -> None:
    outside.world.later(timedelta(hours=3), lambda: outside.post_from_app("anna"))


def anna_proved_her_address_in_the_app(outside: Outside) -> None:
    """What she does not read within an hour goes to her by mail."""
    configured = replace(outside.ports.configuration.saved[-1][1], app_unread_after=timedelta(hours=1))
    outside.ports.configuration.saved = [(outside.world.at, configured)]
    outside.post_from_app("anna", email=ANNA)


def she_does_not_read_it(outside: Outside) -> None:
    outside.reply(the_case(outside).reference, messages_read=1)


def she_reads_it_in_the_last_moment(outside: Outside) -> None:
    outside.reply(the_case(outside).reference, messages_read=1)
    outside.world.later(timedelta(hours=1), lambda: _she_has_read_it(outside))
