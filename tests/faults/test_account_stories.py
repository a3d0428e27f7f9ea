"""Release, discard, spam, block, log, replay: with a fault at every call the account stays right, and a wrong way of
releasing is found out.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib import wiring
from chalicelib.usecases.release_parked import ReleasedTo, ReleaseParked
from tests.faults import stories_account
from tests.faults.exhaustive import single_plans, try_plan
from tests.faults.functions import silence
from tests.faults.simulation import Simulation
from tests.faults.stories import STORIES

ACCOUNT = [name for name, story in STORIES.items() if story.then.__module__ == stories_account.__name__]


@pytest.fixture(autouse=True)
def quiet():
    with silence():
        yield


def test_the_stories_of_the_account_are_told():
    assert len(ACCOUNT) > 10


@pytest.mark.parametrize("name", ACCOUNT)
def test_whatever_fails_on_the_way_every_raw_message_has_its_one_outcome(name):
    tried = try_plan(name, {})
    assert not tried.breaches, tried
    for plan in single_plans(name):
        tried = try_plan(name, plan)
        assert not tried.breaches, tried


class ReleasesACopy(ReleaseParked):
    """Brings the bytes in once more under a new name, as one would by hand: the message then has two outcomes."""

    def __call__(self, parked_id, release, *, once=None):
        record = self.threads.get_parked(parked_id)
        kept = self.raw.get_kept(record.raw_key)
        receipt = replace(kept.receipt, fingerprint=f"{record.fingerprint}-again", recipients=("pomoc@hub.example",))
        outcome = self.receive(self.raw.put_incoming(receipt, kept.body), receipt, self.parse)
        return ReleasedTo(outcome.reference, outcome.entry_id)


class HubThatReleasesCopies(wiring.Hub):
    @property
    def release_parked(self):
        ports = self.ports
        return ReleasesACopy(self.receive_message, ports.raw, ports.threads, ports.parse_in_child, ports.now)


def test_a_release_that_brings_a_copy_in_is_found_out():
    tried = try_plan("an agent releases a message", {}, lambda world: Simulation(world, hub=HubThatReleasesCopies))
    assert any("is known 2 times" in breach for breach in tried.breaches)
