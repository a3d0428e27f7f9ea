"""One message to many whom a supervisor has chosen: foreseen first, then sent, to each of them once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.broadcasts import BroadcastRules, BroadcastStatus, RecipientState, price_of, with_fate
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import Conflict, InvalidInput, SendingRefused
from chalicelib.domain.reachability import OptOut, Purpose, Reachability
from chalicelib.domain.reply_address import is_genuine, parse_reply_address
from chalicelib.domain.templates import Template, TextPurpose, Wording
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.change_preferences import ConsentSaid, Said
from chalicelib.usecases.ports import Create
from chalicelib.usecases.prepare_broadcast import Named, Planned
from chalicelib.usecases.reply_to_customer import Answer
from infra.local.carrier_reports import mail_event
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK, RING
from tests.fakes.interleaving import at_once
from tests.fakes.memory_store import Moment
from tests.fakes.records import a_broadcast

PLANNED = Planned(
    "Przerwa w dostawie",
    "support",
    wordings={
        "pl": Wording("Ważne", "Szanowni Państwo,\njutro nie ma wody. Sprawa {reference}."),
        "en": Wording("Important", "There will be no water tomorrow, {customer_name}."),
    },
)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def customers(hub):
    """Anna writes mail in Polish, Bartek in English, and somebody sends texts."""
    said = (hub.write(language="pl"), hub.write(sender=BARTEK, language="en", sender_name="Bartek"))
    return [outcome.customer_id for outcome in (*said, hub.write_sms(ANNAS_PHONE))]


def drafted(hub, customers, planned=PLANNED):
    id_ = hub.prepare(planned, "maria")
    hub.prepare.add(id_, Named(customers=customers))
    return id_


def foreseen(hub, id_):
    return dict(hub.prepare.dry_run(id_, hub.now() + MINUTE).estimate)


def sent(hub, id_):
    hub.prepare.dry_run(id_, hub.now() + MINUTE)
    hub.direct(id_, BroadcastStatus.RUNNING, "maria")
    run(hub, id_)
    return hub.threads.get_broadcast(id_)


def run(hub, id_, minutes=1):
    for _ in range(minutes):
        hub.broadcast(id_)
        hub.now.move(MINUTE)


def told(hub, customer_id):
    return [one for one in hub.thread(customer_id, EntryKind.OUTBOUND) if one.facts.get("broadcast")]


def known_of(hub, point, **fields):
    hub.threads.commit([Create(Reachability(point, **fields))])


def test_each_gets_it_in_their_thread_their_language_and_by_the_channel_that_they_use(hub, customers):
    done = sent(hub, drafted(hub, customers))
    (anna,), (bartek,), (texts,) = [told(hub, id_) for id_ in customers]
    assert (anna.channel, anna.subject, anna.author) == (Channel.EMAIL, "Ważne", "hub")
    assert (bartek.subject, bartek.facts["by"]) == ("Important", "maria")
    assert texts.channel is Channel.SMS
    assert (anna.delivery.purpose, anna.delivery.automatic) == (Purpose.NOTICE, True)
    assert (done.status, dict(done.counts)) == (BroadcastStatus.DONE, {"chosen": 3, "told:email": 2, "told:sms": 1})
    assert [hub.deliver(one.customer_id, one.id) for one in (anna, bartek, texts)] == [DeliveryStatus.SENT] * 3


def test_it_makes_nobody_any_work_and_what_the_customer_answers_opens_its_case(hub, customers):
    sent(hub, drafted(hub, customers))
    (entry,) = told(hub, customers[0])
    case = hub.threads.get_case(customers[0], entry.case_id)
    assert (case.status, case.team, case.messages_out) == (CaseStatus.CLOSED, "care", 1)
    assert is_genuine(parse_reply_address(entry.delivery.reply_to), customers[0], RING)
    customer = hub.threads.get_customer(customers[0])
    assert (customer.cases_opened, customer.open_case_count) == (2, 1)
    answer = hub.write(language="pl", addressed_to=(entry.delivery.reply_to,))
    assert (answer.case_id, answer.customer_id) == (case.id, customers[0])
    again = hub.threads.get_case(customers[0], case.id)
    assert (again.status, again.awaiting_since) == (CaseStatus.OPEN, hub.now())
    assert hub.threads.get_customer(customers[0]).open_case_count == 2


def test_a_case_that_a_broadcast_began_stood_in_lists_without_its_customers_name(hub, customers):
    sent(hub, drafted(hub, customers))
    (entry,) = told(hub, customers[1])
    assert hub.threads.get_case(customers[1], entry.case_id).customer_name == "Bartek"


def test_a_text_in_answer_joins_it_unless_an_agent_is_texting_with_them(hub, customers):
    sent(hub, drafted(hub, customers))
    assert hub.write_sms(ANNAS_PHONE, "Kiedy?").case_id == told(hub, customers[2])[0].case_id


def test_a_text_goes_on_with_the_agent_who_is_texting_with_them(hub, customers):
    (case,) = hub.threads.get_customer_page(customers[2]).cases

    hub.reply(case.reference, "ewa", Answer("O co chodzi?"))
    sent(hub, drafted(hub, customers))
    assert hub.write_sms(ANNAS_PHONE, "O wodę.").case_id == case.id


def test_a_dry_run_counts_and_writes_to_nobody(hub, customers):
    known_of(hub, ANNA, suppressed_until=hub.now() + timedelta(days=3))
    id_ = drafted(hub, customers)
    assert foreseen(hub, id_) == {"left_out:suppressed": 1, "told:email": 1, "told:sms": 1, "segments:sms": 1}
    assert foreseen(hub, id_) == foreseen(hub, id_)
    assert [told(hub, one) for one in customers] == [[], [], []]
    assert {*sent(hub, id_).counts} == {"chosen", "left_out:suppressed", "told:email", "told:sms"}


def test_a_dry_run_that_had_to_stop_goes_on_behind_the_last_that_it_saw(hub, customers):
    id_ = drafted(hub, customers)
    slow = replace(hub.prepare, now=Ticking(hub.now))
    assert slow.dry_run(id_, hub.now() + 3 * MINUTE).looked_at < 3
    for _ in range(3):
        looked = replace(hub.prepare, now=Ticking(hub.now)).dry_run(id_, hub.now() + 5 * MINUTE)
    assert looked.looked_at == looked.chosen == 3


class Ticking:
    """Each look at the clock is a minute later."""

    def __init__(self, now):
        self.at = now()

    def __call__(self):
        self.at += MINUTE
        return self.at


def test_nothing_is_started_before_all_of_it_was_foreseen(hub, customers):
    id_ = drafted(hub, customers[:2])
    with pytest.raises(Conflict):
        hub.direct(id_, BroadcastStatus.RUNNING, "maria")
    foreseen(hub, id_)
    hub.prepare.add(id_, Named(customers=customers))
    with pytest.raises(Conflict):
        hub.direct(id_, BroadcastStatus.RUNNING, "maria")
    assert foreseen(hub, id_) == {"told:email": 2, "told:sms": 1, "segments:sms": 1}
    assert sent(hub, id_).status is BroadcastStatus.DONE
    with pytest.raises(Conflict):
        hub.prepare.add(id_, Named(customers=customers))
    with pytest.raises(Conflict):
        hub.prepare.dry_run(id_, hub.now())


def test_nobody_is_nobody_to_send_to(hub):
    id_ = drafted(hub, [])
    with pytest.raises(Conflict):
        hub.direct(id_, BroadcastStatus.RUNNING, "maria")


def test_a_customer_is_chosen_once_however_they_are_named(hub, customers):
    id_ = hub.prepare(PLANNED, "maria")
    (case,) = hub.threads.get_customer_page(customers[0]).cases
    named = Named([customers[0], "0" * 26], [ANNA, replace(ANNA, value="nobody@example.pl")], [case.reference, "x"])
    added = hub.prepare.add(id_, named)
    assert added.added == 1
    assert added.left == {"0" * 26: "not_found", "email:nobody@example.pl": "not_found", "x": "not_found"}
    assert hub.prepare.add(id_, named).added == 0
    assert hub.threads.get_broadcast(id_).chosen == 1


def test_those_with_an_open_case_of_a_team_or_of_an_incident_are_found_in_its_list(hub, customers):
    by_team = hub.prepare(PLANNED, "maria")
    added = hub.prepare.add_from_team(by_team, "care", None)
    assert (added.added, added.next) == (3, None)
    incident = hub.incidents("Woda", {}, [], "ewa")
    (case,) = hub.threads.get_customer_page(customers[1]).cases
    hub.link(incident, [case.reference], "ewa")
    by_incident = hub.prepare(PLANNED, "maria")
    assert hub.prepare.add_from_incident(by_incident, incident, None).added == 1
    assert [row.id for row in hub.threads.list_recipients(by_incident, 9)] == [customers[1]]


def test_marketing_goes_only_to_who_has_agreed_in_that_channel(hub, customers):
    agreed = Said(consents={Channel.EMAIL: ConsentSaid(given=True, how="in the shop", wording="2026-11")})
    hub.change_preferences(customers[0], "customer", agreed)
    id_ = drafted(hub, customers, replace(PLANNED, purpose=Purpose.MARKETING))
    assert foreseen(hub, id_) == {"told:email": 1, "left_out:no_consent": 2}
    sent(hub, id_)
    (entry,) = told(hub, customers[0])
    assert entry.delivery.purpose is Purpose.MARKETING
    assert told(hub, customers[1]) == []


def test_who_opted_out_of_what_we_send_by_ourselves_gets_nothing(hub, customers):
    known_of(hub, BARTEK, opt_outs={"notice": OptOut(hub.now(), "customer")})
    assert foreseen(hub, drafted(hub, customers))["left_out:opted_out"] == 1


def test_an_opt_out_after_the_dry_run_is_heard(hub, customers):
    id_ = drafted(hub, customers)
    foreseen(hub, id_)
    known_of(hub, BARTEK, opt_outs={"notice": OptOut(hub.now(), "customer")})
    assert sent(hub, id_).counts["left_out:opted_out"] == 1


def test_who_was_merged_since_gets_it_once_as_whom_they_are_now(hub, customers):
    one, other, third = customers
    id_ = drafted(hub, [one, third])
    foreseen(hub, id_)
    hub.merge(other, one, "ewa", "ta sama osoba")
    survivor = one if not hub.threads.get_customer(one).merged_into else other
    hub.direct(id_, BroadcastStatus.RUNNING, "maria")
    run(hub, id_, 3)
    counts = dict(hub.threads.get_broadcast(id_).counts)
    entries = [one for one in hub.threads.records(Entry) if one.facts.get("broadcast")]
    assert len(entries) == 2
    assert len(told(hub, survivor)) == 1
    assert counts["told:email"] + counts["told:sms"] == 2
    assert hub.threads.get_broadcast(id_).status is BroadcastStatus.DONE


def test_of_two_chosen_who_turn_out_to_be_one_only_one_is_told(hub, customers):
    id_ = drafted(hub, customers[:2])
    foreseen(hub, id_)
    hub.merge(customers[0], customers[1], "ewa", "ta sama osoba")
    hub.direct(id_, BroadcastStatus.RUNNING, "maria")
    run(hub, id_, 2)
    assert dict(hub.threads.get_broadcast(id_).counts) == {"chosen": 2, "told:email": 1, "left_out:merged": 1}


@pytest.mark.parametrize("seed", range(6))
def test_two_workers_and_a_customer_who_writes_at_once_tell_nobody_twice(hub, customers, seed):
    id_ = drafted(hub, customers)
    foreseen(hub, id_)
    hub.direct(id_, BroadcastStatus.RUNNING, "maria")
    work = lambda: hub.broadcast(id_)  # noqa: E731  # a job
    at_once(hub.threads, seed, [work, work, lambda: hub.write(visible_text="Halo?", references=())])
    hub.now.move(MINUTE)
    run(hub, id_)
    assert [len(told(hub, one)) for one in customers] == [1, 1, 1]
    states = {row.state for row in hub.threads.list_recipients(id_, 9)}
    assert states == {RecipientState.TOLD}


def test_a_worker_that_slept_until_the_next_minute_tells_nobody_whom_the_next_one_told(hub, customers):
    hub.configured(broadcasts=BroadcastRules(per_minute=2))  # so that it still runs when the first wakes up
    id_ = drafted(hub, customers)
    foreseen(hub, id_)
    hub.direct(id_, BroadcastStatus.RUNNING, "maria")
    sleeping = []

    def sleep_before_the_first_message(call):
        writes = [change.record for change in call.changes if isinstance(change, Create)]
        if call.moment is Moment.BEFORE and not sleeping and any(isinstance(one, Entry) for one in writes):
            sleeping.append(call)
            hub.now.move(MINUTE)
            hub.broadcast(id_)

    hub.threads.hook = sleep_before_the_first_message
    hub.broadcast(id_)
    assert sleeping
    run(hub, id_, 2)
    assert [len(told(hub, one)) for one in customers] == [1, 1, 1]


def test_a_canned_answer_says_it_in_all_its_languages(hub, customers):
    wordings = {"pl": Wording("Woda", "Nie ma wody."), "en": Wording("Water", "No water.")}
    hub.configured(templates={"water": Template("water", TextPurpose.CANNED, wordings)})
    id_ = drafted(hub, customers, Planned("Woda", "support", template="water"))
    sent(hub, id_)
    assert [told(hub, one)[0].text for one in customers[:2]] == ["Nie ma wody.", "No water."]


def test_a_text_that_is_too_long_for_its_channel_leaves_out_who_gets_it_there(hub, customers):
    id_ = drafted(hub, customers, replace(PLANNED, wordings={"pl": Wording("", "Woda. " * 400)}))
    assert foreseen(hub, id_) == {"told:email": 2, "left_out:invalid_input": 1}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"inbox": "nowhere"}, "inbox"),
        ({"inbox": "contact"}, "inbox"),
        ({"wordings": {}}, "wordings"),
        ({"wordings": {"pl": Wording("", "Witaj {imie}")}}, "wordings.pl"),
        ({"template": "nothing"}, "template"),
        ({"purpose": Purpose.MARKETING, "urgent": "bo tak"}, "urgent"),
    ],
)
def test_what_cannot_be_sent_to_many_is_refused_with_its_field(hub, changed, field):
    with pytest.raises(InvalidInput) as refused:
        hub.prepare(replace(PLANNED, **changed), "maria")
    assert refused.value.field == field


def test_the_price_is_that_of_mails_and_of_segments_and_unknown_where_one_is_missing():
    rules = BroadcastRules(prices={"sms": Decimal("0.17"), "email": Decimal("0.0004")}, currency="PLN")
    estimate = {"told:sms": 2, "segments:sms": 5, "told:email": 10, "left_out:opted_out": 7}
    assert price_of(estimate, rules) == Decimal("0.8540")
    assert price_of({**estimate, "told:app": 1}, rules) is None
    assert price_of({}, rules) == 0


def test_how_its_messages_end_is_counted_once_however_often_it_is_told(hub, customers):
    broadcast = sent(hub, drafted(hub, customers))
    (anna,), (bartek,), _ = [told(hub, id_) for id_ in customers]
    for entry in (anna, bartek):
        assert hub.deliver(entry.customer_id, entry.id) == "sent"
    for entry, kinds in ((anna, ("Delivery", "Bounce", "Delivery", "Bounce")), (bartek, ("Delivery", "Delivery"))):
        for kind in kinds:
            tags = {"entry": f"{entry.id}-1", "customer": entry.customer_id}
            hub.told(mail_event(kind, "ses-1", tags, entry.delivery.recipient, hub.now()))
    after = hub.threads.get_broadcast(broadcast.id)
    assert dict(after.deliveries) == {"delivered": 1, "bounced": 1, "complained": 0, "failed": 0}


def test_what_its_carrier_refuses_is_counted_as_failed(hub, customers):
    broadcast = sent(hub, drafted(hub, customers[:1]))
    hub.mail.answers.append(SendingRefused("MessageRejected", temporary=False))
    (entry,) = told(hub, customers[0])
    assert hub.deliver(entry.customer_id, entry.id) == "failed"
    assert hub.threads.get_broadcast(broadcast.id).failed == 1


def test_a_message_in_the_app_counts_when_it_is_fetched():
    begun = a_broadcast()
    assert with_fate(begun, DeliveryStatus.SENT, DeliveryStatus.DELIVERED).delivered == 1
    assert with_fate(begun, DeliveryStatus.QUEUED, DeliveryStatus.SENDING) == begun
