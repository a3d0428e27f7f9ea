"""A message is sent once or its fate is unknown; it is never sent twice, and never silently not at all."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.delivery import MOST_ATTEMPTS, DeliveryStatus, FailureKind, withdrawn
from chalicelib.domain.errors import Limit, SendingRefused, SendingUnknown, StorageUnavailable
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.deliver_message import LAST_MOMENT, LEASE, NOT_OURS, NOT_YET
from chalicelib.usecases.reply_to_customer import Answer
from chalicelib.usecases.sending_turns import MailQuota
from tests.domain.making import ANNAS_PHONE
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
    assert events(hub, case)[-1] == "delivery.unknown"


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
    assert hub.thread(case.customer_id, EntryKind.EVENT)[-1].facts["reason"] == "MessageRejected"


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
