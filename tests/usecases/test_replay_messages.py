"""The account of raw messages: it is checked, what has no outcome gets one, and repeating that changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.errors import InvalidInput, StorageUnavailable
from chalicelib.domain.messages import LedgerRow, ParkedMessage, ParkedRecord, ReleaseState
from chalicelib.domain.threads import Entry
from chalicelib.usecases.ports import Update
from chalicelib.usecases.replay_messages import Days, Replayed
from tests.domain.making import BARTEK, message
from tests.fakes.memory_store import Moment

MONDAY = date(2026, 11, 23)
THE_DAY = Days(MONDAY, MONDAY)


def kept(hub):
    return sorted(key for key in hub.raw.objects if key.startswith("raw/"))


def rows(hub):
    return [(row.outcome, row.raw_key) for row in hub.threads.records(LedgerRow)]


def without_outcome(hub, **said):
    """The bytes were kept, then the worker died, and somebody deleted what was in `incoming/`."""

    def die(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            raise StorageUnavailable()

    hub.threads.hook = die
    with pytest.raises(StorageUnavailable):
        hub.write(**said)
    hub.threads.hook = lambda _call: None
    for key in [key for key in hub.raw.objects if key.startswith("incoming/")]:
        hub.raw.forget_incoming(key)


def became(replay):
    return [line.became for line in replay.lines]


def test_a_kept_message_without_an_outcome_gets_it_where_it_lies(hub):
    without_outcome(hub, visible_text="Halo?")
    before = kept(hub)
    assert [breach.what for breach in hub.check(THE_DAY).breaches] == ["no_row"]
    assert became(hub.replay.of_days(THE_DAY, "op")) == [Replayed.STORED]
    assert (kept(hub), rows(hub)) == (before, [("stored", before[0])])
    assert hub.check(THE_DAY).breaches == ()


def test_what_has_its_outcome_says_so_and_nothing_happens(hub):
    without_outcome(hub)
    hub.write(sender=BARTEK)
    hub.replay.of_days(THE_DAY, "op")
    before = hub.threads.records()
    again = hub.replay.of_days(THE_DAY, "op")
    assert became(again) == [Replayed.ALREADY_STORED, Replayed.ALREADY_STORED]
    assert hub.threads.records() == before


def test_a_dry_run_says_what_would_be_done_and_does_nothing(hub):
    without_outcome(hub)
    hub.write(ParkedMessage("unreadable"))
    hub.write(sender=BARTEK)
    before = hub.threads.records()
    lines = hub.replay.of_days(THE_DAY, "op", dry_run=True)
    assert sorted(became(lines)) == ["already_stored", "would_process", "would_try_again"]
    assert hub.threads.records() == before


def test_what_is_parked_is_tried_with_the_code_of_today_and_nothing_overridden(hub):
    hub.write(ParkedMessage("spam"))
    assert became(hub.replay.of_days(THE_DAY, "op")) == [Replayed.STILL_PARKED]
    hub.read_again_as(message(visible_text="Teraz da się przeczytać"))
    (line,) = hub.replay.of_days(THE_DAY, "op").lines
    assert line.became is Replayed.RELEASED
    (record,) = hub.threads.records(ParkedRecord)
    assert (record.release_state, record.changed_by, record.overrides) == (ReleaseState.RELEASED, "op", ())
    assert [entry.text for entry in hub.threads.records(Entry) if entry.arrival] == ["Teraz da się przeczytać"]


def test_what_somebody_discarded_stays_discarded(hub):
    parked = hub.write(ParkedMessage("spam"))
    hub.discard(parked.id, "ewa", "reklama")
    hub.read_again_as(message())
    assert became(hub.replay.of_days(THE_DAY, "op")) == [Replayed.DISCARDED]
    assert hub.check(THE_DAY).breaches == ()


def test_a_message_without_an_outcome_may_be_parked_by_a_replay(hub):
    without_outcome(hub)
    hub.read_again_as(ParkedMessage("ambiguous_sender"))
    assert became(hub.replay.of_days(THE_DAY, "op")) == [Replayed.PARKED]
    assert rows(hub) == [("parked", kept(hub)[0])]


def test_a_replay_goes_on_behind_where_the_one_before_ended(hub):
    for _ in range(5):
        hub.write(ParkedMessage("spam"))
        hub.later(days=1)
    days = Days(MONDAY, MONDAY + timedelta(days=9))
    found, after, pages = [], "", 0
    while True:
        page = hub.replay.of_days(days, "op", after=after, limit=2, dry_run=True)
        found += [line.raw_key for line in page.lines]
        after, pages = page.next, pages + 1
        if not after:
            break
    assert (found, pages) == (kept(hub), 3)
    assert len(hub.replay.of_days(Days(MONDAY, MONDAY + timedelta(days=1)), "op").lines) == 2


def test_a_replay_that_takes_long_says_where_it_has_come_to(hub):
    for _ in range(3):
        without_outcome(hub, visible_text="Halo?")
    keys, until = kept(hub), hub.now() + timedelta(seconds=10)
    parse = hub.accept_event.parse_in_child
    slow = replace(hub.accept_event, parse_in_child=lambda *raw: (hub.later(seconds=6), parse(*raw))[1])
    replay = replace(hub.replay, accept=slow)
    first = replay.of_days(THE_DAY, "op", until=until)
    assert (became(first), first.next) == ([Replayed.STORED] * 2, keys[1])
    second = replay.of_days(THE_DAY, "op", after=first.next, until=until)
    assert (became(second), second.next) == ([Replayed.STORED], "")
    late = replay.of_keys(keys[:1], "op", until=until)
    assert [(line.became, line.detail) for line in late.lines] == [(Replayed.FAILED, "out_of_time")]


def test_messages_are_replayed_by_key(hub):
    without_outcome(hub)
    (key,) = kept(hub)
    assert became(hub.replay.of_keys([key, "raw/2026/11/23/none"], "op")) == [Replayed.STORED, Replayed.MISSING]


def test_bytes_that_are_not_those_of_the_row_are_left_alone(hub):
    hub.write()
    (key,) = kept(hub)
    hub.raw.objects[key] = replace(hub.raw.objects[key], body=b"other")
    assert became(hub.replay.of_days(THE_DAY, "op")) == [Replayed.CHANGED]
    assert [breach.what for breach in hub.check(THE_DAY).breaches] == ["other_bytes"]


def test_a_copy_under_a_second_key_is_found(hub):
    hub.write()
    (key,) = kept(hub)
    hub.raw.objects[f"{key}-copy"] = hub.raw.objects[key]
    (breach,) = hub.check(THE_DAY).breaches
    assert (breach.what, breach.raw_key, breach.detail) == ("second_copy", f"{key}-copy", key)


def test_bytes_that_came_under_a_receipt_that_was_seen_have_their_own_row(hub):
    hub.write(fingerprint="f1")
    receipt = hub.raw.objects[kept(hub)[0]].receipt
    hub.said[b"changed"] = message()
    incoming = hub.raw.put_incoming(receipt, b"changed")
    hub.accept_event(f'{{"incoming_key": "{incoming.key}"}}', "q", suspicious=False)
    assert len(kept(hub)) == 2
    assert hub.check(THE_DAY).breaches == ()
    assert sorted(became(hub.replay.of_days(THE_DAY, "op"))) == [Replayed.ALREADY_STORED, Replayed.STILL_PARKED]
    assert hub.check(THE_DAY).breaches == ()


@pytest.mark.parametrize(("target", "what"), [("entry", "no_entry"), ("parked", "no_parked_record")])
def test_a_row_that_names_what_is_not_there_is_found(hub, target, what):
    hub.write(message() if target == "entry" else ParkedMessage("spam"))
    (row,) = hub.threads.records(LedgerRow)
    hub.threads.commit([Update(row, replace(row, entry_id="0" * 26, target="0" * 26), ())])
    assert [breach.what for breach in hub.check(THE_DAY).breaches] == [what]


def test_what_was_erased_and_still_lies_there_is_found(hub):
    hub.write()
    (row,) = hub.threads.records(LedgerRow)
    hub.threads.commit([Update(row, replace(row, outcome="erased"), ())])
    assert [breach.what for breach in hub.check(THE_DAY).breaches] == ["not_erased"]
    assert became(hub.replay.of_days(THE_DAY, "op")) == [Replayed.ERASED]


def test_the_account_is_checked_page_by_page(hub):
    for _ in range(3):
        hub.write()
    first = hub.check(THE_DAY, limit=2)
    second = hub.check(THE_DAY, after=first.next, limit=2)
    assert (first.messages, second.messages, second.next) == (2, 1, "")


def test_days_must_be_in_order_and_few_enough():
    for until in (MONDAY - timedelta(days=1), MONDAY + timedelta(days=400)):
        with pytest.raises(InvalidInput):
            Days(MONDAY, until)


def test_what_waits_is_counted_by_reason_with_the_age_of_the_oldest(hub):
    assert hub.count_waiting().total == 0
    hub.write(ParkedMessage("spam"))
    hub.later(hours=5)
    hub.write(ParkedMessage("spam"))
    parked = hub.write(ParkedMessage("virus"))
    count = hub.count_waiting()
    assert (dict(count.by_reason), count.oldest, count.more) == ({"spam": 2, "virus": 1}, timedelta(hours=5), False)
    hub.discard(parked.id, "ewa", "wirus")
    assert dict(hub.count_waiting().by_reason) == {"spam": 2}
