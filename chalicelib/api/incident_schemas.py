"""What callers send and get about incidents and the cases that are linked to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.api.asked import Asked, Language, PageWanted, Subject, TeamName
from chalicelib.api.broadcast_schemas import NewWording, Progress
from chalicelib.api.message_schemas import Instant
from chalicelib.api.schemas import CaseInList
from chalicelib.domain.captcha import Verifier
from chalicelib.domain.incidents import LONGEST_NOTICE, MOST_INBOXES, MOST_LANGUAGES, IncidentStatus

MOST_LINKED_AT_ONCE = 50

Notice = Annotated[str, Meta(min_length=1, max_length=LONGEST_NOTICE, pattern=r"\S")]
Reference = Annotated[str, Meta(min_length=1, max_length=20)]


class NewIncident(Asked):
    """`title`: for colleagues. `notice`: by language (ISO 639), what customers are told while it lasts. `inboxes`:
    whose senders are told; none for the customers of linked cases alone.
    """

    title: Subject
    notice: Annotated[dict[Language, Notice], Meta(max_length=MOST_LANGUAGES)] = msgspec.field(default_factory=dict)
    inboxes: Annotated[list[TeamName], Meta(max_length=MOST_INBOXES)] = msgspec.field(default_factory=list)


class CasesToLink(Asked):
    references: Annotated[list[Reference], Meta(min_length=1, max_length=MOST_LINKED_AT_ONCE)]


class AnswerToAll(Asked):
    """`wordings`: by language (ISO 639), what all linked cases are answered."""

    wordings: Annotated[dict[Language, NewWording], Meta(min_length=1, max_length=MOST_LANGUAGES)]


class IncidentMade(msgspec.Struct):
    incident: str


class AnswerMade(msgspec.Struct):
    """`broadcast`: the id of what answers the cases, each by itself."""

    broadcast: str


class Incident(msgspec.Struct, kw_only=True):
    """`linked`: how many cases. `answer`: how far their answer is; null while there is none, and in lists."""

    id: str
    title: str
    notice: dict[str, str]
    inboxes: list[str]
    status: IncidentStatus
    linked: int
    opened_at: Instant
    opened_by: str
    closed_at: Instant | None
    closed_by: str | None
    answer: Progress | None
    links: dict[str, str]


class IncidentPage(msgspec.Struct):
    """The newest first."""

    incidents: list[Incident]
    next: str | None


class LinkedCases(msgspec.Struct):
    """`linked`: references of those that are linked now. `left`: those that are not, with the code of why."""

    linked: list[str]
    left: dict[str, str]


class LikelyCasesWanted(PageWanted):
    """`inbox`: of its channel and its team; the incident's first one when left out. `team`: of that one, whatever the
    channel. `words`: one of them has to be there; those of the incident's title and notice when left out. `since`: of
    the last activity; two days before the incident was opened when left out. `limit`: how many cases are looked at.
    """

    inbox: TeamName | None = None
    team: TeamName | None = None
    words: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    since: Annotated[datetime, Meta(tz=True)] | None = None


class LikelyCase(msgspec.Struct):
    """`words`: beginnings of those that stand in its subject or in what its customer wrote last."""

    case: CaseInList
    words: list[str]


class LikelyCases(msgspec.Struct):
    """The likeliest of this page first."""

    cases: list[LikelyCase]
    next: str | None


class FormCaptcha(msgspec.Struct):
    """`site_key`: what its maker's script is told; public."""

    verifier: Verifier
    site_key: str


class FormNotices(msgspec.Struct):
    """What a form is to show its visitors now: one text for each incident, in the language that was asked for if there
    is one. `captcha`: the check that it asks them to pass, null for none.
    """

    notices: list[str]
    captcha: FormCaptcha | None


class FormVisit(Asked):
    """`language`: ISO 639; the inbox's when left out."""

    language: Language | None = None


class FormPageVisit(FormVisit):
    """`key`: where the form has keys, one of them; a frame cannot send a header."""

    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,100}$(?!\n)")] | None = None
