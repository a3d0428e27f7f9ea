"""What carriers report becomes the truth about an answer, in whatever order it comes."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import DeliveryStatus, FailureKind
from chalicelib.domain.delivery_reports import GIVEN_UP_AFTER
from chalicelib.domain.errors import SendingUnknown, StorageUnavailable
from chalicelib.domain.machines import BounceReason, MachineKind, MachineMail, ReportedRecipient
from chalicelib.domain.messages import Anchor, ParkedRecord
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.reply_to_customer import Answer
from infra.local.carrier_reports import mail_event, sms_event
from tests.domain.making import ANNA, ANNAS_PHONE, message
from tests.fakes.memory_store import Moment

WAITING_SINCE = "awaiting_since"


@pytest.fixture
def case(hub):
    """Anna has written by mail, and eva has answered; the answer is on its way."""
    case = hub.case(hub.write(message_id="first@example.pl"))
    answer_it(hub, case)
    return case


def answer_it(hub, case, text="Tak."):
    hub.later(minutes=1)
    hub.reply(case.reference, "eva", Answer(text))
    hub.deliver_all()


def answers(hub, case):
    return hub.thread(case.customer_id, EntryKind.OUTBOUND)


def about(hub, kind, at=-1, to=None):
    """The event of a carrier about one of our mails, the last by default."""
    mail = hub.mail.sent[at]
    number = len(hub.mail.sent) + at + 1 if at < 0 else at + 1
    tags = {"entry": mail.tag, "customer": mail.customer_id}
    return mail_event(kind, f"carrier-{number}", tags, mail.recipient, hub.now())


def now_(hub, case):
    return hub.threads.get_case(case.customer_id, case.id)


def events(hub, case):
    return [entry for entry in hub.thread(case.customer_id, EntryKind.EVENT) if entry.event.startswith("delivery.")]


def reachability(hub, point=ANNA):
    return hub.threads.find_reachabilities([point]).get(point)


def test_a_delivered_answer_says_so_and_moves_nothing_else(hub, case):
    before = now_(hub, case)
    assert hub.told(about(hub, "Delivery")) == "delivered"
    delivery = answers(hub, case)[-1].delivery
    assert (delivery.status, delivery.reports[0].said) == (DeliveryStatus.DELIVERED, "Delivery")
    assert now_(hub, case) == before
    assert events(hub, case) == []


def test_a_bounced_answer_puts_the_case_back_and_says_why_to_the_assignee(hub, case):
    hub.told(about(hub, "Bounce"))
    after = now_(hub, case)
    assert (after.awaiting_since, after.deadline_at) == (case.awaiting_since, case.deadline_at)
    (event,) = events(hub, case)
    assert event.event == "delivery.bounced"
    assert event.facts["failure"] == "permanent"
    assert "user unknown" in event.facts["reason"]
    assert "nie dotarła" in event.text
    (notice,) = hub.thread(case.customer_id, EntryKind.NOTICE)
    assert (notice.delivery.status, notice.text) == (DeliveryStatus.QUEUED, event.text)
    assert case.reference in notice.subject


def test_an_event_ten_times_is_an_event(hub, case):
    event = about(hub, "Bounce")
    for _ in range(10):
        assert hub.told(event) == "bounced"
    assert len(events(hub, case)) == len(hub.thread(case.customer_id, EntryKind.NOTICE)) == 1
    assert now_(hub, case).cycle == case.cycle + 1


@pytest.mark.parametrize("order", [*permutations(("Send", "Delivery", "Bounce"))])
def test_a_bounce_counts_in_whatever_order_events_come(hub, case, order):
    for kind in order:
        hub.told(about(hub, kind))
    assert answers(hub, case)[-1].delivery.status is DeliveryStatus.BOUNCED
    assert now_(hub, case).awaiting_since == case.awaiting_since


def test_an_event_that_comes_before_our_own_record_is_not_lost(hub):
    case = hub.case(hub.write(message_id="first@example.pl"))
    hub.reply(case.reference, "eva", Answer("Tak."))
    told = []

    def tell(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and hub.mail.sent and not told:
            told.append(None)
            hub.told(about(hub, "Delivery"))

    hub.threads.hook = tell
    assert hub.deliver_all() == ["delivered"]
    delivery = answers(hub, case)[-1].delivery
    assert (delivery.status, delivery.provider_id) == (DeliveryStatus.DELIVERED, "carrier-1")
    outcome = hub.write(in_reply_to=("carrier-1@eu-west-1.amazonses.com",))
    assert outcome.case_id == case.id


def test_what_was_unknown_is_settled_by_its_carrier(hub):
    case = hub.case(hub.write())
    hub.reply(case.reference, "eva", Answer("Tak."))
    hub.mail.lost = SendingUnknown("no answer")
    assert hub.deliver_all() == ["unknown"]
    assert hub.told(about(hub, "Send")) == "sent"
    assert answers(hub, case)[-1].delivery.provider_id == "carrier-1"


def test_a_text_message_is_found_by_its_context(hub):
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    hub.reply(case.reference, "eva", Answer("Tak."))
    hub.sms.lost = SendingUnknown("no answer")
    hub.deliver_all()
    sms = hub.sms.sent[-1]
    context = {"entry": sms.tag, "customer": sms.customer_id}
    assert hub.told(sms_event("TEXT_DELIVERED", "sms-1", context, sms.recipient, hub.now())) == "delivered"
    assert hub.told(sms_event("TEXT_SENT", "sms-1", context, sms.recipient, hub.now())) == "delivered"


def test_in_a_hub_without_mail_the_thread_says_what_did_not_arrive(hub):
    """Where colleagues could not be told by mail, the carrier's report was not taken in at all."""
    known = hub.configuration.configuration
    teams = {"care": replace(known.teams["care"], inbox="texts")}
    hub.configured(inboxes=tuple(one for one in known.inboxes if one.channel is Channel.SMS), teams=teams)
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    answer_it(hub, case)
    sms = hub.sms.sent[-1]
    context = {"entry": sms.tag, "customer": sms.customer_id}
    assert hub.told(sms_event("TEXT_INVALID", "carrier-1", context, sms.recipient, hub.now())) == "bounced"
    assert now_(hub, case).awaiting_since == case.awaiting_since
    (event,) = events(hub, case)
    assert "nie dotarła" in event.text
    assert "notice" not in event.facts
    assert hub.thread(case.customer_id, EntryKind.NOTICE) == []


def test_an_event_without_our_tags_is_found_by_the_carriers_id(hub, case):
    event = about(hub, "Delivery")
    event["mail"]["tags"] = {}
    assert hub.told(event) == "delivered"


def test_a_deferral_moves_no_clock_and_is_given_up_after_a_day(hub, case):
    before = now_(hub, case)
    assert hub.told(about(hub, "DeliveryDelay")) == "deferred"
    assert now_(hub, case) == before
    assert [event.event for event in events(hub, case)] == ["delivery.deferred"]
    hub.now.move(GIVEN_UP_AFTER)
    hub.sweep()
    delivery = answers(hub, case)[-1].delivery
    assert (delivery.status, delivery.failure) == (DeliveryStatus.FAILED, FailureKind.TEMPORARY)
    assert now_(hub, case).awaiting_since == case.awaiting_since
    hub.later(hours=1)
    assert hub.told(about(hub, "Delivery")) == "delivered"
    assert events(hub, case)[-1].event == "delivery.arrived_after_all"


def test_a_hard_bounce_suppresses_the_address_and_a_soft_one_does_not(hub, case):
    hub.told(about(hub, "TooLarge"))
    assert reachability(hub) is None
    hub.told(about(hub, "Bounce"))
    known = reachability(hub)
    assert known.is_suppressed(hub.now() + timedelta(days=89))
    assert not known.is_suppressed(hub.now() + timedelta(days=91))
    assert known.suppressed_by == "Bounce/Permanent/General 5.1.1"


def test_the_thread_says_until_when_nothing_more_is_sent_there(hub, case):
    hub.told(about(hub, "Bounce"))
    assert events(hub, case)[-1].facts["suppressed_until"] == reachability(hub).suppressed_until.isoformat()


def test_an_address_that_is_known_already_keeps_what_was_said_last(hub, case):
    hub.told(about(hub, "Bounce"))
    hub.later(days=91)
    answer_it(hub, case)
    hub.told(about(hub, "Complaint"))
    known = reachability(hub)
    assert (known.suppressed_by, known.is_suppressed(hub.now())) == ("Complaint/abuse", True)


def test_a_customers_mail_finds_its_case_by_the_carriers_id_for_four_hundred_days(hub, case):
    (anchor,) = (one for one in hub.threads.records(Anchor) if one.entry_id == answers(hub, case)[-1].id)
    assert anchor.expires_at == hub.now() + timedelta(days=400)


def test_for_how_long_an_address_is_suppressed_is_configured(hub, case):
    hub.configured(suppressed_for=timedelta(days=7))
    hub.told(about(hub, "Complaint"))
    assert not reachability(hub).is_suppressed(hub.now() + timedelta(days=7))


def test_a_complaint_is_told_and_the_customer_waits_again(hub, case):
    hub.told(about(hub, "Delivery"))
    hub.told(about(hub, "Complaint"))
    assert events(hub, case)[-1].event == "delivery.complained"
    assert now_(hub, case).awaiting_since == case.awaiting_since
    assert reachability(hub).suppressed_by == "Complaint/abuse"


def test_a_bounce_counts_though_the_customer_has_written_since(hub, case):
    hub.later(hours=1)
    hub.write(in_reply_to=("first@example.pl",))
    hub.told(about(hub, "Bounce"))
    assert now_(hub, case).awaiting_since == case.awaiting_since


def test_a_bounce_opens_a_case_that_was_closed_meanwhile(hub, case):
    hub.close(case.reference, "eva")
    hub.told(about(hub, "Bounce"))
    assert now_(hub, case).status is CaseStatus.OPEN
    assert hub.threads.get_customer_page(case.customer_id).customer.open_case_count == 1


def test_in_spam_a_bounce_waits_until_it_turns_out_to_be_none(hub, case):
    hub.mark_spam(case.reference, "eva", "spam", is_spam=True)
    hub.told(about(hub, "Bounce"))
    assert now_(hub, case).status is CaseStatus.SPAM
    hub.mark_spam(case.reference, "eva", "none", is_spam=False)
    assert now_(hub, case).awaiting_since == case.awaiting_since


def test_a_bounce_finds_an_answer_in_a_case_that_was_moved(hub, case):
    other = hub.case(hub.write(message(sender=replace(ANNA, value="bob@example.pl"))))
    hub.move_case(case.reference, "eva", other.customer_id, "wrong person")
    assert hub.told(about(hub, "Bounce")) == "bounced"
    (moved,) = (one for one in hub.threads.get_customer_page(other.customer_id).cases if one.id == case.id)
    assert moved.awaiting_since == case.awaiting_since


def test_a_bounce_counts_after_its_customer_was_merged(hub, case):
    other = hub.case(hub.write(message(sender=replace(ANNA, value="bob@example.pl"))))
    hub.merge(other.customer_id, case.customer_id, "eva", "the same person")
    hub.told(about(hub, "Bounce"))
    assert now_(hub, case).awaiting_since == case.awaiting_since


def test_a_later_answer_that_stands_has_answered_what_an_earlier_one_did_not(hub, case):
    answer_it(hub, case, "I jeszcze jedno.")
    hub.told(about(hub, "Delivery"))
    hub.told(about(hub, "Bounce", at=0))
    assert now_(hub, case).awaiting_since is None
    assert events(hub, case)[-1].facts["answered_by"] == answers(hub, case)[-1].id


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_when_both_answers_bounce_the_customer_has_waited_all_along_whichever_comes_first(hub, case, order):
    answer_it(hub, case, "I jeszcze jedno.")
    for at in order:
        hub.told(about(hub, "Bounce", at=at))
    assert now_(hub, case).awaiting_since == case.awaiting_since


def test_a_later_answer_whose_fate_is_unknown_answers_nothing(hub, case):
    hub.mail.lost = SendingUnknown("no answer")
    answer_it(hub, case, "I jeszcze jedno.")
    hub.told(about(hub, "Bounce", at=0))
    assert now_(hub, case).awaiting_since == case.awaiting_since


def test_the_next_permitted_channel_is_offered(hub, case):
    hub.add_contact_point(case.customer_id, "eva", ANNAS_PHONE)
    hub.told(about(hub, "Bounce"))
    assert events(hub, case)[-1].facts["next_channel"] == "sms"
    assert len(answers(hub, case)) == 1


def test_where_the_policy_allows_it_the_answer_goes_out_again_by_the_next_channel_once(hub, case):
    hub.configured(resends=True)
    hub.add_contact_point(case.customer_id, "eva", ANNAS_PHONE)
    hub.later(seconds=5)
    for _ in range(3):
        hub.told(about(hub, "Bounce"))
    first, again = answers(hub, case)
    assert (again.channel, again.text, again.facts["resends"]) == ("sms", first.text, first.id)
    assert events(hub, case)[-1].facts["resent_as"] == again.id
    assert now_(hub, case).awaiting_since is None
    hub.later(minutes=2)
    hub.sweep()
    hub.deliver_all()
    assert [sms.text for sms in hub.sms.sent] == ["Tak."]
    sms = hub.sms.sent[-1]
    context = {"entry": sms.tag, "customer": sms.customer_id}
    hub.told(sms_event("TEXT_INVALID", "sms-1", context, sms.recipient, hub.now()))
    assert now_(hub, case).awaiting_since == case.awaiting_since
    assert len(answers(hub, case)) == 2


def test_an_event_about_nothing_of_ours_is_tried_again_and_then_kept_whole(hub):
    event = mail_event("Bounce", "other", {}, "x@example.pl", hub.now())
    with pytest.raises(StorageUnavailable):
        hub.told(event, last_try=False)
    for _ in range(2):
        assert hub.told(event) == "parked"
    (record,) = hub.threads.records(ParkedRecord)
    assert record.reason == "unknown_delivery"
    assert json.loads(hub.raw.get_kept(record.raw_key).body) == event


def test_what_cannot_be_read_is_kept_whole(hub):
    assert hub.told({"hello": "world"}) == "parked"
    (record,) = hub.threads.records(ParkedRecord)
    assert record.reason == "unreadable_event"


def test_an_opened_mail_is_no_news(hub, case):
    assert hub.told(about(hub, "Open")) == "nothing"


def a_report(kind, reason=BounceReason.NO_SUCH_ADDRESS, status="5.1.1"):
    recipient = ReportedRecipient(ANNA.value, status, reason, "550 no such user")
    machine = MachineMail(kind, "a delivery report", reason.value, (recipient,), "carrier-1@eu-west-1.amazonses.com")
    daemon = replace(ANNA, value="mailer-daemon@example.pl")
    return message(sender=daemon, automatic="a delivery report", machine=machine, message_id=f"{kind}@example.pl")


def test_a_report_by_mail_says_the_same_as_an_event(hub, case):
    hub.write(a_report(MachineKind.BOUNCE))
    assert answers(hub, case)[-1].delivery.status is DeliveryStatus.BOUNCED
    assert now_(hub, case).awaiting_since == case.awaiting_since
    assert reachability(hub).is_suppressed(hub.now())
    hub.told(about(hub, "Bounce"))
    assert len(hub.thread(case.customer_id, EntryKind.NOTICE)) == 1


def test_a_report_by_mail_whose_worker_died_before_it_was_recorded_counts_when_it_comes_again(hub, case):
    calls = []

    def die(call):
        if call.name == "commit" and call.moment is Moment.AFTER:
            calls.append(call)
            raise StorageUnavailable()

    hub.threads.hook = die
    with pytest.raises(StorageUnavailable):
        hub.write(a_report(MachineKind.BOUNCE), fingerprint="dsn")
    hub.threads.hook = lambda _call: None
    assert answers(hub, case)[-1].delivery.status is DeliveryStatus.SENT
    hub.written -= 1
    assert hub.write(a_report(MachineKind.BOUNCE), fingerprint="dsn").name == "duplicate"
    assert answers(hub, case)[-1].delivery.status is DeliveryStatus.BOUNCED


def test_a_delay_and_a_delivery_by_mail_are_told_and_touch_no_clock(hub, case):
    before = now_(hub, case)
    hub.write(a_report(MachineKind.DELAY))
    assert answers(hub, case)[-1].delivery.status is DeliveryStatus.DEFERRED
    hub.write(a_report(MachineKind.DELIVERED))
    assert answers(hub, case)[-1].delivery.status is DeliveryStatus.DELIVERED
    assert now_(hub, case).awaiting_since == before.awaiting_since


def test_a_failed_notice_to_a_colleague_moves_no_case(hub, case):
    hub.told(about(hub, "Bounce"))
    hub.later(minutes=2)
    hub.sweep()
    hub.deliver_all()
    before = now_(hub, case)
    hub.told(about(hub, "Bounce"))
    assert now_(hub, case) == before
    assert events(hub, case)[-1].event == "delivery.bounced"
