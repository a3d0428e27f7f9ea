"""The customer, and who owns which contact point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.preferences import NO_CONSENTS, NO_PREFERENCES, Consent, Preferences

MOST_OPEN_CASES_LISTED = 50
_READABLE = (PointKind.EMAIL, PointKind.PHONE, PointKind.FAX)


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold: nothing of the customer is erased until somebody who leads lifts it."""

    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A person or organisation that we answer.

    `segment`, `vip`: as what the company treats them. `carer`: the subject of the agent who looks after them, or "".
    `open_cases`: case id -> reference, the newest `MOST_OPEN_CASES_LISTED`; `open_case_count` counts all.
    `cases_opened` only grows: opening a case is conditional on it, so that two messages that arrive together cannot
    both open one.
    `claims_to_be`: the contact point that a forged or nameless sender pretended to have. Such a provisional customer
    owns no contact point.
    `merged_into`: the customer who answers for this one since a merge, and is not merged away; "" for most.
    `merged_from`: everybody for whom this one answers. Both together are the *family*, whose thread is read as one.
    `version` grows with every merge, undoing and new contact point.
    `consents`: to marketing, by channel. A merge leaves preferences and consents with whom they were said of.
    """

    id: str
    created_at: datetime
    name: str = ""
    language: str = ""
    segment: str = ""
    vip: bool = False
    carer: str = ""
    open_cases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    open_case_count: int = 0
    cases_opened: int = 0
    claims_to_be: ContactPoint | None = None
    merged_into: str = ""
    merged_from: tuple[str, ...] = ()
    version: int = 0
    preferences: Preferences = NO_PREFERENCES
    consents: Mapping[str, Consent] = field(default_factory=lambda: NO_CONSENTS)
    hold: Hold | None = None

    @property
    def writes_in(self) -> str:
        """The language to write to them in: as they want it, else as they write themselves; "" when nobody knows."""
        return self.preferences.language or self.language

    def called(self, by: ContactPoint | None) -> str:
        """For lists: the name, else the address `by` which they are in touch; "" where it is only claimed, or is none
        that says anything to people.
        """
        address = by.value if by and by.kind in _READABLE and not self.claims_to_be else ""
        return self.name or address

    @property
    def record_version(self) -> int:
        """Grows with who they are, whose addresses they have and how they want to be written to: both only grow."""
        return self.version + self.preferences.version

    @property
    def family(self) -> tuple[str, ...]:
        return self.id, *self.merged_from


Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Attribute:
    """What another system of the company knows of a customer. `by`: who wrote it, as the audit names them."""

    value: Value
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerAttributes:
    """`values`: by namespace and name (`shop.last_order`). `version` grows with every change. They stay with whom they
    were written of: a merge moves none, and reading shows those of the whole family.
    """

    customer_id: str
    values: Mapping[str, Attribute] = field(default_factory=lambda: MappingProxyType({}))
    version: int = 0


@dataclass(frozen=True, slots=True)
class PointOwner:
    """The only truth about a contact point: whose it is.

    `last_case_id`: the case we last wrote about to this address (how an answer by SMS or fax finds its case).
    `verified`: the customer proved to be reachable there.
    `home`: after a merge, the customer under whom the address is listed: what comes from there is kept there, and
    undoing the merge gives it back. "" while that is `customer_id`.
    """

    point: ContactPoint
    customer_id: str
    since: datetime
    verified: bool = False
    last_case_id: str = ""
    home: str = ""

    @property
    def kept_under(self) -> str:
        """The customer in whose part of the thread new cases from here are opened."""
        return self.home or self.customer_id

    @property
    def is_proved(self) -> bool:
        """A login proves itself."""
        return self.verified or self.point.kind is PointKind.APP


@dataclass(frozen=True, slots=True)
class Block:
    """Nobody wants to hear from this contact point: what comes from there is parked. It belongs to the address and not
    to its owner, so that an address that nobody owns can be blocked, and a merge of customers changes nothing.
    """

    point: ContactPoint
    blocked: bool
    by: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class PointLink:
    """One contact point of a customer, as listed with the customer. `PointOwner` is the truth."""

    customer_id: str
    point: ContactPoint


@dataclass(frozen=True, slots=True)
class Namesake:
    """A customer who writes under a name from a domain. `key`: a digest of both."""

    key: str
    customer_id: str


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """What one read gives: the customer and the newest cases, newest first."""

    customer: Customer
    cases: tuple[Case, ...]


MERGED_DEPENDS_ON = ("merged_into",)
# A merge meanwhile changes whose case it would be, and which cases are open beside it.
OPENING_DEPENDS_ON = ("cases_opened", *MERGED_DEPENDS_ON)
# A customer read before the case was closed still lists it: the change would not list it again.
REOPENING_DEPENDS_ON = ("open_cases",)


def survivor_among(pages: Iterable[CustomerPage]) -> Customer | None:
    """Who answers for the family whose pages these are."""
    return next((page.customer for page in pages if not page.customer.merged_into), None)


def with_case_opened(customer: Customer, case: Case) -> Customer:
    return replace(_with_open_case(customer, case), cases_opened=customer.cases_opened + 1)


def with_case_reopened(customer: Customer, case: Case) -> Customer:
    return _with_open_case(customer, case)


def with_case_closed(customer: Customer, case: Case) -> Customer:
    left = {id_: reference for id_, reference in customer.open_cases.items() if id_ != case.id}
    return replace(customer, open_cases=MappingProxyType(left), open_case_count=customer.open_case_count - 1)


def _with_open_case(customer: Customer, case: Case) -> Customer:
    """Past the limit a case is counted but not listed: then no rule takes it for the only open one."""
    listed = dict(customer.open_cases)
    if len(listed) < MOST_OPEN_CASES_LISTED:
        listed[case.id] = case.reference
    return replace(customer, open_cases=MappingProxyType(listed), open_case_count=customer.open_case_count + 1)
