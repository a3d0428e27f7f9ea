"""A message that opens a case is acknowledged once, honestly, and to nobody who could be hurt by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.automatic_answers import LATEST, MOST_QUICK, AcknowledgementRule, AutomaticBudget
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import SendingRefused, StorageUnavailable
from chalicelib.domain.machines import MachineKind, MachineMail
from chalicelib.domain.messages import Receipt
from chalicelib.domain.parking import Override, Release
from chalicelib.domain.reachability import OptOut, Reachability
from chalicelib.domain.reply_address import is_genuine, parse_reply_address
from chalicelib.domain.templates import Template, TextPurpose, Wording
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.usecases.announce_changes import EntryChange, acknowledgement_outcomes
from chalicelib.usecases.ask_for_deliveries import AskForDeliveries
from chalicelib.usecases.ports import Create, Update
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, ANNAS_PHONE, APP, BARTEK, BILLING, FORM, RING, SUPPORT, TEXTS, message
from tests.fakes.interleaving import at_once

BY_MAIL = AcknowledgementRule((Channel.EMAIL,))
FRIDAY_EVENING = timedelta(days=4, hours=8)  # after Monday ten o'clock


@pytest.fixture(autouse=True)
def acknowledging(hub):
    configure(hub, BY_MAIL)


def configure(hub, rule, **changed):
    inboxes = (
        replace(SUPPORT, acknowledgement=rule),
        replace(BILLING, acknowledgement=rule),
        replace(FORM, acknowledgement=rule),
        replace(TEXTS, acknowledgement=AcknowledgementRule((Channel.SMS,))),
        replace(APP, acknowledgement=AcknowledgementRule((Channel.APP,))),
    )
    hub.configured(inboxes=inboxes, **changed)


def write(hub, **fields):
    return hub.write(**{"names_us": True, **fields})


def post(hub, sender=ANNA, **fields):
    said = message(channel=Channel.WEB_FORM, sender=sender, trust=Trust.UNVERIFIED, **fields)
    return hub.write(said, transport="web_form", recipients=("contact",))


def acknowledgements(hub):
    return [entry for entry in hub.threads.records(Entry) if entry.is_automatic]


def reason(hub, outcome):
    return hub.threads.get_entry(outcome.customer_id, outcome.entry_id).facts.get("not_acknowledged")


def test_a_first_mail_is_acknowledged_in_the_same_transaction(hub):
    outcome = write(hub, message_id="first@example.pl", sender_address="Anna@example.pl")
    (entry,) = acknowledgements(hub)
    case = hub.case(outcome)
    assert (entry.case_id, entry.channel, entry.author) == (case.id, Channel.EMAIL, "hub")
    delivery = entry.delivery
    assert (delivery.status, delivery.recipient, delivery.sender) == (
        DeliveryStatus.QUEUED,
        "Anna@example.pl",
        "pomoc@hub.example",
    )
    assert (delivery.automatic, delivery.in_reply_to) == (True, "first@example.pl")
    assert is_genuine(parse_reply_address(delivery.reply_to), case.customer_id, RING)
    assert hub.thread(case.customer_id)[-1] == entry  # behind what it answers
    assert hub.threads.get_entry(case.customer_id, outcome.entry_id).facts == {"acknowledged_by": entry.id}


def test_it_says_the_reference_and_by_when_we_answer_by_the_clock_that_was_started(hub):
    case = hub.case(write(hub, language="en"))
    (entry,) = acknowledgements(hub)
    assert case.deadline_at.isoformat() == "2026-11-23T13:00:00+00:00"
    assert case.reference in entry.subject
    assert case.reference in entry.text
    assert "You will have our answer by Monday, 23 November, 14:00." in entry.text
    assert "closed" not in entry.text


def test_it_moves_no_clock_and_is_no_answer(hub):
    case = hub.case(write(hub))
    assert (case.awaiting_since, case.answered, case.messages_out) == (case.opened_at, False, 1)
    assert case.clocks


def test_one_that_is_lost_is_told_of_by_the_hub_and_is_no_answer_that_is_owed_again(hub):
    case = hub.case(write(hub))
    (entry,) = acknowledgements(hub)
    hub.mail.answers.append(SendingRefused("MessageRejected", temporary=False))
    assert hub.deliver(entry.customer_id, entry.id) == "failed"
    event = hub.thread(case.customer_id, EntryKind.EVENT)[-1]
    assert (event.event, event.author, event.case_id, event.at, event.facts["entry"]) == (
        "delivery.failed",
        "hub",
        case.id,
        hub.now(),
        entry.id,
    )
    assert hub.thread(case.customer_id, EntryKind.NOTICE) == []


def test_outside_of_business_hours_it_says_when_we_are_here_again(hub):
    hub.now.move(FRIDAY_EVENING)
    write(hub)
    (entry,) = acknowledgements(hub)
    assert "Teraz nie pracujemy; jesteśmy znowu od poniedziałku, 30 listopada, godz. 08:00." in entry.text
    assert "Odpowiemy do poniedziałku, 30 listopada, godz. 12:00." in entry.text


def test_an_odd_minute_is_rounded_up_so_that_the_promise_can_be_kept(hub):
    hub.later(minutes=7, seconds=13)
    write(hub)
    assert "godz. 14:15." in acknowledgements(hub)[0].text


def test_without_a_time_that_is_still_to_come_nothing_is_promised(hub):
    hub.later(days=2)
    said = message(sender=BARTEK, names_us=True, message_id="b@example.pl")
    receipt = Receipt("email", "old", hub.now() - timedelta(hours=20), ("pomoc@hub.example",))
    hub.said[b"old"] = said
    hub.receive(hub.raw.put_incoming(receipt, b"old"), receipt, hub.parse)
    late = acknowledgements(hub)[-1]
    assert late.delivery.recipient == BARTEK.value
    assert "Odpowiemy" not in late.text  # the time by which it should have been is over


def test_the_notice_of_an_incident_is_carried_while_the_inbox_names_it(hub):
    notice = Template("outage", TextPurpose.NOTICE, {"pl": Wording("", "Trwa awaria, pracujemy nad nią.")})
    configure(hub, replace(BY_MAIL, notice="outage"), templates={"outage": notice})
    write(hub)
    assert "\n\nTrwa awaria, pracujemy nad nią.\n\n" in acknowledgements(hub)[0].text


def test_the_language_is_the_messages_else_the_inboxs(hub):
    write(hub, recipients=("faktury@hub.example",))
    write(hub, sender=BARTEK, language="pl", recipients=("faktury@hub.example",))
    subjects = [entry.subject for entry in acknowledgements(hub)]
    assert [subject.split(",")[0] for subject in subjects] == ["We have your message", "Mamy Państwa wiadomość"]


def test_no_word_of_the_sender_is_said_again(hub):
    """An automatic answer that repeats a stranger's words carries them to whoever they like, in our name."""
    words = {"subject": "KUP TERAZ http://evil.example", "visible_text": "Wygrałeś", "sender_name": "Pan Zły"}
    write(hub, **words)
    said = acknowledgements(hub)[0]
    for text in words.values():
        assert text not in said.text + said.subject


@pytest.mark.parametrize(
    ("why", "fields"),
    [
        ("automatic", {"automatic": "auto-submitted: auto-generated"}),
        ("automatic", {"machine": MachineMail(MachineKind.MAILING_LIST, "list-id")}),
        ("nobody", {"sender": None}),
        ("no_reply_address", {"sender": ContactPoint(PointKind.EMAIL, "no-reply@shop.example")}),
        ("no_reply_address", {"sender": ContactPoint(PointKind.EMAIL, "owner-list@shop.example")}),
        ("own_address", {"sender": ContactPoint(PointKind.EMAIL, "faktury@hub.example")}),
        ("own_address", {"sender": ContactPoint(PointKind.EMAIL, "pomoc+x@hub.example")}),
        ("own_address", {"sender": ContactPoint(PointKind.EMAIL, "reply+k7q2m9dxm3q.a0@hub.example")}),
        ("own_address", {"sender": ContactPoint(PointKind.EMAIL, "boss@company.example")}),
        ("not_addressed", {"names_us": False}),
        ("unproved", {"trust": Trust.UNVERIFIED}),
        ("unproved", {"trust": Trust.FORGED}),
    ],
)
def test_who_is_no_person_we_believe_gets_none_and_the_entry_says_why(hub, why, fields):
    outcome = write(hub, **fields)
    assert acknowledgements(hub) == []
    assert reason(hub, outcome) == why


@pytest.mark.parametrize("source", ["", "bounces+17@sendgrid.example", "list-request@lists.example"])
def test_a_mail_whose_envelope_names_a_machine_or_nobody_gets_none(hub, source):
    hub.said[b"raw"] = message(names_us=True)
    receipt = Receipt("email", "f", hub.now(), ("pomoc@hub.example",), source)
    outcome = hub.receive(hub.raw.put_incoming(receipt, b"raw"), receipt, hub.parse)
    assert reason(hub, outcome) == "no_reply_address"


def test_who_has_proved_their_address_is_acknowledged_though_nothing_proves_the_mail(hub):
    """That somebody wrote from there before is not enough: it may have been the same forger."""
    first = write(hub, trust=Trust.UNVERIFIED)
    assert reason(hub, write(hub, trust=Trust.UNVERIFIED, message_id="second@example.pl")) == "unproved"
    owner = hub.threads.find_owner(ANNA)
    hub.threads.commit([Update(owner, replace(owner, verified=True), ())])
    assert reason(hub, write(hub, trust=Trust.UNVERIFIED, message_id="third@example.pl")) is None
    assert len(acknowledgements(hub)) == 1
    assert first.customer_id == owner.customer_id


def test_a_follow_up_gets_none(hub):
    write(hub)
    hub.later(days=2)
    second = write(hub)
    assert second.rule == "by_only_open_case"
    assert len(acknowledgements(hub)) == 1
    assert reason(hub, second) is None


def test_a_closed_case_that_opens_again_is_acknowledged_only_where_the_inbox_says_so(hub):
    for rule, expected in ((BY_MAIL, 1), (replace(BY_MAIL, on_reopening=True), 3)):
        configure(hub, rule)
        outcome = write(hub, message_id=f"opened-{expected}@example.pl")
        hub.reply(outcome.reference, "eva", Answer("Tak."))
        hub.close(outcome.reference, "eva")
        hub.later(days=2)
        assert write(hub, in_reply_to=(f"opened-{expected}@example.pl",)).case_id == outcome.case_id
        assert len(acknowledgements(hub)) == expected
        hub.close(outcome.reference, "eva")
        hub.later(days=20)


def test_one_address_is_answered_once_in_a_day_whatever_it_opens(hub):
    post(hub)
    second = post(hub, message_id="second")
    assert len(acknowledgements(hub)) == 1
    assert reason(hub, second) == "answered_lately"
    hub.later(days=1)
    post(hub, message_id="third")
    assert len(acknowledgements(hub)) == 2


@pytest.mark.parametrize("seed", range(30))
def test_two_forms_of_one_address_at_the_same_moment_give_one_answer(hub, seed):
    def job(number):
        raw = f"form {number}".encode()
        hub.said[raw] = message(channel=Channel.WEB_FORM, trust=Trust.UNVERIFIED, visible_text=str(number))
        receipt = Receipt("web_form", f"form{number}", hub.now(), ("contact",))
        incoming = hub.raw.put_incoming(receipt, raw)
        return lambda: hub.receive(incoming, receipt, hub.parse)

    at_once(hub.threads, seed, map(job, range(4)))
    assert len(acknowledgements(hub)) == 1


def test_a_form_is_answered_at_the_address_given_there_though_anybody_can_type_it(hub):
    post(hub)
    (entry,) = acknowledgements(hub)
    assert (entry.channel, entry.delivery.recipient) == (Channel.EMAIL, ANNA.value)
    assert "Jeśli to nie Państwo do nas napisali" in entry.text


def test_a_flood_of_typed_addresses_ends_at_a_budget_of_its_own(hub):
    configure(hub, BY_MAIL, automatic_budget=AutomaticBudget(typed_per_hour=3))
    outcomes = [
        post(hub, ContactPoint(PointKind.EMAIL, f"victim{number}@example.pl"), message_id=str(number))
        for number in range(6)
    ]
    assert [reason(hub, outcome) for outcome in outcomes] == [None] * 3 + ["budget_used_up"] * 3
    assert reason(hub, write(hub, sender=BARTEK)) is None  # who is believed is still answered
    hub.later(hours=1)
    assert reason(hub, post(hub, ContactPoint(PointKind.EMAIL, "next@example.pl"), message_id="7")) is None


def test_a_form_that_gave_a_number_gets_no_sms_unless_the_inbox_says_so(hub):
    assert reason(hub, post(hub, ANNAS_PHONE)) == "channel_off"
    configure(hub, AcknowledgementRule((Channel.EMAIL, Channel.SMS)))
    post(hub, ContactPoint(PointKind.PHONE, "+48607654321"), message_id="2")
    (entry,) = acknowledgements(hub)
    assert entry.channel is Channel.SMS
    assert entry.text.isascii()
    assert "Odpowiemy do 23.11 14:00." in entry.text


def test_a_text_message_is_acknowledged_in_one_segment(hub):
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    (entry,) = acknowledgements(hub)
    assert entry.text == f"Sprawa {case.reference} jest u nas.\nOdpowiemy do 23.11 14:00."
    assert (entry.subject, entry.delivery.recipient) == ("", ANNAS_PHONE.value)
    assert len(entry.text) <= 160


def test_in_the_app_it_is_there_to_read_and_nothing_is_sent(hub):
    annas_app = ContactPoint(PointKind.APP, "issuer|anna")
    said = message(channel=Channel.APP, sender=annas_app, trust=Trust.LOGGED_IN)
    hub.write(said, transport="app", recipients=("app",))
    (entry,) = acknowledgements(hub)
    assert (entry.channel, entry.delivery) == (Channel.APP, None)


def test_who_wants_no_mail_gets_none(hub):
    hub.threads.commit([Create(Reachability(ANNA, opt_outs={"service": OptOut(hub.now(), "customer")}))])
    assert reason(hub, write(hub)) == "opted_out"


def test_a_suppressed_address_gets_none(hub):
    hub.threads.commit([Create(Reachability(ANNA, suppressed_until=hub.now() + timedelta(days=1)))])
    assert reason(hub, write(hub)) == "suppressed"


def test_what_comes_to_light_a_day_later_is_not_acknowledged_any_more(hub):
    hub.said[b"raw"] = message(names_us=True)
    receipt = Receipt("email", "f", hub.now() - LATEST - timedelta(seconds=1), ("pomoc@hub.example",))
    outcome = hub.receive(hub.raw.put_incoming(receipt, b"raw"), receipt, hub.parse)
    assert reason(hub, outcome) == "late"


def test_an_inbox_that_acknowledges_nothing_says_nothing(hub):
    configure(hub, None)
    outcome = write(hub)
    assert acknowledgements(hub) == []
    assert reason(hub, outcome) is None


def test_a_message_is_kept_though_there_is_nothing_to_write_from(hub):
    hub.configured(
        inboxes=(replace(FORM, acknowledgement=BY_MAIL),),
        teams={"care": replace(hub.configuration.current().teams["care"], inbox="")},
    )
    outcome = post(hub)
    assert reason(hub, outcome) == "nobody"


def test_messages_in_quick_succession_silence_the_case_and_it_says_so(hub):
    """Two hubs that answer each other with fresh ids, and say nowhere that they are machines."""
    configure(hub, replace(BY_MAIL, on_reopening=True))
    first = write(hub, message_id="first@example.pl")
    for _ in range(MOST_QUICK):
        hub.later(seconds=30)
        assert write(hub).case_id == first.case_id
    case = hub.case(first)
    (event,) = hub.thread(case.customer_id, EntryKind.EVENT)
    assert (event.event, event.facts["messages"]) == ("case.automatic_answers_stopped", "10")
    assert case.is_silenced(hub.now())
    assert len(acknowledgements(hub)) == 1
    hub.close(first.reference, "eva")
    hub.later(hours=23, minutes=57)  # more than a day after the acknowledgement, less after the tenth message
    again = write(hub, in_reply_to=("first@example.pl",))
    assert reason(hub, again) == "silenced"
    hub.close(first.reference, "eva")
    hub.later(days=2)
    assert reason(hub, write(hub, in_reply_to=("first@example.pl",))) is None  # it passes by itself


def test_the_stream_puts_it_up_to_be_sent_and_counts_what_became_of_it(hub):
    outcome = write(hub)
    other = write(hub, sender=BARTEK, trust=Trust.UNVERIFIED)
    changes = [EntryChange(None, entry) for entry in hub.threads.records(Entry)]
    AskForDeliveries(hub.queues)(changes)
    assert list(hub.queues.to_deliver) == [(outcome.customer_id, acknowledgements(hub)[0].id)]
    assert sorted(acknowledgement_outcomes(changes)) == ["queued", "unproved"]
    assert hub.deliver_all() == ["sent"]
    assert other.reference


def test_a_released_message_is_left_to_whoever_released_it(hub):
    parked = write(hub, recipients=("nobody@hub.example",))
    release = Release("eva", "to do nas", frozenset({Override.UNKNOWN_INBOX}), inbox="support")
    hub.release(parked.id, release)
    assert acknowledgements(hub) == []
    (entry,) = (one for one in hub.threads.records(Entry) if one.kind is EntryKind.INBOUND)
    assert entry.facts["not_acknowledged"] == "released"


def test_a_store_that_is_out_of_reach_acknowledges_nothing(hub):
    def fail(call):
        if call.name == "commit":
            raise StorageUnavailable()

    hub.threads.hook = fail
    with pytest.raises(StorageUnavailable):
        write(hub)
    assert acknowledgements(hub) == []
