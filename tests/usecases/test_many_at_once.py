"""Messages that arrive at once, twice or in any order end as the same threads."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.customers import Customer, PointLink, PointOwner
from chalicelib.domain.messages import Anchor, LedgerRow, Receipt
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.ports import Create
from chalicelib.usecases.receive_message import Duplicate, Stored
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK, MONDAY_TEN, message
from tests.fakes.interleaving import at_once
from tests.usecases.conftest import MemoryHub

INBOXES = {"email": "pomoc@hub.example", "sms": "+48700100200"}


def arrival(hub, fingerprint, at, said, transport="email", inbox=None):
    """A job that receives the message: as often as it is called it is the same receipt."""
    raw = f"raw {fingerprint}".encode()
    hub.said[raw] = said
    receipt = Receipt(transport, fingerprint, at, (inbox or INBOXES[transport],))

    def receive():
        incoming = hub.raw.put_incoming(receipt, raw)
        return hub.receive(incoming, receipt, hub.parse)

    return receive


def first_mails(hub, many, seconds=1.0):
    for number in range(many):
        said = message(visible_text=f"Halo {number}", message_id=f"{number}@example.pl", subject=f"Temat {number}")
        yield arrival(hub, f"f{number}", MONDAY_TEN + timedelta(seconds=seconds * number), said)


@pytest.mark.parametrize(("many", "seed"), [(1_000, 1), (100, 2), (100, 3)])
def test_any_number_of_first_messages_from_one_new_address_make_one_customer_and_one_case(hub, many, seed):
    outcomes = at_once(hub.threads, seed, first_mails(hub, many))
    assert {type(outcome) for outcome in outcomes} == {Stored}
    (customer,), (case,) = hub.threads.records(Customer), hub.threads.records(Case)
    (owner,) = hub.threads.records(PointOwner)
    assert (owner.point, owner.customer_id) == (ANNA, customer.id)
    assert (customer.open_case_count, customer.cases_opened) == (1, 1)
    assert len(hub.threads.records(LedgerRow)) == len(hub.threads.records(Anchor)) == many
    said = [entry for entry in hub.threads.records(Entry) if entry.kind is EntryKind.INBOUND]
    assert sorted(entry.text for entry in said) == sorted(f"Halo {n}" for n in range(many))
    assert (case.messages_in, case.subject, case.opened_at) == (many, "Temat 0", MONDAY_TEN)
    assert case.awaiting_since == MONDAY_TEN
    assert case.last_activity_at == MONDAY_TEN + timedelta(seconds=many - 1)
    assert case.last_inbound_id == max(entry.id for entry in said)


@pytest.mark.parametrize("seed", range(20))
def test_a_message_that_is_told_of_ten_times_at_once_is_one_message(hub, seed):
    (job,) = first_mails(hub, 1)
    outcomes = at_once(hub.threads, seed, [job] * 10)
    assert sorted(outcome.name for outcome in outcomes) == ["duplicate"] * 9 + ["stored"]
    assert all(outcome.same_content for outcome in outcomes if isinstance(outcome, Duplicate))
    (case,) = hub.threads.records(Case)
    assert (case.messages_in, len(hub.threads.records(Entry))) == (1, 1)


@pytest.mark.parametrize("seed", range(20))
def test_two_text_messages_within_200_milliseconds_make_one_case(hub, seed):
    jobs = [
        arrival(
            hub,
            f"sms{number}",
            MONDAY_TEN + timedelta(milliseconds=200 * number),
            message(channel=Channel.SMS, sender=ANNAS_PHONE, visible_text=text),
            transport="sms",
        )
        for number, text in enumerate(["Dzień dobry,", "gdzie jest moja paczka?"])
    ]
    at_once(hub.threads, seed, jobs)
    (case,) = hub.threads.records(Case)
    (customer,) = hub.threads.records(Customer)
    assert case.messages_in == 2
    assert [entry.text for entry in hub.thread(customer.id)] == ["Dzień dobry,", "gdzie jest moja paczka?"]


@pytest.mark.parametrize("seed", range(20))
def test_first_messages_of_several_people_at_once_stay_apart(hub, seed):
    jobs = [
        arrival(hub, f"{sender}{number}", MONDAY_TEN, message(sender=sender, message_id=f"{sender}-{number}"))
        for sender in (ANNA, BARTEK)
        for number in range(3)
    ]
    at_once(hub.threads, seed, jobs)
    assert sorted(case.messages_in for case in hub.threads.records(Case)) == [3, 3]
    for case in hub.threads.records(Case):
        assert {entry.arrival.point for entry in hub.thread(case.customer_id)} == set(case.participants)


# Whatever the order

PEOPLE = [("email", ANNA), ("sms", ANNAS_PHONE), ("email", BARTEK)]
ARRIVALS = st.lists(
    st.tuples(
        st.sampled_from(range(len(PEOPLE))),
        st.integers(0, 13 * 24 * 60),  # minutes: all of it lies within the continuity window of two weeks
        st.booleans(),  # whether it answers the one before it
        st.booleans(),  # whether a machine wrote it
        st.sampled_from(["pomoc@hub.example", "faktury@hub.example"]),
    ),
    min_size=2,
    max_size=7,
    unique_by=lambda drawn: drawn[1],  # of two that came in the same instant, either may name the case
)


def a_hub_that_knows_anna_by_mail_and_phone():
    hub = MemoryHub()
    points = [Create(made) for point in (ANNA, ANNAS_PHONE) for made in _owned(point)]
    hub.threads.commit([Create(Customer("01ANNA", MONDAY_TEN)), *points])
    return hub


def _owned(point):
    return PointOwner(point, "01ANNA", MONDAY_TEN), PointLink("01ANNA", point)


def jobs_of(hub, arrivals):
    for number, (person, minutes, answers, automatic, inbox) in enumerate(arrivals):
        transport, sender = PEOPLE[person]
        said = message(
            channel=Channel(transport),
            sender=sender,
            visible_text=f"Tekst {number}",
            subject=f"Temat {number}" if transport == "email" else "",
            message_id=f"{number}@example.pl",
            in_reply_to=(f"{number - 1}@example.pl",) if answers and arrivals[number - 1][0] == person else (),
            automatic="auto-submitted: auto-generated" if automatic else "",
        )
        at = MONDAY_TEN + timedelta(minutes=minutes)
        yield arrival(hub, f"f{number}", at, said, transport, inbox if transport == "email" else None)


def threads_in(hub):
    """Everything that an agent sees of the threads, without the ids and references that were drawn on the way.

    Nor the rules by which the messages came in: they tell how it was, and whoever came first found no case.
    """
    entries = defaultdict(list)
    for entry in hub.threads.records(Entry):
        entries[entry.case_id].append((entry.id, entry.at, entry.text, str(entry.arrival.point)))
    return sorted(
        (
            sorted(entries[case.id]),
            (case.subject, case.channel, case.inbox, case.team, case.status, case.opened_at, case.last_activity_at),
            (case.awaiting_since, case.deadline_at, case.next_step_at, case.messages_in, case.automatic_in),
            (case.last_inbound_id, sorted(map(str, case.participants))),
            sorted(map(str, hub.threads.list_points(case.customer_id))),
        )
        for case in hub.threads.records(Case)
    )


@settings(max_examples=300)
@given(ARRIVALS, st.data())
def test_for_any_order_and_repetition_of_arrivals_the_threads_are_the_same(arrivals, data):
    in_order, shuffled = a_hub_that_knows_anna_by_mail_and_phone(), a_hub_that_knows_anna_by_mail_and_phone()
    numbers = range(len(arrivals))
    jobs = list(jobs_of(in_order, arrivals))
    for number in sorted(numbers, key=lambda number: (arrivals[number][1], number)):
        jobs[number]()
    again = data.draw(st.lists(st.sampled_from(numbers), max_size=4), label="repeated")
    jobs = list(jobs_of(shuffled, arrivals))
    for number in data.draw(st.permutations([*numbers, *again]), label="order"):
        jobs[number]()
    assert threads_in(shuffled) == threads_in(in_order)


@settings(max_examples=100)
@given(ARRIVALS, st.integers(0, 2**32))
def test_and_so_they_are_when_all_arrive_at_once(arrivals, seed):
    in_order, at_the_same_time = a_hub_that_knows_anna_by_mail_and_phone(), a_hub_that_knows_anna_by_mail_and_phone()
    jobs = list(jobs_of(in_order, arrivals))
    for number in sorted(range(len(arrivals)), key=lambda number: (arrivals[number][1], number)):
        jobs[number]()
    at_once(at_the_same_time.threads, seed, map(partial, jobs_of(at_the_same_time, arrivals)))
    assert threads_in(at_the_same_time) == threads_in(in_order)
