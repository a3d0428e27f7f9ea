"""Whatever order carriers' reports come in, and however often, the end is the same."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.delivery import (
    MOVES,
    Delivery,
    DeliveryStatus,
    FailureKind,
    Report,
    claimed,
    failed,
    put_back,
    queued,
    sent,
    sent_again,
    settled_as_sent,
    unknown,
)
from chalicelib.domain.delivery_reports import GIVEN_UP_AFTER, MOST_REPORTS, given_up, reported
from tests.domain.making import MONDAY_TEN

NEW = queued(Delivery(DeliveryStatus.QUEUED, "anna@example.pl", "pomoc@hub.example"), MONDAY_TEN)
MINE = claimed(NEW, "me", MONDAY_TEN + timedelta(minutes=2))
SENT = Report(DeliveryStatus.SENT, "Send", MONDAY_TEN, attempt=1)
DELAYED = Report(DeliveryStatus.DEFERRED, "DeliveryDelay/MailboxFull", MONDAY_TEN, "4.2.2", "full", None, 1)
DELIVERED = Report(DeliveryStatus.DELIVERED, "Delivery", MONDAY_TEN, attempt=1)
BOUNCED = Report(
    DeliveryStatus.BOUNCED, "Bounce/Permanent/NoEmail", MONDAY_TEN, "5.1.1", "no such user", FailureKind.PERMANENT, 1
)
TOO_LARGE = Report(
    DeliveryStatus.BOUNCED, "Bounce/Transient/MessageTooLarge", MONDAY_TEN, "5.3.4", "", FailureKind.TECHNICAL, 1
)
COMPLAINED = Report(DeliveryStatus.COMPLAINED, "Complaint/abuse", MONDAY_TEN, failure=FailureKind.PERMANENT, attempt=1)
REPORTS = (SENT, DELAYED, DELIVERED, BOUNCED, TOO_LARGE, COMPLAINED)

FURTHER = (
    "queued",
    "withdrawn",
    "sending",
    "unknown",
    "sent",
    "deferred",
    "failed",
    "delivered",
    "bounced",
    "complained",
    "digested",
)


def after(delivery, *reports):
    for report in reports:
        delivery = reported(delivery, report, "ses-1")
    return delivery


def test_the_table_has_every_status_and_leads_back_in_three_cases_only():
    back = {
        (before, to) for before, tos in MOVES.items() for to in tos if FURTHER.index(to) < FURTHER.index(before)
    } - {(DeliveryStatus.SENDING, DeliveryStatus.QUEUED)}
    assert back == {(DeliveryStatus.UNKNOWN, DeliveryStatus.QUEUED)}  # a person's decision, and a refusal for now
    assert set(MOVES) == {*DeliveryStatus}
    assert all(before not in tos for before, tos in MOVES.items())


@pytest.mark.parametrize("told", range(1, len(REPORTS) + 1))
def test_every_order_of_the_same_reports_ends_the_same(told):
    for chosen in {frozenset(order[:told]) for order in permutations(REPORTS)}:
        ends = {after(MINE, *order) for order in permutations(chosen)}
        assert len(ends) == 1


reports = st.builds(
    Report,
    status=st.sampled_from(sorted({report.status for report in REPORTS})),
    said=st.sampled_from("abcd"),
    at=st.integers(0, 3).map(lambda minutes: MONDAY_TEN + timedelta(minutes=minutes)),
    code=st.sampled_from(["", "5.1.1"]),
    words=st.sampled_from(["", "words"]),
    failure=st.sampled_from([None, *FailureKind]),
    attempt=st.just(1),
)


@settings(max_examples=400)
@given(st.lists(reports, max_size=20), st.randoms(use_true_random=False))
def test_many_reports_in_any_order_and_told_again_end_the_same(told, random):
    again = [*told, *random.choices(told, k=5)] if told else []
    random.shuffle(again)
    assert after(MINE, *again) == after(MINE, *told)
    assert len(after(MINE, *told).reports) <= MOST_REPORTS


@settings(max_examples=300)
@given(st.lists(st.sampled_from(REPORTS), min_size=1, max_size=8), st.data())
def test_it_does_not_matter_when_our_own_record_comes(told, data):
    """The carrier's answer to us, or that there was none, may be written before, between or after its reports."""
    for own in (lambda one: sent(one, "ses-1"), lambda one: unknown(one, "no answer")):
        at = data.draw(st.integers(0, len(told)))
        mixed = after(own(after(MINE, *told[:at])), *told[at:])
        assert mixed == after(own(MINE), *told)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(REPORTS), max_size=8))
def test_a_status_never_goes_back(told):
    delivery = MINE
    for report in told:
        before, delivery = delivery, reported(delivery, report)
        assert FURTHER.index(delivery.status) >= FURTHER.index(before.status)


def test_a_bounce_before_the_delivery_stays_a_bounce():
    assert after(sent(MINE, "ses-1"), BOUNCED, DELIVERED).status is DeliveryStatus.BOUNCED
    assert after(sent(MINE, "ses-1"), DELIVERED, BOUNCED).status is DeliveryStatus.BOUNCED


def test_a_delivery_before_our_own_record_of_having_sent_stands_and_gets_the_carriers_id():
    delivery = reported(MINE, DELIVERED)
    assert sent(delivery, "ses-1") == replace(delivery, provider_id="ses-1")
    assert (delivery.status, delivery.lease_until, delivery.next_step_at) == (DeliveryStatus.DELIVERED, None, None)


def test_an_event_ten_times_is_an_event():
    assert after(MINE, *[DELIVERED] * 10).reports == (DELIVERED,)


def test_what_was_unknown_is_settled_by_whatever_its_carrier_tells():
    for report in REPORTS:
        assert after(unknown(MINE, "no answer"), report).status is report.status
    assert after(unknown(MINE, "no answer"), DELIVERED).detail == ""


def test_a_report_of_the_lost_attempt_keeps_the_second_one_from_being_sent():
    again = sent_again(unknown(MINE, "no answer"), MONDAY_TEN)
    assert (again.status, again.possible_duplicate) == (DeliveryStatus.QUEUED, True)
    assert after(again, DELIVERED).status is DeliveryStatus.DELIVERED


def test_a_person_who_knows_that_it_was_sent_does_not_end_what_carriers_tell():
    delivery = settled_as_sent(unknown(MINE, "no answer"))
    assert delivery.status is DeliveryStatus.SENT
    assert after(delivery, BOUNCED).failure is FailureKind.PERMANENT


def test_the_worst_of_several_failures_counts():
    for order in permutations((BOUNCED, TOO_LARGE)):
        assert after(MINE, *order).failure is FailureKind.PERMANENT
        assert after(MINE, *order).detail == "no such user"


def test_a_deferred_message_is_given_up_after_a_day_unless_it_arrives():
    delivery = after(sent(MINE, "ses-1"), DELAYED)
    assert (delivery.status, delivery.next_step_at) == (DeliveryStatus.DEFERRED, MONDAY_TEN + GIVEN_UP_AFTER)
    assert given_up(delivery, MONDAY_TEN + GIVEN_UP_AFTER - timedelta(seconds=1)) is delivery
    lost = given_up(delivery, MONDAY_TEN + GIVEN_UP_AFTER)
    assert (lost.status, lost.failure, lost.next_step_at) == (DeliveryStatus.FAILED, FailureKind.TEMPORARY, None)
    assert after(lost, DELIVERED).status is DeliveryStatus.DELIVERED
    assert after(lost, DELIVERED).failure is None
    assert after(delivery, DELIVERED).next_step_at is None


def test_our_own_steps_leave_alone_what_the_carrier_has_told_meanwhile():
    told = after(MINE, BOUNCED)
    assert unknown(told, "lease") is told
    assert failed(told, "refused") is told
    assert put_back(told, "throttled", MONDAY_TEN) is told
    assert given_up(told, MONDAY_TEN + timedelta(days=9)) is told


def test_what_a_carrier_says_is_kept_within_bounds():
    long = replace(BOUNCED, said="x" * 999, words="y" * 9999)
    (kept,) = after(MINE, long).reports
    assert (len(kept.said), len(kept.words)) == (100, 500)
    assert after(MINE, long, long).reports == (kept,)
