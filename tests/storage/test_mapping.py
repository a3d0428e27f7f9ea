from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.cases import Case
from chalicelib.domain.clocks import Clock, EndedClock, Interval
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.delivery import Delivery
from chalicelib.domain.promises import Promise
from chalicelib.domain.threads import Arrival, AttachmentRef
from chalicelib.storage.indexes import INDEXES
from chalicelib.storage.items import ITEMS, SCHEMA_VERSION, EntryItem, ParkedItem
from chalicelib.storage.keys import PATTERNS, names_for
from chalicelib.storage.limits import size_of
from chalicelib.storage.mapping import item_for, record_from
from tests.fakes.records import NOW, a_case, a_running, an_anchor, an_answer, an_arrival, an_entry, an_owner, at

# So that whole records can be made up from their types.
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(ContactPoint, st.builds(ContactPoint, value=st.text(min_size=1)))


def whole(kind):
    """Of that kind, with every field filled, those with defaults too."""
    return st.builds(kind, **{field.name: ... for field in fields(kind)})


st.register_type_strategy(timedelta, st.timedeltas(timedelta(0), timedelta(days=999)))
for part in (Arrival, AttachmentRef, Clock, Delivery, EndedClock, Interval, Promise):
    st.register_type_strategy(part, whole(part))


@pytest.mark.parametrize("kind", ITEMS, ids=lambda kind: kind.__name__)
def test_any_record_comes_back_equal_from_its_item(kind):
    @settings(max_examples=40)
    @given(whole(kind))
    def holds(record):
        if getattr(record, "expires_at", None):  # what expires does so at a whole second
            record = replace(record, expires_at=record.expires_at.replace(microsecond=0))
        if getattr(record, "kept_as", None):  # of an address that was erased, only that comes back
            record = replace(record, point=record.kept_as)
        assert record_from(item_for(record).serialize()) == record

    holds()


@pytest.mark.parametrize("kind", ITEMS, ids=lambda kind: kind.__name__)
def test_every_field_is_kept_once_in_the_key_or_as_an_attribute(kind):
    attributes = ITEMS[kind].get_attributes()
    for field in fields(kind):
        assert (field.name in names_for(kind)) != (field.name in attributes and field.name not in {"pk", "sk", "type"})


def test_every_kind_of_record_has_a_key_and_a_class():
    assert set(ITEMS) == set(PATTERNS)


def test_every_attribute_that_an_index_shows_exists():
    for index in INDEXES:
        known = {*ITEMS[Case].get_attributes(), *EntryItem.get_attributes(), *ParkedItem.get_attributes()}
        assert {index.partition, index.sort, *index.shown} <= known
        assert "type" in index.shown


def test_indexes_never_show_what_people_wrote_beyond_the_subject():
    for index in INDEXES:
        assert not {"text", "quoted_text", "text_z", "arrival", "delivery"} & {*index.shown}


def test_empty_values_are_not_stored():
    stored = item_for(an_owner()).serialize()
    assert set(stored) == {"pk", "sk", "type", "v", "customer_id", "since"}
    assert stored["v"] == {"N": str(SCHEMA_VERSION)}


def test_mappings_are_stored_even_when_empty_because_only_then_their_keys_can_be_set():
    assert item_for(a_case()).serialize()["clocks"] == {"M": {}}


def test_what_a_later_version_added_is_ignored_and_what_it_left_out_is_empty():
    stored = dict(item_for(a_case(clocks=a_running(at(hours=4)), notes=3)).serialize())
    stored["colour"] = {"S": "red"}
    stored["clocks"]["M"]["first_response"]["M"]["pauses"] = {"L": []}
    del stored["notes"], stored["kind"], stored["clocks"]["M"]["first_response"]["M"]["policy"]
    record = record_from(stored)
    assert record.notes == 0
    assert record.kind == ""
    assert record.clocks["first_response"].policy == ""


def test_instants_are_of_one_width_so_that_they_sort():
    stored = item_for(a_case(opened_at=datetime(2026, 11, 23, 12, tzinfo=UTC))).serialize()
    assert stored["opened_at"] == {"S": "2026-11-23T12:00:00.000000Z"}


def test_an_instant_of_another_zone_is_stored_in_utc():
    warsaw = datetime.fromisoformat("2026-11-23T13:00:00.000001+01:00")
    case = a_case(opened_at=warsaw)
    assert item_for(case).serialize()["opened_at"] == {"S": "2026-11-23T12:00:00.000001Z"}
    assert record_from(item_for(case).serialize()) == case


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        item_for(a_case(opened_at=NOW.replace(tzinfo=None))).serialize()


def test_short_texts_stay_readable_and_long_ones_are_compressed():
    short = item_for(an_entry(text="ż" * 512, quoted_text="q")).serialize()
    assert short["text"] == {"S": "ż" * 512}
    long = item_for(an_entry(text="ż" * 513, quoted_text="q" * 2000)).serialize()
    assert "text" not in long
    assert "quoted_text" not in long
    assert size_of(long) < 500


def test_a_longest_text_fits_an_item_in_any_script():
    scripts = [("ż", 2), ("漢", 3), ("👍", 4)]
    for letter, width in scripts:
        text = "".join(chr(ord(letter) + step * 7919 % 200) for step in range(60_000))
        assert len(text.encode()) == width * 60_000
        assert size_of(item_for(an_entry(text=text)).serialize()) < 200_000


def test_the_lists_of_a_record_follow_from_its_fields():
    case = item_for(a_case(next_step_at=at(hours=1), clocks=a_running(at(hours=4)))).serialize()
    assert case["due"] == {"S": "case@care#0"}
    assert case["urgent"] == {"S": "care"}
    assert case["worklist"] == {"S": "unassigned@care"}
    assert case["deadline_at"] == {"S": "2026-11-23T18:22:05.123456Z"}
    assert item_for(a_case()).serialize()["deadline_at"] == {"S": "never"}
    assert item_for(an_answer()).serialize()["due"] == {"S": "send@0"}
    assert "due" not in item_for(an_entry(arrival=an_arrival())).serialize()


def test_an_expiry_is_in_whole_seconds_since_1970_as_dynamodb_wants_it():
    expires_at = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(microseconds=5)
    assert item_for(an_anchor(expires_at=expires_at)).serialize()["expires_at"] == {"N": "1795392000"}
