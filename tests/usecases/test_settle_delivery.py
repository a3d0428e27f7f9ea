"""What nobody knows, a person settles; and an address that a report had stopped is written to again."""

import pytest

from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import Conflict, NotFound, SendingUnknown
from chalicelib.domain.reachability import Reachability
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.lift_suppression import LiftSuppression
from chalicelib.usecases.once import Once
from chalicelib.usecases.ports import Create
from chalicelib.usecases.reply_to_customer import Answer
from chalicelib.usecases.settle_delivery import SettleDelivery, Settlement
from tests.domain.making import ANNA


@pytest.fixture
def settle(hub):
    return SettleDelivery(hub.threads, hub.queues, hub.now, hub.randomness)


@pytest.fixture
def case(hub):
    """Its answer was given to the carrier, who said nothing."""
    case = hub.case(hub.write(message_id="first@example.pl"))
    hub.reply(case.reference, "ewa", Answer("Tak."))
    hub.mail.lost = SendingUnknown("no answer")
    hub.deliver_all()
    hub.mail.lost = None
    return case


def answer(hub, case):
    return hub.thread(case.customer_id, EntryKind.OUTBOUND)[-1]


def test_what_somebody_found_out_to_be_sent_is_sent_and_goes_out_no_more(hub, case, settle):
    assert answer(hub, case).delivery.status is DeliveryStatus.UNKNOWN
    settle(case.reference, answer(hub, case).id, "ewa", Settlement.SENT)
    assert answer(hub, case).delivery.status is DeliveryStatus.SENT
    hub.later(hours=1)
    hub.sweep()
    hub.deliver_all()
    assert len(hub.mail.sent) == 1
    event = hub.thread(case.customer_id, EntryKind.EVENT)[-1]
    assert (event.event, event.author, event.facts["settlement"]) == ("delivery.settled", "agent:ewa", "sent")


def test_what_is_sent_again_goes_out_once_more_and_says_that_it_may_arrive_twice(hub, case, settle):
    settle(case.reference, answer(hub, case).id, "ewa", Settlement.SEND_AGAIN, once=Once("ewa", "key-1", "sha"))
    settle(case.reference, answer(hub, case).id, "ewa", Settlement.SEND_AGAIN, once=Once("ewa", "key-1", "sha"))
    assert hub.deliver_all() == ["sent"]
    delivery = answer(hub, case).delivery
    assert (len(hub.mail.sent), delivery.status, delivery.possible_duplicate) == (2, DeliveryStatus.SENT, True)


def test_whoever_settles_second_is_told_that_it_is_known(hub, case, settle):
    settle(case.reference, answer(hub, case).id, "ewa", Settlement.SENT)
    with pytest.raises(Conflict):
        settle(case.reference, answer(hub, case).id, "jan", Settlement.SEND_AGAIN)
    assert hub.deliver_all() == []


def test_a_message_of_another_case_or_of_the_customer_is_not_settled(hub, case, settle):
    with pytest.raises(NotFound):
        settle(case.reference, hub.thread(case.customer_id, EntryKind.INBOUND)[0].id, "ewa", Settlement.SENT)


def test_a_suppression_that_is_lifted_stops_nothing_and_stands_in_the_thread(hub, case):
    lift = LiftSuppression(hub.threads, hub.now, hub.randomness)
    hub.later(seconds=1)
    until = hub.now() + hub.configuration.current().suppressed_for
    hub.threads.commit([Create(Reachability(ANNA, suppressed_until=until, suppressed_by="Bounce 5.1.1"))])
    lift(ANNA, "ewa", "już działa")
    lift(ANNA, "ewa", "już działa")
    assert not hub.threads.find_reachabilities([ANNA])[ANNA].is_suppressed(hub.now())
    events = [entry for entry in hub.thread(case.customer_id, EntryKind.EVENT) if entry.event.endswith("_lifted")]
    assert [(event.text, event.author, event.facts["suppressed_by"]) for event in events] == [
        ("już działa", "agent:ewa", "Bounce 5.1.1")
    ]
