"""What stands on one line and belongs on several is parted, and nothing of it changes."""

import pytest

from chalicelib.content.glued_lines import unglued
from chalicelib.content.html_marks import NO_MARKS, Marks


@pytest.mark.parametrize(
    "pieces",
    [
        ["----- Forwarded Message -----", "From: a@example.pl", "To: b@example.pl", "Subject: x"],
        ["From: a@example.pl", "To: b@example.pl", "Sent: Monday", "Subject: x"],
    ],
)
def test_a_header_on_one_line_gets_a_line_for_each_field(pieces):
    lines, _ = unglued([" ".join(pieces), "", "body"], NO_MARKS)

    assert lines == [*pieces, "", "body"]


def test_fields_may_follow_without_a_blank():
    lines, _ = unglued(["From: a@example.plTo: b@example.plSubject: x"], NO_MARKS)

    assert lines == ["From: a@example.pl", "To: b@example.pl", "Subject: x"]


def test_an_answer_before_an_attribution_gets_a_line_of_its_own():
    line = "Thanks. On Mon, 23 Nov 2026 at 09:12, Anna <anna@example.pl> wrote:"
    lines, _ = unglued([line, "> quoted"], NO_MARKS)

    assert lines == ["Thanks.", line.removeprefix("Thanks. "), "> quoted"]


@pytest.mark.parametrize(
    "lines",
    [
        ["Thanks. On Mon, 23 Nov 2026 at 09:12, Anna <anna@example.pl> wrote:", "no quote"],
        ["From: Warsaw To: Berlin"],
        ["a: b: c: d"],
        ["From: a@example.pl"],
        ["x" * 5_000 + ": From: a@example.pl To: b@example.pl"],
        [""],
    ],
)
def test_other_lines_stay_as_they_are(lines):
    assert unglued(lines, NO_MARKS) == (lines, NO_MARKS)


def test_marks_move_with_their_lines():
    marks = Marks(quoted=frozenset({1}), heads=frozenset({0}), signature=frozenset({2}), from_html=True)
    lines = ["From: a@example.plTo: b@example.plSubject: x", "quoted", "Anna"]

    assert unglued(lines, marks)[1] == Marks(frozenset({3}), frozenset({0}), frozenset({4}), from_html=True)
