"""While a deployment is under way two versions read and write the same table, and what was written once stays there.

`samples/version_of_<date>.json` is what that version wrote: each record of tests/fakes/records.py as it was then, as
items of DynamoDB. A file is never changed; a version that stores something in another way adds one of its own.
"""

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.domain.feed import FeedKind, FeedRow
from chalicelib.domain.moving import ENTRY_MOVE_DEPENDS_ON
from chalicelib.domain.threads import EntryKind
from chalicelib.storage.attributes import FORMER_EVENTS
from chalicelib.storage.mapping import item_for, record_from
from chalicelib.storage.writes import write_for
from chalicelib.usecases.event_catalogue import CATALOGUE
from chalicelib.usecases.ports import Update
from tests.fakes.records import NOW, an_entry

SAMPLES = {
    f"{path.stem} {name}": item
    for path in sorted((Path(__file__).parent / "samples").glob("version_of_*.json"))
    for name, item in json.loads(path.read_text()).items()
}


def as_given(value):
    """Bytes stand in the file in base 64, as in DynamoDB's JSON."""
    if isinstance(value, dict):
        return {kind: base64.b64decode(one) if kind == "B" else as_given(one) for kind, one in value.items()}
    return [as_given(one) for one in value] if isinstance(value, list) else value


def test_there_are_records_of_an_earlier_version():
    assert len(SAMPLES) > 12


@pytest.mark.parametrize("name", SAMPLES)
def test_what_an_earlier_version_wrote_is_read_and_nothing_of_it_is_lost(name):
    written = SAMPLES[name]
    again = item_for(record_from(as_given(written))).to_dynamodb_dict()
    assert {key: again.get(key) for key in written} == written


@pytest.mark.parametrize("name", SAMPLES)
def test_what_a_later_version_adds_does_not_keep_this_one_from_reading(name):
    """After a deployment was taken back."""
    written = as_given(SAMPLES[name])
    assert record_from({**written, "later": {"M": {"more": {"S": "x"}}}}) == record_from(written)


@pytest.mark.parametrize(("former", "name"), FORMER_EVENTS.items())
def test_an_event_that_an_earlier_version_wrote_under_another_name_is_read_under_the_one_of_now(former, name):
    written = item_for(an_entry(kind=EntryKind.EVENT, event=former)).to_dynamodb_dict()
    told = item_for(
        FeedRow(FeedKind.ENTRY, "01ANNA", "01CASE", feed="agents", place="0" * 15, event=former)
    ).to_dynamodb_dict()
    for item in (written, told):
        assert item["event"] == {"S": former}
        assert record_from(item).event == name
    assert name in CATALOGUE
    assert former not in CATALOGUE


def test_what_was_written_under_an_earlier_name_is_changed_and_deleted_like_any_other():
    """Nothing compares the name, and nothing writes it anew."""
    written = an_entry(kind=EntryKind.EVENT, event="case.promise_broken")
    read = record_from(item_for(written).to_dynamodb_dict())
    change = write_for(Update(read, replace(read, moved_to="01B/01E"), ENTRY_MOVE_DEPENDS_ON), NOW, 1)
    assert "event" not in repr(change.actions) + repr(change.condition)
