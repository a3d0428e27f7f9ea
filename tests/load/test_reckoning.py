"""The account of a load run finds each fault that there can be, and none where there is none."""

from __future__ import annotations

import pytest

from tests.load.reckoning import Given, Left, Outcome, Standing, mark_of_answer, mark_of_message, marks_in, reckon

ANNA, JAN = "anna", "jan"
POINTS = {ANNA: frozenset({"anna@example.pl"}), JAN: frozenset({"+48505000001"})}
HERS, HIS = mark_of_message(1), mark_of_message(2)
ANSWER, TEXTED = mark_of_answer(1), mark_of_answer(2)

MESSAGES = (Given(HERS, ANNA, Outcome.ACCEPTED, "a.png"), Given(HIS, JAN, Outcome.ACCEPTED))
ANSWERS = (Given(ANSWER, ANNA, Outcome.ACCEPTED), Given(TEXTED, JAN, Outcome.ACCEPTED))
STANDING = (
    Standing(HERS, "C1", files=("a.png",)),
    Standing(HIS, "C2"),
    Standing(ANSWER, "C1", channel="email", status="delivered"),
    Standing(TEXTED, "C2", channel="sms", status="delivered"),
)
LEFT = (Left(ANSWER, "anna@example.pl", (HERS,)), Left(TEXTED, "+48505000001"))


def faults(messages=MESSAGES, answers=ANSWERS, standing=STANDING, left=LEFT, **options):
    return reckon(messages, answers, standing, left, POINTS, **options).faults


def without(values, mark):
    return [one for one in values if one.mark != mark]


def with_(values, changed):
    return [changed if one.mark == changed.mark else one for one in values]


def test_a_run_in_which_all_is_well_has_no_faults_and_its_counts():
    result = reckon(MESSAGES, ANSWERS, STANDING, LEFT, POINTS)
    assert result.is_clean
    assert (result.accepted, result.standing, result.parked, result.answers) == (2, 2, 0, 2)
    assert result.statuses == {"delivered": 2}


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("lost", {"standing": without(STANDING, HERS)}),
        ("double", {"standing": [*STANDING, Standing(HIS, "C2")]}),
        ("double", {"standing": [*STANDING, Standing(HIS, "")]}),
        ("file", {"standing": with_(STANDING, Standing(HERS, "C1"))}),
        ("refused", {"messages": with_(MESSAGES, Given(HIS, JAN, Outcome.REFUSED))}),
        ("wrong person", {"standing": with_(STANDING, Standing(TEXTED, "C1", channel="sms", status="delivered"))}),
        ("two threads", {"standing": [*STANDING, Standing(mark_of_message(3), "C3")],
                         "messages": [*MESSAGES, Given(mark_of_message(3), ANNA, Outcome.ACCEPTED)]}),
        ("from nobody", {"standing": [*STANDING, Standing(mark_of_message(9), "C1")]}),
        ("from nobody", {"left": [*LEFT, Left(mark_of_answer(9), "anna@example.pl")]}),
        ("answer lost", {"standing": without(STANDING, ANSWER), "left": without(LEFT, ANSWER)}),
        ("answer double", {"standing": [*STANDING, STANDING[2]]}),
        ("sent twice", {"left": [*LEFT, LEFT[1]]}),
        ("not sent", {"left": without(LEFT, TEXTED)}),
        ("not kept", {"standing": without(STANDING, ANSWER)}),
        ("not at rest", {"standing": with_(STANDING, Standing(ANSWER, "C1", channel="email", status="queued"))}),
        ("no report", {"standing": with_(STANDING, Standing(ANSWER, "C1", channel="email", status="sent"))}),
        ("wrong recipient", {"left": with_(LEFT, Left(ANSWER, "jan@example.pl"))}),
        ("wrong quote", {"left": with_(LEFT, Left(ANSWER, "anna@example.pl", (HIS,)))}),
    ],
)  # fmt: skip
def test_each_fault_is_found(kind, changed):
    assert faults(**changed)[kind]


def test_a_message_without_an_answer_may_be_there_or_not_but_not_twice():
    messages = with_(MESSAGES, Given(HIS, JAN, Outcome.UNANSWERED))
    assert not faults(messages=messages)
    assert not faults(messages=messages, standing=without(STANDING, HIS))
    assert [*faults(messages=messages, standing=[*STANDING, Standing(HIS, "C2")])] == ["double"]


def test_what_is_missing_before_all_is_at_rest_is_not_called_lost():
    standing = without(without(STANDING, HERS), ANSWER)
    found = faults(standing=standing, left=without(LEFT, ANSWER), at_rest=False)
    assert sorted(found) == ["answer not at rest", "not at rest"]


def test_a_parked_message_is_not_lost():
    result = reckon(MESSAGES, ANSWERS, with_(STANDING, Standing(HIS, "")), LEFT, POINTS)
    assert (result.is_clean, result.parked) == (True, 1)


def test_a_second_copy_that_is_not_shown_is_counted_and_is_no_double():
    copy = Standing(HERS, "C1", second_copy=True, files=("a.png",))
    result = reckon(MESSAGES, ANSWERS, [*STANDING, copy], LEFT, POINTS)
    assert (result.is_clean, result.second_copies, result.standing) == (True, 1, 2)


def test_a_second_copy_without_the_first_is_a_loss():
    copy = Standing(HERS, "C1", second_copy=True, files=("a.png",))
    assert [*faults(standing=with_(STANDING, copy))] == ["lost"]


@pytest.mark.parametrize("status", ["unknown", "failed"])
def test_an_answer_of_which_a_person_was_told_is_not_lost(status):
    standing = with_(STANDING, Standing(TEXTED, "C2", channel="sms", status=status))
    assert not faults(standing=standing, left=without(LEFT, TEXTED))
    assert not faults(standing=standing)


def test_an_answer_in_the_app_leaves_by_no_carrier():
    standing = with_(STANDING, Standing(TEXTED, "C2", channel="app", status="sent"))
    assert not faults(standing=standing, left=without(LEFT, TEXTED))


def test_with_processes_that_are_killed_a_report_may_be_missing_and_nothing_else():
    standing = with_(STANDING, Standing(ANSWER, "C1", channel="email", status="sent"))
    assert not faults(standing=standing, reports_may_be_lost=True)
    assert [*faults(standing=standing, left=without(LEFT, ANSWER), reports_may_be_lost=True)] == ["not sent"]


def test_marks_are_found_wherever_they_stand():
    assert marks_in(f"Dzień dobry, {HERS}.\n> {ANSWER}{HERS}") == [HERS, ANSWER, HERS]
