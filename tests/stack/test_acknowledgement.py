"""Whoever writes hears at once that it came: once, with the reference, and with nothing that they wrote."""

from __future__ import annotations

from secrets import token_hex

import pytest

from infra.local.outside import mail, wait_for
from tests.stack.conftest import ACKNOWLEDGED

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


def test_a_first_mail_is_acknowledged_and_a_second_one_on_the_same_day_is_not(outside):
    anna = f"anna.{token_hex(4)}@example.pl"
    outside.send_mail(mail(anna, ACKNOWLEDGED, "Korekta faktury", "Proszę o korektę faktury 4711."))
    (sent,) = wait_for(lambda: outside.sent_mails(anna), "the acknowledgement")
    text = sent.get_body(("plain",)).get_content()
    case = wait_for(lambda: outside.find_case("billing", anna), "her case")
    assert case["reference"] in text
    assert "4711" not in text
    assert "Korekta" not in sent["Subject"]
    assert sent["Auto-Submitted"] == "auto-replied"
    outside.send_mail(mail(anna, ACKNOWLEDGED, "Druga sprawa", "I jeszcze jedno pytanie, o inną fakturę."))
    wait_for(lambda: len([one for one in outside.thread(case["customer_id"]) if one["kind"] == "inbound"]) > 1, "it")
    assert len(outside.sent_mails(anna)) == 1
