"""STOP is heard in the transaction that keeps it, for the number, confirmed once, and nobody has to answer it."""

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import pytest

from chalicelib.content.sms_texts import encoding_of, find_intent, segments_of
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.delivery import FailureKind
from chalicelib.domain.errors import NotFound, NoWayToReach
from chalicelib.domain.messages import Receipt
from chalicelib.domain.opting_out import EVERYTHING
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.sla import EscalationStep, StepAction
from chalicelib.domain.sms import SmsFacts
from chalicelib.domain.threads import EntryKind
from chalicelib.domain.unsubscribing import unsubscribe_address, unsubscribe_token
from chalicelib.usecases.change_preferences import Said
from chalicelib.usecases.receive_message import Parked
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK, POLICY, RING, message
from tests.fakes.memory_store import Moment

SOMEBODYS = ContactPoint(PointKind.PHONE, "+48607654321")
OUR_NUMBER = "+48700100200"


def sms(text, sender=ANNAS_PHONE):
    intent, certain = find_intent(text) or (None, False)
    facts = SmsFacts(encoding_of(text), segments_of(text), intent=intent, certain=certain)
    return message(channel=Channel.SMS, sender=sender, visible_text=text, sms=facts)


def write(hub, text, sender=ANNAS_PHONE):
    return hub.write(sms(text, sender), transport="sms", recipients=(OUR_NUMBER,))


def known(hub, point=ANNAS_PHONE):
    return hub.threads.find_reachabilities([point]).get(point)


def opt_outs(hub, point=ANNAS_PHONE):
    found = known(hub, point)
    return {*found.opt_outs} if found else set()


def events(hub, outcome):
    return [entry for entry in hub.thread(outcome.customer_id, EntryKind.EVENT) if "opted" in entry.event]


@pytest.fixture
def answered(hub):
    """Anna asked by text and was answered."""
    outcome = write(hub, "Kiedy będzie technik?")
    hub.reply(outcome.reference, "eva", Answer("Jutro."))
    hub.deliver_all()
    hub.later(minutes=5)
    return outcome


def test_stop_ends_everything_for_the_number_and_stands_in_the_thread_without_a_clock(hub, answered):
    before = hub.case(answered)
    outcome = write(hub, " stop. ")
    case = hub.case(outcome)
    assert case.id == before.id
    assert (case.awaiting_since, case.clocks, case.messages_in, case.automatic_in) == (None, before.clocks, 1, 1)
    assert opt_outs(hub) == {*EVERYTHING}
    said = known(hub).opt_outs[Purpose.SERVICE]
    assert (said.at, said.by, said.evidence) == (hub.now(), "customer", "by text message: stop.")
    (entry,) = [one for one in hub.thread(case.customer_id, EntryKind.INBOUND) if one.id == outcome.entry_id]
    assert (entry.text, entry.arrival.automatic) == (" stop. ", "it says stop and nothing else")
    (event,) = events(hub, outcome)
    assert (event.event, event.author, event.facts["point"], event.facts["entry"]) == (
        "customer.opted_out",
        "customer",
        "phone:+48601234567",
        outcome.entry_id,
    )


def test_stop_is_confirmed_once_at_once_and_at_any_hour(hub, answered):
    hub.sms.sent.clear()
    for text in ("STOP", "STOP", "Stop!"):
        hub.later(minutes=1)
        write(hub, text)
    hub.later(minutes=2)
    hub.sweep()
    assert hub.deliver_all() == ["sent"]
    (confirmation,) = hub.sms.sent
    assert (confirmation.recipient, confirmation.sender) == (ANNAS_PHONE.value, OUR_NUMBER)
    assert confirmation.text == "Nie bedziemy juz wysylac SMS-ow na ten numer. Aby je wznowic, odpisz START."
    assert segments_of(confirmation.text) == 1


def test_whoever_changes_their_mind_again_and_again_is_confirmed_to_once_a_day(hub):
    for text in ("STOP", "START", "STOP", "START", "STOP"):
        hub.later(minutes=1)
        write(hub, text)
    hub.later(minutes=2)
    hub.sweep()
    assert hub.deliver_all() == ["sent"]
    hub.later(days=1)
    write(hub, "START")
    hub.later(minutes=2)
    hub.sweep()
    hub.deliver_all()
    assert [sent.text[:12] for sent in hub.sms.sent] == ["Nie bedziemy", "Znow bedziem"]


def test_start_takes_back_what_the_same_person_said(hub, answered):
    write(hub, "STOP")
    hub.later(minutes=1)
    outcome = write(hub, "START")
    assert opt_outs(hub) == set()
    assert [event.event for event in events(hub, outcome)] == ["customer.opted_out", "customer.opted_in"]
    hub.reply(answered.reference, "eva", Answer("Dzień dobry."))
    assert hub.case(answered).answered_by[-1] is Channel.SMS


def test_after_stop_no_answer_goes_to_the_number_until_they_write_again(hub, answered):
    write(hub, "STOP")
    with pytest.raises(NoWayToReach, match="has opted out of all messages"):
        hub.reply(answered.reference, "eva", Answer("Jeszcze jedno."))
    hub.later(minutes=1)
    write(hub, "A jednak: o której?")
    assert opt_outs(hub) == {*EVERYTHING}
    hub.reply(answered.reference, "eva", Answer("O dziesiątej."))
    assert hub.deliver_all() == ["sent"]


def test_a_stop_with_more_words_is_an_ordinary_message(hub, answered):
    write(hub, "stop, to nie moja faktura")
    assert known(hub) is None
    assert hub.case(answered).awaiting_since == hub.now()


def test_an_everyday_word_is_an_answer_where_somebody_of_ours_has_written(hub, answered):
    write(hub, "nie")
    assert known(hub) is None
    assert hub.case(answered).awaiting_since == hub.now()


def test_an_everyday_word_out_of_nothing_is_a_stop(hub):
    outcome = write(hub, "KONIEC")
    assert opt_outs(hub) == {*EVERYTHING}
    case = hub.case(outcome)
    assert (case.awaiting_since, case.automatic_in) == (None, 1)


def test_a_word_for_help_waits_for_a_person(hub):
    assert hub.case(write(hub, "POMOC")).awaiting_since == hub.now()


def test_stop_does_not_open_a_closed_case_again(hub, answered):
    hub.close(answered.reference, "eva")
    hub.later(minutes=1)
    write(hub, "STOP")
    assert hub.case(answered).status is CaseStatus.CLOSED
    assert opt_outs(hub) == {*EVERYTHING}


def test_the_same_stop_that_comes_twice_is_heard_once(hub, answered):
    raw = f"raw {hub.written + 1}".encode()
    write(hub, "STOP")
    receipt = Receipt("sms", f"f{hub.written}", hub.now(), (OUR_NUMBER,))
    hub.receive(hub.raw.put_incoming(receipt, raw), receipt, hub.parse)
    assert len(events(hub, answered)) == 1


def test_an_old_stop_that_was_delayed_does_not_undo_a_later_start(hub, answered):
    hub.later(minutes=10)
    write(hub, "STOP")
    hub.later(minutes=10)
    write(hub, "START")
    hub.later(minutes=-15)
    write(hub, "STOP")
    assert opt_outs(hub) == set()


def test_two_stops_at_the_same_moment_are_one_opt_out(hub, answered):
    rival = []

    def stop_too(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            write(hub, "Stop")

    hub.threads.hook = stop_too
    write(hub, "STOP")
    assert opt_outs(hub) == {*EVERYTHING}
    assert len(events(hub, answered)) == 1


def test_stop_of_somebody_who_is_blocked_is_parked_and_heard_all_the_same(hub):
    hub.block(ANNAS_PHONE, "eva", "obraża", blocked=True)
    assert isinstance(write(hub, "STOP"), Parked)
    assert opt_outs(hub) == {*EVERYTHING}
    hub.later(minutes=2)
    hub.sweep()
    assert hub.deliver_all() == []


def test_a_queued_answer_is_stopped_by_the_stop_that_overtakes_it(hub, answered):
    write(hub, "A kiedy dokładnie?")
    since = hub.now()
    hub.reply(answered.reference, "eva", Answer("O dziesiątej."))
    hub.later(seconds=1)
    write(hub, "STOP")
    assert hub.deliver_all()[0] == "failed"
    (answer,) = (one for one in hub.thread(answered.customer_id, EntryKind.OUTBOUND) if one.text == "O dziesiątej.")
    assert answer.delivery.failure is FailureKind.PERMANENT
    assert hub.case(answered).awaiting_since == since


# By mail.


def unsubscribes(hub, sender=ANNA, of=ANNA, purpose=Purpose.SURVEY, text=""):
    address = unsubscribe_address(of, purpose, "hub.example", RING)
    return hub.write(sender=sender, visible_text=text, recipients=(address,))


def test_a_mail_to_the_address_for_it_ends_that_purpose_alone(hub):
    outcome = unsubscribes(hub)
    assert opt_outs(hub, ANNA) == {Purpose.SURVEY}
    assert hub.case(outcome).awaiting_since is None
    assert hub.deliver_all() == []


def test_nobody_unsubscribes_somebody_else(hub):
    outcome = unsubscribes(hub, sender=BARTEK, of=ANNA)
    assert (known(hub, ANNA), known(hub, BARTEK)) == (None, None)
    assert hub.case(outcome).awaiting_since is not None


def test_who_writes_more_than_that_is_read_by_a_person_and_heard_all_the_same(hub):
    outcome = unsubscribes(hub, text="Proszę też o usunięcie moich danych. " * 10)
    assert opt_outs(hub, ANNA) == {Purpose.SURVEY}
    assert hub.case(outcome).awaiting_since is not None


def test_an_address_for_unsubscribing_that_is_not_ours_means_nothing(hub):
    forged = unsubscribe_address(ANNA, Purpose.SURVEY, "hub.example", RING).replace(".a", ".z")
    hub.write(recipients=(forged,))
    assert known(hub, ANNA) is None


def test_an_opt_out_belongs_to_the_number_whoever_gets_it_later(hub):
    write(hub, "STOP", SOMEBODYS)
    customer_id = hub.threads.find_owner(SOMEBODYS).customer_id
    anna = hub.write()
    hub.merge(anna.customer_id, customer_id, "eva", "one person")
    assert opt_outs(hub, SOMEBODYS) == {*EVERYTHING}


# By an agent, and by one click.


def test_an_agent_records_what_they_were_told_and_lifts_it_again(hub):
    case = hub.case(hub.write())
    hub.record_opt_out(ANNA, "eva", (Purpose.MARKETING, Purpose.SURVEY), "przez telefon", opted_out=True)
    hub.record_opt_out(ANNA, "eva", (Purpose.SURVEY,), "jednak tak", opted_out=False)
    assert opt_outs(hub, ANNA) == {Purpose.MARKETING}
    first, second = events(hub, case)
    assert (first.event, first.author, first.text, first.facts["purposes"]) == (
        "customer.opted_out",
        "agent:eva",
        "przez telefon",
        "marketing survey",
    )
    assert (second.event, second.facts["purposes"]) == ("customer.opted_in", "survey")


def test_an_agent_who_repeats_what_is_so_changes_nothing(hub):
    case = hub.case(hub.write())
    for _ in range(2):
        hub.record_opt_out(ANNA, "eva", EVERYTHING, "przez telefon", opted_out=True)
    hub.record_opt_out(BARTEK, "eva", EVERYTHING, "pomyłka", opted_out=False)
    assert (len(events(hub, case)), known(hub, BARTEK)) == (1, None)


def test_start_lifts_no_opt_out_that_an_agent_was_told_of(hub, answered):
    hub.record_opt_out(ANNAS_PHONE, "eva", (Purpose.MARKETING,), "przez telefon", opted_out=True)
    write(hub, "STOP")
    hub.later(minutes=1)
    write(hub, "START")
    assert opt_outs(hub) == {Purpose.MARKETING}


@pytest.fixture
def holding(hub):
    """Anna waits, and the hub tells her by mail that it takes longer."""
    steps = (EscalationStep(StepAction.HOLD, timedelta(0)),)
    hub.configured(policies={"standard": replace(POLICY, steps=steps)})
    outcome = hub.write()
    hub.later(hours=4, minutes=1)
    hub.sweep()
    return outcome


def test_what_the_hub_writes_by_itself_can_be_ended_by_one_click_and_an_answer_cannot(hub, holding):
    hub.configured(public_url="https://api.hub.example/v1")
    assert hub.deliver_all()[-1] == "sent"
    mail = message_from_bytes(next(sent.raw for sent in hub.mail.sent if sent.recipient == ANNA.value))
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link, address = re.findall(r"<([^>]+)>", mail["List-Unsubscribe"])
    assert link.startswith("https://api.hub.example/v1/unsubscribe/")
    assert address == f"mailto:{unsubscribe_address(ANNA, Purpose.NOTICE, 'hub.example', RING)}"
    for _ in range(2):
        hub.unsubscribe(link.rpartition("/")[2])
    assert opt_outs(hub, ANNA) == {Purpose.NOTICE}
    (event,) = events(hub, holding)
    assert event.facts["evidence"] == "by the link in our mail of 2026-11-23"
    hub.reply(holding.reference, "eva", Answer("Już."))
    assert hub.deliver_all() == ["sent"]
    assert hub.mail.sent[-1].recipient == ANNA.value
    assert "List-Unsubscribe" not in message_from_bytes(hub.mail.sent[-1].raw)


def test_the_hub_writes_in_the_language_that_the_customer_wants(hub):
    hub.configured(policies={"standard": replace(POLICY, steps=(EscalationStep(StepAction.HOLD, timedelta(0)),))})
    outcome = hub.write(language="pl")
    hub.change_preferences(outcome.customer_id, "customer", Said({"language": "en"}))
    hub.later(hours=4, minutes=1)
    hub.sweep()
    assert "We are sorry for the wait" in hub.thread(outcome.customer_id, EntryKind.OUTBOUND)[-1].text


def test_where_nobody_said_how_the_api_is_reached_a_mail_ends_it(hub, holding):
    hub.deliver_all()
    mail = message_from_bytes(next(sent.raw for sent in hub.mail.sent if sent.recipient == ANNA.value))
    assert mail["List-Unsubscribe"].startswith("<mailto:unsubscribe+notice.")
    assert mail["List-Unsubscribe-Post"] is None


def test_whoever_wants_no_notices_gets_none_and_the_step_says_so(hub):
    hub.record_opt_out(ANNA, "eva", (Purpose.NOTICE,), "przez telefon", opted_out=True)
    steps = (EscalationStep(StepAction.HOLD, timedelta(0)),)
    hub.configured(policies={"standard": replace(POLICY, steps=steps)})
    outcome = hub.write()
    hub.later(hours=4, minutes=1)
    hub.sweep()
    assert hub.deliver_all() == []
    assert "not_done" in hub.thread(outcome.customer_id, EntryKind.EVENT)[-1].facts


@pytest.mark.parametrize("change", [("a", "b"), ("0", "1")])
def test_a_link_that_we_have_not_signed_is_not_even_looked_up(hub, change):
    token = unsubscribe_token("0" * 26, "0" * 26, RING)
    asked = []
    hub.threads.hook = asked.append
    with pytest.raises(NotFound):
        hub.unsubscribe(token.replace(*change))
    assert asked == []


def test_a_link_to_a_message_that_is_gone_finds_nothing(hub):
    with pytest.raises(NotFound):
        hub.unsubscribe(unsubscribe_token("0" * 26, "0" * 26, RING))
