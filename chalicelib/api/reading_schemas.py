"""What callers ask when they read cases, threads and customers, as query parameters."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.api.asked import AgentName, Asked, Cursor, EntryId, Limit, Month, TeamName
from chalicelib.api.sparse import SparsePageWanted

BEFORE_EVERYTHING = "0" * 26
_ByPeople = Annotated[str, Meta(min_length=1, max_length=560)]


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
    """`since`: the `next` of the answer before; without it nothing is told, only where the feed stands now."""

    since: Cursor | None = None
    limit: Limit = 100


class CustomersWanted(Asked):
    """By one of them: a `contact_point`, or the `reference` of a case."""

    contact_point: _ByPeople | None = None
    reference: Annotated[str, Meta(min_length=1, max_length=20)] | None = None
