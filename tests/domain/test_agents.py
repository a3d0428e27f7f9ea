"""Who gets a case: somebody who is there, can do it, and has the least to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.agents import Agent, Presence, candidates_for, choose, given_a_case, with_presence
from chalicelib.domain.contact_points import Channel
from tests.domain.making import MONDAY_TEN, case

LATER = MONDAY_TEN + timedelta(hours=1)
DAY = timedelta(days=1)


def an_agent(subject="ewa", **fields) -> Agent:
    return Agent(subject, **{"teams": ("care",), "presence": Presence.PRESENT, **fields})


def test_an_absence_with_an_end_is_over_by_itself():
    agent = with_presence(an_agent(), Presence.ABSENT, LATER, MONDAY_TEN, "boss")
    assert (agent.presence_set_at, agent.presence_set_by) == (MONDAY_TEN, "boss")
    assert not agent.is_present(LATER - timedelta(seconds=1))
    assert agent.is_present(LATER)


def test_an_absence_without_an_end_lasts_until_the_agent_is_back():
    agent = with_presence(an_agent(), Presence.ABSENT, None, MONDAY_TEN, "ewa")
    assert not agent.is_present(MONDAY_TEN + 900 * DAY)
    assert with_presence(agent, Presence.PRESENT, None, LATER, "ewa").is_present(LATER)


@pytest.mark.parametrize(
    ("presence", "until", "away"),
    [
        (Presence.PRESENT, None, False),
        (Presence.ABSENT, None, True),
        (Presence.ABSENT, LATER, False),
        (Presence.ABSENT, LATER + timedelta(seconds=1), True),
        (Presence.ABSENT, MONDAY_TEN, False),
    ],
)
def test_who_is_back_soon_is_not_away(presence, until, away):
    agent = an_agent(presence=presence, absent_until=until)
    assert agent.is_away(MONDAY_TEN, timedelta(hours=1)) is away


@pytest.mark.parametrize(
    ("fields", "wanted", "fits"),
    [
        ({}, {}, True),
        ({"teams": ("billing", "care")}, {}, True),
        ({"teams": ("billing",)}, {}, False),
        ({"teams": ()}, {}, False),
        ({"presence": Presence.ABSENT}, {}, False),
        ({"capacity": 0}, {}, False),
        ({}, {"skills": ("returns",)}, False),
        ({"skills": ("returns", "invoices")}, {"skills": ("invoices", "returns")}, True),
        ({"skills": ("returns",)}, {"skills": ("invoices", "returns")}, False),
        ({"languages": ("pl", "en")}, {"language": "en-GB"}, True),
        ({"languages": ("pl",)}, {"language": "en"}, False),
        ({"languages": ("pl",)}, {}, True),
        ({}, {"language": "cs"}, True),
    ],
)
def test_a_candidate_is_there_in_the_team_with_the_skills_and_the_language(fields, wanted, fits):
    assert bool(candidates_for(case(**wanted), [an_agent(**fields)], MONDAY_TEN)) is fits


def test_whoever_had_it_before_is_no_candidate():
    agents = [an_agent("ewa"), an_agent("jan")]
    assert [one.subject for one in candidates_for(case(), agents, MONDAY_TEN, {"ewa"})] == ["jan"]


def test_the_load_counts_relative_to_what_somebody_can_have():
    half, third = an_agent("half", capacity=4), an_agent("third", capacity=30)
    assert choose([(half, 2), (third, 10)]) is third
    assert choose([(half, 1), (third, 10)]) is half


def test_among_equals_it_is_the_turn_of_who_was_given_one_longest_ago():
    never, early = an_agent("never"), an_agent("early", given_at=MONDAY_TEN)
    late = an_agent("late", given_at=LATER)
    assert choose([(late, 1), (early, 1), (never, 1)]) is never
    assert choose([(late, 1), (early, 1)]) is early


def test_nobody_gets_more_than_they_can_have():
    assert choose([(an_agent(capacity=2), 2), (an_agent("jan", capacity=1), 3)]) is None
    assert choose([]) is None


def test_each_channel_has_its_address():
    agent = an_agent(email="ewa@company.example")
    assert (agent.address(Channel.EMAIL), agent.address(Channel.SMS), agent.address(Channel.LETTER)) == (
        "ewa@company.example",
        "",
        "",
    )


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=6),
    st.integers(0, 60),
)
def test_however_many_cases_come_they_are_spread_by_capacity_and_none_has_too_many(capacities, cases):
    """Each next one would make somebody else no better off: loads differ by less than one case of the smaller."""
    agents = {f"agent-{at}": an_agent(f"agent-{at}", capacity=capacity) for at, capacity in enumerate(capacities)}
    loads: Counter[str] = Counter()
    for number in range(cases):
        chosen = choose((agent, loads[agent.subject]) for agent in agents.values())
        if chosen is None:
            assert all(loads[agent.subject] == agent.capacity for agent in agents.values())
            break
        loads[chosen.subject] += 1
        agents[chosen.subject] = given_a_case(chosen, MONDAY_TEN + timedelta(seconds=number))
    assert sum(loads.values()) == min(cases, sum(capacities))
    for one in agents.values():
        assert loads[one.subject] <= one.capacity
        for other in agents.values():
            if loads[other.subject] < other.capacity and loads[one.subject]:
                assert (loads[one.subject] - 1) / one.capacity <= loads[other.subject] / other.capacity + 1e-9


@given(st.integers(1, 5), st.integers(0, 40))
def test_equals_take_turns(number_of_agents, cases):
    agents = {str(at): an_agent(str(at), capacity=100) for at in range(number_of_agents)}
    loads: Counter[str] = Counter()
    for number in range(cases):
        chosen = choose((agent, loads[agent.subject]) for agent in agents.values())
        assert chosen is not None
        loads[chosen.subject] += 1
        agents[chosen.subject] = replace(given_a_case(chosen, MONDAY_TEN + timedelta(seconds=number)))
    assert max(loads.values(), default=0) - min((loads[one] for one in agents), default=0) <= 1
