"""A customer reads in the app what is proved to be theirs: all of it, of everybody they are one with, and no more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import first_ulid_at
from chalicelib.domain.messages import Attachment
from chalicelib.domain.promises import PromiseStatus
from chalicelib.domain.threads import EntryKind, event_entry
from chalicelib.domain.trust import Trust
from chalicelib.usecases.ports import Create
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK, MONDAY_TEN

LOGIN = "https://issuer.example|anna"
APP = ContactPoint(PointKind.APP, LOGIN)


def writes_in_the_app(hub, text="Gdzie paczka?", sender=APP, **said):
    hub.later(minutes=1)
    return hub.write(
        channel=Channel.APP,
        sender=sender,
        transport="app",
        recipients=("app",),
        trust=Trust.LOGGED_IN,
        visible_text=text,
        **said,
    )


def texts(hub, login=LOGIN):
    return [own.entry.text for own in hub.read_own.newest(login, 50).items]


@pytest.fixture
def case(hub):
    return hub.case(writes_in_the_app(hub))


def proved(hub):
    """Anna's mail address is proved to be hers by her login."""
    hub.adopt(LOGIN, [ANNA])


def test_who_has_never_written_reads_an_empty_thread(hub):
    assert (texts(hub), hub.read_own.cases(LOGIN, 10).items) == ([], ())
    with pytest.raises(NotFound):
        hub.read_own.get_entry(LOGIN, "01KAR000000000000000000000")


def test_a_message_and_its_answer_are_read_newest_first_with_their_case(hub, case):
    hub.later(minutes=1)
    hub.reply(case.reference, "ewa", Answer("Jutro."))
    page = hub.read_own.newest(LOGIN, 50)
    assert [(own.entry.text, own.reference) for own in page.items] == [
        ("Jutro.", case.reference),
        ("Gdzie paczka?", case.reference),
    ]


def test_what_came_since_is_read_forward(hub, case):
    first = hub.thread(case.customer_id, EntryKind.INBOUND)[0]
    for number in range(3):
        writes_in_the_app(hub, f"Halo {number}?")
    page = hub.read_own.since(LOGIN, first.id, 2)
    assert [own.entry.text for own in page.items] == ["Halo 0?", "Halo 1?"]
    assert [own.entry.text for own in hub.read_own.since(LOGIN, page.next["after"], 2).items] == ["Halo 2?"]


def test_notes_events_notices_and_what_was_noted_of_talks_are_internal(hub, case):
    hub.add_note(case.reference, "ewa", "Trudny klient.")
    hub.assign(case.reference, "ewa", "ewa")
    hub.later(hours=5)
    hub.sweep()
    assert {entry.kind for entry in hub.thread(case.customer_id)} == {
        EntryKind.INBOUND,
        EntryKind.NOTE,
        EntryKind.EVENT,
        EntryKind.NOTICE,
    }
    assert texts(hub) == ["Gdzie paczka?"]


def test_the_thread_of_a_merged_family_is_read_whole(hub, case):
    mail = hub.write(sender=ANNA, visible_text="Z poczty.")
    hub.merge(case.customer_id, mail.customer_id, "ewa", "jedna osoba")
    proved(hub)
    assert sorted(texts(hub)) == ["Gdzie paczka?", "Z poczty."]
    assert {own.case.reference for own in hub.read_own.cases(LOGIN, 10).items} == {case.reference, mail.reference}


def test_mail_from_an_address_that_is_not_proved_to_be_theirs_is_not_shown(hub, case):
    hub.add_contact_point(case.customer_id, "ewa", BARTEK)  # the agent was mistaken
    other = hub.write(sender=BARTEK, visible_text="Prywatne.")
    assert other.customer_id == case.customer_id
    assert texts(hub) == ["Gdzie paczka?"]


def test_a_text_message_from_a_number_that_an_agent_took_for_theirs_is_not_shown(hub, case):
    hub.add_contact_point(case.customer_id, "ewa", ANNAS_PHONE)
    assert hub.write_sms(ANNAS_PHONE, "Od kogoś innego.").customer_id == case.customer_id
    assert texts(hub) == ["Gdzie paczka?"]


def test_what_somebody_wrote_under_their_proved_address_without_proving_it_is_not_shown(hub, case):
    proved(hub)
    spoofed = hub.write(sender=ANNA, trust=Trust.UNVERIFIED, visible_text="Podszywam się.")
    assert spoofed.customer_id == case.customer_id
    assert texts(hub) == ["Gdzie paczka?"]


def test_an_answer_to_an_address_that_is_not_proved_is_not_shown(hub, case):
    hub.add_contact_point(case.customer_id, "ewa", BARTEK)
    hub.reply(case.reference, "ewa", Answer("Do kogoś innego.", channel=Channel.EMAIL))
    assert texts(hub) == ["Gdzie paczka?"]


def test_what_others_wrote_into_their_case_is_not_shown(hub, case):
    proved(hub)
    hub.write(sender=ANNA, participants=(BARTEK,), message_id="first@example.pl", visible_text="Z Bartkiem.")
    his = hub.write(sender=BARTEK, in_reply_to=("first@example.pl",), visible_text="Bartek prywatnie.")
    assert his.case_id == case.id
    assert sorted(texts(hub)) == ["Gdzie paczka?", "Z Bartkiem."]


def test_an_answer_that_can_still_be_taken_back_is_not_shown_and_neither_is_one_that_was(hub, case):
    proved(hub)
    hub.configured(undo_window=timedelta(seconds=30))
    entry_id = hub.reply(case.reference, "ewa", Answer("Pochopna.", channel=Channel.EMAIL))
    assert texts(hub) == ["Gdzie paczka?"]
    hub.take_back(case.reference, entry_id, "ewa")
    hub.later(minutes=5)
    assert texts(hub) == ["Gdzie paczka?"]


def test_another_customers_entry_is_like_one_that_there_is_not(hub, case):
    other = writes_in_the_app(hub, sender=replace(APP, value="https://issuer.example|bartek"))
    (mine,) = hub.thread(case.customer_id, EntryKind.INBOUND)
    assert hub.read_own.get_entry(LOGIN, mine.id).text == "Gdzie paczka?"
    refusals = []
    for entry_id in (other.entry_id, "01KAR000000000000000000000"):
        with pytest.raises(NotFound) as refused:
            hub.read_own.get_entry(LOGIN, entry_id)
        refusals.append(refused.value.public_text)
    assert refusals[0] == refusals[1]


def test_a_note_is_not_read_by_its_id(hub, case):
    note = hub.add_note(case.reference, "ewa", "Trudny klient.")
    with pytest.raises(NotFound):
        hub.read_own.get_entry(LOGIN, note)


def test_who_pretended_to_be_somebody_reads_nothing_of_them(hub):
    proved_first = hub.write(sender=ANNA, visible_text="Prawdziwa Anna.")
    forged = hub.write(sender=ANNA, trust=Trust.FORGED, visible_text="Fałszywa Anna.")
    assert forged.customer_id != proved_first.customer_id
    hub.add_contact_point(forged.customer_id, "ewa", APP)  # even if an agent gives the login to the provisional one
    assert texts(hub) == []
    assert hub.read_own.cases(LOGIN, 10).items == ()


def test_files_of_the_own_message_can_be_found(hub):
    written = writes_in_the_app(hub, attachments=(Attachment("buty.png", "image/png", b"png"),))
    (file,) = hub.read_own.get_entry(LOGIN, written.entry_id).attachments
    assert file.name == "buty.png"


# Cases


def own_case(hub, reference):
    return next(own for own in hub.read_own.cases(LOGIN, 10).items if own.case.reference == reference)


def test_a_case_tells_when_the_answer_is_due_in_business_time(hub, case):
    assert own_case(hub, case.reference).answer_by == MONDAY_TEN + timedelta(hours=4, minutes=1)
    hub.reply(case.reference, "ewa", Answer("Jutro."))
    assert own_case(hub, case.reference).answer_by is None


def test_promises_are_told_as_they_were_made_and_what_became_of_them(hub, case):
    hub.promise.make(case.reference, "ewa", "Oddzwonimy w południe.", MONDAY_TEN + timedelta(hours=2))
    hub.later(hours=3)
    hub.sweep()
    (promise,) = own_case(hub, case.reference).case.promises.values()
    assert (promise.text, promise.status) == ("Oddzwonimy w południe.", PromiseStatus.BROKEN)


def test_cases_are_listed_newest_first_and_spam_is_not(hub, case):
    hub.reply(case.reference, "ewa", Answer("Już."))
    hub.close(case.reference, "ewa")
    hub.later(days=20)
    second = hub.case(writes_in_the_app(hub, "Inna sprawa."))
    assert [own.case.reference for own in hub.read_own.cases(LOGIN, 10).items] == [second.reference, case.reference]
    hub.mark_spam(second.reference, "ewa", "pomyłka", is_spam=True)
    assert [own.case.reference for own in hub.read_own.cases(LOGIN, 10).items] == [case.reference]


def test_a_case_that_began_with_an_unproved_message_is_listed_once_we_have_answered_without_its_words(hub, case):
    proved(hub)
    doubtful = hub.case(hub.write(sender=ANNA, trust=Trust.UNVERIFIED, subject="Moja choroba"))
    assert doubtful.customer_id == case.customer_id
    assert [own.case.reference for own in hub.read_own.cases(LOGIN, 10).items] == [case.reference]
    hub.later(minutes=1)
    hub.reply(doubtful.reference, "ewa", Answer("Proszę potwierdzić."))
    assert not own_case(hub, doubtful.reference).is_known


def test_a_case_in_which_only_an_unproved_address_takes_part_is_not_listed(hub, case):
    hub.add_contact_point(case.customer_id, "ewa", BARTEK)
    hub.reply(hub.write(sender=BARTEK, subject="Prywatne").reference, "ewa", Answer("Tak."))
    assert [own.case.reference for own in hub.read_own.cases(LOGIN, 10).items] == [case.reference]


def test_a_case_was_hidden_whose_event_of_the_same_instant_stood_before_its_first_message(hub, case):
    event = event_entry(first_ulid_at(case.opened_at)[:-1] + "1", case, case.opened_at, "hub", "case.routed", {})
    hub.threads.commit([Create(event)])
    assert own_case(hub, case.reference).is_known
