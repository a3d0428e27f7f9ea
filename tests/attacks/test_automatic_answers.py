"""Attempts to have the hub write to somebody who has not asked, or to a machine: each with what has to come of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chalicelib.channels.protocol import parse_in_process
from chalicelib.domain.automatic_answers import AcknowledgementRule, AutomaticBudget
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.machines import MachineKind
from chalicelib.domain.messages import Receipt
from chalicelib.domain.threads import Entry
from chalicelib.usecases.reply_to_customer import Answer
from tests.attacks.conftest import INBOX
from tests.domain.making import FORM, SUPPORT

BY_MAIL = AcknowledgementRule((Channel.EMAIL,), on_reopening=True)


@pytest.fixture(autouse=True)
def acknowledging(hub):
    inboxes = tuple(replace(inbox, acknowledgement=BY_MAIL) for inbox in (SUPPORT, FORM))
    hub.configured(inboxes=inboxes, automatic_budget=AutomaticBudget(typed_per_hour=5))


def answers(hub):
    return [entry for entry in hub.threads.records(Entry) if entry.is_automatic]


def mail(hub, *fields, sender="victim@example.pl", source="victim@example.pl", dmarc="PASS", to=f"To: {INBOX}"):
    return hub.deliver_mail(
        f"From: {sender}",
        *([to] if to else []),
        "Subject: KUP http://evil.example",
        *fields,
        source=source,
        dmarc=dmarc,
    )


def post(hub, address):
    body = json.dumps({"text": "Kup http://evil.example", "name": "Evil", "email": address}).encode()
    hub.written += 1
    receipt = Receipt("web_form", f"form{hub.written}", hub.now(), ("contact",))
    return hub.receive(hub.raw.put_incoming(receipt, body), receipt, parse_in_process)


MACHINES = {
    "RFC 3834: it says that it answers": "Auto-Submitted: auto-replied",
    "RFC 3834: it says that nobody wrote it": "Auto-Submitted: auto-generated (rejected)",
    "a bulk mail": "Precedence: bulk",
    "an old autoresponder": "Precedence: auto_reply",
    "junk": "Precedence: junk",
    "a list": "List-Id: <klienci.lista.example>",
    "a list of old": "Precedence: list",
    "Exchange": "X-Auto-Response-Suppress: All",
    "an autoresponder": "X-Autoreply: yes",
}


@pytest.mark.parametrize("field", MACHINES.values(), ids=MACHINES.keys())
def test_no_machine_and_no_list_is_answered(hub, field):
    case = hub.case(mail(hub, field))
    assert answers(hub) == []
    by_people = field in (MACHINES["a list"], MACHINES["a list of old"])  # who write through it, and wait
    assert (case.awaiting_since is not None, bool(case.clocks)) == (by_people, by_people)


@pytest.mark.parametrize(
    "sender",
    ["MAILER-DAEMON@example.pl", "noreply@shop.example", "owner-list@lista.example", "list-request@lista.example"],
)
def test_no_mailbox_of_a_machine_is_answered(hub, sender):
    mail(hub, sender=sender)
    assert answers(hub) == []


def test_the_null_sender_is_not_answered(hub):
    mail(hub, "Return-Path: <>", source="")
    assert answers(hub) == []


@pytest.mark.parametrize("dmarc", ["FAIL", "GRAY", "UNKNOWN"])
def test_a_flood_with_a_forged_sender_sends_the_victim_nothing(hub, dmarc):
    for number in range(20):
        mail(hub, f"Message-ID: <{number}@evil.example>", dmarc=dmarc)
    assert answers(hub) == []


def test_a_flood_of_an_address_that_is_proved_gets_one_answer(hub):
    for number in range(20):
        mail(hub, f"Message-ID: <{number}@evil.example>")
    assert len(answers(hub)) == 1


def test_a_form_that_names_one_victim_a_hundred_times_sends_one_mail_without_a_word_of_it(hub):
    for _ in range(100):
        post(hub, "victim@example.pl")
    (answer,) = answers(hub)
    assert "evil" not in (answer.subject + answer.text).lower()


def test_a_form_that_names_a_hundred_victims_ends_at_its_budget(hub):
    for number in range(100):
        post(hub, f"victim{number}@example.pl")
    assert len(answers(hub)) == 5


def test_nobody_has_us_answer_ourselves(hub):
    for sender in (INBOX, "pomoc+x@hub.example", "boss@company.example"):
        mail(hub, sender=sender, source=sender)
    assert answers(hub) == []


def test_who_only_put_us_into_a_blind_copy_is_not_answered(hub):
    mail(hub, to="To: klienci@lista.example")
    assert answers(hub) == []


def test_two_hubs_that_answer_each_other_stop_at_once(hub):
    """The other one acknowledges whatever comes, with fresh ids and without a word of being a machine."""
    mail(hub, "Message-ID: <0@other.example>")
    rounds = 0
    while hub.deliver_all() or (rounds == 0 and answers(hub)):
        sent = len(answers(hub))
        rounds += 1
        mail(hub, f"Message-ID: <{rounds}@other.example>", to=f"To: {answers(hub)[-1].delivery.reply_to}")
        if len(answers(hub)) == sent:
            break
    assert rounds == 1
    assert len(answers(hub)) == 1


def test_what_we_answer_is_known_to_other_hubs_as_a_machines(hub):
    """And to ours: sent back to us, it is no person's."""
    mail(hub)
    (answer,) = answers(hub)
    hub.deliver(answer.customer_id, answer.id)
    raw = hub.mail.sent[-1].raw
    hub.written += 1
    receipt = Receipt("email", "back", hub.now(), (INBOX,), "pomoc@other.example")
    outcome = hub.receive(hub.raw.put_incoming(receipt, raw), receipt, parse_in_process)
    assert hub.threads.get_entry(outcome.customer_id, outcome.entry_id).arrival.automatic
    assert len(answers(hub)) == 1


def test_what_an_agent_answered_and_somebody_sends_back_starts_no_clock_and_is_not_answered(hub):
    """A mailbox that sends on to us whatever comes would have us answer our own answers, and wait for them."""
    outcome = mail(hub)
    hub.reply(hub.case(outcome).reference, "eva", Answer("It is on its way."))
    hub.deliver_all()
    raw, before = hub.mail.sent[-1].raw, answers(hub)
    assert b"Auto-Submitted" not in raw
    for number in range(3):
        hub.written += 1
        receipt = Receipt("email", f"back{number}", hub.now(), (INBOX,), "victim@example.pl")
        back = hub.receive(hub.raw.put_incoming(receipt, raw), receipt, parse_in_process)
        entry = hub.threads.get_entry(back.customer_id, back.entry_id)
        assert entry.arrival.machine.kind is MachineKind.RETURNED
        assert not hub.threads.get_case(back.customer_id, back.case_id).clocks
    assert answers(hub) == before


def test_what_goes_round_is_not_answered_and_who_may_have_written_it_does_not_wait_for_ever(hub):
    outcome = mail(hub, *[f"Received: from a{hop}.example by b.example; x" for hop in range(51)])
    arrival = hub.threads.get_entry(outcome.customer_id, outcome.entry_id).arrival
    assert (answers(hub), arrival.machine.kind) == ([], MachineKind.LOOP)
    assert hub.case(outcome).clocks


@pytest.mark.parametrize(
    "refused", [{"spam": "FAIL"}, {"virus": "FAIL"}, {"dmarc": "FAIL"}, {"to": ("nobody@hub.example",)}], ids=str
)
def test_what_was_accepted_is_never_sent_back(hub, refused):
    """Its sender is who the mail says, and that may be somebody who sent nothing."""
    hub.deliver_mail("From: victim@example.pl", source="victim@example.pl", **{"dmarc": "PASS"} | refused)
    hub.deliver_all()
    assert hub.mail.sent == answers(hub) == []
