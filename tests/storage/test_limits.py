from __future__ import annotations

import pytest

from chalicelib.domain.errors import TooLarge
from chalicelib.storage.keys import Key
from chalicelib.storage.limits import LARGEST_ITEM, check_changes, check_sizes, size_of
from chalicelib.storage.mapping import item_for
from chalicelib.storage.thread_table import ThreadTable
from chalicelib.usecases.ports import Create
from tests.fakes.records import NOW, a_seen_key


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "żółw"}, 7),
        ({"N": "12345"}, 4),
        ({"B": b"12345"}, 5),
        ({"BOOL": True}, 1),
        ({"L": []}, 3),
        ({"L": [{"S": "a"}, {"S": "b"}]}, 7),
        ({"M": {}}, 3),
        ({"M": {"ab": {"S": "cd"}}}, 8),
    ],
)
def test_the_size_of_a_value_is_counted_as_dynamodb_counts_it(value, size):
    assert size_of({"n": value}) == 1 + size


def test_two_changes_of_one_record_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="twice"):
        check_changes([Key("a", "b"), Key("a", "c"), Key("a", "b")])


def test_the_limit_is_named_to_the_caller():
    with pytest.raises(TooLarge, match="101 records"):
        check_changes([Key("a", str(number)) for number in range(101)])
    with pytest.raises(TooLarge, match="409601 bytes"):
        check_sizes([1, LARGEST_ITEM + 1])
    check_sizes([LARGEST_ITEM] * 10)
    with pytest.raises(TooLarge, match="4505600 bytes"):
        check_sizes([LARGEST_ITEM] * 11)


@pytest.mark.emulator
def test_an_item_of_exactly_the_largest_size_is_taken_and_one_byte_more_is_refused(dynoxide_table):
    store = ThreadTable(dynoxide_table, lambda: NOW)
    room = LARGEST_ITEM - size_of(item_for(a_seen_key(answer="x")).serialize()) + 1
    store.commit([Create(a_seen_key(answer="x" * room))])
    with pytest.raises(TooLarge):
        store.commit([Create(a_seen_key(key="other", answer="x" * room))])
