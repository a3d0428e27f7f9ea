"""Every state of one answer's way out, and of one case's waiting, in every order of the calls and with faults."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.deliver_message import DeliverMessage
from tests.faults.model.escalation import Escalation, steps
from tests.faults.model.exploring import Explored, Model, explore
from tests.faults.model.mutants import MUTANTS, AsksAgainAfterSilence, SendsBeforeItMarks
from tests.faults.model.outbound import Outbound, entries

LONG = pytest.mark.faults
WHOLE = (pytest.mark.faults, pytest.mark.whole)  # minutes

Explore = Callable[[str, Model, int], Explored]


@pytest.fixture
def soundly(record_property) -> Explore:
    """Explores, says how far it came, and fails with the way to the first state that is not sound."""

    def explored(name: str, model: Model, faults: int) -> Explored:
        found = explore(model, faults)
        record_property("figure", f"{name}, up to {faults} faults: {found}")
        assert not found.breach, "\n".join(found.breach)
        return found

    return explored


# Since the contact policy is asked on the way out, three faults (with zombies two) pass five million states.
@pytest.mark.parametrize("faults", [pytest.param(1, marks=LONG), pytest.param(2, marks=WHOLE)])
def test_an_answer_is_sent_at_most_once_and_ends_where_somebody_sees_it(soundly, faults):
    model = Outbound()
    soundly("an answer's way out", model, faults)
    reached = {entry.delivery.status for table in model.tables for entry in entries(table, EntryKind.OUTBOUND)}
    assert reached == {
        DeliveryStatus.QUEUED,
        DeliveryStatus.SENDING,
        DeliveryStatus.SENT,
        DeliveryStatus.FAILED,
        DeliveryStatus.UNKNOWN,
    }


@pytest.mark.parametrize("faults", [0, pytest.param(1, marks=LONG)])
def test_not_even_workers_that_outlive_their_time_send_twice(soundly, faults):
    soundly("an answer's way out, with zombies", Outbound(zombies=True), faults)


@pytest.mark.parametrize("faults", [pytest.param(1, marks=LONG), pytest.param(3, marks=WHOLE)])
def test_each_step_of_an_escalation_happens_once_while_somebody_waits_and_not_too_early(soundly, faults):
    model = Escalation()
    soundly("a case's waiting", model, faults)
    done = {
        (step.facts["clock"], step.facts["cycle"], step.facts["level"])
        for table in model.tables
        for step in steps(table)
    }
    assert {
        ("first_response", "1", "2"),  # nobody answered
        ("next_response", "2", "2"),  # nobody answered the second message
        ("first_response", "2", "2"),  # the answer was refused, and nobody wrote another
    } <= done


@pytest.mark.parametrize("name", MUTANTS)
def test_a_step_built_otherwise_breaks_the_model(name):
    found = next(found for faults in (0, 1) if (found := explore(MUTANTS[name](), faults)).breach)
    assert found.states < 100_000


@pytest.mark.parametrize("worker", [SendsBeforeItMarks, AsksAgainAfterSilence])
def test_asking_the_carrier_twice_is_found_where_nothing_else_would_give_it_away(worker):
    found = explore(Outbound(worker=worker, zombies=True), 1)
    assert "the carrier was asked 2 times" in found.breach[0]


def test_the_model_takes_the_steps_of_the_use_case_itself():
    """A use case that asks once more, and nothing else, has more states: nothing of it is written down twice."""

    class LooksTwice(DeliverMessage):
        def __call__(self, customer_id: str, entry_id: str) -> str:
            self.threads.get_entry(customer_id, entry_id)
            return super().__call__(customer_id, entry_id)

    assert explore(Outbound(worker=LooksTwice), 0).states > explore(Outbound(), 0).states
