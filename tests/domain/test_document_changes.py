from __future__ import annotations

import pytest

from chalicelib.domain.document_changes import DocumentChange, changes_between

CARE = {"name": "care", "policy": "standard", "skills": ["invoices"]}
BILLING = {"name": "billing", "policy": "standard"}


def test_documents_that_say_the_same_do_not_differ():
    assert [*changes_between({"teams": [CARE]}, {"teams": [dict(reversed(CARE.items()))]})] == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"undo_seconds": 5}, {"undo_seconds": 10}, DocumentChange("undo_seconds", 5, 10)),
        ({}, {"company": "Firma"}, DocumentChange("company", None, "Firma")),
        (
            {"teams": [CARE, BILLING]},
            {"teams": [CARE, {**BILLING, "policy": "quick"}]},
            DocumentChange("teams[billing].policy", "standard", "quick"),
        ),
        ({"teams": [CARE]}, {"teams": [CARE, BILLING]}, DocumentChange("teams[billing]", None, BILLING)),
        ({"teams": [CARE, BILLING]}, {"teams": [CARE]}, DocumentChange("teams[billing]", BILLING, None)),
        (
            {"teams": [CARE, BILLING]},
            {"teams": [BILLING, CARE]},
            DocumentChange("teams (order)", ["care", "billing"], ["billing", "care"]),
        ),
        (
            {"teams": [CARE]},
            {"teams": [{**CARE, "skills": ["invoices", "cars"]}]},
            DocumentChange("teams[care].skills", ["invoices"], ["invoices", "cars"]),
        ),
        ({"colleagues": []}, {"colleagues": [{"name": 1}]}, DocumentChange("colleagues", [], [{"name": 1}])),
    ],
)
def test_a_change_is_told_at_the_smallest_place(before, after, expected):
    assert [*changes_between(before, after)] == [expected]
