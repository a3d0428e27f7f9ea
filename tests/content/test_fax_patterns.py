"""The patterns of fax gateways: simple enough for an operator, and never slow."""

import time

import pytest

from chalicelib.content.fax_patterns import check_pattern, find_in_line, plain_line
from chalicelib.domain.errors import WrongConfiguration
from tests.speed import within


def found(pattern, line):
    return find_in_line(pattern, plain_line(line))


@pytest.mark.parametrize(
    ("pattern", "line", "values"),
    [
        ("New fax from {number}", "new  FAX from: no", None),
        ("New fax from {number}", "New fax from +48 22 111-22-33 today", {"number": "+48 22 111-22-33"}),
        ("New fax from {number}", "RE: New  Fax\tfrom (22) 111 22 33", {"number": "(22) 111 22 33"}),
        ("New fax from {number}", "New fax from unknown", {"number": "unknown"}),
        ('from "{name}" - {pages} page', "from “ACME S.A.” - 12 pages", {"name": "ACME S.A.", "pages": "12"}),
        ("{pages} page(s)", "2 page(s)", {"pages": "2"}),
        ("job {*} to {number} done", "Job 12 (x) to 221112233 done", {"*": "12 (x)", "number": "221112233"}),
        ("Nadawca: {number}", "   Nadawca:    22 111 22 33", {"number": "22 111 22 33"}),
        ("from {name}", "from somebody at last", {"name": "somebody at last"}),
        ("a {number} b", "a 1 c a 2 b", {"number": "2"}),  # the second place fits
        ("{pages} pages", "A fax of 12 pages came", {"pages": "12"}),
        ("{pages} pages from {number}", "2 pages of 3 pages from 221112233", {"pages": "3", "number": "221112233"}),
        ("{pages} pages", "1.2 pages", None),
        ("from {number}", "from [030 1234567]", {"number": "030 1234567"}),
        ("from {number}", "from 030 1234567 (2 pages)", {"number": "030 1234567"}),
        ("from {number}", "from +1 (303) 555-1212", {"number": "+1 (303) 555-1212"}),
        ("Pages: {pages}", "Pages : | 3", {"pages": "3"}),
        ("no slots", "there are NO slots here", {}),
        ('A "{number}"', "A ''", None),
    ],
)
def test_a_pattern_finds_what_stands_in_its_braces(pattern, line, values):
    result = found(pattern, line)

    assert (dict(result) if result is not None else None) == values


@pytest.mark.parametrize(
    "pattern", ["", "  ", "{number}", "{number}{pages} x", "{telephone} x", "a {", "a }", "x" * 301]
)
def test_a_pattern_that_cannot_be_used_is_refused_with_a_reason(pattern):
    with pytest.raises(WrongConfiguration):
        check_pattern(pattern)


@pytest.mark.parametrize("pattern", ["from {number}", "{pages} pages", "a {*} b {name} c"])
def test_a_usable_pattern_is_accepted(pattern):
    check_pattern(pattern)


@pytest.mark.parametrize("line", ["a " * 500, "1" * 1000, "x" * 1_000_000, "( " * 500, "from " * 200])
def test_no_pattern_is_slow_on_any_line(line):
    patterns = [
        "a {*} a {*} a {*} a {*} a {*} b",
        "from {name} from {name} x",
        "{number} {*} 1 x",
        "x {number} ( {number} y",
    ]
    begun = time.process_time()
    for pattern in patterns * 10:
        found(pattern, line)
    assert within(time.process_time() - begun, 1)
