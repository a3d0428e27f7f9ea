from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from chalicelib.api.problems import STATUSES, problem_for, render_problem
from chalicelib.domain.errors import (
    HubError,
    InvalidInput,
    NewerMessage,
    StorageUnavailable,
    TooMany,
    WrongConfiguration,
)


def every_error(above: type[HubError] = HubError) -> Iterator[type[HubError]]:
    yield above
    for error in above.__subclasses__():
        yield from every_error(error)


def test_every_error_of_the_tree_has_a_status_and_every_status_an_error():
    assert {error.code for error in every_error()} == set(STATUSES)


def test_an_error_of_ours_is_told_in_its_own_words():
    problem = problem_for(InvalidInput("One team, please.", field="team"), "request-1")
    assert problem.__struct_fields__ == ("type", "title", "status", "detail", "code", "instance", "field", "tier")
    assert (problem.type, problem.title, problem.status) == ("urn:splot:problem:invalid_input", "Invalid input", 400)
    assert (problem.detail, problem.code) == ("One team, please.", "invalid_input")
    assert (problem.instance, problem.field) == ("request-1", "team")


@pytest.mark.parametrize("error", [RuntimeError("pk=CUST#01ANNA"), KeyError("secret"), RecursionError()])
def test_an_error_that_is_not_ours_is_told_without_a_word_about_itself(error):
    problem = problem_for(error, "request-1")
    assert (problem.status, problem.code, problem.detail) == (500, "internal", HubError.text)


def test_what_is_wrong_with_us_is_told_in_general_words():
    problem = problem_for(WrongConfiguration("team 'care': calendar 'poland' does not exist."), "request-1")
    assert (problem.status, problem.detail) == (503, WrongConfiguration.text)


def test_a_long_text_of_the_callers_own_is_cut():
    assert len(problem_for(InvalidInput("x" * 10_000), "").detail) == 500


def test_a_problem_document_says_what_it_is_and_when_to_come_back():
    response = _rendered(StorageUnavailable())
    assert response.headers == {
        "Content-Type": "application/problem+json",
        "Cache-Control": "no-store",
        "Retry-After": "2",
    }
    assert "Retry-After" not in _rendered(NewerMessage()).headers


def test_a_limit_says_whose_it_is_and_how_long_it_lasts():
    response = _rendered(TooMany(tier="address", retry_after=3_600))
    assert (response.status_code, response.headers["Retry-After"]) == (429, "3600")
    assert json.loads(response.body)["tier"] == "address"
    assert "tier" not in json.loads(_rendered(NewerMessage()).body)


def _rendered(error):
    return render_problem(problem_for(error, "r"), error)
