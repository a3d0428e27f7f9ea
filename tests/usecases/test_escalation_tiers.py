"""Whom a step reaches: the assignee themselves, then a colleague, the team, the fallback team; never nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.agents import Presence
from chalicelib.domain.cases import handed_on
from chalicelib.domain.configuration import Routing, Team
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.sla import EscalationStep, StepAction
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNAS_PHONE, POLICY, case, configuration
from tests.fakes.memory_store import Moment
from tests.usecases import staffing

HOUR = timedelta(hours=1)


def steps(hub, *actions, by=Channel.EMAIL, **team):
    """One an hour, from the deadline on."""
    policy = replace(POLICY, steps=tuple(EscalationStep(action, at * HOUR, by=by) for at, action in enumerate(actions)))
    care = replace(configuration().teams["care"], fallback="second_line", phone="+48700000000", **team)
    second = Team(
        "second_line", "poland", "standard", "second@company.example", "boss@company.example", "support", "+48700000002"
    )
    hub.configured(policies={"standard": policy}, teams={"care": care, "second_line": second})


def staff(hub, *subjects, **fields):
    for subject in subjects:
        staffing.staff(hub, subject, **{"email": f"{subject}@company.example", **fields})


@pytest.fixture
def ewas(hub):
    """A case of Ewa's that nobody answers."""

    def make():
        found = hub.case(hub.write(subject="Faktura"))
        hub.assign(found.reference, "ewa", "ewa")
        hub.later(hours=4)
        return found

    return make


def now(hub, found):
    return hub.threads.get_case(found.customer_id, found.id)


def told(hub, found):
    return [notice.delivery.recipient for notice in hub.thread(found.customer_id, EntryKind.NOTICE)]


def facts(hub, found):
    return hub.thread(found.customer_id, EntryKind.EVENT)[-1].facts


def where(hub, found):
    found = now(hub, found)
    return found.team, found.assignee


def test_the_assignee_is_reminded_at_their_own_address(hub, ewas):
    steps(hub, StepAction.REMIND)
    staff(hub, "ewa")
    found = ewas()
    hub.sweep()
    assert told(hub, found) == ["ewa@company.example"]
    assert facts(hub, found)["told"] == "assignee"


def test_by_sms_at_their_own_number(hub, ewas):
    steps(hub, StepAction.REMIND, by=Channel.SMS)
    staff(hub, "ewa", phone="+48700000001")
    found = ewas()
    hub.sweep()
    assert told(hub, found) == ["+48700000001"]


@pytest.mark.parametrize(
    ("ewa", "by", "recipient"),
    [
        (None, Channel.EMAIL, "care@company.example"),
        ({"email": ""}, Channel.EMAIL, "care@company.example"),
        ({}, Channel.SMS, "+48700000000"),
        ({"presence": Presence.ABSENT}, Channel.EMAIL, "care@company.example"),
    ],
)
def test_where_they_cannot_be_told_or_are_away_the_team_is(hub, ewas, ewa, by, recipient):
    steps(hub, StepAction.REMIND, by=by)
    if ewa is not None:
        staff(hub, "ewa", **ewa)
    found = ewas()
    hub.sweep()
    assert told(hub, found) == [recipient]
    assert facts(hub, found)["told"] == "team"


@pytest.mark.parametrize(("back_after", "recipient"), [(6, "ewa@company.example"), (12, "care@company.example")])
def test_how_long_somebody_may_be_absent_and_still_be_reminded_is_configured(hub, ewas, back_after, recipient):
    steps(hub, StepAction.REMIND, away_after=3 * HOUR)
    staff(hub, "ewa", presence=Presence.ABSENT, absent_until=hub.now() + back_after * HOUR)
    found = ewas()
    hub.sweep()
    assert told(hub, found) == [recipient]


def test_who_leads_is_told_where_they_always_were(hub, ewas):
    steps(hub, StepAction.ESCALATE)
    staff(hub, "ewa")
    found = ewas()
    hub.sweep()
    assert told(hub, found) == ["boss@company.example"]
    assert "told" not in facts(hub, found)


def test_an_unanswered_case_goes_to_a_colleague_then_the_team_then_the_fallback_each_once(hub, ewas):
    steps(hub, StepAction.REASSIGN, StepAction.REASSIGN, StepAction.REASSIGN, StepAction.REASSIGN)
    staff(hub, "ewa", "jan")
    found = ewas()
    path = []
    for _ in range(5):
        hub.sweep()
        hub.sweep()
        path.append(where(hub, found))
        hub.later(hours=1)
    assert path == [("care", "jan"), ("care", ""), *[("second_line", "")] * 3]
    assert told(hub, found)[:3] == ["jan@company.example", "care@company.example", "second@company.example"]
    assert (hub.threads.find_agent("jan").given, hub.threads.find_agent("ewa").given) == (1, 0)


def test_the_event_says_from_whom_it_went(hub, ewas):
    steps(hub, StepAction.REASSIGN)
    staff(hub, "ewa", "jan")
    found = ewas()
    hub.sweep()
    said = facts(hub, found)
    assert (said["from"], said["assignee"], said["told"]) == ("ewa", "jan", "assignee")


def test_where_no_colleague_is_there_it_goes_to_the_team(hub, ewas):
    steps(hub, StepAction.REASSIGN)
    staff(hub, "ewa")
    staff(hub, "jan", presence=Presence.ABSENT)
    found = ewas()
    hub.sweep()
    assert where(hub, found) == ("care", "")
    assert told(hub, found) == ["care@company.example"]


def test_the_fallback_is_reached_however_often_the_hub_gives_the_case_to_somebody_in_between(hub, ewas):
    steps(hub, StepAction.REASSIGN, StepAction.REASSIGN, StepAction.REASSIGN, routing=Routing.BY_LOAD)
    staff(hub, "ewa", "jan", "ola", "piotr")
    found = ewas()
    path = []
    for _ in range(3):
        hub.sweep()
        hub.give()
        path.append(where(hub, found))
        hub.later(hours=1)
    assert [team for team, _ in path] == ["care", "care", "second_line"]
    assert {"ewa", ""}.isdisjoint({assignee for _, assignee in path[:2]})
    assert path[0][1] != path[1][1]


def test_after_an_outage_all_tiers_happen_at_once_and_nobody_is_counted_as_given_a_case(hub, ewas):
    steps(hub, StepAction.REASSIGN, StepAction.REASSIGN, StepAction.REASSIGN)
    staff(hub, "ewa", "jan")
    found = ewas()
    hub.later(days=2)
    assert hub.sweep().steps == 3
    assert where(hub, found) == ("second_line", "")
    assert hub.threads.find_agent("jan").given == 0


def test_after_an_answer_the_tiers_begin_anew(hub, ewas):
    steps(hub, StepAction.REASSIGN)
    staff(hub, "ewa", "jan")
    found = ewas()
    hub.sweep()
    hub.reply(found.reference, "jan", Answer("Dzień dobry"))
    hub.write(subject="Faktura")
    hub.later(days=2)
    hub.sweep()
    assert where(hub, found) == ("care", "ewa")


def test_many_cases_of_one_agent_are_not_piled_on_one_colleague(hub):
    steps(hub, StepAction.REASSIGN)
    staff(hub, "ewa", "jan", "ola")
    cases = staffing.cases_of(hub, "ewa", 6)
    hub.later(hours=4)
    hub.sweep()
    assert sorted(now(hub, one).assignee for one in cases) == ["jan"] * 3 + ["ola"] * 3


def test_an_assignment_that_comes_while_the_sweep_decides_wins(hub, ewas):
    steps(hub, StepAction.REASSIGN)
    staff(hub, "ewa", "jan")
    found = ewas()
    done = []

    def assign(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not done:
            done.append(None)
            hub.assign(found.reference, "ola", "ola")

    hub.threads.hook = assign
    hub.sweep()
    assert where(hub, found) == ("care", "ola")
    assert hub.threads.find_agent("jan").given == 0


def test_without_a_step_for_an_assignee_no_agent_is_read(hub, ewas):
    steps(hub, StepAction.ESCALATE)
    ewas()
    calls = []
    hub.threads.hook = calls.append
    hub.sweep()
    assert "list_agents" not in [call.name for call in calls]


@pytest.mark.parametrize("tier", range(4))
@pytest.mark.parametrize("fallback", ["", "second_line"])
@pytest.mark.parametrize("assignee", ["", "ewa"])
@pytest.mark.parametrize("colleague", ["", "jan"])
def test_whatever_the_tier_it_is_somebodys(tier, fallback, assignee, colleague):
    after = handed_on(case(assignee=assignee), fallback, tier, colleague)
    assert after.team in ("care", "second_line")
    assert after.assignee in ("", colleague) or after.assignee == assignee == ""
    assert after.assignee != "ewa"


def test_a_hub_without_mail_escalates_by_text_message_or_at_least_in_the_thread(hub):
    """A document from before such policies were refused: each sweep failed, and nobody was told anything."""
    steps(hub, StepAction.TELL_TEAM, StepAction.ESCALATE)
    found = hub.case(hub.write_sms(ANNAS_PHONE))
    known = hub.configuration.configuration
    teams = {name: replace(team, inbox="texts") for name, team in known.teams.items()}
    hub.configured(inboxes=tuple(one for one in known.inboxes if one.channel is Channel.SMS), teams=teams)
    hub.later(hours=6)
    swept = hub.sweep()
    assert (swept.steps, swept.failed) == (2, [])
    assert told(hub, found) == ["+48700000000"]  # the supervisor has no number
    team_told, escalated = hub.thread(found.customer_id, EntryKind.EVENT)[-2:]
    assert "not_done" not in team_told.facts
    assert escalated.facts["not_done"] == "no inbox of ours writes by email"
