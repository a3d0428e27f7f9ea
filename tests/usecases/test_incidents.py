"""An incident is told of while it lasts, and in the end every linked case is answered, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.automatic_answers import AcknowledgementRule
from chalicelib.domain.broadcasts import BroadcastRules, BroadcastStatus, RecipientState
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import Conflict, InvalidInput, NotFound, StorageUnavailable
from chalicelib.domain.incidents import IncidentStatus, notice_in
from chalicelib.domain.reachability import OptOut
from chalicelib.domain.templates import Wording
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.once import Once
from chalicelib.usecases.ports import Update
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK, SUPPORT, TEXTS
from tests.fakes.interleaving import at_once

NOTICE = {"pl": "Mamy awarię prądu w Łodzi.", "en": "The power is out in Łódź."}
ANSWER = {
    "pl": Wording("Prąd wrócił", "Prąd wrócił. Sprawa {reference}."),
    "en": Wording("Power is back", "The power is back.\nYours, {company}"),
}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def incident(hub):
    hub.configured(
        inboxes=(replace(SUPPORT, acknowledgement=AcknowledgementRule((Channel.EMAIL,), on_reopening=True)), TEXTS)
    )
    return hub.incidents("Prąd w Łodzi", NOTICE, ["support"], "ewa")


def write(hub, **fields):
    return hub.write(**{"names_us": True, **fields})


def linked(hub, incident, *outcomes):
    return hub.link(incident, [outcome.reference for outcome in outcomes], "ewa")


def acknowledgements(hub):
    return [entry for entry in hub.threads.records(Entry) if entry.is_automatic]


def answers(hub, customer_id):
    return [one for one in hub.thread(customer_id, EntryKind.OUTBOUND) if not one.is_automatic]


def ran(hub, broadcast, minutes=1):
    for _ in range(minutes):
        done = hub.broadcast(broadcast)
        hub.now.move(MINUTE)
    return done


def counts(hub, broadcast):
    return dict(hub.threads.get_broadcast(broadcast).counts)


def known_of_anna(hub, **fields):
    known = hub.threads.find_reachabilities([ANNA])[ANNA]
    hub.threads.commit([Update(known, replace(known, **fields), ())])


def rows(hub, incident):
    return {row.id: (row.state, row.reason) for row in hub.threads.list_recipients(incident, 100)}


def test_an_acknowledgement_of_its_inbox_tells_of_it_in_the_customers_language(hub, incident):
    write(hub, language="en")
    write(hub, sender=BARTEK, language="pl")
    english, polish = acknowledgements(hub)
    assert NOTICE["en"] in english.text
    assert NOTICE["pl"] in polish.text
    assert NOTICE["en"] not in polish.text


def test_once_it_is_closed_nobody_is_told_of_it_any_more(hub, incident):
    hub.incidents.close(incident, "jan")
    hub.incidents.close(incident, "jan")
    write(hub, language="en")
    assert NOTICE["en"] not in acknowledgements(hub)[0].text
    closed = hub.threads.get_incident(incident)
    assert (closed.status, closed.closed_by, closed.closed_at) == (IncidentStatus.CLOSED, "jan", hub.now())


def test_of_two_incidents_both_are_told_and_closing_one_leaves_the_other(hub, incident):
    other = hub.incidents("Gaz", {"en": "No gas either."}, ["support"], "ewa")
    write(hub, language="en")
    assert {NOTICE["en"], "No gas either."} <= {*acknowledgements(hub)[0].text.split("\n\n")}
    hub.incidents.close(incident, "ewa")
    assert [*hub.threads.find_notices("support").notices] == [other]


def test_what_is_changed_is_told_from_then_on_and_an_inbox_that_is_left_out_is_silent(hub, incident):
    hub.incidents.change(incident, "Prąd", {"en": "Still out."}, ["texts"])
    assert hub.threads.find_notices("support").notices == {}
    assert hub.threads.find_notices("texts").notices == {incident: {"en": "Still out."}}
    hub.incidents.close(incident, "ewa")
    with pytest.raises(Conflict):
        hub.incidents.change(incident, "Prąd", {}, [])


def test_a_linked_case_that_opens_again_is_told_of_it_whatever_inbox_it_is_in(hub, incident):
    outcome = write(hub, language="en")
    linked(hub, incident, outcome)
    hub.incidents.change(incident, "Prąd", NOTICE, [])
    hub.reply(outcome.reference, "ewa", Answer("Już."))
    hub.close(outcome.reference, "ewa")
    hub.later(days=2)
    write(hub, language="en", in_reply_to="", visible_text="I jeszcze", references=())
    said = [entry for entry in acknowledgements(hub) if NOTICE["en"] in entry.text]
    assert len(said) == len({entry.id for entry in said}) >= 1


def test_a_case_is_linked_once_and_the_thread_says_so(hub, incident):
    one, two = write(hub), write(hub, sender=BARTEK)
    assert linked(hub, incident, one, two, one).done == (one.reference, two.reference)
    assert linked(hub, incident, one).done == (one.reference,)
    assert hub.threads.get_incident(incident).linked == 2
    assert hub.case(one).incident == incident
    (event,) = [entry for entry in hub.thread(one.customer_id) if entry.event == "case.linked"]
    assert (event.author, event.facts) == ("agent:ewa", {"reference": one.reference, "incident": incident})


def test_one_that_cannot_be_linked_is_named_and_stops_no_other(hub, incident):
    one, other = write(hub), write(hub, sender=BARTEK)
    hub.link(hub.incidents("Gaz", {}, [], "ewa"), [one.reference], "ewa")
    result = hub.link(incident, [one.reference, "K7Q2M-9DXM3-Q", "nonsense", other.reference], "ewa")
    assert result.done == (other.reference,)
    assert result.left == {one.reference: "conflict", "K7Q2M-9DXM3-Q": "not_found", "nonsense": "not_found"}


def test_nothing_is_linked_to_what_is_closed_or_does_not_exist(hub, incident):
    outcome = write(hub)
    hub.incidents.close(incident, "ewa")
    with pytest.raises(Conflict):
        linked(hub, incident, outcome)
    with pytest.raises(NotFound):
        linked(hub, "0" * 26, outcome)


def test_what_was_taken_away_is_not_answered_and_can_be_linked_again(hub, incident):
    one, two = write(hub), write(hub, sender=BARTEK)
    linked(hub, incident, one, two)
    hub.link.unlink(incident, one.reference, "ewa")
    hub.link.unlink(incident, one.reference, "ewa")
    assert (hub.case(one).incident, hub.threads.get_incident(incident).linked) == ("", 1)
    linked(hub, incident, one)
    hub.link.unlink(incident, two.reference, "ewa")
    broadcast = hub.incidents.answer(incident, "jan", ANSWER)
    ran(hub, broadcast)
    assert (len(answers(hub, one.customer_id)), answers(hub, two.customer_id)) == (1, [])
    assert counts(hub, broadcast) == {"chosen": 1, "told:email": 1}


def test_every_linked_case_is_answered_in_its_own_thread_by_its_own_channel(hub, incident):
    mail, text = write(hub, language="en"), hub.write_sms(ANNAS_PHONE)
    linked(hub, incident, mail, text)
    broadcast = hub.incidents.answer(incident, "jan", ANSWER)
    assert hub.threads.get_incident(incident).status is IncidentStatus.CLOSED
    ran(hub, broadcast)
    (by_mail,), (by_text,) = answers(hub, mail.customer_id), answers(hub, text.customer_id)
    assert (by_mail.channel, by_mail.subject, by_mail.author) == (Channel.EMAIL, "Re: Power is back", "agent:jan")
    assert by_mail.text == "The power is back."  # there is no name of a company, so the line is left out
    assert (by_text.channel, by_text.text) == (Channel.SMS, f"Prąd wrócił. Sprawa {text.reference}.")
    assert by_mail.facts["broadcast"] == broadcast
    assert hub.case(mail).awaiting_since is None
    assert hub.threads.get_broadcast(broadcast).status is BroadcastStatus.DONE
    assert hub.deliver_all() == [DeliveryStatus.SENT, DeliveryStatus.SENT]
    row = hub.threads.find_recipients(incident, [mail.reference])[mail.reference]
    assert row.entry == f"{by_mail.customer_id}/{by_mail.id}"


def test_whoever_may_not_be_written_to_is_left_out_with_the_reason(hub, incident):
    one, spam = write(hub), write(hub, sender=BARTEK)
    linked(hub, incident, one, spam)
    known_of_anna(hub, suppressed_until=hub.now() + timedelta(days=9))
    hub.mark_spam(spam.reference, "ewa", "reklama", is_spam=True)
    broadcast = hub.incidents.answer(incident, "jan", ANSWER)
    ran(hub, broadcast)
    assert rows(hub, incident) == {
        one.reference: (RecipientState.LEFT_OUT, "suppressed"),
        spam.reference: (RecipientState.LEFT_OUT, "conflict"),
    }
    assert counts(hub, broadcast) == {"chosen": 2, "left_out:suppressed": 1, "left_out:conflict": 1}


def test_an_opt_out_of_all_messages_holds_unless_they_asked_after_it(hub, incident):
    outcome = write(hub)
    linked(hub, incident, outcome)
    opt_out = OptOut(hub.now() + MINUTE, "customer")
    known_of_anna(hub, opt_outs={"service": opt_out})
    hub.later(minutes=2)
    ran(hub, hub.incidents.answer(incident, "jan", ANSWER))
    assert rows(hub, incident)[outcome.reference] == (RecipientState.LEFT_OUT, "opted_out")


def many(hub, incident, number):
    outcomes = [write(hub, sender=replace(ANNA, value=f"anna{at}@example.pl")) for at in range(number)]
    linked(hub, incident, *outcomes)
    return outcomes


def test_a_minute_has_its_share_and_the_next_goes_on_behind_it(hub, incident):
    hub.configured(broadcasts=BroadcastRules(per_minute=2))
    many(hub, incident, 5)
    broadcast = hub.incidents.answer(incident, "jan", ANSWER)
    told = []
    for _ in range(4):
        hub.broadcast(broadcast)
        hub.broadcast(broadcast)  # named twice in one minute
        told.append(counts(hub, broadcast).get("told:email"))
        hub.now.move(MINUTE)
    assert told == [2, 4, 5, 5]
    assert hub.threads.get_broadcast(broadcast).status is BroadcastStatus.DONE


def test_a_pause_holds_at_once_and_it_goes_on_where_it_was(hub, incident):
    hub.configured(broadcasts=BroadcastRules(per_minute=2))
    outcomes = many(hub, incident, 4)
    broadcast = hub.incidents.answer(incident, "jan", ANSWER)
    ran(hub, broadcast)
    hub.direct(broadcast, BroadcastStatus.PAUSED, "jan")
    hub.direct(broadcast, BroadcastStatus.PAUSED, "jan")
    ran(hub, broadcast, 3)
    assert counts(hub, broadcast) == {"chosen": 4, "told:email": 2}
    hub.direct(broadcast, BroadcastStatus.RUNNING, "jan")
    ran(hub, broadcast, 2)
    assert [len(answers(hub, outcome.customer_id)) for outcome in outcomes] == [1, 1, 1, 1]


def test_what_is_stopped_is_stopped_for_good(hub, incident):
    many(hub, incident, 2)
    broadcast = hub.incidents.answer(incident, "jan", ANSWER)
    hub.direct(broadcast, BroadcastStatus.STOPPED, "jan")
    with pytest.raises(Conflict):
        hub.direct(broadcast, BroadcastStatus.RUNNING, "jan")
    ran(hub, broadcast)
    assert counts(hub, broadcast) == {"chosen": 2}
    assert hub.threads.get_broadcast(broadcast).waiting == 2


@pytest.mark.parametrize("seed", range(8))
def test_two_workers_at_once_answer_nobody_twice(hub, incident, seed):
    outcomes = many(hub, incident, 3)
    broadcast = hub.incidents.answer(incident, "jan", ANSWER)
    at_once(hub.threads, seed, [lambda: hub.broadcast(broadcast)] * 2)
    hub.now.move(MINUTE)
    ran(hub, broadcast)
    assert [len(answers(hub, outcome.customer_id)) for outcome in outcomes] == [1, 1, 1]
    assert counts(hub, broadcast) == {"chosen": 3, "told:email": 3}


def test_whom_a_fault_befalls_still_waits_and_is_told_later(hub, incident):
    outcomes = many(hub, incident, 3)
    broadcast = hub.incidents.answer(incident, "jan", ANSWER)
    reply = hub.reply
    hub.reply = Stumbling(reply, outcomes[1].reference)
    assert len(ran(hub, broadcast).failed) == 1
    assert counts(hub, broadcast) == {"chosen": 3, "told:email": 2}
    hub.reply = reply
    ran(hub, broadcast)
    assert hub.threads.get_broadcast(broadcast).status is BroadcastStatus.DONE
    assert [len(answers(hub, outcome.customer_id)) for outcome in outcomes] == [1, 1, 1]


class Stumbling:
    def __init__(self, reply, over):
        self.reply, self.over = reply, over

    def keep(self, reference, *said, **how):
        if reference == self.over:
            raise StorageUnavailable()
        return self.reply.keep(reference, *said, **how)


def test_the_cases_are_answered_once_also_after_it_was_closed(hub, incident):
    many(hub, incident, 1)
    hub.incidents.close(incident, "ewa")
    broadcast = hub.incidents.answer(incident, "jan", ANSWER, once=Once("jan", "k", "0" * 64))
    assert hub.incidents.answer(incident, "jan", ANSWER, once=Once("jan", "k", "0" * 64)) == broadcast
    with pytest.raises(Conflict):
        hub.incidents.answer(incident, "jan", ANSWER)


def test_without_a_linked_case_there_is_nobody_to_answer(hub, incident):
    with pytest.raises(Conflict):
        hub.incidents.answer(incident, "jan", ANSWER)


def test_a_case_that_was_closed_meanwhile_is_answered_and_stays_closed(hub, incident):
    outcome = write(hub)
    linked(hub, incident, outcome)
    hub.close(outcome.reference, "ewa")
    ran(hub, hub.incidents.answer(incident, "jan", ANSWER))
    assert hub.case(outcome).status is CaseStatus.CLOSED
    assert len(answers(hub, outcome.customer_id)) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ((NOTICE, ["nowhere"]), "inboxes[0]"),
        (({}, ["support"]), "notice"),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_field(hub, said, field):
    with pytest.raises(InvalidInput) as refused:
        hub.incidents("Prąd", *said, "ewa")
    assert refused.value.field == field


def test_a_text_with_a_variable_that_there_is_not_is_refused(hub, incident):
    many(hub, incident, 1)
    with pytest.raises(InvalidInput) as refused:
        hub.incidents.answer(incident, "jan", {"pl": Wording("", "Witaj {imie}")})
    assert refused.value.field == "wordings.pl"
    assert hub.threads.get_incident(incident).lasts


def test_the_sweep_names_what_runs_to_the_workers(hub, incident):
    many(hub, incident, 1)
    broadcast = hub.incidents.answer(incident, "jan", ANSWER)
    hub.sweep()
    assert [*hub.queues.to_broadcast] == [broadcast]
    ran(hub, broadcast)
    hub.sweep()
    assert [*hub.queues.to_broadcast] == [broadcast]


@pytest.mark.parametrize(
    ("languages", "said"), [(["pl"], NOTICE["pl"]), (["de"], NOTICE["en"]), (["de", "pl"], NOTICE["pl"])]
)
def test_a_notice_is_said_in_the_first_language_that_it_has(languages, said):
    assert notice_in(NOTICE, languages) == said


def test_a_notice_in_another_language_is_better_than_none():
    assert notice_in({"uk": "Аварія"}, ["pl"]) == "Аварія"
    assert notice_in({}, ["pl"]) == ""
