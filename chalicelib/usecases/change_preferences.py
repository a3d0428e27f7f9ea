"""How a customer wants to be written to, and what they agreed to: told by themselves in the app, or to an agent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customers import MERGED_DEPENDS_ON, Customer
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.preferences import Consent, Preferences
from chalicelib.domain.threads import customer_event
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update

PREFERENCES_DEPEND_ON = ("preferences", "consents", *MERGED_DEPENDS_ON)
CHANGED = "customer.preferences_changed"


@dataclass(frozen=True, slots=True)
class ConsentSaid:
    """`given` False: it is withdrawn. `how`: where and by what act. `wording`: which text was agreed to. `at`: when, if
    it is told later; then it counts for nothing against what was said since. None: just now.
    """

    given: bool
    how: str
    wording: str = ""
    at: datetime | None = None

    def is_later_than(self, known: datetime) -> bool:
        return self.at is None or self.at > known


@dataclass(frozen=True, slots=True)
class Said:
    """`preferences`: those that change, by the names of `Preferences`. `consents`: to marketing, by channel.
    `preferences_at`: when the customer said the preferences, where a record tells of it later.
    """

    preferences: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    consents: Mapping[Channel, ConsentSaid] = field(default_factory=lambda: MappingProxyType({}))
    preferences_at: datetime | None = None


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
            after = with_said(customer, by, said, now)
            if after == customer:
                return "", []
            changes: list[Change] = [Update(customer, after, PREFERENCES_DEPEND_ON)]
            if facts := facts_of(customer, after, said):  # none where what a record said was only confirmed
                changes.append(
                    Create(customer_event(ulid(now, self.randomness(10)), customer.id, now, by, CHANGED, facts))
                )
            return "", [*changes, *remember(once, "", now)]

        change_customers(self.threads, once, decide)


def customer_logged_in(threads: ThreadStore, principal: str) -> Customer:
    """Whose login it is. Raises NotFound for one that nobody has: they have never written to us."""
    owner = threads.find_owner(ContactPoint(PointKind.APP, principal))
    if owner is None:
        raise NotFound()
    return surviving_customer(threads, owner.customer_id)


def with_said(customer: Customer, by: str, said: Said, now: datetime) -> Customer:
    """By the customer, in the app or to an agent. The customer itself when all of it is so already."""
    return _with(customer, by, said, now, chosen_at=now)


def with_recorded(customer: Customer, by: str, said: Said, now: datetime) -> Customer:
    """By the record of another system, which comes again and again: what the customer chose here since stands."""
    at = said.preferences_at
    heard = {name: one for name, one in said.preferences.items() if customer.preferences.is_open_to(name, at)}
    # What they have said once more later is not written over by a record of what they said in between.
    confirmed = {name for name in heard if name in customer.preferences.chosen_at}
    return _with(customer, by, replace(said, preferences=heard), now, chosen_at=at, confirmed=confirmed)


def _with(
    customer: Customer,
    by: str,
    said: Said,
    now: datetime,
    *,
    chosen_at: datetime | None,
    confirmed: Collection[str] = (),
) -> Customer:
    consents = dict(customer.consents)
    for channel, word in said.consents.items():
        known = consents.get(channel)
        if word.given and _is_news(word, known):
            consents[channel] = Consent(word.at or now, word.how, word.wording, by)
        elif not word.given and known and known.withdrawn_at is None and word.is_later_than(known.given_at):
            consents[channel] = replace(known, withdrawn_at=word.at or now, withdrawn_by=by)
    preferences = replace(customer.preferences, **said.preferences)
    if chosen_at:
        chosen = {
            name: chosen_at
            for name in said.preferences
            if name in confirmed or _is_chosen(customer.preferences, preferences, name)
        }
        preferences = replace(preferences, chosen_at=MappingProxyType({**preferences.chosen_at, **chosen}))
    if (preferences, consents) == (customer.preferences, customer.consents):
        return customer
    preferences = replace(preferences, version=customer.preferences.version + 1)
    return replace(customer, preferences=preferences, consents=MappingProxyType(consents))


def _is_chosen(before: Preferences, after: Preferences, name: str) -> bool:
    """Also what a record had said and the customer now says; not what an app leaves as nobody ever said it."""
    value = getattr(after, name)
    return value != getattr(before, name) or (bool(value) and name not in before.chosen_at)


def _is_news(word: ConsentSaid, known: Consent | None) -> bool:
    """A consent that is told once more does not stand up again after its withdrawal."""
    if known is None:
        return True
    if known.withdrawn_at:
        return word.is_later_than(known.withdrawn_at)
    return known.wording != word.wording and word.is_later_than(known.given_at)


def facts_of(before: Customer, after: Customer, said: Said) -> dict[str, str]:
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
