"""Tags of a case: said as a whole, told as what was added and removed."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import Conflict, InvalidInput
from chalicelib.domain.tags import MOST_TAGS
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.case_changes import Seen
from chalicelib.usecases.once import Once
from chalicelib.usecases.tag_case import TagCase


@pytest.fixture
def case(hub):
    return hub.case(hub.write())


@pytest.fixture
def tag(hub, case):
    use_case = TagCase(hub.threads, hub.now, hub.randomness)
    return lambda *tags, **how: use_case(case.reference, "eva", tags, **how)


def told(hub, case):
    return [entry.facts for entry in hub.thread(case.customer_id, EntryKind.EVENT) if entry.event == "case.tagged"]


def test_what_is_said_is_all_that_it_has_and_the_thread_tells_what_changed(hub, case, tag):
    tag("Late", "fragile", "late")
    tag("late", "vip-delivery")
    assert hub.threads.get_case(case.customer_id, case.id).tags == ("late", "vip-delivery")
    assert told(hub, case) == [
        {"reference": case.reference, "added": "fragile late"},
        {"reference": case.reference, "added": "vip-delivery", "removed": "fragile"},
    ]


def test_more_tags_than_a_case_may_have_are_refused_whole(hub, case, tag):
    tag(*(f"tag{number}" for number in range(MOST_TAGS)))
    with pytest.raises(InvalidInput) as caught:
        tag(*(f"other{number}" for number in range(MOST_TAGS + 1)))
    assert caught.value.field == "tags"
    assert len(hub.threads.get_case(case.customer_id, case.id).tags) == MOST_TAGS


def test_saying_the_same_again_changes_nothing(hub, case, tag):
    for _ in range(2):
        tag("late")
    assert len(told(hub, case)) == 1


def test_over_what_was_not_seen_nothing_is_said_and_a_key_counts_once(hub, case, tag):
    once = Once("eva", "key-1", "abc")
    tag("late", seen=Seen(version=case.version), once=once)
    with pytest.raises(Conflict):
        tag("fragile", seen=Seen(version=case.version))
    tag()
    tag("late", once=once)
    assert hub.threads.get_case(case.customer_id, case.id).tags == ()
