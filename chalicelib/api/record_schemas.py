"""What other systems send of customers whom they know by an id of their own, and what they are answered."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.asked import Asked, ContactAddress, Segment, Why
from chalicelib.api.contact_schemas import LanguageCode, QuietTime, ZoneName
from chalicelib.api.message_schemas import Instant
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.customer_attributes import ATTRIBUTE_NAME, LARGEST_NUMBER, LONGEST_VALUE, MOST_ATTRIBUTES
from chalicelib.domain.external_ids import EXTERNAL_ID

MOST_POINTS = 20
MOST_RECORDS = 50  # of a call: each takes up to five round trips, and a call has half a minute

ExternalId = Annotated[
    str, Meta(pattern=EXTERNAL_ID, description="The name of the system, then its id for the customer: `crm:4711`.")
]
AttributeName = Annotated[str, Meta(pattern=ATTRIBUTE_NAME)]
AttributeValue = (
    Annotated[str, Meta(max_length=LONGEST_VALUE)] | Annotated[int, Meta(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)] | bool
)
Attributes = Annotated[dict[AttributeName, AttributeValue | None], Meta(max_length=MOST_ATTRIBUTES)]
CustomerName = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$(?!\n)")]


class RecordedPoint(ContactAddress):
    """`verified`: your system has made sure that the customer is reached there. Then an id that is new to us is written
    to whoever has the address here. It counts for no more than that: nothing is shown to anybody because of it.
    """

    verified: bool = False


class RecordedConsent(Asked):
    """`at`: when it was given or withdrawn; it counts for nothing against what the customer said since. `how`: where
    and by what act. `wording`: which version of the text was agreed to.
    """

    given: bool
    at: Instant
    how: Why
    wording: Annotated[str, Meta(max_length=100)] = ""


class RecordedPreferences(Asked):
    """As in a customer's preferences. What is left out stays as it is; null takes it back. `at`: when the customer said
    so; what they have chosen here since stands, and without it whatever they have chosen here.
    """

    channel: Channel | UnsetType | None = UNSET
    quiet_hours: QuietTime | UnsetType | None = UNSET
    language: LanguageCode | UnsetType | None = UNSET
    time_zone: ZoneName | UnsetType | None = UNSET
    no_surveys: bool | UnsetType = UNSET
    at: Instant | None = None


class CustomerRecord(Asked):
    """What is left out stays as it is; addresses are added and none is taken away. `attributes`: by namespace and name
    (`shop.last_order`); amounts of money as text, so that nothing is rounded; null takes one away.
    """

    external_id: ExternalId
    name: CustomerName | UnsetType = UNSET
    segment: Segment | UnsetType | None = UNSET
    vip: bool | UnsetType = UNSET
    contact_points: Annotated[list[RecordedPoint], Meta(max_length=MOST_POINTS)] = msgspec.field(default_factory=list)
    preferences: RecordedPreferences = msgspec.field(default_factory=RecordedPreferences)
    consents: dict[Channel, RecordedConsent] = msgspec.field(default_factory=dict)
    attributes: Attributes = msgspec.field(default_factory=dict)


class AttributesChange(Asked):
    """By namespace and name; what is not named stays, null takes one away."""

    attributes: Attributes


class CustomerRecorded(msgspec.Struct):
    """`outcome`: whether somebody began, was changed, or was so already. `kept_by_others`: addresses of the record that
    are another customer's and stay so; that the two may be one is put before an agent.
    """

    customer_id: str
    outcome: Literal["created", "changed", "unchanged"]
    kept_by_others: list[str]


class RecordsToImport(Asked):
    """Each of `records` is a record as for one customer, and is judged by itself. `dry_run`: says what would come of
    them, and does nothing.
    """

    records: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MOST_RECORDS)]
    dry_run: bool = False


class RecordProblem(msgspec.Struct):
    """Why a record was refused, and what to do about it; as in a problem document."""

    code: str
    detail: str
    field: str | None


class RecordResult(msgspec.Struct):
    """What came of one record. `customer_id` is null where it was refused, and where a dry run would begin somebody."""

    outcome: Literal["created", "changed", "unchanged", "refused"]
    customer_id: str | None
    kept_by_others: list[str]
    problem: RecordProblem | None


class RecordsImported(msgspec.Struct):
    """In the order of the records."""

    results: list[RecordResult]
