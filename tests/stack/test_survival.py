"""What was accepted survives a restart and the killing of any process."""

from __future__ import annotations

import os
import signal
import smtplib
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from urllib.error import URLError

import pytest

from infra.local.outside import Refused, mail, wait_for
from infra.local.stack import is_answering
from infra.local.supervisor import processes_told

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

MESSAGES = 200
SENDERS = 20


def kill(stack, name):
    told = processes_told(stack)[name]
    os.kill(told["pid"], signal.SIGKILL)
    wait_for(lambda: processes_told(stack)[name]["restarts"] > told["restarts"], f"{name} is started again")
    wait_for(lambda: all(map(is_answering, stack.ports.values())), f"{name} answers again")


def waiting(stack):
    answer = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.get_deployed().environment["RECEIVE_QUEUE_URL"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def texts(outside, customers):
    return Counter(entry["text"] for customer in customers for entry in outside.thread(customer))


def customers_of(outside, addresses):
    """Customer ids, once each of the addresses has one."""
    found = {}
    for case in outside.open_cases("care"):
        customer = outside.agent("GET", f"/v1/customers/{case['customer_id']}")
        found |= dict.fromkeys(customer["contact_points"], customer["id"])
    ids = {found.get(f"email:{address}") for address in addresses}
    return ids if None not in ids else None


def test_killing_the_table_in_the_middle_of_200_messages_loses_and_doubles_none(outside, stack):
    run = token_hex(4)
    addresses = [f"{run}.{number}@example.pl" for number in range(SENDERS)]
    wanted = {f"{run} number {number}": addresses[number % SENDERS] for number in range(MESSAGES)}

    def send(text):
        try:
            outside.send_mail(mail(wanted[text], "pomoc@hub.example", run, text))
        except smtplib.SMTPRecipientsRefused:  # not accepted, for now: whoever sends a mail tries again
            time.sleep(2)
            send(text)

    with ThreadPoolExecutor(8) as pool:
        sending = [pool.submit(send, text) for text in wanted]
        wait_for(lambda: any(case["subject"] == run for case in outside.open_cases("care")), "the first are in")
        to_do = sum(not one.done() for one in sending) + waiting(stack)
        assert to_do > MESSAGES // 10, "too late: nearly all is done"
        kill(stack, "table")
    for one in sending:
        one.result()

    def all_in():
        customers = customers_of(outside, addresses)
        counted = texts(outside, customers) if customers else {}
        return counted if set(wanted) <= set(counted) else None

    counted = wait_for(all_in, f"all {MESSAGES} are in", 150)
    assert {text: counted[text] for text in wanted} == dict.fromkeys(wanted, 1)


@pytest.mark.parametrize("name", ["aws", "smtp", "carriers", "stream"])
def test_killing_any_process_loses_nothing_that_was_accepted(outside, stack, tick, name):
    run = token_hex(4)
    address, number = f"{run}@example.pl", f"+4854{int(run[:6], 16) % 10_000_000:07d}"
    form = outside.post_form("contact", {"email": address, "text": "Zaczynam."}, run)
    customer = outside.agent("GET", f"/v1/cases/{form['case']}")["customer_id"]
    outside.agent("POST", f"/v1/customers/{customer}/contact-points", {"kind": "phone", "value": number})
    accepted = set()

    def send(at):
        text = f"{run} number {at}"
        try:
            if at % 2:
                outside.send_sms(number, "+48799000001", text)
            else:
                outside.send_mail(mail(address, "pomoc@hub.example", "Seria", text))
        except (OSError, smtplib.SMTPException, URLError, Refused):
            return  # whoever sent it was told that it did not work
        accepted.add(text)

    with ThreadPoolExecutor(2) as pool:
        sending = pool.map(send, range(30))
        time.sleep(0.3)
        kill(stack, name)
        list(sending)
    assert accepted

    def all_in():
        tick("ReconcileIncoming")  # also comes by itself, once a minute
        return accepted <= set(texts(outside, [customer]))

    wait_for(all_in, "all that was accepted is in", 120)
    counted = texts(outside, [customer])
    assert {text: counted[text] for text in accepted} == dict.fromkeys(accepted, 1)


def test_a_restart_keeps_everything_and_goes_on(outside, command):
    address = f"{token_hex(4)}@example.pl"
    posted = outside.post_form("contact", {"email": address, "text": "Przed."}, token_hex(8))
    case = outside.agent("GET", f"/v1/cases/{posted['case']}")
    outside.agent("POST", f"/v1/cases/{posted['case']}/replies", {"text": "Odpowiedź sprzed restartu."})
    (sent,) = wait_for(lambda: outside.sent_mails(address), "the answer")
    outside.send_mail(mail(address, str(sent["Reply-To"]), "Re", "W ostatniej chwili."))
    command("stop")
    command("run")
    wait_for(lambda: "W ostatniej chwili." in texts(outside, [case["customer_id"]]), "the last mail is in", 120)
    reply = mail(address, str(sent["Reply-To"]), "Re", "Po restarcie.")
    outside.send_mail(reply)
    wait_for(lambda: "Po restarcie." in texts(outside, [case["customer_id"]]), "the reply address still works")
    entries = outside.thread(case["customer_id"])
    assert [entry["text"].strip() for entry in entries] == [
        "Przed.",
        "Odpowiedź sprzed restartu.",
        "W ostatniej chwili.",
        "Po restarcie.",
    ]
    assert {entry["case_id"] for entry in entries} == {case["id"]}


def test_an_emulator_that_has_forgotten_everything_is_set_up_again_with_all_data(outside, stack, command):
    """Also what remains of a deployment that was cut off. Only the users are new: their tokens are no longer good."""
    address = f"{token_hex(4)}@example.pl"
    outside.send_mail(mail(address, "pomoc@hub.example", "Przed", "Przed zapomnieniem."))
    case = wait_for(lambda: outside.find_case("care", address), "the case")
    outside.agent("POST", f"/v1/cases/{case['reference']}/replies", {"text": "Odpowiedź."})
    (sent,) = wait_for(lambda: outside.sent_mails(address), "the answer")
    raw = outside.thread(case["customer_id"])[0]["links"]["raw"]
    command("stop")
    stack.unfinished_deployment.touch()
    command("run")
    outside.forget_tokens()
    outside.send_mail(mail(address, str(sent["Reply-To"]), "Po", "Po zapomnieniu."))
    wait_for(lambda: "Po zapomnieniu." in texts(outside, [case["customer_id"]]), "the reply address still works")
    assert {entry["case_id"] for entry in outside.thread(case["customer_id"])} == {case["id"]}
    assert outside.follow(raw)["url"]


def test_no_message_was_given_up_on_the_way(stack):
    """The last test: whatever the others did to the stack, no dead letter remains."""
    sqs, resources = stack.client("sqs"), stack.get_deployed().resources
    for name in ("ReceiveDeadLetters", "DeliverDeadLetters"):
        waiting = sqs.get_queue_attributes(QueueUrl=resources[name], AttributeNames=["ApproximateNumberOfMessages"])
        assert waiting["Attributes"]["ApproximateNumberOfMessages"] == "0", name
    assert not (stack.folder / "stream-failed.jsonl").exists()
