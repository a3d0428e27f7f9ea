"""Other systems hear what happened, by references, and never what was said."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from chalicelib.domain.broadcasts import BroadcastStatus
from chalicelib.domain.delivery import sent
from chalicelib.domain.faxes import Reading, ReadingStatus
from chalicelib.domain.incidents import closed
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.announce_changes import AnnounceChanges, EntryChange, ManyChange
from chalicelib.usecases.reply_to_customer import Answer
from chalicelib.usecases.transfer_case import Transfer
from tests.domain.making import ANNAS_PHONE, MONDAY_TEN
from tests.fakes.ports import MemoryAnnouncer
from tests.fakes.records import a_broadcast, a_case, an_incident


def announced(*changes):
    announcer = MemoryAnnouncer()
    AnnounceChanges(announcer)(changes)
    return announcer.announced


def new(entry):
    return EntryChange(None, entry)


def test_a_message_an_answer_and_an_escalation_are_announced_by_name(hub):
    case = hub.case(hub.write(visible_text="sekret", subject="sekret"))
    hub.later(hours=4)
    hub.sweep()
    hub.later(minutes=1)
    hub.reply(case.reference, "eva", Answer("sekret"))
    events = announced(*map(new, hub.thread(case.customer_id)))
    assert [event.name for event in events] == [
        "message.received",
        "case.reminded",
        "case.escalated",
        "message.queued",
    ]
    assert all(event.detail["case"] == case.id for event in events)
    assert "sekret" not in repr(events)


def test_a_new_case_is_announced_by_its_id_with_the_channel_it_came_by():
    announcer = MemoryAnnouncer()
    case = a_case(subject="sekret")
    assert AnnounceChanges(announcer)([], opened=[case]) == 1
    (event,) = announcer.announced
    assert (event.id, event.name, event.at) == (f"{case.id}.case.opened", "case.opened", case.opened_at)
    facts = {"reference": case.reference, "team": "care", "kind": case.kind, "priority": "normal"}
    assert event.detail["facts"] == facts
    assert {name: event.detail[name] for name in ("customer", "case", "entry", "channel")} == {
        "customer": case.customer_id,
        "case": case.id,
        "entry": "",
        "channel": "email",
    }


def test_the_way_of_an_answer_is_announced_step_by_step_and_once_each(hub):
    case = hub.case(hub.write())
    hub.reply(case.reference, "eva", Answer("Tak."))
    (answer,) = hub.thread(case.customer_id, EntryKind.OUTBOUND)
    done = replace(answer, delivery=sent(answer.delivery, "id"))
    assert [event.name for event in announced(EntryChange(answer, done))] == ["message.sent"]
    assert announced(EntryChange(answer, answer)) == []


def test_the_reading_of_a_fax_is_announced_without_a_word_of_it(hub):
    outcome = hub.write_fax()
    before = hub.threads.get_entry(outcome.customer_id, outcome.entry_id)
    after = replace(before, reading=Reading(ReadingStatus.READ, "sekret"))
    events = announced(EntryChange(before, after))
    assert [event.name for event in events] == ["message.document_read"]
    assert "sekret" not in repr(events)


def test_a_repeated_change_repeats_its_event_under_the_same_id(hub):
    (entry,) = hub.thread(hub.write().customer_id)
    first, again = announced(new(entry), new(entry))
    assert first == again


def test_addresses_and_notes_stay_in_the_house(hub):
    case = hub.case(hub.write())
    hub.add_contact_point(case.customer_id, "eva", ANNAS_PHONE)
    hub.add_note(case.reference, "eva", "sekret")
    events = announced(*map(new, hub.thread(case.customer_id)))
    assert [event.name for event in events] == ["message.received", "customer.contact_point_added"]
    assert ANNAS_PHONE.value not in repr(events)


def test_a_second_copy_of_a_message_is_nobodys_news(hub):
    first = hub.write(message_id="one@example.pl")
    hub.write(message_id="one@example.pl")
    original, copy = hub.thread(first.customer_id)
    assert [event.detail["entry"] for event in announced(new(original), new(copy))] == [original.id]


def test_what_an_agent_wrote_to_the_next_team_stays_in_the_house(hub):
    case = hub.case(hub.write())
    hub.transfer(case.reference, "ewa", Transfer("care", "Klient jest chory."))
    events = announced(*map(new, hub.thread(case.customer_id)))
    (told,) = [event for event in events if event.name == "case.transferred"]
    assert told.facts["team"] == "care"
    assert "chory" not in str(told.detail)


def test_what_concerns_many_is_announced_when_its_status_changes():
    announcer = MemoryAnnouncer()
    draft = a_broadcast()
    started = replace(draft, status=BroadcastStatus.RUNNING, changed_at=MONDAY_TEN)
    paused = replace(started, status=BroadcastStatus.PAUSED, changed_at=MONDAY_TEN + timedelta(minutes=1))
    resumed = replace(started, changed_at=MONDAY_TEN + timedelta(minutes=2))
    done = replace(resumed, status=BroadcastStatus.DONE)
    steps = [None, draft, started, replace(started, delivered=1), paused, resumed, done]
    incident = an_incident()
    over = closed(incident, MONDAY_TEN, "eva")
    changes = [ManyChange(*pair) for pair in [*pairwise(steps), (None, incident), (incident, over)]]
    AnnounceChanges(announcer)([], changes)
    assert [event.name for event in announcer.announced] == [
        *("broadcast.started", "broadcast.paused", "broadcast.resumed", "broadcast.done"),
        *("incident.opened", "incident.closed"),
    ]
    assert len({event.id for event in announcer.announced}) == 6


def test_a_fact_that_the_catalogue_does_not_name_stays_in_the_house(hub):
    case = hub.case(hub.write())
    hub.transfer(case.reference, "ewa", Transfer("care", ""))
    (entry,) = [entry for entry in hub.thread(case.customer_id) if entry.event == "case.transferred"]
    leaking = replace(entry, facts={**entry.facts, "phone": ANNAS_PHONE.value})
    (told,) = announced(new(leaking))
    assert "phone" not in told.facts
    (nameless,) = announced(new(replace(leaking, event="case.turned_upside_down")))
    assert (nameless.name, nameless.facts) == ("case.turned_upside_down", {})


def test_a_move_of_a_message_has_the_time_at_which_the_stream_says_that_it_was_written(hub):
    case = hub.case(hub.write())
    hub.reply(case.reference, "eva", Answer("Tak."))
    (answer,) = hub.thread(case.customer_id, EntryKind.OUTBOUND)
    later = answer.at + timedelta(minutes=5)
    done = replace(answer, delivery=sent(answer.delivery, "id"))
    assert [event.at for event in announced(EntryChange(answer, done, later))] == [later]
    assert [event.at for event in announced(EntryChange(None, answer, later))] == [answer.at]
