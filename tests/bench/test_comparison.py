"""The judge of the comparison judges."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from tests.bench.comparison import judge
from tests.bench.comparison_mails import conversations

MAILS = conversations(1, 1)
KEPT = [(mail.matter, mail.sentence) for mail in MAILS]
FIRST_ANSWER = next(number for number, mail in enumerate(MAILS) if mail.answers)


def but(number, *places):
    return [*KEPT[:number], *places, *KEPT[number + 1 :]]


def test_what_is_all_in_its_place_has_no_faults():
    assert set(asdict(judge(MAILS, KEPT)).values()) == {0}


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        ("lost", but(0)),
        ("garbled", but(0, (KEPT[0][0], KEPT[0][1].replace("ż", "?")))),
        ("twice", [*KEPT, KEPT[0]]),
        ("apart", but(FIRST_ANSWER, ("a new one", KEPT[FIRST_ANSWER][1]))),
        ("with_a_stranger", but(1, (KEPT[0][0], KEPT[1][1]))),
    ],
)
def test_each_fault_is_counted(fault, kept):
    assert getattr(judge(MAILS, kept), fault) >= 1


def test_no_two_mails_say_the_same():
    assert len({mail.sentence for mail in MAILS}) == len(MAILS)
