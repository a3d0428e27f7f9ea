"""Every event may come twice; nothing happens twice."""

from __future__ import annotations

import json
from secrets import token_hex

import pytest

from infra.local.fax_page import render_fax_page
from infra.local.outside import Refused, mail, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


@pytest.fixture
def told(stack):
    """What the carriers publish from now on, as it stands in the receive queue: a queue of our own beside it."""
    sns, sqs = stack.client("sns"), stack.client("sqs")
    url = sqs.create_queue(QueueName=f"tap-{token_hex(4)}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    subscriptions = [
        sns.subscribe(TopicArn=stack.get_deployed().resources[topic], Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
        for topic in ("IncomingMailTopic", "IncomingSmsTopic")
    ]

    def told():
        return [message["Body"] for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]]

    yield told
    for subscription in subscriptions:
        sns.unsubscribe(SubscriptionArn=subscription)


@pytest.fixture
def repeat(stack):
    """Puts an event into the receive queue three times more, and waits until the hub has done with it."""
    sqs, url = stack.client("sqs"), stack.get_deployed().environment["RECEIVE_QUEUE_URL"]

    def repeat(body):
        for _ in range(3):
            sqs.send_message(QueueUrl=url, MessageBody=body)
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        wait_for(
            lambda: set(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()) == {"0"},
            "the queue is empty",
        )

    return repeat


def case_of(outside, point):
    for case in outside.open_cases("care"):
        if point in outside.agent("GET", f"/v1/customers/{case['customer_id']}")["contact_points"]:
            return case
    return None


def send_email(outside):
    address = f"{token_hex(4)}@example.pl"
    outside.send_mail(mail(address, "pomoc@hub.example", "Dwa razy", "Raz."))
    return f"email:{address}"


def send_sms(outside):
    number = f"+4852{int(token_hex(3), 16) % 10_000_000:07d}"
    outside.send_sms(number, "+48799000001", "Raz.")
    return f"phone:{number}"


def send_fax(outside):
    number = f"+4822{int(token_hex(3), 16) % 10_000_000:07d}"
    message = mail("noreply@fax-gateway.example", "fax@hub.example", f"Fax from {number}", "1 page")
    message.add_attachment(render_fax_page(), maintype="image", subtype="tiff", filename="fax.tif")
    outside.send_mail(message)
    return f"fax:{number}"


@pytest.mark.parametrize("send", [send_email, send_sms, send_fax])
def test_an_event_that_comes_four_times_makes_one_entry(outside, told, repeat, send):
    point = send(outside)
    (event,) = told()
    case = wait_for(lambda: case_of(outside, point), f"a case of {point}")
    repeat(event)
    assert len(outside.thread(case["customer_id"])) == 1
    assert outside.agent("GET", f"/v1/cases/{case['reference']}")["messages_in"] == 1


def test_a_form_that_is_posted_again_with_its_key_gets_the_same_answer(outside):
    form, key = {"email": f"{token_hex(4)}@example.pl", "text": "Raz."}, token_hex(8)
    first = outside.post_form("contact", form, key)
    assert outside.post_form("contact", form, key) == first
    with pytest.raises(Refused) as refused:
        outside.post_form("contact", {**form, "text": "Coś innego."}, key)
    assert (refused.value.status, refused.value.problem["code"]) == (409, "idempotency_key_reused")
    case = outside.agent("GET", f"/v1/cases/{first['case']}")
    assert case["messages_in"] == 1


def test_an_answer_that_is_given_twice_with_one_key_is_sent_once(outside):
    address = f"{token_hex(4)}@example.pl"
    posted = outside.post_form("contact", {"email": address, "text": "Proszę o odpowiedź."}, token_hex(8))
    path, key = f"/v1/cases/{posted['case']}/replies", {"Idempotency-Key": token_hex(8)}
    first = outside.as_role("agent", "POST", path, {"text": "Odpowiadamy."}, key)
    assert outside.as_role("agent", "POST", path, {"text": "Odpowiadamy."}, key) == first
    assert len(wait_for(lambda: outside.sent_mails(address), "the answer")) == 1


def test_an_answer_that_is_to_be_sent_again_and_again_is_sent_once(outside, stack):
    address = f"{token_hex(4)}@example.pl"
    posted = outside.post_form("contact", {"email": address, "text": "Proszę o odpowiedź."}, token_hex(8))
    entry_id = outside.agent("POST", f"/v1/cases/{posted['case']}/replies", {"text": "Raz."})["entry_id"]
    case = outside.agent("GET", f"/v1/cases/{posted['case']}")
    sqs, url = stack.client("sqs"), stack.get_deployed().environment["DELIVER_QUEUE_URL"]
    for _ in range(5):
        sqs.send_message(
            QueueUrl=url, MessageBody=json.dumps({"customer_id": case["customer_id"], "entry_id": entry_id})
        )
    wait_for(
        lambda: (
            outside.agent("GET", f"/v1/customers/{case['customer_id']}/entries/{entry_id}")["delivery"]["status"]
            in ("sent", "delivered")
        ),
        "it is sent",
    )
    marker = outside.agent("POST", f"/v1/cases/{posted['case']}/replies", {"text": "Dwa."})  # goes after the five
    assert marker["entry_id"] != entry_id
    wait_for(lambda: len(outside.sent_mails(address)) >= 2, "the second answer")
    assert len(outside.sent_mails(address)) == 2
