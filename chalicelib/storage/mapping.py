"""From records to items and back, and from rows of the indexes to what lists show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pynamodb.attributes import Attribute

from chalicelib.domain.cases import Case, CaseSummary
from chalicelib.domain.messages import ParkedRecord
from chalicelib.domain.parking import Waiting
from chalicelib.storage.attributes import stored_value
from chalicelib.storage.indexes import NO_DEADLINE, places_of
from chalicelib.storage.instants import parse_instant
from chalicelib.storage.items import ITEMS, CaseItem, EntryItem, Item
from chalicelib.storage.keys import PATTERNS, Key, key_of
from chalicelib.storage.limits import AttributeValue
from chalicelib.usecases.ports import Due, Record


def item_for(record: Record, shards: int = 1) -> Item:
    """`shards`: over how many partitions of the `due` index the customers are spread."""
    item = ITEMS[type(record)]
    attributes: Mapping[str, Attribute[Any]] = item.get_attributes()
    values = item.values_of(record) | places_of(record, shards)
    key = key_of(record)
    stored = {name: stored_value(attributes[name], value) for name, value in values.items()}
    return item(key.pk, key.sk, **{name: value for name, value in stored.items() if value is not None})


def record_from(attributes: Mapping[str, AttributeValue]) -> Any:
    """The record behind an item as DynamoDB's API gives it. Attributes that this version does not know are ignored."""
    item = Item.from_raw_data({**attributes})
    named = PATTERNS[item.record].names_in(Key(item.pk, item.sk))
    own = {field.name for field in fields(item.record)}
    return item.record(**{name: value for name, value in named.items() if name in own}, **item.fields_of())


def summary_from(attributes: Mapping[str, AttributeValue]) -> CaseSummary:
    """From a row of the indexes `urgent` and `worklist`."""
    item = CaseItem.from_raw_data({**attributes})
    named = PATTERNS[Case].names_in(Key(item.pk, item.sk))
    shown = {field.name: item.value(field.name) for field in fields(CaseSummary) if field.name not in named}
    deadline_at = None if item.deadline_at == NO_DEADLINE else parse_instant(item.deadline_at)
    return CaseSummary(**named, **(shown | {"deadline_at": deadline_at}))


def due_from(attributes: Mapping[str, AttributeValue]) -> Due:
    """From a row of the index `due`."""
    item = Item.from_raw_data({**attributes})
    named = PATTERNS[item.record].names_in(Key(item.pk, item.sk))
    if isinstance(item, EntryItem):
        return Due(named["customer_id"], item.case_id, named["id"], parse_instant(item.next_step_at))
    return Due(named["customer_id"], named["id"], "", item.value("next_step_at"))


def waiting_from(attributes: Mapping[str, AttributeValue]) -> Waiting:
    """From a row of the index `due` in its partition `parked`."""
    item = Item.from_raw_data({**attributes})
    named = PATTERNS[ParkedRecord].names_in(Key(item.pk, item.sk))
    return Waiting(named["id"], parse_instant(item.next_step_at), item.value("reason"))


def id_in(kind: type, attributes: Mapping[str, AttributeValue]) -> str:
    """The id of a record of that kind, from a row of an index."""
    names = PATTERNS[kind].names_in(Key(attributes["pk"]["S"], attributes["sk"]["S"]))
    return str(names["id"])
