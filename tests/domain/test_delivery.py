"""The state machine of an outbound message never allows a second attempt by itself."""

from datetime import timedelta

import pytest

from chalicelib.domain.delivery import (
    MOST_ATTEMPTS,
    UNCLAIMED_AFTER,
    Delivery,
    DeliveryStatus,
    claimed,
    failed,
    is_tried_enough,
    lease_ran_out,
    may_be_claimed,
    put_back,
    queued,
    sent,
    unknown,
    withdrawn,
)
from chalicelib.domain.errors import Conflict, Limit
from tests.domain.making import MONDAY_TEN

NEW = queued(Delivery(DeliveryStatus.QUEUED, "anna@example.pl", "pomoc@hub.example"), MONDAY_TEN)
LEASE = MONDAY_TEN + timedelta(minutes=2)
MINE = claimed(NEW, "me", LEASE)


def test_only_what_is_queued_can_be_claimed():
    assert may_be_claimed(NEW, MONDAY_TEN)
    for other in (MINE, sent(MINE, "id"), failed(MINE, "no"), unknown(MINE, "?")):
        assert not may_be_claimed(other, MONDAY_TEN + timedelta(days=9))


def test_what_may_not_go_out_yet_is_not_claimed_and_not_looked_at():
    at = MONDAY_TEN + timedelta(seconds=30)
    later = queued(NEW, MONDAY_TEN, not_before=at)
    assert not may_be_claimed(later, at - timedelta(seconds=1))
    assert may_be_claimed(later, at)
    assert later.next_step_at == at + UNCLAIMED_AFTER


def test_only_what_is_queued_can_be_taken_back():
    assert withdrawn(NEW).status is DeliveryStatus.WITHDRAWN
    assert withdrawn(put_back(MINE, "throttled", MONDAY_TEN)).status is DeliveryStatus.WITHDRAWN
    for other in (MINE, sent(MINE, "id"), failed(MINE, "no"), unknown(MINE, "?"), withdrawn(NEW)):
        with pytest.raises(Conflict):
            withdrawn(other)


def test_what_nobody_claims_is_looked_at_by_the_sweep():
    assert NEW.next_step_at == MONDAY_TEN + UNCLAIMED_AFTER


def test_a_claim_counts_the_attempt_and_is_looked_at_when_its_lease_ends():
    assert (MINE.attempts, MINE.next_step_at) == (1, LEASE)
    assert not lease_ran_out(MINE, LEASE - timedelta(seconds=1))
    assert lease_ran_out(MINE, LEASE)


def test_a_message_that_the_carrier_refused_for_now_waits_longer_each_time():
    delivery, pauses = NEW, []
    for _ in range(4):
        delivery = put_back(claimed(delivery, "me", LEASE), "throttled", MONDAY_TEN)
        pauses.append((delivery.next_step_at - MONDAY_TEN) // timedelta(minutes=1))
        assert not may_be_claimed(delivery, MONDAY_TEN)
        assert may_be_claimed(delivery, delivery.next_step_at)
    assert pauses == [1, 2, 4, 8]


def test_that_we_send_too_fast_waits_longer_each_time_and_counts_for_nothing():
    delivery, pauses = NEW, []
    for _ in range(9):
        delivery = claimed(delivery, "me", LEASE)
        assert not is_tried_enough(delivery, Limit.RATE)
        delivery = put_back(delivery, "throttled", MONDAY_TEN, Limit.RATE)
        pauses.append((delivery.next_step_at - MONDAY_TEN) // timedelta(minutes=1))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert not is_tried_enough(claimed(delivery, "me", LEASE))


def test_that_we_send_too_fast_never_ends_what_was_refused_otherwise_before():
    delivery = NEW
    for _ in range(MOST_ATTEMPTS - 1):
        delivery = put_back(claimed(delivery, "me", LEASE), "paused", MONDAY_TEN)
    last = claimed(delivery, "me", LEASE)
    assert (is_tried_enough(last, Limit.RATE), is_tried_enough(last)) == (False, True)


def test_a_used_up_quota_is_asked_again_in_an_hour_and_counts():
    delivery = NEW
    for _ in range(MOST_ATTEMPTS - 1):
        delivery = put_back(claimed(delivery, "me", LEASE), "quota", MONDAY_TEN, Limit.QUOTA)
        assert delivery.next_step_at == MONDAY_TEN + timedelta(hours=1)
    assert is_tried_enough(claimed(delivery, "me", LEASE), Limit.QUOTA)


def test_a_full_day_is_asked_again_in_an_hour_and_counts_for_nothing():
    delivery = NEW
    for _ in range(30):
        delivery = claimed(delivery, "me", LEASE)
        assert not is_tried_enough(delivery, Limit.DAILY)
        delivery = put_back(delivery, "full", MONDAY_TEN, Limit.DAILY)
        assert delivery.next_step_at == MONDAY_TEN + timedelta(hours=1)
    assert not is_tried_enough(claimed(delivery, "me", LEASE))


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 30), (0.5, 45), (1.0, 60)])
def test_chance_shortens_a_pause_by_up_to_a_half(chance, seconds):
    back = put_back(MINE, "throttled", MONDAY_TEN, Limit.RATE, chance)
    assert back.next_step_at == MONDAY_TEN + timedelta(seconds=seconds)


@pytest.mark.parametrize("end", [sent(MINE, "id"), failed(MINE, "no"), unknown(MINE, "?"), withdrawn(NEW)])
def test_at_the_end_nothing_is_left_to_do(end):
    assert (end.next_step_at, end.lease_until) == (None, None)
    assert not lease_ran_out(end, LEASE)
