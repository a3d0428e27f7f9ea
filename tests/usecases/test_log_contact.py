"""Calls, letters and visits stand in the customer's thread like everything else: kept first, counted once, and they
start a clock or stop it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.channels.protocol import parse_in_process
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contacts import Direction
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Conflict, InvalidInput, KeyReused, NotFound, StorageUnavailable
from chalicelib.domain.faxes import ReadingStatus
from chalicelib.domain.messages import LedgerRow
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.accept_event import AcceptEvent
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.ask_for_fax_readings import AskForFaxReadings
from chalicelib.usecases.log_contact import LogContact
from chalicelib.usecases.receive_posted_message import Answered, AnsweredLater, ReceivePostedMessage
from chalicelib.usecases.replay_messages import Days
from tests.channels.payloads import sample
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK
from tests.fakes.memory_store import Moment

ARN = "arn:aws:connect:eu-central-1:111122223333:instance/12345678-1234-1234-1234-123456789012"


@pytest.fixture
def log(hub):
    post = ReceivePostedMessage(
        hub.receive,
        hub.raw,
        hub.threads,
        hub.configuration,
        parse_in_process,
        hub.now,
        hub.randomness,
        hub.captchas,
    )
    contact = LogContact(post, hub.threads, hub.configuration, parse_in_process, hub.now)

    def log(channel, body, **how):
        return contact(channel, body if isinstance(body, bytes) else json.dumps(body).encode(), "ewa", **how)

    return log


@pytest.fixture
def connect(hub):
    accept = AcceptEvent(
        hub.receive,
        hub.raw,
        hub.threads,
        hub.queues,
        parse_in_process,
        parse_in_process,
        hub.now,
        connect_instance=ARN,
    )
    return lambda name: accept(sample("connect", name).decode(), "queue-1", suspicious=False)


def call(**fields):
    return {"direction": "inbound", "notes": "Pyta o fakturę.", **fields}


def entry_of(hub, logged):
    return next(entry for entry in hub.threads.records(Entry) if entry.id == logged.entry_id)


def case_of(hub, logged):
    entry = entry_of(hub, logged)
    return hub.threads.get_case(entry.customer_id, entry.case_id)


def test_a_call_is_kept_raw_first_and_has_one_row_and_one_entry(hub, log):
    logged = log(Channel.PHONE, call(contact_point={"kind": "phone", "value": "+48601234567"}))
    (row,) = hub.threads.records(LedgerRow)
    entry = entry_of(hub, logged)
    assert (row.transport, row.outcome, row.entry_id) == ("phone", "stored", entry.id)
    assert json.loads(hub.raw.objects[row.raw_key].body)["notes"] == "Pyta o fakturę."
    assert hub.raw.objects[row.raw_key].receipt.principal == "ewa"
    assert (entry.kind, entry.channel, entry.author) == (EntryKind.INBOUND, Channel.PHONE, "agent:ewa")
    assert (entry.contact.direction, entry.contact.agent) == (Direction.INBOUND, "ewa")
    assert hub.check(Days(date(2026, 11, 23), date(2026, 11, 23))).breaches == ()


def test_a_caller_whom_nobody_knows_becomes_a_customer_who_owns_the_number(hub, log):
    logged = log(Channel.PHONE, call(contact_point={"kind": "phone", "value": "601234567"}, name="Anna"))
    assert hub.threads.find_owner(ANNAS_PHONE).customer_id == entry_of(hub, logged).customer_id
    assert hub.write_sms(ANNAS_PHONE).customer_id == entry_of(hub, logged).customer_id


def test_a_call_joins_the_case_that_the_agent_names(hub, log):
    first, _ = hub.write(), hub.write(message_id="2@example.pl")
    logged = log(Channel.PHONE, call(case=first.reference))
    assert (logged.reference, entry_of(hub, logged).arrival.rule) == (first.reference, "by_agent")
    assert "agent ewa named the case" in entry_of(hub, logged).arrival.evidence


def test_a_call_joins_the_only_open_case_of_whom_the_agent_names(hub, log):
    first = hub.write()
    for whose in ({"customer": first.customer_id}, {"contact_point": {"kind": "email", "value": ANNA.value}}):
        assert log(Channel.PHONE, call(**whose)).reference == first.reference


def merged(hub):
    """Bartek turned out to be Anna; each wrote once, and Bartek's case is open."""
    anna, bartek = hub.write(sender=ANNA), hub.write(sender=BARTEK)
    hub.close(anna.reference, "ewa")
    hub.merge(anna.customer_id, bartek.customer_id, "ewa", "the same person")
    return anna, bartek


@pytest.mark.parametrize("named", ["anna", "bartek", "the address"])
def test_a_call_was_kept_apart_from_the_only_open_case_because_its_customer_had_been_merged(hub, log, named):
    anna, bartek = merged(hub)
    said = {"anna": {"customer": anna.customer_id}, "bartek": {"customer": bartek.customer_id}}
    logged = log(Channel.PHONE, call(**said.get(named, {"contact_point": {"kind": "email", "value": ANNA.value}})))
    assert logged.reference == bartek.reference


def test_a_call_for_a_merged_address_opens_its_case_where_the_address_is_at_home(hub, log):
    _, bartek = merged(hub)
    hub.close(bartek.reference, "ewa")
    logged = log(Channel.PHONE, call(contact_point={"kind": "email", "value": BARTEK.value}))
    assert entry_of(hub, logged).customer_id == bartek.customer_id


def test_a_family_with_two_open_cases_has_no_only_one(hub, log):
    anna, bartek = hub.write(sender=ANNA), hub.write(sender=BARTEK)
    hub.merge(anna.customer_id, bartek.customer_id, "ewa", "the same person")
    logged = log(Channel.PHONE, call(customer=bartek.customer_id))
    assert logged.reference not in (anna.reference, bartek.reference)


def test_a_call_that_meets_the_undoing_of_a_merge_goes_to_whose_address_it_is(hub, log):
    anna, bartek = merged(hub)
    (merge,) = hub.threads.list_merges(anna.customer_id)
    undone = []

    def undo(moment):
        if moment.name == "commit" and moment.moment is Moment.BEFORE and not undone:
            undone.append(merge)
            hub.undo_merge(anna.customer_id, merge.id, "ewa")

    hub.threads.hook = undo
    logged = log(Channel.PHONE, call(contact_point={"kind": "email", "value": ANNA.value}))
    assert entry_of(hub, logged).customer_id == anna.customer_id
    assert logged.reference != bartek.reference


def test_a_call_about_nothing_that_is_open_is_a_new_case_of_the_customer(hub, log):
    first = hub.write()
    hub.close(first.reference, "ewa")
    logged = log(Channel.PHONE, call(customer=first.customer_id))
    assert logged.reference != first.reference
    assert entry_of(hub, logged).customer_id == first.customer_id


def test_a_call_of_ours_that_reached_the_customer_stops_the_clock(hub, log):
    first = hub.write()
    hub.later(hours=1)
    logged = log(Channel.PHONE, call(case=first.reference, direction="outbound"))
    assert (hub.case(first).awaiting_since, hub.case(first).messages_out) == (None, 1)
    assert (entry_of(hub, logged).kind, entry_of(hub, logged).delivery) == (EntryKind.OUTBOUND, None)
    hub.later(days=2)
    assert hub.sweep().steps == 0


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail"])
def test_a_call_of_ours_that_did_not_reach_them_stops_nothing(hub, log, outcome):
    first = hub.write()
    before = hub.case(first)
    log(Channel.PHONE, call(case=first.reference, direction="outbound", outcome=outcome))
    assert (hub.case(first).clocks, hub.case(first).awaiting_since) == (before.clocks, before.awaiting_since)


def test_a_call_counts_from_when_it_took_place(hub, log):
    hub.later(hours=2)
    yesterday = hub.now() - timedelta(days=1)
    logged = log(Channel.PHONE, call(name="Jan", outcome="no_answer", took_place_at=yesterday.isoformat()))
    assert case_of(hub, logged).awaiting_since == yesterday == entry_of(hub, logged).at


@pytest.mark.parametrize("days", [-400, 1])
def test_a_contact_cannot_have_taken_place_then(hub, log, days):
    at = (hub.now() + timedelta(days=days)).isoformat()
    with pytest.raises(InvalidInput) as refused:
        log(Channel.PHONE, call(name="Jan", took_place_at=at))
    assert refused.value.field == "took_place_at"
    assert hub.raw.objects == {}


def test_a_call_told_of_late_does_not_answer_what_came_since(hub, log):
    called_at = hub.now()
    hub.later(hours=1)
    first = hub.write()
    log(Channel.PHONE, call(case=first.reference, direction="outbound", took_place_at=called_at.isoformat()))
    assert hub.case(first).awaiting_since == first_at(hub, first)


def first_at(hub, outcome):
    return next(entry.at for entry in hub.threads.records(Entry) if entry.id == outcome.entry_id)


def test_a_message_that_comes_while_a_call_is_logged_is_not_taken_for_answered(hub, log):
    first = hub.write()
    came = []

    def meanwhile(event):
        if event.name == "commit" and event.moment is Moment.BEFORE and not came:
            came.append(None)
            hub.later(seconds=1)
            hub.write(visible_text="I jeszcze jedno")

    hub.threads.hook = meanwhile
    log(Channel.PHONE, call(case=first.reference, direction="outbound"))
    assert hub.case(first).awaiting_since is not None
    assert hub.case(first).messages_in == 2


def test_a_missed_call_opens_a_closed_case_and_a_talk_leaves_it_closed(hub, log):
    first = hub.write()
    hub.close(first.reference, "ewa")
    log(Channel.PHONE, call(case=first.reference))
    assert hub.case(first).status is CaseStatus.CLOSED
    log(Channel.PHONE, call(case=first.reference, outcome="no_answer"))
    assert hub.case(first).status is CaseStatus.OPEN
    assert hub.threads.get_customer_page(first.customer_id).customer.open_case_count == 1


def test_nothing_is_logged_for_a_case_or_customer_that_there_is_not(hub, log):
    for whose in ({"case": "K7Q2M-9DXM3-Q"}, {"customer": "01KAR000000000000000000ANN"}):
        with pytest.raises(NotFound):
            log(Channel.PHONE, call(**whose))
    with pytest.raises(NotFound):
        log(Channel.PHONE, call(name="x"), inbox="letters")
    assert hub.raw.objects == {}


def test_nothing_is_logged_into_spam(hub, log):
    first = hub.write()
    hub.mark_spam(first.reference, "ewa", "reklama", is_spam=True)
    with pytest.raises(Conflict):
        log(Channel.PHONE, call(case=first.reference))


def test_where_calls_are_not_configured_none_is_logged(hub, log):
    inboxes = hub.configuration.configuration.inboxes
    hub.configured(inboxes=tuple(one for one in inboxes if one.channel is not Channel.PHONE))
    with pytest.raises(NotFound, match="no inbox for phone"):
        log(Channel.PHONE, call(name="x"))


def test_logging_is_repeated_safely_under_one_key(hub, log):
    body = call(name="Jan")
    first = log(Channel.PHONE, body, idempotency_key="k1")
    hub.later(minutes=5)
    again = log(Channel.PHONE, body, idempotency_key="k1")
    assert (again.entry_id, again.outcome) == (first.entry_id, "duplicate")
    with pytest.raises(KeyReused):
        log(Channel.PHONE, call(name="Anna"), idempotency_key="k1")
    assert len(hub.threads.records(LedgerRow)) == 1


def test_what_was_kept_and_not_handled_follows_by_itself(hub, log):
    first = hub.write()

    def fail(event):
        if event.name == "commit" and event.moment is Moment.BEFORE:
            raise StorageUnavailable()

    hub.threads.hook = fail
    logged = log(Channel.PHONE, call(case=first.reference, direction="outbound"))
    assert isinstance(logged, AnsweredLater)
    hub.threads.hook = lambda _event: None
    (key,) = [key for key in hub.raw.objects if key.startswith("incoming/")]
    accept = AcceptEvent(hub.receive, hub.raw, hub.threads, hub.queues, parse_in_process, parse_in_process, hub.now)
    outcome = accept(json.dumps({"incoming_key": key}), "q", suspicious=False)
    assert outcome.reference == first.reference
    assert hub.case(first).awaiting_since is None


def test_a_blocked_number_that_an_agent_talked_to_is_logged_all_the_same(hub, log):
    hub.block(ANNAS_PHONE, "jan", "obraża", blocked=True)
    point = {"kind": "phone", "value": "+48601234567"}
    assert isinstance(log(Channel.PHONE, call(contact_point=point)), Answered)


def test_the_pages_of_a_letter_are_read_and_the_case_on_them_is_found(hub, log):
    logged = log(Channel.LETTER, replace_reference(sample("letter", "complaint_pl.json")))
    entry = entry_of(hub, logged)
    assert entry.reading.status is ReadingStatus.WAITING
    AskForFaxReadings(hub.queues)([EntryChange(None, entry)])
    hub.pages.pages = ["Dotyczy: K7Q2M-9DXM3-Q"]
    assert hub.read_fax() == "read"
    assert entry_of(hub, logged).reading.case_reference == "K7Q2M-9DXM3-Q"


def replace_reference(raw):
    return raw.replace(b"K7Q2M-9DXM3-Q", b"nieznanej")


def test_whoever_wrote_a_letter_waits_since_it_came_and_our_letter_answers(hub, log):
    logged = log(Channel.LETTER, replace_reference(sample("letter", "complaint_pl.json")))
    assert case_of(hub, logged).awaiting_since.date() == date(2026, 11, 20)
    log(Channel.LETTER, {"direction": "outbound", "notes": "Wysłano.", "case": logged.reference})
    assert case_of(hub, logged).awaiting_since is None


def test_a_visitor_with_nothing_but_a_name_has_a_thread_too(hub, log):
    logged = log(Channel.IN_PERSON, {"notes": "Pytał o zwrot.", "name": "Jan Kowalski"})
    entry = entry_of(hub, logged)
    assert [found.name for found in hub.threads.records(Customer)] == ["Jan Kowalski"]
    assert (entry.channel, case_of(hub, logged).awaiting_since) == (Channel.IN_PERSON, None)


def test_a_call_that_connect_tells_of_is_in_the_thread_of_whose_number_it_is(hub, connect):
    first = hub.write_sms(ANNAS_PHONE)
    outcome = connect("event_answered.json")
    assert (outcome.reference, outcome.channel) == (first.reference, "phone")
    assert hub.case(first).awaiting_since is not None  # the text message came after the call began


def test_a_missed_call_and_its_voicemail_are_one_case_of_two_entries(hub, connect):
    missed, voicemail = connect("record_missed.json"), connect("voicemail_pl.json")
    assert missed.case_id == voicemail.case_id
    assert hub.case(missed).messages_in == 2


def test_connect_tells_the_same_call_twice_and_it_stands_there_once(hub, connect):
    connect("record_missed.json")
    assert connect("record_missed.json").name == "duplicate"
    assert len(hub.threads.records(LedgerRow)) == 1


def test_the_word_of_another_connect_is_parked_until_somebody_answers_for_it(hub):
    accept = AcceptEvent(hub.receive, hub.raw, hub.threads, hub.queues, parse_in_process, parse_in_process, hub.now)
    parked = accept(sample("connect", "record_missed.json").decode(), "q", suspicious=False)
    assert parked.reason == "unknown_connect"
    release = replace(hub.release, parse=parse_in_process)
    from chalicelib.domain.parking import Override, Release

    with pytest.raises(Conflict, match="unknown_connect"):
        release(parked.id, Release("ewa", "nasze"))
    answered_for = Release("ewa", "nasze", frozenset({Override.UNKNOWN_CONNECT}))
    assert release(parked.id, answered_for).reference


def test_once_the_connect_is_configured_a_replay_lets_its_calls_through(hub):
    accept = AcceptEvent(hub.receive, hub.raw, hub.threads, hub.queues, parse_in_process, parse_in_process, hub.now)
    parked = accept(sample("connect", "record_missed.json").decode(), "q", suspicious=False)
    release = replace(hub.release, parse=parse_in_process, connect_instance=ARN)
    replay = replace(hub.replay, release=release)
    (line,) = replay.of_days(Days(date(2026, 11, 23), date(2026, 11, 23)), "op").lines
    assert line.became == "released"
    assert hub.threads.get_parked(parked.id).changed_by == "op"
