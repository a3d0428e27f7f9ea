"""What the table's stream tells: entries, incidents and broadcasts as they were and as they are, cases as they are.

Shape of the records: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.broadcasts import Broadcast
from chalicelib.domain.cases import Case
from chalicelib.domain.customers import Customer
from chalicelib.domain.feed import FeedKind
from chalicelib.domain.incidents import Incident
from chalicelib.domain.threads import Entry
from chalicelib.storage.keys import PATTERNS, Key
from chalicelib.storage.limits import AttributeValue
from chalicelib.storage.mapping import record_from
from chalicelib.usecases.announce_changes import EntryChange, ManyChange
from chalicelib.usecases.count_facts import CaseStates
from chalicelib.usecases.index_texts import CaseText, EntryText, NameText, WrittenTexts
from chalicelib.usecases.write_feed import CaseChange

_FEED, _PRESENCE = {"S": "feed"}, {"S": FeedKind.PRESENCE.value}


def parse_entry_changes(records: Iterable[Mapping[str, Any]]) -> list[EntryChange]:
    """From the `Records` of a Lambda event. Other kinds of items are left out, and so is what was deleted."""
    images = [record["dynamodb"] for record in records]
    return [
        EntryChange(before=_entry(image.get("OldImage")), after=after, at=_written_at(image))
        for image in images
        if (after := _entry(image.get("NewImage")))
    ]


def parse_case_changes(records: Iterable[Mapping[str, Any]]) -> list[CaseChange]:
    """Of each case that was written, new or changed, what a list shows of it."""
    images = [record["dynamodb"].get("NewImage") for record in records]
    return [_case(image) for image in images if image and image.get("type") == {"S": "case"}]


def parse_opened_cases(records: Iterable[Mapping[str, Any]]) -> list[Case]:
    """Those that are new, and not moved here from another customer."""
    images = [record["dynamodb"] for record in records]
    fresh = [_whole_case(image.get("NewImage")) for image in images if not image.get("OldImage")]
    return [case for case in fresh if case and not case.moved_from]


def parse_presences(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """The references of the cases in which somebody began to write or ended it, each once: rows of the agents' feed."""
    images = [record["dynamodb"].get("NewImage") or {} for record in records]
    told = [one["reference"]["S"] for one in images if one.get("type") == _FEED and one.get("kind") == _PRESENCE]
    return list(dict.fromkeys(told))


def parse_case_states(records: Iterable[Mapping[str, Any]]) -> Iterator[CaseStates]:
    """Each case before and after, one after the other; also of those that were deleted."""
    for record in records:
        image = record["dynamodb"]
        before, after = _whole_case(image.get("OldImage")), _whole_case(image.get("NewImage"))
        case = after or before
        if case:
            yield CaseStates(before, after, _written_at(image) or case.last_activity_at)


def parse_changes_of_many(records: Iterable[Mapping[str, Any]]) -> list[ManyChange]:
    """Of incidents and broadcasts."""
    images = [record["dynamodb"] for record in records]
    return [
        ManyChange(before=_of_many(image.get("OldImage")), after=after)
        for image in images
        if (after := _of_many(image.get("NewImage")))
    ]


def _of_many(image: Mapping[str, AttributeValue] | None) -> Incident | Broadcast | None:
    if not image or image.get("type") not in ({"S": "incident"}, {"S": "broadcast"}):
        return None
    found: Incident | Broadcast = record_from({name: _with_bytes(value) for name, value in image.items()})
    return found


def parse_written_texts(records: Sequence[Mapping[str, Any]], changes: Iterable[EntryChange]) -> WrittenTexts:
    """What can be found by its words, with what was deleted; and the cases of which somebody else may see more now.

    `changes`: what `parse_entry_changes` made of the same records. Entries are the costliest to read, so once.
    """
    entries, names, cases, changed = list[EntryText](), list[NameText](), list[CaseText](), iter(changes)
    for record in records:
        before, after = record["dynamodb"].get("OldImage"), record["dynamodb"].get("NewImage")
        kind = (after or before or {}).get("type", {}).get("S")
        if kind == "entry" and after:
            change = next(changed)
            entries.append(EntryText(change.before, change.after))
        elif kind == "entry":
            entries.append(EntryText(_entry(before), None))
        elif kind == "customer":
            names += _renamed(before or {}, after or {})
        elif kind == "case":
            cases += _listed_anew(before or {}, after or {})
    times = (at for record in records if (at := _written_at(record["dynamodb"])))
    return WrittenTexts(entries, names, cases, max(times, default=None))


def _renamed(before: Mapping[str, AttributeValue], after: Mapping[str, AttributeValue]) -> list[NameText]:
    was, is_ = _text(before, "name"), _text(after, "name")
    if was == is_:
        return []
    image = after or before
    return [NameText(PATTERNS[Customer].names_in(Key(image["pk"]["S"], image["sk"]["S"]))["id"], was, is_)]


def _listed_anew(before: Mapping[str, AttributeValue], after: Mapping[str, AttributeValue]) -> list[CaseText]:
    """A case is written with each of its messages; most of that is nothing by which it is found."""
    if all(before.get(name) == after.get(name) for name in ("type", "kind", "team", "status", "tags")):
        return []
    return [CaseText(_whole_case(before), _whole_case(after))]


def _text(image: Mapping[str, AttributeValue], name: str) -> str:
    text: str = image.get(name, {"S": ""})["S"]
    return text


def _case(image: Mapping[str, AttributeValue]) -> CaseChange:
    named = PATTERNS[Case].names_in(Key(image["pk"]["S"], image["sk"]["S"]))
    shown = {name: image.get(name, {"S": ""})["S"] for name in ("reference", "team", "assignee", "status")}
    return CaseChange(named["customer_id"], named["id"], **shown)


def _whole_case(image: Mapping[str, AttributeValue] | None) -> Case | None:
    if not image or image.get("type") != {"S": "case"}:
        return None
    case: Case = record_from({name: _with_bytes(value) for name, value in image.items()})
    return case


def _written_at(image: Mapping[str, Any]) -> datetime | None:
    """Seconds since 1970: the same however often the stream brings the record."""
    seconds = image.get("ApproximateCreationDateTime")
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None


def _entry(image: Mapping[str, AttributeValue] | None) -> Entry | None:
    if not image or image.get("type") != {"S": "entry"}:
        return None
    entry: Entry = record_from({name: _with_bytes(value) for name, value in image.items()})
    return entry


def _with_bytes(value: AttributeValue) -> AttributeValue:
    """JSON has no bytes: the event carries them in base 64, at whatever depth of the item."""
    if "B" in value:
        return {"B": base64.b64decode(value["B"])}
    if "M" in value:
        return {"M": {name: _with_bytes(part) for name, part in value["M"].items()}}
    if "L" in value:
        return {"L": [_with_bytes(part) for part in value["L"]]}
    return value
