"""A case that begins with a message of ours: what is known of it before that message has found its way."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.customers import Customer
from chalicelib.domain.identifiers import REFERENCE_RANDOM_BYTES, case_reference, ulid
from chalicelib.usecases.ports import Randomness


def begun_case(
    customer: Customer, inbox: Inbox, channel: Channel, subject: str, now: datetime, randomness: Randomness
) -> Case:
    return Case(
        id=ulid(now, randomness(10)),
        customer_id=customer.id,
        reference=case_reference(randomness(REFERENCE_RANDOM_BYTES)),
        team=inbox.team,
        inbox=inbox.name,
        channel=channel,
        subject=subject,
        opened_at=now,
        last_activity_at=now,
        kind=inbox.kind,
        segment=customer.segment,
        language=customer.writes_in,
        customer_name=customer.name,
    )
