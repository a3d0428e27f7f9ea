"""Agents say whether they are there; who leads says what they can do; their cases are never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.agents import USUAL_CAPACITY, Agent, Presence
from chalicelib.domain.cases import Case
from chalicelib.domain.errors import Conflict, Forbidden, InvalidInput, KeyReused, NotFound
from chalicelib.domain.principals import Principal, Role
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.once import Once
from chalicelib.usecases.save_agent import Profile
from chalicelib.usecases.transfer_case import Transfer
from tests.fakes.memory_store import Moment
from tests.usecases.staffing import cases_of, staff

EWA = Principal(
    "https://login.example", "ewa", frozenset({Role.AGENT}), "Ewa", "ewa@company.example", teams=("care", "gone")
)
JAN = Principal("https://login.example", "jan", frozenset({Role.AGENT}))
BOSS = Principal("https://login.example", "boss", frozenset({Role.SUPERVISOR}))


def assignees(hub):
    return sorted(case.assignee for case in hub.threads.records(Case))


def test_whoever_says_for_the_first_time_that_they_are_there_is_known_as_their_token_says(hub):
    hub.set_presence("ewa", EWA, Presence.PRESENT)
    assert hub.threads.find_agent("ewa") == Agent(
        "ewa",
        name="Ewa",
        email="ewa@company.example",
        teams=("care",),
        presence=Presence.PRESENT,
        presence_set_at=hub.now(),
        presence_set_by="ewa",
        version=1,
    )


def test_what_who_leads_has_said_is_not_overwritten_by_a_token(hub):
    profile = Profile("Ewa K.", "e.k@company.example", "+48700000001", ("care",), ("returns",), ("pl",), 3)
    hub.save_agent("ewa", profile)
    hub.set_presence("ewa", EWA, Presence.PRESENT)
    agent = hub.threads.find_agent("ewa")
    said = (agent.name, agent.email, agent.phone, agent.teams, agent.skills, agent.languages, agent.capacity)
    assert said == ("Ewa K.", "e.k@company.example", "+48700000001", ("care",), ("returns",), ("pl",), 3)
    assert agent.presence is Presence.PRESENT


def test_a_profile_replaces_what_was_said_and_leaves_the_presence(hub):
    hub.set_presence("ewa", EWA, Presence.PRESENT)
    hub.save_agent("ewa", Profile(teams=("care",)))
    agent = hub.threads.find_agent("ewa")
    assert (agent.name, agent.email, agent.capacity, agent.presence) == ("", "", USUAL_CAPACITY, Presence.PRESENT)


def test_a_profile_names_teams_that_there_are_and_the_version_that_was_read(hub):
    with pytest.raises(InvalidInput) as refused:
        hub.save_agent("ewa", Profile(teams=("nobody",)))
    assert refused.value.field == "teams"
    hub.save_agent("ewa", Profile(teams=("care",)), version=0)
    with pytest.raises(Conflict):
        hub.save_agent("ewa", Profile(), version=0)


def test_an_agent_says_it_of_nobody_else_and_who_leads_does(hub):
    staff(hub, "ewa")
    with pytest.raises(Forbidden):
        hub.set_presence("ewa", JAN, Presence.ABSENT)
    until = hub.now() + timedelta(days=2)
    hub.set_presence("ewa", BOSS, Presence.ABSENT, until)
    agent = hub.threads.find_agent("ewa")
    assert (agent.presence, agent.absent_until, agent.presence_set_by) == (Presence.ABSENT, until, "boss")
    with pytest.raises(NotFound):
        hub.set_presence("nobody", BOSS, Presence.ABSENT)


def test_coming_back_ends_an_absence(hub):
    staff(hub, "ewa")
    hub.set_presence("ewa", EWA, Presence.ABSENT, hub.now() + timedelta(days=2))
    hub.set_presence("ewa", EWA, Presence.PRESENT)
    assert hub.threads.find_agent("ewa").absent_until is None


@pytest.mark.parametrize(
    ("presence", "after"), [(Presence.PRESENT, timedelta(hours=1)), (Presence.ABSENT, timedelta(0))]
)
def test_a_time_that_has_passed_or_belongs_to_nobody_absent_is_refused(hub, presence, after):
    with pytest.raises(InvalidInput) as refused:
        hub.set_presence("ewa", EWA, presence, hub.now() + after)
    assert refused.value.field == "absent_until"


def test_a_presence_that_was_asked_for_twice_under_one_key_is_set_once(hub):
    for _ in range(2):
        hub.set_presence("ewa", EWA, Presence.PRESENT, once=Once("ewa", "k", "x"))
    assert hub.threads.find_agent("ewa").version == 1
    with pytest.raises(KeyReused):
        hub.set_presence("ewa", EWA, Presence.ABSENT, once=Once("ewa", "k", "y"))


def test_a_presence_and_a_profile_at_the_same_moment_both_hold(hub):
    done = []

    def save(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not done:
            done.append(None)
            hub.save_agent("ewa", Profile(teams=("care",), capacity=7))

    hub.threads.hook = save
    hub.set_presence("ewa", EWA, Presence.PRESENT)
    agent = hub.threads.find_agent("ewa")
    assert (agent.capacity, agent.presence, agent.name) == (7, Presence.PRESENT, "Ewa")


def test_all_cases_of_who_is_away_go_to_whoever_has_the_least_to_do(hub):
    staff(hub, "jan", "ola")
    cases_of(hub, "ola", 1)
    cases = cases_of(hub, "ewa", 3)
    done = hub.hand_over("ewa", "boss", "urlop")
    assert assignees(hub) == ["jan", "jan", "ola", "ola"]
    assert {*done.to} == {case.reference for case in cases}
    assert not done.more
    event = hub.thread(cases[0].customer_id, EntryKind.EVENT)[-1]
    assert event.author == "agent:boss"
    assert event.facts["from"] == "ewa"
    assert (event.facts["by"], event.facts["why"]) == ("hand_over", "urlop")


def test_to_a_colleague_who_is_named_all_of_them_go(hub):
    staff(hub, "jan")
    cases_of(hub, "ewa", 3)
    hub.hand_over("ewa", "boss", "urlop", to="ola")
    assert assignees(hub) == ["ola"] * 3


def test_where_nobody_is_there_they_go_back_to_the_team(hub):
    staff(hub, "ewa")
    (case,) = cases_of(hub, "ewa", 1)
    assert hub.hand_over("ewa", "boss", "urlop").to == {case.reference: ""}
    assert assignees(hub) == [""]
    assert hub.threads.get_case(case.customer_id, case.id).passed_over == ("ewa",)


def test_handing_over_to_oneself_is_refused(hub):
    with pytest.raises(Conflict):
        hub.hand_over("ewa", "boss", "urlop", to="ewa")


def test_fifty_go_at_once_and_the_answer_says_that_there_are_more(hub):
    cases_of(hub, "ewa", 52)
    first, second = hub.hand_over("ewa", "boss", "urlop"), hub.hand_over("ewa", "boss", "urlop")
    assert (len(first.to), first.more, len(second.to), second.more) == (50, True, 2, False)


def test_a_case_that_was_given_on_in_the_meantime_is_left_alone(hub):
    staff(hub, "jan")
    (case,) = cases_of(hub, "ewa", 1)
    done = []

    def take(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not done:
            done.append(None)
            hub.assign(case.reference, "ola", "ola")

    hub.threads.hook = take
    assert hub.hand_over("ewa", "boss", "urlop").to == {}
    assert assignees(hub) == ["ola"]


def test_one_that_cannot_be_handed_over_is_named_and_the_others_go(hub):
    first, second = cases_of(hub, "ewa", 2)
    hub.threads.fail_next("get_case")
    done = hub.hand_over("ewa", "boss", "urlop")
    assert len(done.to) == 1
    assert {*done.to, *done.left} == {first.reference, second.reference}
    assert [*done.left.values()] == ["unavailable"]


def test_a_transfer_names_an_agent_of_the_team(hub):
    (case,) = cases_of(hub, "ewa", 1)
    hub.transfer(case.reference, "ewa", Transfer("care", "Dla Jana.", "jan"))  # nobody is known yet
    staff(hub, "jan")
    staff(hub, "ola", teams=())
    for nobody in ("ola", "jna"):
        with pytest.raises(InvalidInput) as refused:
            hub.transfer(case.reference, "ewa", Transfer("care", "Dla Jana.", nobody))
        assert refused.value.field == "assignee"
    hub.transfer(case.reference, "ewa", Transfer("care", "Dla Jana.", "jan"))
    assert assignees(hub) == ["jan"]
