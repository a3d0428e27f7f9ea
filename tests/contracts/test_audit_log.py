"""What every audit log must do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.audit import AuditRecord
from chalicelib.storage.audit_table import AuditTable
from tests.fakes.ports import MemoryAudit
from tests.fakes.records import NOW, at

CUSTOMER = "01KAR000000000000000000ANN"
READ = AuditRecord(
    id="01KAR0000000000000000000R0",
    at=NOW,
    principal="https://login.company.example|auth0|ewa#1",
    subject="auth0|ewa#1",
    name="Ewa",
    roles=("agent", "supervisor"),
    operation="read_thread",
    parameters={"customer_id": CUSTOMER},
    source="192.0.2.7",
    request="c6af9ac6",
)


@pytest.fixture(params=["memory", "moto"])
def log(request):
    return MemoryAudit() if request.param == "memory" else AuditTable(request.getfixturevalue("moto_table"))


def recorded(log, count, **fields):
    records = [
        replace(READ, id=f"01KAR0000000000000000000R{number}", at=at(minutes=number), **fields)
        for number in range(count)
    ]
    for record in records:
        log.append(record)
    return records


def test_a_call_is_found_under_who_made_it_and_under_what_it_named(log):
    log.append(READ)
    assert log.list_of_subject(READ.subject, 10).items == (READ,)
    assert log.list_about(CUSTOMER, 10).items == (READ,)
    assert log.list_of_subject("ewa", 10).items == ()


def test_a_call_that_names_no_customer_and_no_case_is_found_under_who_made_it(log):
    refused = replace(READ, parameters={"team": "care"}, name="", roles=(), refused="forbidden")
    log.append(refused)
    assert log.list_of_subject(READ.subject, 10).items == (refused,)
    assert log.list_about("care", 10).items == ()


def test_a_case_is_named_by_its_reference(log):
    about_a_case = replace(READ, parameters={"reference": "PR4V5-E3WSZ-J", "promise_id": CUSTOMER})
    log.append(about_a_case)
    assert log.list_about("PR4V5-E3WSZ-J", 10).items == (about_a_case,)


def test_calls_are_listed_page_by_page_from_the_newest_on(log):
    records = recorded(log, 5)
    first = log.list_of_subject(READ.subject, 3)
    rest = log.list_of_subject(READ.subject, 3, first.next)
    assert [*first.items, *rest.items] == records[::-1]
    assert rest.next is None
