"""In which places two configuration documents differ, for a person who is about to save one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# JSON of any kind.
Value = Any


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """`place`: such as `teams[service].policy`. None stands for what is not there on that side."""

    place: str
    before: Value
    after: Value


def changes_between(before: Value, after: Value, place: str = "") -> Iterator[DocumentChange]:
    """The smallest places that differ. Members of a list that have names are compared by name, whatever their order;
    another list is one place.
    """
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from changes_between(before.get(name), after.get(name), f"{place}.{name}" if place else name)
    elif (old := _by_name(before)) is not None and (new := _by_name(after)) is not None:
        for name in [*old, *(name for name in new if name not in old)]:
            yield from changes_between(old.get(name), new.get(name), f"{place}[{name}]")
        if [name for name in old if name in new] != [name for name in new if name in old]:
            yield DocumentChange(f"{place} (order)", [*old], [*new])
    else:
        yield DocumentChange(place, before, after)


def _by_name(value: Value) -> dict[str, Value] | None:
    if not isinstance(value, list) or not value:
        return None
    if not all(isinstance(member, Mapping) and isinstance(member.get("name"), str) for member in value):
        return None
    named = {member["name"]: member for member in value}
    return named if len(named) == len(value) else None
