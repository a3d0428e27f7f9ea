"""Stories of what carriers report: in no order, more than once, of what nobody knows, and by mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.cases import Case
from chalicelib.domain.delivery import claimed, unknown
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.ports import Update
from tests.faults.carriers import OUR_NUMBER
from tests.faults.outside import Outside
from tests.faults.ports import Accepted

ANNA, PHONE = "anna@example.pl", "+48601234567"


def _to_anna(outside: Outside) -> list[Accepted]:
    return [sent for sent in outside.ports.mail.accepted if sent.message.recipient == ANNA]


def it_bounces_before_it_is_sent(outside: Outside) -> None:
    """The bounce overtakes the other events, and comes twice."""
    sent = _to_anna(outside)[-1]
    for kind in ("Bounce", "Send", "Delivery", "Bounce"):
        outside.report(sent, kind)


def it_arrives_and_is_called_spam(outside: Outside) -> None:
    sent = _to_anna(outside)[-1]
    outside.report(sent, "Complaint")
    outside.report(sent, "Delivery")


def it_comes_back_by_mail(outside: Outside) -> None:
    """Her mail system says so, and then its carrier does."""
    sent = _to_anna(outside)[-1]
    outside.report_by_mail(sent)
    outside.report(sent, "Bounce", after=timedelta(seconds=2))


def it_is_put_off_for_ever(outside: Outside) -> None:
    outside.report(_to_anna(outside)[-1], "DeliveryDelay")


def a_second_answer_stands(outside: Outside) -> None:
    """The first bounces while the second goes out; what the second has answered stays answered."""
    case = outside.case_of(_to_anna(outside)[-1])
    outside.report(_to_anna(outside)[-1], "Bounce", after=timedelta(seconds=2))
    outside.reply(case.reference)


def both_answers_bounce_at_once(outside: Outside) -> None:
    for sent in _to_anna(outside)[-2:]:
        outside.report(sent, "Bounce")


def it_bounces_as_the_case_is_closed(outside: Outside) -> None:
    sent = _to_anna(outside)[-1]
    outside.report(sent, "Bounce", after=timedelta(seconds=1))
    outside.close(outside.case_of(sent).reference)


def anna_can_be_texted_too(outside: Outside) -> None:
    """What did not arrive goes out again by the next channel, without anybody being asked."""
    case = outside.case_of(_to_anna(outside)[-1])
    outside.add_contact_point(case.customer_id, "phone", PHONE)
    configured = replace(outside.ports.configuration.saved[-1][1], resends=True)
    outside.ports.configuration.saved = [(outside.world.at, configured)]


def it_goes_out_again_by_text(outside: Outside) -> None:
    sent = _to_anna(outside)[-1]
    outside.report(sent, "Bounce")
    outside.report(sent, "Bounce", after=timedelta(seconds=3))


def a_report_of_nothing_that_we_know(outside: Outside) -> None:
    receipts = outside.simulation.queues["receipts"]
    receipts.send({"eventType": "TEXT_SENT", "eventTimestamp": 0, "messageId": f"of another hub of {OUR_NUMBER}"})
    receipts.send({"eventType": "nonsense"})


def nobody_knows_whether_it_was_sent(outside: Outside) -> None:
    """Its worker never came back. Nobody of the hub will ever send it by itself."""
    outside.mail(ANNA)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=10))
    (case,) = outside.simulation.threads.records(Case)
    outside.reply(case.reference)
    while not _answers(outside):
        outside.simulation.settle(until=outside.world.at + timedelta(milliseconds=20))
    (answer,) = _answers(outside)
    lost = unknown(claimed(answer.delivery, "w", outside.world.at), "the worker did not come back")
    outside.simulation.threads.commit([Update(answer, replace(answer, delivery=lost), ("delivery",))])
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=10))


def two_agents_settle_it(outside: Outside) -> None:
    """One of them is heard; the other is told that it is known by now."""
    (answer,) = _answers(outside)
    (case,) = outside.simulation.threads.records(Case)
    path = f"/v1/cases/{case.reference}/replies/{answer.id}/settlement"
    outside.agent("POST", path, {"outcome": "send_again"})
    outside.agent("POST", path, {"outcome": "sent"})


def annas_answer_bounced(outside: Outside) -> None:
    outside.mail(ANNA)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=10))
    (case,) = outside.simulation.threads.records(Case)
    outside.reply(case.reference)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=10))
    outside.report(_to_anna(outside)[-1], "Bounce")
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=10))


def annas_mailbox_is_full_and_is_emptied(outside: Outside) -> None:
    outside.agent(
        "POST",
        "/v1/suppressions/lifting",
        {"contact_point": {"kind": "email", "value": ANNA}, "why": "skrzynka już działa"},
    )
    outside.reply(outside.case_of(_to_anna(outside)[-1]).reference)


def _answers(outside: Outside) -> list[Entry]:
    return [one for one in outside.simulation.threads.records(Entry) if one.kind is EntryKind.OUTBOUND]
