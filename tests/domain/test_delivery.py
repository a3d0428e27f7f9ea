"""The state machine of an outbound message never allows a second attempt by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.delivery import (
    MOST_ATTEMPTS,
    UNCLAIMED_AFTER,
    Delivery,
    DeliveryStatus,
    claimed,
    digested,
    failed,
    fetched,
    gone_another_way,
    held,
    is_tried_enough,
    kept_back,
    lease_ran_out,
    may_be_claimed,
    put_back,
    put_off,
    queued,
    read,
    rung,
    sent,
    sent_again,
    settled_as_sent,
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


STATUS = DeliveryStatus
MINUTE = timedelta(minutes=1)
TROUBLED = replace(MINE, detail="it was slow")
UNSURE = unknown(TROUBLED, "no answer")


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        (
            lambda: claimed(replace(NEW, detail="it was slow", attempts=1), "me", LEASE),
            replace(NEW, status=STATUS.SENDING, claim="me", attempts=2, lease_until=LEASE, next_step_at=LEASE),
        ),
        (
            lambda: sent(TROUBLED, "id"),
            replace(MINE, status=STATUS.SENT, provider_id="id", lease_until=None, next_step_at=None),
        ),
        (
            lambda: put_back(MINE, "slow", LEASE),
            replace(NEW, attempts=1, detail="slow", next_step_at=LEASE + MINUTE),
        ),
        (
            lambda: put_off(MINE, LEASE + MINUTE),
            replace(NEW, attempts=1, not_before=LEASE + MINUTE, next_step_at=LEASE + MINUTE),
        ),
        (
            lambda: unknown(TROUBLED, "no answer"),
            replace(MINE, status=STATUS.UNKNOWN, lease_until=None, next_step_at=None, detail="no answer"),
        ),
        (
            lambda: settled_as_sent(UNSURE),
            replace(MINE, status=STATUS.SENT, lease_until=None, next_step_at=None),
        ),
        (
            lambda: sent_again(replace(UNSURE, lease_until=LEASE), LEASE),
            replace(NEW, attempts=1, next_step_at=LEASE, possible_duplicate=True),
        ),
        (lambda: withdrawn(NEW), replace(NEW, status=STATUS.WITHDRAWN, next_step_at=None)),
        (
            lambda: digested(held(replace(NEW, detail="it was slow"), "digest", LEASE)),
            replace(NEW, status=STATUS.DIGESTED, digest="digest", next_step_at=None),
        ),
        (
            lambda: rung(TROUBLED, LEASE, MINUTE),
            replace(MINE, status=STATUS.SENT, lease_until=None, next_step_at=LEASE + MINUTE),
        ),
        (
            lambda: fetched(rung(TROUBLED, LEASE, MINUTE), LEASE + MINUTE, 5 * MINUTE),
            replace(MINE, status=STATUS.DELIVERED, lease_until=None, next_step_at=LEASE + MINUTE),
        ),
        (
            lambda: fetched(replace(UNSURE, detail="it was slow"), LEASE, 5 * MINUTE),
            replace(MINE, status=STATUS.DELIVERED, lease_until=None, next_step_at=LEASE + 5 * MINUTE),
        ),
        (
            lambda: read(rung(MINE, LEASE, MINUTE), LEASE),
            replace(MINE, status=STATUS.DELIVERED, lease_until=None, next_step_at=None, read_at=LEASE),
        ),
        (
            lambda: gone_another_way(rung(MINE, LEASE, MINUTE)),
            replace(MINE, status=STATUS.SENT, lease_until=None, next_step_at=None),
        ),
    ],
    ids=[
        "claimed", "sent", "put back", "put off", "unknown", "settled as sent", "sent again", "withdrawn", "digested",
        "rung", "fetched", "fetched, and nobody had rung", "read", "gone another way",
    ],
)  # fmt: skip
def test_a_move_changes_what_it_says_and_nothing_else(move, expected):
    assert move() == expected


def test_a_bell_does_not_ring_for_what_has_ended():
    ended = failed(MINE, "no")
    assert rung(ended, LEASE, MINUTE) is ended
    taken_back = withdrawn(NEW)
    assert fetched(taken_back, LEASE, MINUTE) is taken_back


@pytest.mark.parametrize(("chance", "minutes"), [(0.0, 30), (0.5, 45), (1.0, 60)])
def test_what_a_carrier_would_turn_away_waits_half_an_hour_to_an_hour(chance, minutes):
    waiting = kept_back(NEW, "the day is full", LEASE, chance)
    assert waiting == replace(NEW, next_step_at=LEASE + minutes * MINUTE, detail="the day is full")


def test_without_a_chance_it_waits_the_whole_hour():
    assert kept_back(NEW, "", LEASE).next_step_at == LEASE + 60 * MINUTE
    assert kept_back(MINE, "", LEASE) is MINE


def test_whoever_takes_back_what_is_on_its_way_is_told_why_not():
    with pytest.raises(Conflict, match="on its way already"):
        withdrawn(MINE)
    with pytest.raises(Conflict):
        withdrawn(sent_again(UNSURE, LEASE))
