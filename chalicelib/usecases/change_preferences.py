"""How a customer wants to be written to, and what they agreed to: told by themselves in the app, or to an agent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customers import MERGED_DEPENDS_ON, Customer
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.preferences import Consent
from chalicelib.domain.threads import customer_event
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update

PREFERENCES_DEPEND_ON = ("preferences", "consents", *MERGED_DEPENDS_ON)
CHANGED = "customer.preferences_changed"


@dataclass(frozen=True, slots=True)
class ConsentSaid:
    """`given` False: it is withdrawn. `how`: where and by what act. `wording`: which text was agreed to."""

    given: bool
    how: str
    wording: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """`preferences`: those that change, by the names of `Preferences`. `consents`: to marketing, by channel."""

    preferences: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    consents: Mapping[Channel, ConsentSaid] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class ChangePreferences:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(
        self, customer_id: str, by: str, said: Said, *, version: int | None = None, once: Once | None = None
    ) -> None:
        """Of whoever answers for the customer since a merge. `by`: `customer` or `agent:<subject>`. `version`: of the
        preferences as they were read. Raises NotFound, Conflict. Saying what is so already changes nothing.
        """

        def decide() -> tuple[str, Sequence[Change]]:
            customer = surviving_customer(self.threads, customer_id)
            if version is not None and version != customer.preferences.version:
                raise Conflict()
            now = self.now()
            after = _changed(customer, by, said, now)
            if after == customer:
                return "", []
            after = replace(after, preferences=replace(after.preferences, version=customer.preferences.version + 1))
            id_ = ulid(now, self.randomness(10))
            told = customer_event(id_, customer.id, now, by, CHANGED, _facts(customer, after, said))
            return "", [Update(customer, after, PREFERENCES_DEPEND_ON), Create(told), *remember(once, "", now)]

        change_customers(self.threads, once, decide)


def customer_logged_in(threads: ThreadStore, principal: str) -> Customer:
    """Whose login it is. Raises NotFound for one that nobody has: they have never written to us."""
    owner = threads.find_owner(ContactPoint(PointKind.APP, principal))
    if owner is None:
        raise NotFound()
    return surviving_customer(threads, owner.customer_id)


def _changed(customer: Customer, by: str, said: Said, now: datetime) -> Customer:
    consents = dict(customer.consents)
    for channel, word in said.consents.items():
        known = consents.get(channel)
        if word.given and (known is None or known.withdrawn_at or known.wording != word.wording):
            consents[channel] = Consent(now, word.how, word.wording, by)
        elif not word.given and known and known.withdrawn_at is None:
            consents[channel] = replace(known, withdrawn_at=now, withdrawn_by=by)
    return replace(
        customer,
        preferences=replace(customer.preferences, **said.preferences),
        consents=MappingProxyType(consents),
    )


def _facts(before: Customer, after: Customer, said: Said) -> dict[str, str]:
    """Which preferences changed; of consents also how, because an earlier one is written over."""
    names = [name for name in said.preferences if _value(before, name) != _value(after, name)]
    facts = {"changed": " ".join(sorted(names))} if names else {}
    for channel, consent in after.consents.items():
        if consent != before.consents.get(channel):
            word = "withdrawn" if consent.withdrawn_at else "given"
            facts[f"consent_{channel}"] = f"{word}: {said.consents[Channel(channel)].how}"
            facts[f"wording_{channel}"] = consent.wording
    return {name: value for name, value in facts.items() if value}


def _value(customer: Customer, name: str) -> object:
    return getattr(customer.preferences, name)
