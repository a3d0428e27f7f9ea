"""While a deployment is under way two versions read and write the same table, and what was written once stays there.

`samples/version_of_<date>.json` is what that version wrote: each record of tests/fakes/records.py as it was then, as
items of DynamoDB. A file is never changed; a version that stores something in another way adds one of its own.
"""

import base64
import json
from pathlib import Path

import pytest

from chalicelib.storage.mapping import item_for, record_from

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
