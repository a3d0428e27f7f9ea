"""New cases reach somebody who is there, once each, spread by load; where nobody fits they stay with their team."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from chalicelib.domain.agents import Presence
from chalicelib.domain.case_kinds import CaseKind
from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Routing
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.routing import RoutingRule
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.care_for_customer import Care
from chalicelib.usecases.give_cases import GiveCases
from chalicelib.usecases.ports import Update
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import BARTEK, configuration
from tests.fakes.memory_store import Moment
from tests.usecases.staffing import staff


@pytest.fixture
def hub(hub):
    care = replace(configuration().teams["care"], routing=Routing.BY_LOAD)
    hub.configured(teams={"care": care, "billing": replace(care, name="billing", routing=Routing.MANUAL)})
    return hub


def somebody(number):
    return ContactPoint(PointKind.EMAIL, f"customer-{number}@example.pl")


def write(hub, number=1, **fields):
    return hub.case(hub.write(sender=somebody(number), **fields))


def now(hub, case):
    return hub.threads.get_case(case.customer_id, case.id)


def loads(hub):
    return Counter(case.assignee for case in hub.threads.records(Case))


def test_a_case_is_given_to_who_is_there_and_the_thread_says_so(hub):
    staff(hub, "ewa")
    case = write(hub)
    assert hub.give().cases == 1
    assert now(hub, case).assignee == "ewa"
    event = hub.thread(case.customer_id, EntryKind.EVENT)[-1]
    assert (event.event, event.author, event.facts) == ("case.assigned", "hub", {"assignee": "ewa", "by": "load"})
    ewa = hub.threads.find_agent("ewa")
    assert (ewa.given, ewa.given_at) == (1, hub.now())


def test_it_is_given_once(hub):
    staff(hub, "ewa", "jan")
    write(hub)
    assert [hub.give().cases for _ in range(3)] == [1, 0, 0]


def test_cases_are_spread(hub):
    staff(hub, "ewa", "jan", "ola")
    for number in range(9):
        write(hub, number)
    assert hub.give().cases == 9
    assert loads(hub) == {"ewa": 3, "jan": 3, "ola": 3}


def test_what_somebody_has_taken_by_themselves_counts_too(hub):
    staff(hub, "ewa", "jan")
    for number in range(2):
        hub.assign(write(hub, number).reference, "ewa", "ewa")
    for number in range(2, 6):
        write(hub, number)
        hub.give()
    assert loads(hub) == {"ewa": 3, "jan": 3}


def test_what_is_closed_counts_no_more(hub):
    staff(hub, "ewa", capacity=1)
    first, second = write(hub, 1), write(hub, 2)
    hub.give()
    assert hub.give().cases == 0
    mine = first if now(hub, first).assignee else second
    hub.close(mine.reference, "ewa")
    assert hub.give().cases == 1


def test_nobody_gets_more_than_they_can_have_and_the_rest_stays_with_the_team(hub):
    staff(hub, "ewa", capacity=2)
    for number in range(5):
        write(hub, number)
    assert hub.give().cases == 2
    assert loads(hub) == {"ewa": 2, "": 3}


def test_the_most_urgent_goes_first(hub):
    staff(hub, "ewa", capacity=1)
    late = write(hub, 1)
    hub.later(minutes=5)
    write(hub, 2)
    hub.give()
    assert now(hub, late).assignee == "ewa"


def test_who_is_absent_gets_nothing_until_they_are_back(hub):
    staff(hub, "ewa", presence=Presence.ABSENT, absent_until=hub.now.at.replace(hour=12))
    case = write(hub)
    assert hub.give().cases == 0
    hub.later(hours=3)
    hub.give()
    assert now(hub, case).assignee == "ewa"


def test_a_team_that_takes_its_cases_by_hand_is_left_alone(hub):
    staff(hub, "ewa", teams=("care", "billing"))
    hub.configured(routing_rules=(RoutingRule("all", to_team="billing"),))
    case = write(hub)
    assert hub.give().cases == 0
    assert now(hub, case).assignee == ""


def test_without_a_team_that_wants_it_nothing_is_read(hub):
    hub.configured(teams=configuration().teams)
    calls = []
    hub.threads.hook = calls.append
    hub.give()
    assert calls == []


def test_a_team_whose_list_is_empty_costs_one_read(hub):
    calls = []
    hub.threads.hook = calls.append
    hub.give()
    assert [call.name for call in calls if call.moment is Moment.BEFORE] == ["list_worklist"]


def test_the_customers_own_carer_comes_first_whatever_they_have_to_do(hub):
    staff(hub, "ewa")
    staff(hub, "jan", teams=("billing",), capacity=5)
    hub.assign(write(hub, 1).reference, "jan", "jan")
    outcome = hub.write(sender=BARTEK)
    hub.care(outcome.customer_id, "ewa", Care("jan"))
    hub.give()
    assert hub.case(outcome).assignee == "jan"
    assert hub.thread(outcome.customer_id, EntryKind.EVENT)[-1].facts["by"] == "carer"


@pytest.mark.parametrize("jan", [{"presence": Presence.ABSENT}, {"capacity": 0}, {"capacity": 1}])
def test_a_carer_who_is_absent_or_has_enough_is_not_waited_for(hub, jan):
    staff(hub, "jan", **jan)
    hub.assign(write(hub, 1).reference, "jan", "jan")
    staff(hub, "ewa")
    outcome = hub.write(sender=BARTEK)
    hub.care(outcome.customer_id, "ewa", Care("jan"))
    hub.give()
    assert hub.case(outcome).assignee == "ewa"


def test_the_carer_of_whom_a_customer_was_merged_into_counts(hub):
    staff(hub, "ewa", "jan")
    anna, bartek = hub.write(), hub.write(sender=BARTEK)
    hub.care(anna.customer_id, "ewa", Care("jan"))
    hub.merge(anna.customer_id, bartek.customer_id, "ewa", "the same person")
    hub.give()
    assert {case.assignee for case in hub.threads.records(Case)} == {"jan"}


def test_a_carer_of_another_team_gets_no_case_of_a_kind_that_is_closed_to_others(hub):
    kinds = {**hub.configuration.current().kinds, "question": CaseKind("question", restricted=True)}
    hub.configured(kinds=kinds)
    staff(hub, "jan", teams=("billing",))
    outcome = hub.write()
    hub.care(outcome.customer_id, "ewa", Care("jan"))
    assert hub.give().cases == 0


def test_a_skill_that_nobody_has_leaves_the_case_with_its_team_and_holds_up_no_other(hub):
    hub.configured(routing_rules=(RoutingRule("invoices", inbox="billing", skills=("invoices",)),))
    staff(hub, "ewa")
    needy = write(hub, 1, recipients=("faktury@hub.example",))
    other = write(hub, 2)
    assert hub.give().cases == 1
    assert (now(hub, needy).assignee, now(hub, other).assignee) == ("", "ewa")
    staff(hub, "jan", skills=("invoices",))
    hub.give()
    assert now(hub, needy).assignee == "jan"


def test_where_it_is_the_customers_turn_nobody_is_given_anything(hub):
    case = write(hub)
    hub.reply(case.reference, "ewa", Answer("Dzień dobry"))
    staff(hub, "jan")
    assert hub.give().cases == 0


def test_who_gave_it_back_does_not_get_it_again(hub):
    staff(hub, "ewa")
    case = write(hub)
    hub.give()
    hub.assign(case.reference, "ewa", "")
    assert hub.give().cases == 0
    staff(hub, "jan")
    hub.give()
    assert now(hub, case).assignee == "jan"


def test_after_an_answer_it_can_come_back_to_who_gave_it_back_before(hub):
    staff(hub, "ewa")
    case = write(hub)
    hub.assign(case.reference, "ewa", "ewa")
    hub.assign(case.reference, "ewa", "")
    hub.reply(case.reference, "jan", Answer("Dzień dobry"))
    write(hub)
    assert hub.give().cases == 1


def meanwhile(hub, act):
    """`act` once, right before the first commit."""
    acted = []

    def hook(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not acted:
            acted.append(None)
            acted[0] = act()

    hub.threads.hook = hook
    return acted


def test_two_runs_at_once_give_a_case_once(hub):
    staff(hub, "ewa", "jan")
    case = write(hub)
    rival = meanwhile(hub, hub.give)
    assert hub.give().cases + rival[0].cases == 1
    assert [entry.event for entry in hub.thread(case.customer_id, EntryKind.EVENT)] == ["case.assigned"]
    assert hub.threads.find_agent("ewa").given + hub.threads.find_agent("jan").given == 1


def test_two_runs_at_once_do_not_pile_everything_on_one_agent(hub):
    """The list that is counted lags, so both runs see nobody with anything to do."""
    staff(hub, "ewa", "jan", "ola", "piotr")
    for number in range(8):
        write(hub, number)
    hub.threads.let_lists_lag()
    meanwhile(hub, GiveCases(hub.threads, hub.configuration, hub.now))
    hub.give()
    assert loads(hub) == {"ewa": 2, "jan": 2, "ola": 2, "piotr": 2}


def test_an_agent_who_takes_it_at_the_same_moment_keeps_it(hub):
    staff(hub, "jan")
    case = write(hub)
    meanwhile(hub, lambda: hub.assign(case.reference, "ewa", "ewa"))
    assert hub.give().cases == 0
    assert now(hub, case).assignee == "ewa"
    assert hub.threads.find_agent("jan").given == 0


def test_who_goes_home_at_the_same_moment_gets_nothing(hub):
    staff(hub, "jan")
    case = write(hub)
    jan = hub.threads.find_agent("jan")
    gone = replace(jan, presence=Presence.ABSENT, version=jan.version + 1)
    meanwhile(hub, lambda: hub.threads.commit([Update(jan, gone, ("version",))]))
    assert hub.give().cases == 0
    assert now(hub, case).assignee == ""


def test_a_list_that_lags_gives_nothing_that_was_closed(hub):
    staff(hub, "jan")
    case = write(hub)
    hub.threads.let_lists_lag()
    hub.close(case.reference, "ewa")
    assert hub.give().cases == 0


def test_a_give_whose_answer_was_lost_is_not_done_twice(hub):
    staff(hub, "ewa", "jan")
    case = write(hub)

    def lose(call):
        if call.name == "commit" and call.moment is Moment.AFTER:
            raise StorageUnavailable()

    hub.threads.hook = lose
    assert len(hub.give().failed) == 1
    hub.threads.hook = lambda _call: None
    assert hub.give().cases == 0
    assert [entry.event for entry in hub.threads.records(Entry) if entry.case_id == case.id].count("case.assigned") == 1
    assert sum(hub.threads.find_agent(one).given for one in ("ewa", "jan")) == 1


def test_one_that_cannot_be_handled_does_not_hold_up_the_others(hub):
    staff(hub, "ewa")
    write(hub, 1)
    hub.later(minutes=1)
    other = write(hub, 2)
    error = hub.threads.fail_next("get_case")
    given = hub.give()
    assert (given.cases, given.failed) == (1, [error])
    assert now(hub, other).assignee == "ewa"
