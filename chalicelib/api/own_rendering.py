"""A customer's own entries and cases as the app is answered: field by field, so that nothing internal slips in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.api import own_schemas
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import masked
from chalicelib.domain.satisfaction import Survey
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.follow_own_thread import OwnChange
from chalicelib.usecases.read_own_thread import OwnCase, OwnEntry

if TYPE_CHECKING:
    from chalicelib.usecases.own_profile import Profile


def render_own_entry(own: OwnEntry, base: str) -> own_schemas.OwnEntry:
    """`base`: what stands before `/v1` in the path of every link."""
    entry = own.entry
    return own_schemas.OwnEntry(
        id=entry.id,
        case=own.reference or None,
        at=entry.at,
        direction="in" if entry.kind is EntryKind.INBOUND else "out",
        channel=entry.channel,
        subject=entry.subject or None,
        text=entry.text,
        attachments=[
            own_schemas.OwnAttachment(
                name=file.name,
                content_type=file.content_type,
                size=file.size,
                sha256=file.sha256,
                link=f"{base}/v1/me/thread/{entry.id}/attachments/{file.sha256}",
            )
            for file in entry.attachments
        ],
        read_at=entry.delivery.read_at if entry.delivery else None,
    )


def render_own_change(change: OwnChange, base: str, now: datetime) -> own_schemas.OwnChange:
    return own_schemas.OwnChange(
        kind=change.kind,
        at=change.at,
        entry=render_own_entry(change.entry, base) if change.entry else None,
        case=render_own_case(change.case, now) if change.case else None,
    )


def render_own_case(own: OwnCase, now: datetime) -> own_schemas.OwnCase:
    case = own.case
    return own_schemas.OwnCase(
        reference=case.reference,
        subject=case.subject if own.is_known else None,
        status="closed" if case.status is CaseStatus.CLOSED else "open",
        channel=case.channel,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        last_activity_at=case.last_activity_at,
        awaiting_answer=case.awaiting_since is not None,
        expected_answer_at=own.answer_by,
        late=own.answer_by is not None and own.answer_by < now,
        promises=[
            own_schemas.OwnPromise(promise.text, promise.due_at, promise.status)
            for _, promise in sorted(case.promises.items())
        ]
        if own.is_known
        else [],
        rateable_until=own.rateable_until,
        rating=_rating(own.rated) if own.rated else None,
    )


def render_profile(profile: Profile) -> own_schemas.OwnProfile:
    """Attributes and ids of other systems, what agents sort by and who looks after them are not meant for customers."""
    customer = profile.customer
    return own_schemas.OwnProfile(
        name=profile.name or None,
        language=customer.writes_in or None,
        time_zone=customer.preferences.time_zone or None,
        contact_points=[
            own_schemas.OwnPoint(
                str(point.kind),  # type: ignore[arg-type]
                point.value if is_proved else masked(point),
                is_proved,
            )
            for point, is_proved in profile.points.items()
        ],
        consents={
            channel: own_schemas.OwnConsent(consent.given_at, consent.withdrawn_at)
            for channel, consent in sorted(customer.consents.items())
        },
        version=customer.record_version,
    )


def _rating(survey: Survey) -> own_schemas.OwnRating:
    return own_schemas.OwnRating(survey.score, survey.comment, survey.rated_at)
