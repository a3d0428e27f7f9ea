from __future__ import annotations

import base64
import json
from dataclasses import replace

from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.feed import FeedKind, FeedRow
from chalicelib.storage.mapping import item_for
from chalicelib.storage.stream import (
    parse_case_changes,
    parse_changes_of_many,
    parse_entry_changes,
    parse_opened_cases,
    parse_presences,
    parse_written_texts,
)
from chalicelib.usecases.announce_changes import EntryChange, ManyChange
from chalicelib.usecases.index_texts import CaseText, EntryText, NameText, WrittenTexts
from chalicelib.usecases.write_feed import CaseChange
from tests.domain.making import MONDAY_TEN
from tests.fakes.records import a_broadcast, a_case, a_customer, an_answer, an_entry, an_incident


def image(record):
    """As Lambda hands it over: JSON, bytes in base 64."""
    stored = item_for(record).serialize()
    return json.loads(json.dumps(stored, default=lambda data: base64.b64encode(data).decode()))


def test_a_new_entry_is_told_without_a_before():
    entry = an_entry(text="Długa wiadomość. " * 100)
    records = [{"eventName": "INSERT", "dynamodb": {"NewImage": image(entry)}}]
    assert parse_entry_changes(records) == [EntryChange(None, entry)]


def test_a_changed_entry_is_told_as_it_was_and_as_it_is():
    before = an_answer()
    after = replace(before, delivery=replace(before.delivery, status=DeliveryStatus.SENT))
    records = [{"eventName": "MODIFY", "dynamodb": {"OldImage": image(before), "NewImage": image(after)}}]
    assert parse_entry_changes(records) == [EntryChange(before, after)]


def test_other_items_deleted_ones_and_kinds_of_later_versions_are_left_out():
    unknown = image(a_case()) | {"type": {"S": "robot"}}
    images = [
        {"NewImage": image(a_case())},
        {"OldImage": image(an_entry())},
        {"NewImage": unknown},
        {"Keys": {"pk": {"S": "CONFIG"}}},
    ]
    assert parse_entry_changes([{"dynamodb": each} for each in images]) == []


def test_a_case_is_opened_once_and_not_again_where_it_was_moved_to():
    case = a_case()
    images = [
        {"NewImage": image(case)},
        {"NewImage": image(replace(case, notes=1)), "OldImage": image(case)},
        {"NewImage": image(replace(case, moved_from="01B"))},
        {"OldImage": image(case)},
        {"NewImage": image(an_entry())},
    ]
    assert parse_opened_cases([{"dynamodb": each} for each in images]) == [case]


def test_a_case_is_told_as_the_change_left_it():
    case = a_case(assignee="")
    images = [
        {"NewImage": image(case), "OldImage": image(case)},
        {"OldImage": image(case)},
        {"NewImage": image(an_entry())},
    ]
    assert parse_case_changes([{"dynamodb": each} for each in images]) == [
        CaseChange(case.customer_id, case.id, case.reference, "care", "", "open")
    ]


def test_where_somebody_began_to_write_is_told_once_and_no_other_row_of_the_feed():
    row = FeedRow(FeedKind.PRESENCE, "01C", "01K", reference="K7Q2M-9DXM3-Q", feed="agents", place="1", at=MONDAY_TEN)
    images = [image(row), image(replace(row, place="2")), image(replace(row, kind=FeedKind.CASE)), image(a_case())]
    records = [{"dynamodb": {"NewImage": each}} for each in images]
    assert parse_presences([*records, {"dynamodb": {"OldImage": image(row)}}]) == ["K7Q2M-9DXM3-Q"]


def test_incidents_and_broadcasts_are_told_as_they_were_and_as_they_are():
    before, incident = a_broadcast(), an_incident()
    after = replace(before, delivered=2)
    images = [
        {"NewImage": image(incident)},
        {"OldImage": image(before), "NewImage": image(after)},
        {"NewImage": image(an_entry())},
    ]
    told = parse_changes_of_many([{"dynamodb": each} for each in images])
    assert told == [ManyChange(None, incident), ManyChange(before, after)]


def test_what_is_found_by_words_is_told_also_when_it_goes():
    entry, case, anna = an_entry(), a_case(), a_customer(name="Anna")
    billed, tagged = replace(case, team="billing"), replace(case, tags=("fragile",))
    images = [
        {"NewImage": image(entry)},
        {"OldImage": image(entry)},
        {"OldImage": image(case), "NewImage": image(replace(case, notes=1))},
        {"NewImage": image(case)},
        {"OldImage": image(case), "NewImage": image(billed)},
        {"OldImage": image(case), "NewImage": image(tagged)},
        {"OldImage": image(tagged)},
        {"NewImage": image(anna)},
        {"OldImage": image(anna), "NewImage": image(replace(anna, version=2))},
        {"OldImage": image(anna), "NewImage": image(replace(anna, name="Ewa"))},
        {"OldImage": image(anna)},
        {"Keys": {"pk": {"S": "CONFIG"}}},
    ]
    records = [{"dynamodb": each} for each in images]
    assert parse_written_texts(records, parse_entry_changes(records)) == WrittenTexts(
        [EntryText(None, entry), EntryText(entry, None)],
        [NameText(anna.id, "", "Anna"), NameText(anna.id, "Anna", "Ewa"), NameText(anna.id, "Anna", "")],
        [CaseText(None, case), CaseText(case, billed), CaseText(case, tagged), CaseText(tagged, None)],
    )
