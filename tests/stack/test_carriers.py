"""What carriers tell of our messages comes the whole way: by topic and queue into the function that records it."""

from __future__ import annotations

from secrets import token_hex

import pytest

from infra.local.outside import mail, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


def answered(outside, address, send):
    """Somebody writes to us from the contact point, and an agent answers: the case of it."""
    send()
    case = wait_for(lambda: outside.find_case_of("care", address), f"the case of {address}")
    outside.agent("POST", f"/v1/cases/{case['reference']}/replies", {"text": "Sprawdzamy.", "messages_read": 1})
    return case


def delivery(outside, case):
    (ours,) = [entry for entry in outside.thread(case["customer_id"]) if entry["kind"] == "outbound"]
    return ours["delivery"]


def test_a_mail_is_delivered_and_one_that_bounces_leaves_its_customer_waiting(outside):
    for mailbox, status, waits in (("delivered", "delivered", False), ("bounced", "bounced", True)):
        person = f"{mailbox}+{token_hex(4)}@example.pl"
        letter = mail(person, "pomoc@hub.example", "Paczka", "Gdzie jest moja paczka?")
        case = answered(outside, f"email:{person}", lambda letter=letter: outside.send_mail(letter))
        wait_for(lambda case=case, status=status: delivery(outside, case)["status"] == status, f"{person}: {status}")
        now = outside.agent("GET", f"/v1/cases/{case['reference']}")
        assert (now["awaiting_since"] is not None) is waits


def test_a_text_message_that_the_telephone_company_blocks_says_so(outside):
    phone = "+48601000004"
    case = answered(
        outside, f"phone:{phone}", lambda: outside.send_sms(phone, "+48799000001", "Czy paczka juz wyszla?")
    )
    wait_for(lambda: delivery(outside, case)["status"] == "bounced", "what the telephone company did with it")
