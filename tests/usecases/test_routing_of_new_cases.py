"""A case opens where the rules say it belongs, with the clocks of its kind, and says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.cases import Priority
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.messages import ForwardedMessage
from chalicelib.domain.routing import RoutingRule, Word
from chalicelib.domain.sla import ClockName, PolicyRule
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.care_for_customer import Care
from tests.domain.making import ANNA, BARTEK, POLICY, configuration

COMPLAINTS = RoutingRule(
    "complaints",
    words=(Word("reklamac*", "pl"),),
    to_team="complaints",
    to_kind="complaint",
    to_priority="high",
    skills=("returns",),
)


@pytest.fixture
def hub(hub):
    team = configuration().teams["care"]
    hub.configured(
        teams={"care": team, "complaints": replace(team, name="complaints"), "vips": replace(team, name="vips")},
        policies={"standard": POLICY, "quick": replace(POLICY, name="quick")},
        policy_rules=(PolicyRule("quick", team="complaints"),),
        routing_rules=(COMPLAINTS, RoutingRule("vips", vip=True, to_team="vips")),
    )
    return hub


def care(hub, outcome, **care):
    hub.care(outcome.customer_id, "ewa", Care(**care))


def test_a_case_opens_in_the_team_and_kind_of_its_rule_with_their_clocks(hub):
    case = hub.case(hub.write(subject="Reklamacja pralki"))
    assert (case.team, case.kind, case.priority) == ("complaints", "complaint", Priority.HIGH)
    assert (case.skills, case.routed_by) == (("returns",), "complaints")
    assert {clock.policy for clock in case.clocks.values()} == {"quick"}
    assert ClockName.LEGAL in case.clocks


def test_why_it_is_there_stands_right_behind_its_first_message(hub):
    case = hub.case(hub.write(subject="Reklamacja pralki"))
    first, event = hub.thread(case.customer_id)
    assert (first.kind, event.event, event.author) == (EntryKind.INBOUND, "case.routed", "hub")
    assert event.facts == {
        "reference": case.reference,
        "rule": "complaints",
        "why": "the word 'reklamac*' (pl)",
        "team": "complaints",
        "kind": "complaint",
        "priority": "high",
        "skills": "returns",
    }


def test_without_a_rule_that_fits_the_inbox_decides(hub):
    case = hub.case(hub.write(subject="Pytanie"))
    assert (case.team, case.kind, case.routed_by) == ("care", "question", "")
    assert hub.thread(case.customer_id, EntryKind.EVENT) == []


def test_a_later_message_with_the_words_moves_no_open_case(hub):
    case = hub.case(hub.write(subject="Pytanie"))
    after = hub.case(hub.write(subject="Reklamacja"))
    assert (after.id, after.team) == (case.id, "care")


def test_an_earlier_message_that_was_overtaken_does_not_take_the_case_from_where_a_rule_put_it(hub):
    hub.later(minutes=5)
    case = hub.case(hub.write(subject="Reklamacja"))
    hub.later(minutes=-3)
    after = hub.case(hub.write(subject="Pytanie"))
    assert (after.id, after.subject, after.team) == (case.id, "Pytanie", "complaints")


def test_a_vip_is_known_when_they_write_next(hub):
    outcome = hub.write(subject="Pytanie")
    care(hub, outcome, vip=True, segment="gold")
    hub.close(hub.case(outcome).reference, "ewa")
    hub.later(days=30)
    case = hub.case(hub.write(subject="Pytanie"))
    assert (case.team, case.segment, case.follows) == ("vips", "gold", "")


def test_whoever_was_merged_is_treated_as_the_survivor(hub):
    anna, bartek = hub.write(subject="Pytanie"), hub.write(subject="Pytanie", sender=BARTEK)
    care(hub, anna, vip=True)
    hub.merge(anna.customer_id, bartek.customer_id, "ewa", "the same person")
    for one in (anna, bartek):
        hub.close(hub.case(one).reference, "ewa")
    hub.later(days=30)
    assert hub.case(hub.write(subject="Pytanie", sender=BARTEK)).team == "vips"


def test_what_a_colleague_forwards_is_routed_by_what_the_customer_wrote(hub):
    hub.configured(colleagues=frozenset({"company.example"}))
    forward = ForwardedMessage("Anna", ANNA.value, "Pralka", "", "Od: Anna", "Składam reklamację")
    colleague = ContactPoint(PointKind.EMAIL, "jan@company.example")
    case = hub.case(hub.write(sender=colleague, subject="Fwd", forward=forward, forwarded_from=ANNA))
    assert (case.forwarded_for, case.team) == (ANNA, "complaints")


def test_what_somebody_quotes_decides_nothing(hub):
    assert hub.case(hub.write(subject="Pytanie", quoted_text="reklamacja", signature="Dział reklamacji")).team == "care"


def test_the_message_comes_once_however_often_it_is_delivered(hub):
    for _ in range(2):
        hub.write(subject="Reklamacja", fingerprint="f1", message_id="m1@example.pl")
    assert [entry.event for entry in hub.threads.records(Entry)].count("case.routed") == 1


def test_a_team_of_a_channel_of_its_own(hub):
    hub.configured(routing_rules=(RoutingRule("texts", channel=Channel.SMS, to_team="complaints"),))
    assert hub.case(hub.write_sms(ContactPoint(PointKind.PHONE, "+48601234567"))).team == "complaints"


def test_who_looks_after_a_customer_is_told_in_their_thread_and_only_when_it_changes(hub):
    outcome = hub.write(subject="Pytanie")
    for _ in range(2):
        care(hub, outcome, carer="jan", segment="gold")
    (event,) = hub.thread(outcome.customer_id, EntryKind.EVENT)
    assert (event.event, event.facts) == ("customer.care_set", {"carer": "jan", "segment": "gold", "vip": "no"})
    customer = hub.threads.get_customer(outcome.customer_id)
    assert (customer.carer, customer.segment, customer.vip) == ("jan", "gold", False)
