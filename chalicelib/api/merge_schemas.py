"""What callers send and get about customers who are one: previews, merges, suggestions; and cases that move."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.api.asked import Asked
from chalicelib.api.message_schemas import Instant, Remark
from chalicelib.domain.merging import Evidence
from chalicelib.domain.moving import MOST_SPLIT

CustomerId = Annotated[str, Meta(pattern=r"^[0-6][0-9A-HJKMNP-TV-Z]{25}$(?!\n)")]
EntryId = CustomerId
Why = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]


class MergeWanted(Asked):
    """`customer`: who would be merged into the one in the path."""

    customer: CustomerId


class NewMerge(Asked):
    """`customer` is merged into the one in the path. `why`: for whoever asks later. `seen`: of the preview, so that
    exactly what was looked at is merged; left out, whatever the two are now.
    """

    customer: CustomerId
    why: Why
    seen: Annotated[str, Meta(max_length=120)] | None = None


class Decision(Asked):
    """`why`: for whoever asks later."""

    why: Why


class Undoing(Asked):
    """Nothing has to be said."""


class CaseTarget(Asked):
    """`customer`: to whom the case belongs."""

    customer: CustomerId
    why: Why


class Splitting(Asked):
    """`entries`: ids of messages and notes of the case. `customer`: to whom they belong; left out, the same one."""

    entries: Annotated[list[EntryId], Meta(min_length=1, max_length=MOST_SPLIT)]
    why: Why
    customer: CustomerId | None = None


class CustomerInMerge(msgspec.Struct):
    id: str
    name: str | None
    created_at: Instant
    claims_to_be: str | None
    links: dict[str, str]


class MergePreview(msgspec.Struct):
    """`contact_points` and `open_cases` are what would come to the survivor. `warnings` speak against the merge,
    and `remarks` are the same with codes.
    """

    survivor: CustomerInMerge
    merged: CustomerInMerge
    contact_points: list[str]
    open_cases: int
    warnings: list[str]
    remarks: list[Remark]
    seen: str


class Merge(msgspec.Struct):
    """`by`: `agent:<id>`, or `hub` where proof merged the two by itself. `ambiguous`: links to messages that came while
    the two were one, into a case of the other: they stayed there when it was undone, and somebody has to look.
    """

    id: str
    customer_id: str
    merged_id: str
    at: Instant
    by: str
    why: str
    contact_points: list[str]
    undone_at: Instant | None
    undone_by: str | None
    ambiguous: list[str]


class MergeList(msgspec.Struct):
    """Newest first."""

    merges: list[Merge]


class MergeMade(msgspec.Struct):
    merge_id: str


class Reason(msgspec.Struct):
    evidence: Evidence
    detail: str


class Suggestion(msgspec.Struct):
    """Two customers who may be one; `first` was known earlier."""

    id: str
    at: Instant
    first: str
    second: str
    reasons: list[Reason]
    links: dict[str, str]


class SuggestionPage(msgspec.Struct):
    """Newest first."""

    suggestions: list[Suggestion]
    next: str | None


class CaseMade(msgspec.Struct):
    """`case`: the reference of the case that goes on."""

    case: str
