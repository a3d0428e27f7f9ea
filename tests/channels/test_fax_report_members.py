"""What fax gateways post is read by the names that the operator gives, and by tables."""

from __future__ import annotations

import json

import pytest

from chalicelib.channels.fax_report_members import parse_posted_report
from chalicelib.channels.posted_fax_reports import PostedReport, enveloped, find_posted_report
from chalicelib.domain.delivery import DeliveryStatus, FailureKind
from chalicelib.domain.fax_sending import FaxOutcome, FaxReports
from chalicelib.domain.faxes import faxed_id, gateways_id
from tests.domain.making import MONDAY_TEN

ID = "01KAR000000000000000000001"
OURS = "fax@hub.example"
RULES = FaxReports("office")


def read(told, rules=RULES):
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return parse_posted_report(PostedReport("fax", MONDAY_TEN, body), rules, OURS)


@pytest.mark.parametrize(
    ("status", "reason", "becomes"),
    [
        ("delivered", "", (DeliveryStatus.DELIVERED, None)),
        ("SUCCESS", "OK", (DeliveryStatus.DELIVERED, None)),
        (True, None, (DeliveryStatus.DELIVERED, None)),
        ("queued", "", (DeliveryStatus.SENT, None)),
        ("sending.started", "", (DeliveryStatus.SENT, None)),
        ("in_progress", "", (DeliveryStatus.SENT, None)),
        ("will_retry", "busy", (DeliveryStatus.DEFERRED, None)),
        ("failed", "line_busy", (DeliveryStatus.BOUNCED, FailureKind.TEMPORARY)),
        ("failure", "noAnswer", (DeliveryStatus.BOUNCED, FailureKind.TEMPORARY)),
        (False, "invalid_number", (DeliveryStatus.BOUNCED, FailureKind.PERMANENT)),
        (False, "E4711", (DeliveryStatus.BOUNCED, FailureKind.TEMPORARY)),
        ("failed", "document_conversion_error", (DeliveryStatus.BOUNCED, FailureKind.TECHNICAL)),
        ("Nie dostarczono", "linia zajęta", (DeliveryStatus.BOUNCED, FailureKind.TEMPORARY)),
        ("zugestellt", "", (DeliveryStatus.DELIVERED, None)),
    ],
)
def test_its_words_are_read_by_the_tables(status, reason, becomes):
    report = read({"reference": ID, "status": status, "reason": reason}).report
    assert (report.status, report.failure) == becomes


def test_a_word_that_is_in_no_table_moves_nothing_and_is_kept():
    event = read({"reference": ID, "status": "blorbled", "reason": "E 17"})
    assert event.report.status is DeliveryStatus.SENT
    assert (event.report.said, event.report.code, event.report.words) == ("fax/report", "blorbled", "blorbled: E 17")


def test_the_operators_table_comes_first_whatever_the_letter_case():
    rules = FaxReports("office", words={"blorbled": FaxOutcome.PERMANENT, "e17": FaxOutcome.TECHNICAL})
    assert read({"reference": ID, "status": "Blorbled"}, rules).report.failure is FailureKind.PERMANENT
    assert read({"reference": ID, "status": "Blorbled", "reason": "E17"}, rules).report.failure is FailureKind.TECHNICAL


def test_members_lie_as_deep_as_the_operator_says():
    rules = FaxReports("o", reference="data.tag", answer_id="data.id", status="data.state", reason="data.error.text")
    event = read({"data": {"tag": f"Fax {ID}", "state": "failed", "error": {"text": "busy"}, "id": 12}}, rules)
    assert (event.message_id, event.sender) == (faxed_id(ID), OURS)
    assert event.report.failure is FailureKind.TEMPORARY


def test_without_our_id_the_gateways_own_says_which_fax_it_is():
    event = read({"fax_id": 12, "status": "delivered"}, FaxReports("o", answer_id="fax_id"))
    assert event.message_id == gateways_id("12", OURS)


@pytest.mark.parametrize(
    "told",
    [
        {"status": "delivered"},
        {"reference": "4711", "status": "delivered"},
        {"reference": ID},
        {"reference": [ID], "status": {"a": 1}},
        {"id": ID, "status": "delivered"},
        [ID],
        ID,
        b"",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_names_no_fax_of_ours_or_says_nothing_of_it_is_no_report(told):
    assert read(told) is None


def test_it_comes_out_of_the_queue_as_it_went_in():
    report = PostedReport("fax", MONDAY_TEN, b"\x00\xff{}")
    assert find_posted_report(enveloped(report)) == report
    assert find_posted_report('{"eventType": "Send", "mail": {}}') is None
    assert find_posted_report("x") is None
