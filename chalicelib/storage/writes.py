"""From a change of a record to what DynamoDB is asked to do: which attributes move, and under which condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action

from chalicelib.storage.attributes import CounterAttribute, MappingAttribute
from chalicelib.storage.indexes import growing_fields, held_fields
from chalicelib.storage.keys import Key, key_of
from chalicelib.storage.limits import AttributeValue
from chalicelib.storage.mapping import item_for
from chalicelib.usecases.ports import Change, Create, Delete, Record, Update

Attributes = Mapping[str, AttributeValue]


@dataclass(frozen=True, slots=True)
class Write:
    """One action of a transaction. `item` is the whole item as it will be, with its key.

    `actions` are None where the item is put whole, and empty where only the condition counts. `goes`: it is deleted.
    """

    key: Key
    item: Attributes
    condition: Condition | None
    actions: tuple[Action, ...] | None = None
    goes: bool = False


def write_for(change: Change, now: datetime, shards: int) -> Write:
    if isinstance(change, Create):
        return _creation(change.record, now, shards)
    if isinstance(change, Delete):
        return _deletion(change, shards)
    return _difference(change, shards)


def _deletion(delete: Delete, shards: int) -> Write:
    item = item_for(delete.record, shards)
    stored, attributes = item.serialize(), item.get_attributes()
    condition = None if delete.if_there else Path("pk").exists()
    for name in delete.depends_on:
        condition &= _unchanged(attributes[name], stored.get(name))
    key = key_of(delete.record)
    return Write(key, {"pk": {"S": key.pk}, "sk": {"S": key.sk}}, condition, goes=True)


def _creation(record: Record, now: datetime, shards: int) -> Write:
    item = item_for(record, shards)
    free = Path("pk").does_not_exist()
    if item.expires_at:
        # DynamoDB deletes expired items within days; for us they are gone at once.
        free |= type(item).expires_at <= now
    return Write(key_of(record), item.serialize(), free)


def _difference(update: Update, shards: int) -> Write:
    if key_of(update.after) != key_of(update.before):
        raise ValueError("a change cannot turn one record into another")
    item = item_for(update.before, shards)
    before, after = item.serialize(), item_for(update.after, shards).serialize()
    attributes = item.get_attributes()
    condition = Path("pk").exists()
    for name in held_fields(update):
        condition &= _unchanged(attributes[name], before.get(name))
    for name in growing_fields(update):
        condition &= Path(attributes[name]).does_not_exist() | (Path(attributes[name]) <= Value(after[name]))
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    actions = [action for name in names for action in _moves(attributes[name], before.get(name), after.get(name))]
    return Write(key_of(update.before), after, condition, tuple(actions))


def _unchanged(attribute: Attribute[Any], before: AttributeValue | None) -> Condition:
    """Empty values are not stored, except by counters, which come back to 0 by being added to."""
    path = Path(attribute)
    if before is not None:
        return path == Value(before)
    absent = path.does_not_exist()
    return absent | (path == 0) if isinstance(attribute, CounterAttribute) else absent


def _moves(attribute: Attribute[Any], before: AttributeValue | None, after: AttributeValue | None) -> Iterator[Action]:
    path = Path(attribute)
    if isinstance(attribute, CounterAttribute):
        yield path.add(_number(after) - _number(before))
    elif isinstance(attribute, MappingAttribute) and before and after:
        yield from _moves_of_keys(path, before["M"], after["M"])
    elif after:
        yield path.set(Value(after))
    else:
        yield path.remove()


def _moves_of_keys(path: Path, before: Attributes, after: Attributes) -> Iterator[Action]:
    for key in sorted(before.keys() - after.keys()):
        yield path[key].remove()
    for key in sorted(after):
        if after[key] != before.get(key):
            yield path[key].set(Value(after[key]))


def _number(value: AttributeValue | None) -> int:
    return int(value["N"]) if value else 0
