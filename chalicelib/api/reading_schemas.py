"""What callers ask when they read cases, threads and customers, as query parameters."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.api.asked import AgentName, Asked, Cursor, EntryId, Limit, Month, PageWanted, TeamName
from chalicelib.api.message_schemas import Instant
from chalicelib.api.sparse import SparsePageWanted
from chalicelib.domain.external_ids import EXTERNAL_ID
from chalicelib.domain.tags import LONGEST_TAG

BEFORE_EVERYTHING = "0" * 26
_ByPeople = Annotated[str, Meta(min_length=1, max_length=560)]
_Words = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
_ChannelName = Literal["email", "sms", "web_form", "app", "fax", "phone", "letter", "in_person"]
_KindName = Annotated[str, Meta(min_length=1, max_length=40)]


class CasesWanted(SparsePageWanted):
    """One of four lists: the open cases of a `team`, most urgent first; of an `assignee` (`me` is the caller); those of
    a team that nobody has taken (`unassigned_in`), both with the latest activity first; or those that a `team` closed
    in a `month` (`yyyymm` in UTC, this one when left out), with `status=closed`.
    """

    order: Literal["urgency"] | None = None
    team: TeamName | None = None
    assignee: AgentName | None = None
    unassigned_in: TeamName | None = None
    status: Literal["open", "closed"] = "open"
    month: Month | None = None


class ThreadWanted(SparsePageWanted):
    """`order`: newest first when left out. `since`: the id of the last entry that is known; then what came behind it,
    oldest first. `second_copies`: also the messages that only repeat another one; a page may have fewer without them.
    """

    order: Literal["newest_first", "oldest_first"] = "newest_first"
    since: EntryId | None = None
    second_copies: bool = False

    @property
    def is_forward(self) -> bool:
        return self.since is not None or self.order == "oldest_first"

    @property
    def direction(self) -> tuple[str, ...]:
        """What a cursor is good for."""
        return ("forward", self.since or "") if self.is_forward else ()


class ChangesWanted(Asked):
    """`since`: the `next` of the answer before; without it nothing is told, only where the feed stands now.
    `presence`: tell as well where somebody begins to write, or ends it.
    """

    since: Cursor | None = None
    limit: Limit = 100
    presence: bool = False


class CustomersWanted(Asked):
    """By one of them: a `contact_point`, the `reference` of a case, an `external_id` (`crm:4711`), or a `name`, of
    which every word must be the customer's. `limit` and `cursor`: only by name.
    """

    contact_point: _ByPeople | None = None
    reference: Annotated[str, Meta(min_length=1, max_length=20)] | None = None
    external_id: Annotated[str, Meta(pattern=EXTERNAL_ID)] | None = None
    name: _Words | None = None
    limit: Annotated[int, Meta(ge=1, le=20)] = 10
    cursor: Cursor | None = None


class CasesSought(PageWanted):
    """At least one of them: `tag` (several, with commas between them: cases that have all of those), `kind`, `channel`
    by which it was opened, `status`. `team`: only its cases. Without a status open and closed ones, no spam. Of those
    that were opened from `since` on and before `until`.
    """

    tag: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    kind: _KindName | None = None
    channel: _ChannelName | None = None
    status: Literal["open", "closed", "spam"] | None = None
    team: TeamName | None = None
    since: Instant | None = None
    until: Instant | None = None


class SearchWanted(PageWanted, kw_only=True):
    """`words`: all of them must stand there, in any of their forms and with or without diacritics. The rest is for
    fewer: `status`, `kind`, `tag` and `team` of the case (without a status open and closed ones, no spam), `channel` of
    the message, and what was written from `since` on and before `until`.
    """

    words: _Words
    status: Literal["open", "closed", "spam"] | None = None
    kind: _KindName | None = None
    tag: Annotated[str, Meta(min_length=1, max_length=LONGEST_TAG)] | None = None
    team: TeamName | None = None
    channel: _ChannelName | None = None
    since: Instant | None = None
    until: Instant | None = None
    limit: Annotated[int, Meta(ge=1, le=50)] = 20

    @property
    def filters(self) -> tuple[str, ...]:
        """What a cursor is good for."""
        return tuple(
            str(one or "")
            for one in (self.status, self.kind, self.tag, self.team, self.channel, self.since, self.until)
        )
