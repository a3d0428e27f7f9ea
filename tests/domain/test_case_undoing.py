"""Whatever happened before and after, a case whose answer is taken back is the case that never had it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.case_promises import with_promise, with_promise_kept
from chalicelib.domain.case_transitions import transferred, with_answer, with_message
from chalicelib.domain.case_undoing import with_answer_taken_back
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.promises import Promise
from chalicelib.domain.sla import RESPONSE_CLOCKS
from chalicelib.domain.threads import Entry, EntryKind
from tests.domain.making import AGREEMENT, MONDAY_TEN, POLICY, Agreed, case

AGREED = Agreed(
    replace(AGREEMENT, policy=replace(POLICY, resolution_within=timedelta(hours=20), update_within=timedelta(hours=6)))
)
STEPS = st.lists(st.tuples(st.sampled_from(["message", "answer", "stays", "promise", "transfer"]), st.integers(1, 900)))


def moved(before, step, at):
    match step:
        case "message":
            return with_message(before, f"{at:%d%H%M%S}", at, AGREED)
        case "answer" | "stays":
            return with_answer(before, at, AGREED, channel=Channel.EMAIL, stays_with_us=step == "stays")
        case "promise":
            promise = Promise("Oddzwonimy.", "ewa", at, at + timedelta(days=30))
            return with_promise(before, f"p{at:%d%H%M%S}", promise, AGREED)
        case _:
            return transferred(before, "billing", "", at + timedelta(days=20), at, AGREED)


def told(one):
    clocks = {name: replace(clock, cycle=0) for name, clock in one.clocks.items()}
    return one.status, one.awaiting_since, one.answered, one.answered_by, one.promises, clocks, one.next_step_at


@given(STEPS, st.booleans(), st.booleans(), st.booleans())
def test_an_answer_that_is_taken_back_leaves_no_trace_on_the_case(steps, stays, keeps, writes):
    at, before = MONDAY_TEN, moved(case(), "message", MONDAY_TEN)
    for step, minutes in steps[:12]:
        at += timedelta(minutes=minutes)
        before = moved(before, step, at)
    at += timedelta(minutes=7)
    kept = tuple(sorted(id_ for id_, promise in before.promises.items() if promise.live))[:1] if keeps else ()
    after = with_answer(before, at, AGREED, channel=Channel.SMS, stays_with_us=stays)
    for id_ in kept:
        after = with_promise_kept(after, id_, at, AGREED)
    delivery = Delivery(
        DeliveryStatus.QUEUED,
        "anna@example.pl",
        "pomoc@hub.example",
        answers_since=before.awaiting_since,
        stopped_clock=next((name for name in RESPONSE_CLOCKS if name in before.clocks), None),
        was_answered=before.answered,
        keeps=kept,
    )
    answer = Entry("01ANSWER", before.customer_id, before.id, at, EntryKind.OUTBOUND, "agent:ewa", Channel.SMS)
    without = before
    if writes:
        at += timedelta(seconds=9)
        after, without = (moved(one, "message", at) for one in (after, without))
    assert told(with_answer_taken_back(after, answer, delivery, AGREED)) == told(without)
