"""An incident: one thing that went wrong for many. While it lasts whoever asks hears of it, and in the end all cases
that are linked to it are answered at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.errors import Conflict
from chalicelib.domain.routing import folded

MOST_INBOXES = 50
MOST_LANGUAGES = 10
LONGEST_NOTICE = 600

NO_NOTICE: Mapping[str, str] = MappingProxyType({})


class IncidentStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Incident:
    """`notice`: by language, ISO 639, what customers are told while it lasts. `inboxes`: names of those whose senders
    are told. `linked`: how many cases are linked to it. `answer`: the id of the broadcast that answers them, or "".
    """

    id: str
    title: str
    opened_at: datetime
    opened_by: str
    notice: Mapping[str, str] = field(default_factory=lambda: NO_NOTICE)
    inboxes: tuple[str, ...] = ()
    status: IncidentStatus = IncidentStatus.OPEN
    linked: int = 0
    answer: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""

    @property
    def lasts(self) -> bool:
        return self.status is IncidentStatus.OPEN


@dataclass(frozen=True, slots=True)
class InboxNotices:
    """What an inbox tells its senders: by incident, then by language. It lies where the way in finds it with all else
    that it reads first.
    """

    inbox: str
    notices: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))


_SHORTEST_WORD = 4

INCIDENT_DEPENDS_ON = ("status",)
NOTICE_DEPENDS_ON = ("notice", "inboxes", "status")


def require_open(incident: Incident) -> None:
    if not incident.lasts:
        raise Conflict("The incident is closed. Open a new one.")


def closed(incident: Incident, at: datetime, by: str, answer: str = "") -> Incident:
    return replace(incident, status=IncidentStatus.CLOSED, closed_at=at, closed_by=by, answer=answer)


def telling(known: InboxNotices, incident: Incident) -> InboxNotices:
    return replace(known, notices=MappingProxyType({**known.notices, incident.id: incident.notice}))


def silent_about(known: InboxNotices, incident_id: str) -> InboxNotices:
    left = {id_: notice for id_, notice in known.notices.items() if id_ != incident_id}
    return replace(known, notices=MappingProxyType(left))


def notice_in(notice: Mapping[str, str], languages: Sequence[str]) -> str:
    """In the first of the languages in which there is one; else the first there is; "" for none at all."""
    return next((notice[one] for one in (*languages, "en") if one in notice), next(iter(notice.values()), ""))


def beginnings_in(words: str) -> tuple[str, ...]:
    """By which a text is searched for them: folded, and without their last two letters, because languages decline.
    What has fewer than four letters says nothing.
    """
    long = (word for word in folded(words).split() if len(word) >= _SHORTEST_WORD)
    return tuple(dict.fromkeys(word[: max(_SHORTEST_WORD, len(word) - 2)] for word in long))


def found_in(beginnings: Iterable[str], *texts: str) -> tuple[str, ...]:
    """Those with which a word of the texts begins."""
    text = "".join(folded(one) for one in texts)
    return tuple(one for one in beginnings if f" {one}" in text)
