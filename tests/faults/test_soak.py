"""A company's months, each of them thirty days of everything: in the end nothing is lost, twice, or somebody else's."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from tests.faults.functions import silence
from tests.faults.mutants import MUTANTS
from tests.faults.soak import LASTS, Month, finished, month

MESSAGES = 2_000
MONTHS, MORE_MONTHS = range(2), range(2, 25)


@pytest.mark.faults
@pytest.mark.parametrize("seed", [*MONTHS, *(pytest.param(seed, marks=pytest.mark.whole) for seed in MORE_MONTHS)])
def test_a_month_breaks_nothing(seed, figure):
    with silence():
        passed = month(seed, MESSAGES)

    assert not passed.breaches, passed
    assert passed.messages >= MESSAGES
    assert passed.faults > MESSAGES / 10
    figure(f"{passed.messages:7,} messages in {passed.days} days: {passed.faults} faults, {passed.sent:,} sent")


def test_a_short_month_is_the_same_each_time_and_is_about_thirty_days():
    with silence():
        first, again = month(7, 60), month(7, 60)

    assert not first.breaches, first
    assert (first.messages, first.days, first.sent, first.faults) == (
        again.messages,
        again.days,
        again.sent,
        again.faults,
    )
    assert abs(first.days - LASTS.days) < LASTS.days / 2


def test_a_month_finds_a_design_that_sends_and_then_marks():
    with silence():
        assert month(1, 200, MUTANTS["sends and then marks"]).breaches


def test_finished_months_are_not_run_again(tmp_path):
    kept_in = tmp_path / "soak.jsonl"
    whole = Month(3, 60, 30.0, 50, 9, 1.0, 80, ())
    of_another_length = Month(4, 600, 30.0, 50, 9, 1.0, 80, ())
    lines = [json.dumps(asdict(each)) for each in (whole, of_another_length)]
    kept_in.write_text("\n".join([*lines, lines[0][:20]]), encoding="utf-8")

    assert finished(kept_in, 60) == {3: whole}
    assert finished(tmp_path / "none", 60) == {}
