"""Another system of the company says who a customer is, by its own id: known ones are changed, unknown ones begin.

What it says of an address is no proof. An address that nobody has becomes its customer's; one that somebody else has
stays theirs, and that the two may be one is put before an agent. Only what the system has verified itself leads an id
that is new to somebody who is there already, and never to one whom it knows by another id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from chalicelib.domain.contact_points import ContactPoint, system_of
from chalicelib.domain.customers import MERGED_DEPENDS_ON, Customer, PointLink, PointOwner, Value
from chalicelib.domain.errors import Conflict, InvalidInput
from chalicelib.domain.external_ids import has_id_of, known_by_address, owned_by_others
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.merging import MERGE_DEPENDS_ON, Evidence, Reason
from chalicelib.domain.preferences import NAME
from chalicelib.domain.threads import customer_event
from chalicelib.usecases.change_preferences import PREFERENCES_DEPEND_ON, Said, facts_of, with_recorded
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_customer import points_of, surviving_customer
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update
from chalicelib.usecases.suggestion_changes import suggestion_changes
from chalicelib.usecases.write_attributes import attribute_changes

MOST_SUGGESTED = 5  # customers, for one record
RECORDED = "customer.recorded"
_DEPENDS_ON = tuple(dict.fromkeys((*MERGE_DEPENDS_ON, *PREFERENCES_DEPEND_ON)))


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """`external_id`: of the kind `external`. `profile`: those of name, segment and vip that change. `verified`: which
    of `points` the other system says it has verified. `attributes`: by full name; None takes one away.
    """

    external_id: ContactPoint
    profile: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    points: tuple[ContactPoint, ...] = ()
    verified: frozenset[ContactPoint] = frozenset()
    said: Said = field(default_factory=Said)
    attributes: Mapping[str, Value | None] = field(default_factory=lambda: MappingProxyType({}))


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Recorded:
    """`kept_by_others`: the contact points of the record that are another customer's, and stay so."""

    customer_id: str
    outcome: Outcome
    kept_by_others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """`customer` answers; what the record names is listed, and its attributes kept, with `home`, who differs from them
    after a merge. `begins`: nobody knew them; `known`: the id was theirs before. `owners`: of all that the record
    names.
    """

    customer: Customer
    home: str
    owners: Mapping[ContactPoint, PointOwner]
    begins: bool = False
    known: bool = False

    @property
    def others(self) -> tuple[PointOwner, ...]:
        return owned_by_others(self.customer.id, self.owners)


@dataclass(frozen=True, slots=True)
class RecordCustomer:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(
        self, record: CustomerRecord, by: str, *, version: int | None = None, once: Once | None = None
    ) -> Recorded:
        """`by`: `agent:<subject>`. `version`: of the customer as read; where it is given, one must be there. Saying
        what is so already changes nothing. Raises InvalidInput, Conflict, TooLarge.
        """

        def decide() -> tuple[str, Sequence[Change]]:
            outcome, place, changes = self._decided(record, by, version)
            answer = json.dumps([place.customer.id, outcome, [str(owner.point) for owner in place.others]])
            return answer, [*changes, *remember(once, answer, self.now())] if changes else []

        customer_id, outcome, kept = json.loads(change_customers(self.threads, once, decide))
        return Recorded(customer_id, Outcome(outcome), tuple(kept))

    def foresee(self, record: CustomerRecord, by: str) -> Recorded:
        """What would come of it. Changes nothing; raises what the recording would raise."""
        outcome, place, _ = self._decided(record, by, None)
        kept = tuple(str(owner.point) for owner in place.others)
        return Recorded("" if place.begins else place.customer.id, outcome, kept)

    def _decided(
        self, record: CustomerRecord, by: str, version: int | None
    ) -> tuple[Outcome, _Place, Sequence[Change]]:
        now = self.now()
        _require_past(record.said, now)
        place = self._place(record, now)
        customer = place.customer
        if version is not None and (place.begins or customer.record_version != version):
            raise Conflict()
        heard = _heard(customer, record)
        after = with_recorded(replace(customer, **heard), by, record.said, now)
        if NAME in heard:
            after = _with_name_told(after, record.said.preferences_at)
        about = self._about(place, after, record, by, now)
        if place.begins:
            return Outcome.CREATED, place, [Create(after), *about]
        if not about and after == customer:
            return Outcome.UNCHANGED, place, []
        owned = any(isinstance(change, Create) and isinstance(change.record, PointOwner) for change in about)
        if owned or after != customer:
            after = replace(after, version=customer.version + 1)
        changes: list[Change] = [Update(customer, after, _DEPENDS_ON), *about]
        if place.home != customer.id:
            home = self.threads.get_customer(place.home)
            changes.append(Update(home, home, MERGED_DEPENDS_ON))
        return Outcome.CHANGED, place, changes

    def _place(self, record: CustomerRecord, now: datetime) -> _Place:
        owners = self.threads.find_owners((record.external_id, *record.points))
        owner = owners.get(record.external_id)
        if owner:
            return _Place(surviving_customer(self.threads, owner.customer_id), owner.kept_under, owners, known=True)
        owner = known_by_address(record.verified, owners)
        if owner:
            customer = surviving_customer(self.threads, owner.customer_id)
            if not has_id_of(system_of(record.external_id), points_of(self.threads, customer)):
                return _Place(customer, owner.kept_under, owners)
        customer = Customer(id=ulid(now, self.randomness(10)), created_at=now)
        return _Place(customer, customer.id, owners, begins=True)

    def _about(self, place: _Place, after: Customer, record: CustomerRecord, by: str, now: datetime) -> list[Change]:
        """All but the customer: new addresses, attributes, suggestions, and what the thread tells of it."""
        new = tuple(point for point in dict.fromkeys(record.points) if point not in place.owners)
        told = _told(place.customer, after, record, new)
        owned = new if place.known else (record.external_id, *new)
        changes: list[Change] = [*_owned(place, owned, now)]
        changes += attribute_changes(self.threads, place.home, record.attributes, by, now, begins=place.begins)
        changes += self._suggested(place, record, now)
        if told or not place.known:
            facts = {"external_id": record.external_id.value, **told}
            id_ = ulid(now, self.randomness(10))
            changes.append(Create(customer_event(id_, place.customer.id, now, by, RECORDED, facts)))
        return changes

    def _suggested(self, place: _Place, record: CustomerRecord, now: datetime) -> list[Change]:
        others = {owner.customer_id: owner.point for owner in place.others}
        changes: list[Change] = []
        for customer_id, point in sorted(others.items())[:MOST_SUGGESTED]:
            detail = f"the record {record.external_id.value} names {point}, which is the other one's"
            reason = Reason(Evidence.NAMED_ADDRESS, detail)
            changes += suggestion_changes(self.threads, place.customer.id, customer_id, reason, now)
        return changes


def _heard(customer: Customer, record: CustomerRecord) -> dict[str, Any]:
    """How they are called is theirs to say, as what they prefer is: what they chose in the app stands against a record,
    unless they told its system later.
    """
    is_open = customer.preferences.is_open_to(NAME, record.said.preferences_at)
    return {name: value for name, value in record.profile.items() if name != NAME or is_open}


def _with_name_told(customer: Customer, at: datetime | None) -> Customer:
    """What they chose and then told its system otherwise is not written over by a record of what they said between."""
    preferences = customer.preferences
    if at is None or NAME not in preferences.chosen_at:
        return customer
    chosen = MappingProxyType({**preferences.chosen_at, NAME: at})
    return replace(customer, preferences=replace(preferences, chosen_at=chosen, version=preferences.version + 1))


def _told(before: Customer, after: Customer, record: CustomerRecord, new: Iterable[ContactPoint]) -> dict[str, str]:
    facts = facts_of(before, after, record.said)
    changed = [name for name in sorted(record.profile) if getattr(before, name) != getattr(after, name)]
    facts["changed"] = " ".join([*changed, *facts.get("changed", "").split()])
    facts["points"] = " ".join(map(str, new))
    return {name: value for name, value in facts.items() if value}


def _owned(place: _Place, points: Iterable[ContactPoint], now: datetime) -> Iterator[Change]:
    at_home = "" if place.home == place.customer.id else place.home
    for point in points:
        yield Create(PointOwner(point, place.customer.id, now, home=at_home))
        yield Create(PointLink(place.home, point))


def _require_past(said: Said, now: datetime) -> None:
    times = {"preferences": said.preferences_at}
    times |= {f"consents.{channel}": word.at for channel, word in said.consents.items()}
    for name, at in times.items():
        if at and at > now:
            raise InvalidInput("This lies in the future. Say when it was said.", field=f"{name}.at")
