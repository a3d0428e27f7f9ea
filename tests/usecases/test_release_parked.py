"""What is parked waits for a person: it is looked at, released into the normal way, or discarded, and who did it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.errors import Conflict, InvalidInput, NotFound, StorageUnavailable
from chalicelib.domain.machines import MachineKind, MachineMail
from chalicelib.domain.messages import LedgerRow, ParkedMessage, ParkedRecord, ReleaseState
from chalicelib.domain.parking import Override, Release
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.usecases.once import Once
from tests.domain.making import ANNA, BARTEK, message
from tests.fakes.memory_store import Moment

SPAM = Release("ewa", "znam tę osobę", frozenset({Override.SPAM}))


@pytest.fixture
def spam(hub):
    parked = hub.write(ParkedMessage("spam", "SES takes it for spam."))
    hub.read_again_as(message(visible_text="Oferta", trust=Trust.UNVERIFIED))
    return parked


def record(hub) -> ParkedRecord:
    (found,) = hub.threads.records(ParkedRecord)
    return found


def row(hub) -> LedgerRow:
    (found,) = hub.threads.records(LedgerRow)
    return found


def test_a_parked_message_starts_no_clock_and_makes_nobody(hub, spam):
    assert hub.threads.records(Entry) == []
    assert [found.id for found in hub.threads.list_waiting(10).items] == [spam.id]


def test_a_released_message_is_in_a_thread_and_its_ledger_row_moves_with_it(hub, spam):
    raw_key = record(hub).raw_key
    hub.later(hours=3)
    to = hub.release(spam.id, SPAM)
    assert (row(hub).outcome, row(hub).target, row(hub).entry_id) == ("stored", to.reference, to.entry_id)
    assert row(hub).raw_key == raw_key
    assert list(hub.raw.objects) == [raw_key]
    assert hub.threads.list_waiting(10).items == ()


def test_who_has_waited_while_it_was_parked_has_waited_since_it_came(hub, spam):
    came_at = hub.now()
    hub.later(hours=3)
    to = hub.release(spam.id, SPAM)
    entry = next(found for found in hub.threads.records(Entry) if found.id == to.entry_id)
    assert (entry.at, hub.threads.get_case(entry.customer_id, entry.case_id).awaiting_since) == (came_at, came_at)


def test_who_released_it_when_and_why_stands_on_the_record_and_in_the_thread(hub, spam):
    hub.later(hours=3)
    to = hub.release(spam.id, SPAM)
    found = record(hub)
    assert (found.release_state, found.changed_by, found.changed_at) == (ReleaseState.RELEASED, "ewa", hub.now())
    assert (found.why, found.overrides, found.released_to) == ("znam tę osobę", ("spam",), to.reference)
    (event,) = [entry for entry in hub.threads.records(Entry) if entry.kind is EntryKind.EVENT]
    assert (event.event, event.author, event.facts["overrides"]) == ("message.released", "agent:ewa", "spam")
    assert (event.facts["parked"], event.facts["entry"]) == (spam.id, to.entry_id)


def test_a_release_raises_nobodys_trust(hub, spam):
    to = hub.release(spam.id, SPAM)
    entry = next(found for found in hub.threads.records(Entry) if found.id == to.entry_id)
    assert entry.arrival.trust is Trust.UNVERIFIED


def test_an_agent_who_knows_the_sender_says_so(hub):
    annas = hub.write()
    parked = hub.write(ParkedMessage("ambiguous_sender", "two From fields"))
    release = Release("ewa", "dzwoniła", frozenset({Override.AMBIGUOUS_SENDER}), sender=ANNA)
    to = hub.release(parked.id, release)
    assert to.reference == annas.reference
    entry = next(found for found in hub.thread(annas.customer_id) if found.id == to.entry_id)
    assert (entry.arrival.point, entry.arrival.unparsed) == (ANNA, "It was released unread (ambiguous_sender).")


def test_a_message_whose_sender_an_agent_named_was_kept_unread(hub):
    annas = hub.write()
    read = message(sender=None, trust=Trust.UNVERIFIED, visible_text="Gdzie jest paczka?")
    parked = hub.write(ParkedMessage("ambiguous_sender", "two From fields", read=read))
    release = Release("ewa", "dzwoniła", frozenset({Override.AMBIGUOUS_SENDER}), sender=ANNA)
    to = hub.release(parked.id, release)
    entry = hub.threads.get_entry(annas.customer_id, to.entry_id)
    assert (entry.text, entry.arrival.point, entry.arrival.unparsed) == ("Gdzie jest paczka?", ANNA, "")
    (event,) = hub.thread(annas.customer_id, EntryKind.EVENT)
    assert event.facts["sender"] == str(ANNA)


def test_without_a_word_of_the_sender_an_ambiguous_message_is_nobodys(hub):
    annas = hub.write()
    parked = hub.write(ParkedMessage("ambiguous_sender", "two From fields"))
    to = hub.release(parked.id, Release("ewa", "zobaczmy", frozenset({Override.AMBIGUOUS_SENDER})))
    assert to.reference != annas.reference


@pytest.mark.parametrize("overrides", [frozenset(), frozenset({Override.VIRUS, Override.REPORT})])
def test_what_nobody_answers_for_stays_parked(hub, overrides):
    parked = hub.write(ParkedMessage("spam", "SES takes it for spam."))
    with pytest.raises(Conflict, match="needs the override spam"):
        hub.release(parked.id, Release("ewa", "bo tak", overrides))
    assert (record(hub).release_state, row(hub).outcome) == (ReleaseState.WAITING, "parked")
    assert hub.threads.records(Entry) == []


def test_a_second_finding_needs_an_override_of_its_own(hub, spam):
    hub.block(ANNA, "jan", "obraża", blocked=True)
    with pytest.raises(Conflict, match="blocked_sender"):
        hub.release(spam.id, SPAM)
    both = Release("ewa", "pogodzili się", frozenset({Override.SPAM, Override.BLOCKED_SENDER}))
    assert hub.release(spam.id, both).reference


def test_verdicts_are_set_aside_for_the_reader_only(hub, spam):
    seen = []
    said = hub.said[b"raw 1"]

    def read(raw, receipt, inbox, ours):
        seen.append(receipt.verdicts.spam)
        return said

    type(hub.release)(hub.receive, hub.raw, hub.threads, read, hub.now)(spam.id, SPAM)
    assert seen == ["OVERRIDDEN"]
    assert hub.raw.objects[row(hub).raw_key].receipt.verdicts.spam == "UNKNOWN"


def test_a_message_to_no_inbox_goes_to_the_one_that_the_agent_names(hub):
    parked = hub.write(recipients=("nobody@hub.example",))
    with pytest.raises(Conflict, match="name one"):
        hub.release(parked.id, Release("ewa", "do nas"))
    named = Release("ewa", "do nas", frozenset({Override.UNKNOWN_INBOX}), inbox="billing")
    to = hub.release(parked.id, named)
    (entry,) = [found for found in hub.threads.records(Entry) if found.id == to.entry_id]
    assert hub.threads.get_case(entry.customer_id, entry.case_id).inbox == "billing"


def test_an_inbox_is_named_with_its_override_and_only_then():
    with pytest.raises(InvalidInput):
        Release("ewa", "x", frozenset({Override.UNKNOWN_INBOX}))
    with pytest.raises(InvalidInput):
        Release("ewa", "x", inbox="billing")


def test_a_bounce_of_nothing_becomes_a_case_that_starts_no_clock(hub):
    bounce = MachineMail(MachineKind.BOUNCE, "failed", answers_message_id="x@example.pl")
    parked = hub.write(message(machine=bounce, automatic="bounce", sender=None, trust=Trust.UNVERIFIED))
    to = hub.release(parked.id, Release("ewa", "ktoś pytał", frozenset({Override.REPORT})))
    (entry,) = [found for found in hub.threads.records(Entry) if found.id == to.entry_id]
    assert hub.threads.get_case(entry.customer_id, entry.case_id).awaiting_since is None


def test_newer_code_that_reads_it_needs_no_override(hub):
    parked = hub.write(ParkedMessage("unreadable", "no text"), transport="sms", recipients=("+48700100200",))
    hub.read_again_as(message(visible_text="Halo"))
    assert hub.release(parked.id, Release("ewa", "poprawione")).reference


def test_something_that_no_carrier_says_is_kept_as_it_came(hub):
    parked = hub.accept_event('{"Records": []}', "queue-1", suspicious=False)
    named = frozenset({Override.UNREADABLE, Override.UNKNOWN_INBOX})
    to = hub.release(parked.id, Release("ewa", "od klienta", named, inbox="support"))
    (entry,) = [found for found in hub.threads.records(Entry) if found.id == to.entry_id]
    assert entry.arrival.unparsed
    assert hub.raw.objects[entry.arrival.raw_key].body == b'{"Records": []}'


def test_what_was_never_there_cannot_be_released(hub):
    with pytest.raises(StorageUnavailable):
        hub.accept_event(mail_told("gone"), "queue-1", suspicious=False)
    parked = hub.accept_event(mail_told("gone"), "queue-1", suspicious=True)
    with pytest.raises(Conflict, match="no bytes"):
        hub.release(parked.id, Release("ewa", "x"))


def mail_told(name):
    return (
        '{"notificationType": "Received", "mail": {"messageId": "' + name + '"}, "receipt": {"timestamp": '
        '"2026-11-23T09:00:00Z", "recipients": ["pomoc@hub.example"], "action": {"objectKey": "incoming/email/x"}}}'
    )


def test_a_double_click_releases_once_and_says_the_same_twice(hub, spam):
    once = Once("ewa", "key-1", "same")
    first = hub.release(spam.id, SPAM, once=once)
    assert hub.release(spam.id, SPAM, once=once) == first
    assert len([entry for entry in hub.threads.records(Entry) if entry.kind is EntryKind.INBOUND]) == 1


def test_whoever_comes_second_hears_where_it_is(hub, spam):
    to = hub.release(spam.id, SPAM)
    with pytest.raises(Conflict, match=to.reference):
        hub.release(spam.id, SPAM)
    with pytest.raises(Conflict, match=to.reference):
        hub.discard(spam.id, "jan", "śmieć")


@pytest.mark.parametrize("rival", ["release", "discard"])
def test_two_agents_at_the_same_moment_decide_once(hub, spam, rival):
    decided = []

    def meanwhile(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not decided:
            decided.append(None)
            hub.release(spam.id, SPAM) if rival == "release" else hub.discard(spam.id, "jan", "śmieć")

    hub.threads.hook = meanwhile
    if rival == "release":
        with pytest.raises(Conflict, match=r"decided|released before"):
            hub.release(spam.id, SPAM)
        assert len([entry for entry in hub.threads.records(Entry) if entry.kind is EntryKind.INBOUND]) == 1
    else:
        with pytest.raises(Conflict, match="decided"):
            hub.release(spam.id, SPAM)
        assert (record(hub).release_state, row(hub).outcome) == (ReleaseState.DISCARDED, "parked")


def test_a_release_whose_answer_was_lost_happens_once(hub, spam):
    once = Once("ewa", "key-1", "same")

    def lose_answer(call):
        if call.name == "commit" and call.moment is Moment.AFTER:
            hub.threads.hook = lambda _call: None
            raise StorageUnavailable()

    hub.threads.hook = lose_answer
    with pytest.raises(StorageUnavailable):
        hub.release(spam.id, SPAM, once=once)
    to = hub.release(spam.id, SPAM, once=once)
    assert row(hub).target == to.reference
    assert len([entry for entry in hub.threads.records(Entry) if entry.kind is EntryKind.INBOUND]) == 1


def test_what_is_discarded_waits_no_more_and_can_still_be_released(hub, spam):
    hub.discard(spam.id, "jan", "śmieć")
    hub.discard(spam.id, "ewa", "też tak myślę")
    found = record(hub)
    assert (found.release_state, found.changed_by, found.why) == (ReleaseState.DISCARDED, "jan", "śmieć")
    assert hub.threads.list_waiting(10).items == ()
    assert row(hub).outcome == "parked"
    assert hub.release(spam.id, SPAM).reference
    assert (record(hub).release_state, record(hub).changed_by) == (ReleaseState.RELEASED, "ewa")


def test_a_message_that_is_gone_from_the_store_is_not_released(hub, spam):
    hub.raw.objects.clear()
    with pytest.raises(NotFound):
        hub.release(spam.id, SPAM)


def test_the_way_to_the_bytes_of_a_virus_needs_the_override(hub):
    parked = hub.write(ParkedMessage("virus", "SES found a virus in it."))
    hub.read_again_as(message(visible_text="Faktura w załączeniu"))
    minute = timedelta(minutes=1)
    assert hub.look(parked.id, frozenset(), minute).link == ""
    assert record(hub).raw_key in hub.look(parked.id, frozenset({Override.VIRUS}), minute).link
    assert hub.look(parked.id, frozenset(), minute).read.visible_text == "Faktura w załączeniu"


def test_what_cannot_be_read_can_still_be_looked_at(hub):
    parked = hub.write(ParkedMessage("unreadable", "no text"))
    look = hub.look(parked.id, frozenset(), timedelta(minutes=1))
    assert (look.read, record(hub).raw_key in look.link) == (None, True)
    nobodys = hub.write(recipients=("nobody@hub.example",), visible_text="Halo?")
    assert hub.look(nobodys.id, frozenset(), timedelta(minutes=1)).read.visible_text == "Halo?"


def soon(hub):
    return hub.now() + timedelta(seconds=10)


def test_a_decision_about_many_went_on_after_the_gateway_had_given_up(hub):
    ids = []
    for _ in range(3):
        hub.later(minutes=1)
        ids.append(hub.write(ParkedMessage("spam")).id)

    def decide(parked_id):
        hub.later(seconds=6)
        hub.discard(parked_id, "ewa", "reklama")

    result = hub.bulk("spam", 10, None, decide, soon(hub))
    assert (result.done, dict(result.left), result.next) == (tuple(ids[:2]), {ids[2]: "out_of_time"}, None)
    assert hub.bulk("spam", 10, None, decide, soon(hub)).done == (ids[2],)


def test_many_that_wait_for_one_reason_are_decided_a_few_at_a_time(hub):
    ids = []
    for number in range(5):
        ids.append(hub.write(ParkedMessage("spam")).id)
        hub.read_again_as(message(visible_text=f"numer {number}", sender=BARTEK))
        hub.later(minutes=1)
    other = hub.write(ParkedMessage("virus"))

    def decide(parked_id):
        hub.release(parked_id, SPAM)

    first = hub.bulk("spam", 3, None, decide, soon(hub))
    second = hub.bulk("spam", 3, first.next, decide, soon(hub))
    assert (first.done, second.done, second.next) == (tuple(ids[:3]), tuple(ids[3:]), None)
    assert [found.id for found in hub.threads.list_waiting(10).items] == [other.id]


def test_one_that_stays_does_not_stop_the_others(hub):
    stays = hub.write(ParkedMessage("spam"))
    goes = hub.write(ParkedMessage("spam"))
    hub.read_again_as(message())
    result = hub.bulk("spam", 10, None, lambda parked_id: hub.release(parked_id, Release("ewa", "x")), soon(hub))
    assert (result.done, dict(result.left)) == ((goes.id,), {stays.id: "conflict"})
