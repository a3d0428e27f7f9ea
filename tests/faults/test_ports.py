"""What stands behind the other ports in the simulated world: objects, carriers, configuration, schedules."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages import Receipt
from tests.domain.making import MONDAY_TEN, configuration
from tests.faults import stories
from tests.faults.choices import Choices
from tests.faults.faults import Fault
from tests.faults.outside import Outside
from tests.faults.ports import CONFIGURATION_CACHED_FOR
from tests.faults.simulation import RECONCILED_EVERY, SWEPT_EVERY, Simulation
from tests.faults.stories import STORIES, tell
from tests.faults.world import World

RECEIPT = Receipt("sms", "1", MONDAY_TEN)


@pytest.fixture
def simulation():
    return Simulation()


def test_an_object_is_there_as_soon_as_it_was_put_and_in_every_list(simulation):
    raw = simulation.ports.raw
    incoming = raw.put_incoming(RECEIPT, b"body")
    assert raw.get_incoming(incoming.key).body == b"body"
    assert [*raw.left_over(MONDAY_TEN + timedelta(seconds=1))] == [incoming.key]
    raw.forget_incoming(incoming.key)
    with pytest.raises(NotFound):
        raw.get_incoming(incoming.key)


def test_an_object_that_is_put_again_is_the_first_one(simulation):
    raw = simulation.ports.raw
    assert not raw.put_incoming(RECEIPT, b"body").again
    assert raw.put_incoming(RECEIPT, b"body").again


def answered(fault):
    """An answer goes out by mail and its sending meets the fault."""
    story = STORIES["an answer goes out by mail"]
    calls = [what for what, _ in tell(story, {})[0].world.met]
    outside, _ = tell(story, {calls.index("mail.send") + 1: fault})
    return outside.ports.mail


@pytest.mark.parametrize(
    ("fault", "accepted", "refused", "unanswered"),
    [
        (Fault.ANSWER_LOST, 1, 0, 0),
        (Fault.NO_ANSWER, 0, 0, 1),
        (Fault.FAILS, 1, 1, 0),  # what it takes is the notice that the answer did not go out
        (Fault.THROTTLED, 1, 1, 0),  # and then it is sent
        (Fault.CRASH_BEFORE, 0, 0, 0),
        (Fault.CRASH_AFTER, 1, 0, 0),
    ],
)
def test_a_carrier_takes_refuses_or_does_not_answer(fault, accepted, refused, unanswered):
    carrier = answered(fault)
    assert (len(carrier.accepted), len(carrier.refused), len(carrier.unanswered)) == (accepted, refused, unanswered)


def test_a_notification_of_a_carrier_is_late_doubled_or_missing():
    told = set()
    for seed in range(100):
        outside = Outside(Simulation(World(Choices(seed))))
        outside.mail("anna@example.pl")
        outside.mail("anna@example.pl")
        outside.world.pass_time(MONDAY_TEN + timedelta(seconds=1))
        early = outside.simulation.receive.sent
        outside.world.pass_time(MONDAY_TEN + timedelta(hours=1))
        told.add((early, outside.simulation.receive.sent))
    assert {total for _, total in told} >= {0, 1, 2, 3}
    assert any(early < total for early, total in told)


def test_a_changed_configuration_is_seen_a_minute_later_at_the_latest(simulation):
    source = simulation.ports.configuration
    simulation.world.choices = Choices(given=[0, 1])
    source.save(changed := configuration(version="2"))
    assert [source.current().version, source.current().version] == ["2", "1"]
    simulation.world.at += CONFIGURATION_CACHED_FOR
    assert source.current() is changed


# Schedules


def invocations(simulation, function):
    return sum(who.startswith(function) and what == ("ended", None) for _, who, what in simulation.world.trace)


def waiting(**world):
    """Anna has written, and her clocks run."""
    return stories.begin(World(**world), Simulation, MONDAY_TEN, stories.anna_writes, escalates=True).simulation


def test_a_sweep_comes_when_something_is_due_and_again_while_it_stays_due():
    simulation = waiting()
    simulation.settle(until=MONDAY_TEN + timedelta(hours=3))
    assert invocations(simulation, "escalate_overdue_cases") == 0
    simulation.settle(until=MONDAY_TEN + timedelta(hours=3, minutes=31))
    assert invocations(simulation, "escalate_overdue_cases") >= 1


def test_a_sweep_that_was_missed_is_made_good_by_the_next_one():
    simulation = waiting()
    simulation.world.pass_time(MONDAY_TEN + timedelta(days=1))  # nobody ticks
    assert invocations(simulation, "escalate_overdue_cases") == 0
    simulation.settle()
    assert [carrier.message.recipient for carrier in simulation.ports.mail.accepted] == [
        "care@company.example",
        "boss@company.example",
    ]


def test_two_sweeps_at_once_do_everything_once():
    simulation = waiting()
    simulation.world.pass_time(MONDAY_TEN + timedelta(hours=5))
    simulation.sweep()
    simulation.sweep()
    while workers := simulation.world.runnable():
        for worker in workers:  # step by step, side by side
            simulation.world.resume(worker)
    simulation.settle()
    assert len(simulation.ports.mail.accepted) == 2


def test_the_hub_is_swept_and_reconciled_as_often_as_its_functions_are_scheduled():
    import app

    every = {
        source.name: source.schedule_expression.value
        for source in app.app.event_sources
        if "Scheduled" in str(type(source))
    }
    assert every == {
        "escalate_overdue_cases": SWEPT_EVERY.seconds // 60,
        "reconcile_incoming": RECONCILED_EVERY.seconds // 60,
    }
