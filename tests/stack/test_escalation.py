"""A case that nobody answers escalates, once, however many sweeps look at it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex

import pytest

from infra.local.configuration import EXPRESS
from infra.local.outside import mail, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

CASES = 12
SWEEPS = 3
SUPERVISOR = "express-supervisor@company.example"


def test_each_of_many_cases_escalates_once_under_sweeps_at_the_same_time(outside, tick):
    subjects = {f"Pilne {token_hex(4)}" for _ in range(CASES)}
    for subject in subjects:
        outside.send_mail(mail(f"{token_hex(4)}@example.pl", "express@hub.example", subject, "Pilne!"))

    def all_there():
        cases = [case for case in outside.open_cases(EXPRESS) if case["subject"] in subjects]
        return cases if len(cases) == CASES else None

    cases = wait_for(all_there, "all cases are there", 60)
    with ThreadPoolExecutor(SWEEPS) as pool:
        list(pool.map(tick, ["EscalateOverdueCases"] * SWEEPS))
    tick("EscalateOverdueCases")  # finds nothing left to do

    for case in cases:
        entries = outside.thread(case["customer_id"])
        assert [entry["event"] for entry in entries if entry["event"]] == ["case.escalated"]
        assert [entry["kind"] for entry in entries] == ["inbound", "event", "notice"]

    def told():
        mails = [str(m["Subject"]) for m in outside.sent_mails(SUPERVISOR)]
        about = [subject for case in cases for subject in mails if case["reference"] in subject]
        return about if len(about) >= CASES else None

    assert len(wait_for(told, "the supervisor is told of each")) == CASES


def test_an_answered_case_does_not_escalate(outside, tick):
    """Its clock stops with the answer. It comes by a team whose reminder is due hours later."""
    address = f"{token_hex(4)}@example.pl"
    outside.send_mail(mail(address, "pomoc@hub.example", "Spokojnie", "Bez pośpiechu."))
    case = wait_for(lambda: outside.find_case("care", address), "the case")
    outside.agent("POST", f"/v1/cases/{case['reference']}/replies", {"text": "Już odpowiadamy."})
    tick("EscalateOverdueCases")
    after = outside.agent("GET", f"/v1/cases/{case['reference']}")
    assert (after["clocks"], after["deadline_at"]) == ([], None)
    assert not [entry for entry in outside.thread(case["customer_id"]) if entry["event"]]
