"""What a fax gateway mails about a fax of ours becomes its delivery status, whatever the order and however often."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.channels.fax import parse_inbound
from chalicelib.domain.delivery import DeliveryStatus, FailureKind
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.threads import EntryKind
from chalicelib.domain.trust import Verdicts
from chalicelib.usecases.receive_message import Parked, Stored
from chalicelib.usecases.reply_to_customer import Answer
from tests.channels.payloads import OURS, receipt
from tests.domain.making import ANNAS_FAX, FAXES, SENDING_FAXES, configuration
from tests.fakes.memory_store import Moment

BUSY = ("Fax to: 0048221112233 FAILED", "The line was busy.")
ARRIVED = ("Fax to: 0048221112233 SENT", "Your fax was sent.")


@pytest.fixture
def fax_hub(hub):
    inboxes = tuple(SENDING_FAXES if one == FAXES else one for one in configuration().inboxes)
    hub.configured(inboxes=inboxes)
    return hub


@pytest.fixture
def case(fax_hub):
    case = fax_hub.case(fax_hub.write_fax())
    faxed(fax_hub, case)
    return fax_hub.threads.get_case(case.customer_id, case.id)


def faxed(hub, case):
    hub.reply(case.reference, "eva", Answer("Tak."))
    assert hub.deliver_all() == ["sent"]
    hub.later(minutes=5)


def answer_of(hub, case):
    return hub.thread(case.customer_id, EntryKind.OUTBOUND)[-1]


def status_of(hub, case):
    return answer_of(hub, case).delivery.status


def told(hub, subject, body, *, author="notify@gateway.example", to="fax@hub.example", dmarc="PASS"):
    raw = f"From: Fax <{author}>\r\nTo: {to}\r\nSubject: {subject}\r\n\r\n{body}".encode()
    said = parse_inbound(raw, receipt("fax", recipients=(to,), verdicts=Verdicts(dmarc=dmarc)), SENDING_FAXES, OURS)
    return hub.write(said, recipients=(to,))


def named(hub, case, words):
    """The gateway repeats the subject of our mail."""
    subject, body = words
    return f"{subject} {answer_of(hub, case).id}", body


def test_a_fax_that_arrived_is_delivered_and_its_report_stands_in_the_case(fax_hub, case):
    outcome = told(fax_hub, *named(fax_hub, case, ARRIVED))
    assert (outcome.case_id, outcome.rule) == (case.id, "by_reported_message")
    assert status_of(fax_hub, case) is DeliveryStatus.DELIVERED
    assert fax_hub.threads.get_case(case.customer_id, case.id).awaiting_since is None


def test_a_fax_that_did_not_arrive_puts_its_case_back_and_says_why(fax_hub, case):
    told(fax_hub, *named(fax_hub, case, BUSY))
    delivery = answer_of(fax_hub, case).delivery
    assert (delivery.status, delivery.failure) == (DeliveryStatus.BOUNCED, FailureKind.TEMPORARY)
    assert delivery.detail.endswith("The line was busy.")
    assert fax_hub.threads.get_case(case.customer_id, case.id).awaiting_since is not None
    assert fax_hub.thread(case.customer_id, EntryKind.EVENT)[-1].event == "delivery.bounced"
    assert fax_hub.threads.find_reachabilities([ANNAS_FAX]) == {}


def test_a_number_that_does_not_exist_is_suppressed(fax_hub, case):
    told(fax_hub, *named(fax_hub, case, ("Fax failed", "Invalid number")))
    assert answer_of(fax_hub, case).delivery.failure is FailureKind.PERMANENT
    assert fax_hub.threads.find_reachabilities([ANNAS_FAX])[ANNAS_FAX].is_suppressed(fax_hub.now())


def test_the_address_to_answer_to_is_enough(fax_hub, case):
    to = f"fax+{answer_of(fax_hub, case).id.lower()}@hub.example"
    assert told(fax_hub, "Re: your message", "Done.", to=to).case_id == case.id
    assert status_of(fax_hub, case) is DeliveryStatus.DELIVERED


def test_the_message_id_that_ses_gave_is_enough(fax_hub, case):
    raw = (
        b"From: Fax <notify@gateway.example>\r\nSubject: Fax sent\r\n"
        b"In-Reply-To: <carrier-1@eu-central-1.amazonses.com>\r\n\r\nYour fax was sent."
    )
    fax_hub.write(parse_inbound(raw, receipt("fax"), SENDING_FAXES, OURS), recipients=("fax@hub.example",))
    assert status_of(fax_hub, case) is DeliveryStatus.DELIVERED


def test_reports_in_any_order_and_twice_end_the_same(fax_hub, case):
    retried = ("Fax status", "Busy. It will be retried in 5 minutes.")
    for words in (ARRIVED, retried, ARRIVED, retried):
        told(fax_hub, *named(fax_hub, case, words))
    assert status_of(fax_hub, case) is DeliveryStatus.DELIVERED
    assert len(answer_of(fax_hub, case).delivery.reports) == 2


def test_a_gateway_that_goes_on_trying_has_a_day_for_it(fax_hub, case):
    told(fax_hub, *named(fax_hub, case, ("Fax status", "Busy. It will be retried in 5 minutes.")))
    assert status_of(fax_hub, case) is DeliveryStatus.DEFERRED
    fax_hub.later(hours=25)
    fax_hub.sweep()
    assert status_of(fax_hub, case) is DeliveryStatus.FAILED


def test_words_that_nobody_knows_are_kept_and_decide_nothing(fax_hub, case):
    told(fax_hub, *named(fax_hub, case, ("Fax status", "Kod 17")))
    delivery = answer_of(fax_hub, case).delivery
    assert delivery.status is DeliveryStatus.SENT
    assert [report.said for report in delivery.reports] == ["fax/report"]
    assert delivery.reports[0].words.endswith("Kod 17")


def test_a_report_may_be_faster_than_our_own_record(fax_hub):
    case = fax_hub.case(fax_hub.write_fax())
    fax_hub.reply(case.reference, "eva", Answer("Tak."))

    def die(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and fax_hub.mail.sent:
            raise StorageUnavailable()

    fax_hub.threads.hook = die
    with pytest.raises(StorageUnavailable):
        fax_hub.deliver_all()
    fax_hub.threads.hook = lambda _call: None
    told(fax_hub, *named(fax_hub, case, ARRIVED))
    assert status_of(fax_hub, case) is DeliveryStatus.DELIVERED
    fax_hub.later(hours=1)
    fax_hub.sweep()
    assert status_of(fax_hub, case) is DeliveryStatus.DELIVERED


def test_the_number_is_enough_for_our_gateway_while_only_one_fax_is_on_its_way_there(fax_hub, case):
    assert isinstance(told(fax_hub, *BUSY), Stored)
    assert status_of(fax_hub, case) is DeliveryStatus.BOUNCED


def test_a_report_that_could_be_of_two_faxes_waits_for_a_person(fax_hub, case):
    faxed(fax_hub, case)
    outcome = told(fax_hub, *BUSY)
    assert isinstance(outcome, Parked)
    machine = fax_hub.threads.get_parked(outcome.id).machine
    assert machine.recipients[0].diagnostic.endswith("The line was busy.")
    assert {one.delivery.status for one in fax_hub.thread(case.customer_id, EntryKind.OUTBOUND)} == {
        DeliveryStatus.SENT
    }


@pytest.mark.parametrize(
    "by", [{"author": "fax@evil.example"}, {"dmarc": "NONE"}, {"dmarc": "FAIL"}], ids=["another", "unproved", "forged"]
)
def test_the_number_alone_is_believed_of_nobody_else(fax_hub, case, by):
    assert isinstance(told(fax_hub, *BUSY, **by), Parked)
    assert status_of(fax_hub, case) is DeliveryStatus.SENT


def test_a_report_of_long_after_does_not_guess(fax_hub, case):
    fax_hub.now.move(timedelta(days=3))
    assert isinstance(told(fax_hub, *BUSY), Parked)


def test_a_report_on_a_fax_that_left_by_another_way_is_an_automatic_mail(hub):
    raw = b"From: Fax <notify@gateway.example>\r\nSubject: Fax to: 0048221112233 SENT\r\n\r\nYour fax was sent."
    said = parse_inbound(raw, receipt("fax"), replace(FAXES, fax=None), OURS)
    assert isinstance(hub.write(said, recipients=("fax@hub.example",)), Stored)
