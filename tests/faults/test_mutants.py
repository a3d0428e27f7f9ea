"""A suite that lets a known-bad design pass proves nothing: each of them is found out, and soon."""

from __future__ import annotations

from itertools import count

import pytest

from chalicelib.domain.broadcasts import told, with_outcome
from chalicelib.usecases.answer import Answer
from chalicelib.usecases.case_changes import Seen
from chalicelib.usecases.deliver_message import DeliverMessage
from chalicelib.usecases.ports import Update
from chalicelib.usecases.run_broadcast import RunBroadcast
from tests.faults.exhaustive import single_plans, try_plan
from tests.faults.mutants import MUTANTS, with_use_cases
from tests.faults.outside import Outside
from tests.faults.schedules import run_seed
from tests.faults.stories import STORIES

MOST_SEEDS = 6_000
# A collision has to strike the one write with which the reading of a fax ends: no schedule of thousands has both.
NEEDS_A_STORY = {"takes a collision for somebody else's work"}
FOUND_LATE = {"a merge in two steps"}  # by schedules; one fault at the right call finds it at once
NEEDS_SEVERAL_FAULTS = {
    "SNS straight to the function",
    "unsigned reply addresses are believed",
}

# What is bad about them shows in the story of receipts that is named, without any fault.
RECEIPTS = {
    "the latest report overwrites": "a bounce comes before all else",
    "a bounce counts each time it is told": "a bounce comes before all else",
    "a lost answer starts no clock": "a bounce comes before all else",
}

# The stories that a design is about are told first: most of the others have nothing to find.
ABOUT = {
    "a merge in two steps": "merge",
    "forgets whom it answered": "two forms",
    "takes a collision for somebody else's work": "fax",
    **RECEIPTS,
}


def assert_built_well(outside: Outside) -> None:
    """A design that dies of its own mistakes would be found out by them, and not by what is bad about it."""
    assert not outside.simulation.mistakes


@pytest.mark.faults
@pytest.mark.parametrize(
    "mutant",
    [
        pytest.param(mutant, marks=pytest.mark.whole if mutant in FOUND_LATE else ())
        for mutant in MUTANTS
        if mutant not in NEEDS_A_STORY
    ],
)
def test_random_schedules_find_every_bad_design(mutant, figure):
    runs = ((seed, run_seed(seed, MUTANTS[mutant])) for seed in range(MOST_SEEDS))
    survived, found = next(((seed, run) for seed, run in runs if run.breaches), (None, None))
    assert found, f"{mutant}: no breach within {MOST_SEEDS} seeds"
    assert_built_well(found.outside)
    figure(f"{survived:7,} schedules survived by: {mutant}")


@pytest.mark.faults
@pytest.mark.parametrize("mutant", [mutant for mutant in MUTANTS if mutant not in NEEDS_SEVERAL_FAULTS])
def test_single_faults_find_most_bad_designs(mutant, figure):
    numbers = count()
    for story in sorted(STORIES, key=lambda name: ABOUT.get(mutant, "") not in name):
        for plan in single_plans(story):
            tried = try_plan(story, plan, MUTANTS[mutant])
            if tried.breaches:
                assert_built_well(tried.outside)
                figure(f"{next(numbers):7,} single faults survived by: {mutant}")
                return
            next(numbers)
    pytest.fail(f"{mutant}: no single fault finds it")


class MarksAllInTheEnd(RunBroadcast):
    """Everybody of a minute gets the answer, and then all of them are marked as told."""

    def _tell(self, broadcast, recipient, ran):
        answer = Answer("", wordings=broadcast.wordings, broadcast=broadcast.id)
        kept = self.reply().keep(recipient.id, broadcast.by, answer, seen=Seen(forced=True))
        customer_id = self.threads.find_pointer(recipient.id).customer_id
        entry = self.threads.get_entry(customer_id, kept.entry_id)
        name = f"{customer_id}/{entry.id}"
        ran.failed.append(told(recipient, entry.at, entry.channel, name, recipient.id))

    def __call__(self, broadcast_id, until=None):
        ran = super().__call__(broadcast_id, until)
        known = self.threads.get_broadcast(broadcast_id)
        for outcome in ran.failed:
            waiting = self.threads.find_recipients(outcome.recipients, [outcome.id])[outcome.id]
            counted = with_outcome(known, outcome)
            self.threads.commit([Update(waiting, outcome, ("state",)), Update(known, counted, ("counts",))])
            known = counted
        ran.failed.clear()
        return ran


@pytest.mark.faults
def test_a_broadcast_that_marks_who_was_told_in_the_end_is_found_out_by_one_fault():
    """Only stories send to many, so that no random schedule has to."""
    story = "an incident is answered while somebody writes"
    design = with_use_cases(run_broadcast=MarksAllInTheEnd)
    tried = (try_plan(story, plan, design) for plan in single_plans(story))
    found = next(
        (one for one in tried if any("nobody_gets_one_broadcast_twice" in said for said in one.breaches)), None
    )
    assert found
    assert_built_well(found.outside)


def test_a_design_that_sends_and_then_marks_is_found_out_within_fifty_schedules():
    assert any(run_seed(seed, MUTANTS["sends and then marks"]).breaches for seed in range(50))


@pytest.mark.parametrize("mutant", RECEIPTS)
def test_a_design_that_takes_reports_wrongly_is_found_out_by_a_story(mutant):
    tried = try_plan(RECEIPTS[mutant], {}, MUTANTS[mutant])
    assert tried.breaches
    assert_built_well(tried.outside)


class Misspelt(DeliverMessage):
    def _held_back(self, mine):
        raise TypeError("a mistake in the code")


def test_a_mistake_that_a_worker_only_reports_is_seen():
    told = try_plan("an answer goes out by mail", {}, with_use_cases(deliver_message=Misspelt))
    assert any("TypeError" in breach for breach in told.breaches)
