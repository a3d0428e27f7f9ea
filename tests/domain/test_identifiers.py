"""Identifiers sort, survive being typed by people, and never collide by concatenation."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.identifiers import (
    ALPHABET,
    case_reference,
    digest,
    first_ulid_at,
    parse_case_reference,
    time_of,
    ulid,
    ulid_for,
)

INSTANTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2500, 1, 1)).map(  # noqa: DTZ001 made aware
    lambda at: at.replace(tzinfo=UTC, microsecond=at.microsecond // 1000 * 1000)
)


@given(INSTANTS, INSTANTS, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_ulids_sort_by_time_before_anything_else(first, second, some, other):
    if first != second:
        assert (ulid(first, some) < ulid(second, other)) == (first < second)


@given(INSTANTS, st.binary(min_size=10, max_size=20))
def test_a_ulid_tells_its_time(at, randomness):
    made = ulid(at, randomness)
    assert time_of(made) == at
    assert first_ulid_at(at) <= made < first_ulid_at(at + timedelta(milliseconds=1))


def test_the_same_message_always_gets_the_same_id():
    at = datetime(2026, 11, 23, tzinfo=UTC)
    assert ulid_for(at, "entry", "email", "x") == ulid_for(at, "entry", "email", "x")
    assert ulid_for(at, "entry", "email", "x") != ulid_for(at, "case", "email", "x")


def test_digests_do_not_mix_up_where_one_part_ends():
    assert digest("a", "bc") != digest("ab", "c")


@given(st.binary(min_size=7, max_size=7))
def test_a_reference_can_be_typed_in_any_way_people_type(randomness):
    reference = case_reference(randomness)
    typed = reference.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert parse_case_reference(typed) == reference
    assert parse_case_reference(reference.replace("-", "")) == reference


@given(st.binary(min_size=7, max_size=7), st.integers(0, 10), st.sampled_from(ALPHABET))
def test_every_single_wrong_letter_is_found(randomness, position, letter):
    letters = list(case_reference(randomness).replace("-", ""))
    if letters[position] != letter:
        letters[position] = letter
        assert parse_case_reference("".join(letters)) is None


@given(st.binary(min_size=7, max_size=7), st.integers(0, 9))
def test_every_swap_of_two_neighbours_is_found(randomness, position):
    letters = list(case_reference(randomness).replace("-", ""))
    if letters[position] != letters[position + 1]:
        letters[position], letters[position + 1] = letters[position + 1], letters[position]
        assert parse_case_reference("".join(letters)) is None


def test_a_reference_carries_fifty_random_bits():
    assert case_reference(bytes(7)) == "00000-00000-0"
    assert len({case_reference(n.to_bytes(7, "big")) for n in range(2000)}) == 2000
    assert case_reference(b"\xff" * 7).startswith("ZZZZZ-ZZZZZ-")
