"""A message is sent once or its fate is unknown; it is never sent twice, and never silently not at all."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.content.texts.codes import PLACE_OF_CODE
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.delivery import MOST_ATTEMPTS, UNCLAIMED_AFTER, DeliveryStatus, FailureKind, withdrawn
from chalicelib.domain.errors import Limit, SendingRefused, SendingUnknown, StorageUnavailable
from chalicelib.domain.matching import anchor_key
from chalicelib.domain.messages import Anchor
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.deliver_message import LAST_MOMENT, LEASE, NOT_OURS, NOT_YET
from chalicelib.usecases.delivery_outcomes import RecordOutcome
from chalicelib.usecases.ports import Delete
from chalicelib.usecases.reply_to_customer import Answer
from chalicelib.usecases.sending_turns import MailQuota
from chalicelib.usecases.settle_delivery import SettleDelivery, Settlement
from tests.domain.making import ANNAS_PHONE, reply_keys
from tests.fakes.memory_store import Moment

LOST = SendingUnknown("no answer")


@pytest.fixture
def case(hub):
    case = hub.case(hub.write(message_id="first@example.pl"))
    hub.reply(case.reference, "eva", Answer("Tak."))
    return case


def answer(hub, case):
    return hub.thread(case.customer_id, EntryKind.OUTBOUND)[-1]


def events(hub, case):
    return [entry.event for entry in hub.thread(case.customer_id, EntryKind.EVENT)]


def test_words_that_stand_for_a_code_elsewhere_are_sent_as_an_agent_wrote_them(hub, case):
    hub.queues.to_deliver.clear()
    hub.reply(case.reference, "eva", Answer(f"Kod wpisz w miejsce {PLACE_OF_CODE}."))
    hub.deliver_all()
    assert f"w miejsce {PLACE_OF_CODE}." in hub.mail.sent[0].text


def test_a_queued_answer_is_sent_and_says_so(hub, case):
    assert hub.deliver_all() == ["sent"]
    (mail,) = hub.mail.sent
    delivery = answer(hub, case).delivery
    assert (delivery.status, delivery.provider_id, delivery.next_step_at) == (DeliveryStatus.SENT, "carrier-1", None)
    assert mail.recipient == "anna@example.pl"
    assert mail.tag == f"{answer(hub, case).id}-1"


def test_the_customers_next_mail_names_the_id_that_the_carrier_gave_and_finds_the_case(hub, case):
    hub.deliver_all()
    hub.write(message_id="other@example.pl")
    outcome = hub.write(in_reply_to=("carrier-1@eu-west-1.amazonses.com",))
    assert (outcome.case_id, outcome.rule) == (case.id, "by_in_reply_to")


def test_what_a_mail_of_ours_is_called_by_leads_to_its_case_for_four_hundred_days(hub, case):
    hub.later(days=1)
    hub.deliver_all()
    key = anchor_key("carrier-1@amazonses.com")
    known = Anchor(key, case.customer_id, case.id, hub.now() + timedelta(days=400), answer(hub, case).id)
    assert hub.threads.find_anchors([key]) == {key: known}


def test_an_answer_to_an_sms_goes_by_the_sms_service(hub):
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    hub.reply(case.reference, "eva", Answer("Tak."))
    hub.deliver_all()
    assert [(sms.recipient, sms.text) for sms in hub.sms.sent] == [(ANNAS_PHONE.value, "Tak.")]
    assert hub.mail.sent == []


def test_being_asked_twice_sends_once(hub, case):
    hub.queues.to_deliver.append(hub.queues.to_deliver[0])
    assert hub.deliver_all() == ["sent", NOT_OURS]
    assert len(hub.mail.sent) == 1


def test_two_workers_at_the_same_moment_send_once(hub, case):
    (asked,) = hub.queues.to_deliver
    rival = []

    def work(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            rival[0] = hub.deliver(*asked)

    hub.threads.hook = work
    assert (hub.deliver(*asked), rival[0]) == (NOT_OURS, "sent")
    assert len(hub.mail.sent) == 1


def test_a_lost_answer_of_the_carrier_is_unknown_and_a_person_is_told(hub, case):
    hub.mail.lost = LOST
    assert hub.deliver_all() == ["unknown"]
    hub.later(days=1)
    hub.sweep()
    assert hub.deliver_all() == []
    assert len(hub.mail.sent) == 1
    event = hub.thread(case.customer_id, EntryKind.EVENT)[-1]
    assert (event.event, event.facts["reason"]) == ("delivery.unknown", LOST.public_text)
    assert (event.author, event.facts["entry"]) == ("hub", answer(hub, case).id)
    assert (event.case_id, event.at) == (case.id, hub.now() - timedelta(days=1))


def test_a_worker_that_died_after_sending_leaves_unknown_and_never_a_second_mail(hub, case):
    def die(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and hub.mail.sent:
            raise StorageUnavailable()

    hub.threads.hook = die
    with pytest.raises(StorageUnavailable):
        hub.deliver_all()
    hub.threads.hook = lambda _call: None
    assert hub.deliver(case.customer_id, answer(hub, case).id) == NOT_OURS
    hub.now.move(LEASE)
    assert hub.sweep().unknown == 1
    assert answer(hub, case).delivery.status is DeliveryStatus.UNKNOWN
    assert hub.sweep().unknown == 0
    assert len(hub.mail.sent) == 1


def test_a_worker_that_slept_on_its_claim_does_not_send(hub, case):
    def sleep(call):
        if call.name == "commit" and call.moment is Moment.AFTER:
            hub.now.move(LEASE)

    hub.threads.hook = sleep
    assert hub.deliver_all() == [NOT_OURS]
    assert hub.mail.sent == []


def test_a_worker_that_looks_up_at_the_last_moment_of_its_claim_still_sends(hub, case):
    def sleep(call):
        if call.name == "commit" and call.moment is Moment.AFTER:
            hub.threads.hook = lambda _call: None
            hub.now.move(LEASE - LAST_MOMENT)

    hub.threads.hook = sleep
    assert hub.deliver_all() == ["sent"]


def test_a_worker_that_comes_back_late_writes_nothing_over_the_attempt_that_a_person_ordered(hub, case):
    sent_again = []

    def order_another(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and hub.mail.sent and not sent_again:
            sent_again.append(None)
            hub.now.move(LEASE)
            hub.sweep()
            settle = SettleDelivery(hub.threads, hub.queues, hub.now, hub.randomness)
            settle(case.reference, answer(hub, case).id, "eva", Settlement.SEND_AGAIN)
            sent_again[0] = hub.deliver(case.customer_id, answer(hub, case).id)

    hub.threads.hook = order_another
    assert (hub.deliver(case.customer_id, answer(hub, case).id), sent_again) == (NOT_OURS, ["sent"])
    assert answer(hub, case).delivery.provider_id == "carrier-2"


def test_what_was_erased_while_it_was_sent_stays_erased(hub, case):
    entry = answer(hub, case)

    def erase(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and hub.mail.sent:
            hub.threads.hook = lambda _call: None
            hub.threads.commit([Delete(answer(hub, case))])

    hub.threads.hook = erase
    assert hub.deliver(case.customer_id, entry.id) == NOT_OURS
    assert hub.thread(case.customer_id, EntryKind.OUTBOUND) == []


def test_what_cannot_be_judged_before_it_goes_out_is_tried_again_a_minute_later(hub, case):
    def fail(call):
        if call.name == "find_reachabilities" and call.moment is Moment.BEFORE:
            raise StorageUnavailable()

    hub.threads.hook = fail
    assert hub.deliver_all() == ["queued"]
    assert answer(hub, case).delivery.next_step_at == hub.now() + UNCLAIMED_AFTER
    hub.threads.hook = lambda _call: None
    hub.now.move(UNCLAIMED_AFTER)
    hub.sweep()
    assert hub.deliver_all() == ["sent"]


def test_what_a_carrier_refuses_for_now_says_why_and_waits_a_minute_at_most(hub, case):
    hub.mail.answers.append(SendingRefused("paused", temporary=True))
    assert hub.deliver_all() == ["queued"]
    waits = answer(hub, case).delivery
    assert (waits.detail, waits.turned_away) == ("paused", 0)
    assert timedelta(seconds=30) <= waits.next_step_at - hub.now() < UNCLAIMED_AFTER


def test_what_is_refused_because_a_quota_is_used_up_waits_for_half_an_hour_at_least(hub, case):
    hub.mail.answers.append(SendingRefused("Daily message quota exceeded", temporary=True, limit=Limit.QUOTA))
    hub.deliver_all()
    assert answer(hub, case).delivery.next_step_at - hub.now() >= timedelta(minutes=30)


def test_that_we_send_too_fast_is_not_held_against_the_message(hub, case):
    hub.mail.answers.append(SendingRefused("throttled", temporary=True, limit=Limit.RATE))
    hub.deliver_all()
    assert answer(hub, case).delivery.turned_away == 1


def test_the_rate_of_the_configuration_holds_where_the_carrier_names_none(hub, case):
    hub.configured(mail_per_second=0.1)
    hub.deliver_all()
    hub.reply(case.reference, "ewa", Answer("Proszę."))
    assert hub.deliver_all() == [NOT_YET]


def test_what_we_sent_too_fast_is_tried_again_later_by_the_sweep(hub, case):
    hub.mail.answers.append(SendingRefused("throttled", temporary=True, limit=Limit.RATE))
    assert hub.deliver_all() == ["throttled"]
    assert hub.sweep().deliveries == 0
    hub.later(minutes=1)
    assert hub.sweep().deliveries == 1
    assert hub.deliver_all() == ["sent"]
    assert answer(hub, case).delivery.attempts == 2


def test_that_we_send_too_fast_never_ends_a_message(hub, case):
    hub.mail.answers.extend(SendingRefused("throttled", temporary=True, limit=Limit.RATE) for _ in range(20))
    for _ in range(20):
        hub.deliver_all()
        hub.later(minutes=60)
        hub.sweep()
    assert answer(hub, case).delivery.status is DeliveryStatus.QUEUED
    assert hub.deliver_all() == ["sent"]


def test_that_we_send_too_fast_does_not_end_a_message_that_was_refused_before(hub, case):
    hub.mail.answers.extend(SendingRefused("paused", temporary=True) for _ in range(MOST_ATTEMPTS - 1))
    hub.mail.answers.append(SendingRefused("throttled", temporary=True, limit=Limit.RATE))
    said = []
    for _ in range(MOST_ATTEMPTS):
        said += hub.deliver_all()
        hub.later(minutes=20)
        hub.sweep()
    assert said == ["queued"] * (MOST_ATTEMPTS - 1) + ["throttled"]
    assert hub.deliver_all() == ["sent"]


def test_what_would_wait_too_long_for_its_turn_stays_queued_for_the_sweep(hub, case):
    hub.mail_quota = MailQuota(0.1)
    hub.deliver_all()
    hub.reply(case.reference, "ewa", Answer("Proszę."))
    assert hub.deliver_all() == [NOT_YET]
    assert len(hub.mail.sent) == 1
    hub.later(minutes=1)
    assert hub.sweep().deliveries == 1
    assert hub.deliver_all() == ["sent"]


def test_a_lease_begins_after_the_wait(hub, case):
    hub.mail_quota = MailQuota(0.1)
    hub.deliver_all()
    hub.reply(case.reference, "ewa", Answer("Proszę."))
    customer_id, entry_id = hub.queues.to_deliver.popleft()
    before = hub.now()
    assert hub.deliver(customer_id, entry_id, before + timedelta(seconds=30)) == "sent"
    assert hub.now() - before >= timedelta(seconds=19)


def test_a_quota_that_stays_used_up_ends_a_message_after_hours(hub, case):
    used_up = SendingRefused("Daily message quota exceeded", temporary=True, limit=Limit.QUOTA)
    hub.mail.answers.extend(used_up for _ in range(MOST_ATTEMPTS))
    said = []
    for _ in range(MOST_ATTEMPTS):
        said += hub.deliver_all()
        hub.later(minutes=60)
        hub.sweep()
    assert said == ["quota_used_up"] * (MOST_ATTEMPTS - 1) + ["failed"]
    assert answer(hub, case).delivery.failure is FailureKind.TEMPORARY


def test_a_day_that_is_full_keeps_a_message_for_as_long_as_it_is(hub, case):
    full = SendingRefused("Daily message quota exceeded", temporary=True, limit=Limit.DAILY)
    hub.mail.answers.extend([full] * 20)
    said = []
    for _ in range(20):
        said += hub.deliver_all()
        hub.later(minutes=60)
        hub.sweep()
    assert {*said} == {"daily_limit_reached"}
    hub.mail.answers.clear()
    assert hub.deliver_all() == ["sent"]


def test_a_mail_is_not_even_tried_while_the_carriers_day_is_full(hub, case):
    hub.mail_quota = MailQuota(left=0)
    asked = []
    for _ in range(60):
        asked += hub.deliver_all()
        hub.later(minutes=1)
        hub.sweep()
    kept = answer(hub, case).delivery
    assert (asked, hub.mail.sent) == (["daily_limit_reached"] * len(asked), [])
    assert len(asked) <= 2
    assert (kept.status, kept.attempts) == (DeliveryStatus.QUEUED, 0)
    assert "24 hours" in kept.detail
    hub.mail_quota = MailQuota(left=1)
    hub.later(minutes=60)
    hub.sweep()
    assert hub.deliver_all() == ["sent"]


def test_what_is_kept_back_can_be_taken_back(hub, case):
    hub.mail_quota = MailQuota(left=0)
    hub.deliver_all()
    assert withdrawn(answer(hub, case).delivery).status is DeliveryStatus.WITHDRAWN


def test_what_is_taken_back_while_the_day_is_full_is_taken_back(hub, case):
    hub.mail_quota = MailQuota(left=0)

    def take_back(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            hub.threads.hook = lambda _call: None
            hub.take_back(case.reference, answer(hub, case).id, "eva")

    hub.threads.hook = take_back
    assert hub.deliver_all() == ["withdrawn"]


def test_refusals_without_end_fail_and_the_customer_waits_again(hub, case):
    hub.mail.answers.extend(SendingRefused("paused", temporary=True) for _ in range(MOST_ATTEMPTS))
    for _ in range(MOST_ATTEMPTS):
        hub.deliver_all()
        hub.later(minutes=20)
        hub.sweep()
    assert answer(hub, case).delivery.status is DeliveryStatus.FAILED
    assert hub.threads.get_case(case.customer_id, case.id).awaiting_since == case.awaiting_since


def test_a_refused_answer_puts_the_clock_back_and_says_why(hub, case):
    hub.mail.answers.append(SendingRefused("MessageRejected", temporary=False))
    assert hub.deliver_all() == ["failed"]
    after = hub.threads.get_case(case.customer_id, case.id)
    assert (after.awaiting_since, after.deadline_at) == (case.awaiting_since, case.deadline_at)
    event = hub.thread(case.customer_id, EntryKind.EVENT)[-1]
    assert (event.facts["reason"], event.facts["failure"]) == ("MessageRejected", FailureKind.TECHNICAL)


def test_a_refused_answer_to_a_case_that_was_closed_opens_it_again(hub, case):
    hub.close(case.reference, "eva")
    hub.mail.answers.append(SendingRefused("MessageRejected", temporary=False))
    hub.deliver_all()
    after = hub.threads.get_case(case.customer_id, case.id)
    assert after.status is CaseStatus.OPEN
    assert hub.threads.get_customer_page(case.customer_id).customer.open_case_count == 1


def test_a_failure_is_recorded_though_the_customer_writes_at_that_moment(hub, case):
    hub.mail.answers.append(SendingRefused("MessageRejected", temporary=False))
    written = []

    def write(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not hub.mail.answers and not written:
            written.append(None)
            hub.write(in_reply_to=("first@example.pl",))

    hub.threads.hook = write
    assert hub.deliver_all() == ["failed"]
    assert hub.threads.get_case(case.customer_id, case.id).awaiting_since == case.awaiting_since


def test_an_outcome_that_changes_nothing_is_not_written(hub, case):
    calls = []
    hub.threads.hook = lambda call: calls.append(call.name)
    record = RecordOutcome(hub.threads, hub.configuration, reply_keys)
    record(answer(hub, case), answer(hub, case).delivery, hub.now())
    assert "commit" not in calls


def test_there_is_nothing_to_send_of_what_the_customer_wrote(hub, case):
    (inbound,) = hub.thread(case.customer_id, EntryKind.INBOUND)
    assert hub.deliver(case.customer_id, inbound.id) == NOT_OURS


def test_a_claim_outlives_the_function_that_made_it():
    config = json.loads((Path(__file__).parents[2] / ".chalice/config.json").read_text())
    everywhere = (config, *config["stages"].values())
    own = [one.get("lambda_functions", {}).get("deliver_message", {}).get("lambda_timeout", 0) for one in everywhere]
    limit = timedelta(seconds=max(config["lambda_timeout"], *own))
    assert limit <= LAST_MOMENT
    assert limit + LAST_MOMENT <= LEASE
