"""What callers send, as JSON bodies and query parameters; checked by these schemas, and OpenAPI is generated from them.

The bodies of posted messages belong to their channels: `channels/web_form.py`, `channels/app.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.mentions import MOST_AGENTS, MOST_TEAMS
from chalicelib.domain.messages import MEDIA_TYPE, MOST_FILES
from chalicelib.domain.parking import Override
from chalicelib.domain.satisfaction import BEST, LONGEST_COMMENT, WORST
from chalicelib.domain.threads import LONGEST_TEXT

LONGEST_PAGE = 100

Text = Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT, pattern=r"\S")]
# Python's `$` also holds before a last line feed; `(?!\n)` closes that in a way that other languages read the same.
# No control characters and no line separators: a subject becomes a header of a mail.
Subject = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$(?!\n)")]
MessageCount = Annotated[int, Meta(ge=0)]
# The names of worklists that are not an agent's must not be taken for one.
AgentName = Annotated[
    str, Meta(min_length=1, max_length=255, pattern=r"^(?!unassigned@|closed@|suggested@|calls@|letters@)[!-~]+$(?!\n)")
]
Why = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]
ParkedReason = Annotated[str, Meta(pattern=r"^[a-z_]{1,40}$(?!\n)")]
RawKey = Annotated[str, Meta(max_length=500, pattern=r"^(raw/.+)?$(?!\n)")]
TeamName = Annotated[str, Meta(min_length=1, max_length=64)]
TemplateName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$(?!\n)")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}$(?!\n)")]
# A name becomes a header of a mail, too.
FileName = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029/\\]+$(?!\n)")]
EntryId = Annotated[str, Meta(pattern=r"^[0-6][0-9A-HJKMNP-TV-Z]{25}$(?!\n)")]
MediaType = Annotated[str, Meta(pattern=MEDIA_TYPE, max_length=141)]
PromiseId = Annotated[str, Meta(pattern=r"^[0-6][0-9A-HJKMNP-TV-Z]{25}$(?!\n)")]
Segment = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$(?!\n)")]
Month = Annotated[str, Meta(pattern=r"^20\d\d(0[1-9]|1[0-2])$(?!\n)")]
Limit = Annotated[int, Meta(ge=1, le=LONGEST_PAGE)]
Cursor = Annotated[str, Meta(min_length=1, max_length=2_048)]


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """Anything that comes from outside: what we do not know is refused, not ignored."""


class Nothing(Asked):
    """No parameters."""


class PageWanted(Asked):
    """`cursor`: the `next` of the page before."""

    limit: Limit = 50
    cursor: Cursor | None = None


class UnsettledWanted(PageWanted):
    """`team`: only those of its cases."""

    team: TeamName | None = None


class ContactAddress(Asked):
    """`value` as people write it. A number without a country code is read as one of the country of the first inbox
    in the configuration.
    """

    kind: Literal["email", "phone", "fax"]
    value: Annotated[str, Meta(min_length=1, max_length=320)]


class ParkedWanted(PageWanted):
    """`month`: `yyyymm`, in UTC; this month when left out. `state` and `reason`: only those."""

    month: Month | None = None
    state: Literal["waiting", "released", "discarded"] | None = None
    reason: ParkedReason | None = None


class WaitingWanted(PageWanted):
    """`reason`: only those."""

    reason: ParkedReason | None = None


class ParkedLook(Asked):
    """`override`: `virus`, to be given a way to the bytes of what SES takes for a virus."""

    override: Literal["virus"] | None = None


class ParkedRelease(Asked):
    """`why`: for colleagues, kept with the message. `overrides`: the findings that you answer for. `sender`: who wrote
    it, if you know; only then is it believed further than by itself. `inbox`: the name of the inbox it was meant for,
    with the override `unknown_inbox`.
    """

    why: Why
    overrides: Annotated[list[Override], Meta(max_length=len(Override))] = []
    sender: ContactAddress | None = None
    inbox: TeamName | None = None


class ParkedDiscarding(Asked):
    """`why`: for colleagues, kept with the message."""

    why: Why


class ParkedBulk(Asked):
    """One decision about the oldest that wait for one `reason`. `limit`: how many of the list are looked at. `cursor`:
    the `next` of the call before. `overrides`: as for one.
    """

    decision: Literal["release", "discard"]
    reason: ParkedReason
    why: Why
    overrides: Annotated[list[Override], Meta(max_length=len(Override))] = []
    limit: Annotated[int, Meta(ge=1, le=20)] = 10
    cursor: Cursor | None = None


class AccountWanted(Asked):
    """From `since` to `until`, both included, in UTC. `after`: the `next` of the page before."""

    since: date
    until: date
    after: RawKey = ""
    limit: Annotated[int, Meta(ge=1, le=LONGEST_PAGE)] = 50


class ReplayWanted(Asked):
    """`raw_keys`, or the days from `since` to `until`, both included, in UTC. `after`: the `next` of the call before.
    `dry_run`: says what would be done, and does nothing.
    """

    raw_keys: Annotated[list[RawKey], Meta(max_length=20)] = []
    since: date | None = None
    until: date | None = None
    after: RawKey = ""
    limit: Annotated[int, Meta(ge=1, le=20)] = 20
    dry_run: bool = False


class SpamMark(Asked):
    """`why`: for colleagues. `messages_read`: as for a reply."""

    spam: bool
    why: Why
    messages_read: MessageCount | None = None


class Settling(Asked):
    """What became of a message of which nobody knew."""

    outcome: Literal["sent", "send_again"]


class Rating(Asked):
    """How satisfied somebody is, 1 (not at all) to 5 (very), and why, in their own words."""

    score: Annotated[int, Meta(ge=WORST, le=BEST)]
    comment: Annotated[str, Meta(max_length=LONGEST_COMMENT)] = ""


class SenderBlock(Asked):
    """`why`: for colleagues."""

    sender: ContactAddress
    blocked: bool
    why: Why


class MessageTarget(Asked):
    """`inbox`: the name of an inbox for the app; the first one of the configuration when left out."""

    inbox: TeamName | None = None


class ContactInbox(Asked):
    """`inbox`: the name of an inbox of that channel; the first one of the configuration when left out."""

    inbox: TeamName | None = None


class Assignment(Asked):
    """`assignee`: an agent's id, `me`, or null to give the case back to its team."""

    assignee: AgentName | None


class NewMentions(Asked):
    """`agents`: their ids. `teams`: their names."""

    agents: Annotated[list[AgentName], Meta(max_length=MOST_AGENTS)] = []
    teams: Annotated[list[TeamName], Meta(max_length=MOST_TEAMS)] = []


class NewNote(Asked):
    """`mentions`: colleagues and teams who are told of it. They have to be known, and may see the case."""

    text: Text
    mentions: NewMentions = msgspec.field(default_factory=NewMentions)


class TemplatesWanted(Asked):
    """`language`: ISO 639, such as `pl`."""

    language: Language | None = None


class NewFile(Asked):
    """A file that comes with an answer. `data_base64`: its bytes, which travel as base 64; or `upload`: the id of an
    upload of yours.
    """

    name: FileName
    content_type: MediaType
    data_base64: Annotated[bytes, Meta(min_length=1)] | None = None
    upload: EntryId | None = None

    def __post_init__(self) -> None:
        if (self.data_base64 is None) == (self.upload is None):
            raise ValueError("Give either `data_base64` or `upload`")


class StoredFile(Asked):
    """An attachment of an entry of the customer's thread."""

    entry_id: EntryId
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]


class ReplyDraft(Asked):
    """`text`, or the name of a canned answer as `template`, in the case's language if `language` is left out; its
    subject stands in for one that is left out. `channel`: when left out, the one that suits the customer best: asked
    for in this case, preferred, or used last. `subject`: for mail only; the case's when left out. `attachments` are
    new, `stored_attachments` lie in the thread already; together at most ten files of at most 20 MiB. With the channels
    `phone` and `letter` the text is what somebody has to say or post, and the customer is answered when that is done;
    `to` is the number (theirs when left out) or the postal address.
    """

    text: Text | None = None
    template: TemplateName | None = None
    language: Language | None = None
    channel: Channel | None = None
    subject: Subject | None = None
    to: Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")] | None = None
    attachments: Annotated[list[NewFile], Meta(max_length=MOST_FILES)] = []
    stored_attachments: Annotated[list[StoredFile], Meta(max_length=MOST_FILES)] = []

    def __post_init__(self) -> None:
        if (self.text is None) == (self.template is None):
            raise ValueError("Give either `text` or `template`")


class NewReply(ReplyDraft):
    """`messages_read`: the `messages_in` of the case as the agent read it; when the customer has written since, the
    answer is refused. `version_read`: the `version` of the case as the agent read it; when a colleague has answered or
    promised since, the answer is refused. `force`: it is given all the same, and says so. `stays_with_us`: more will
    follow, so the customer is owed our next sign of life. `keeps`: the promises that the answer keeps. `urgent`: why it
    goes out in quiet hours, too, kept with the answer.
    """

    messages_read: MessageCount | None = None
    version_read: MessageCount | None = None
    force: bool = False
    stays_with_us: bool = False
    keeps: Annotated[list[PromiseId], Meta(max_length=20)] = []
    urgent: Why | None = None


class NewCase(Asked):
    """A case that begins with our message. `inbox`: from which it is written, the first one of the channel when left
    out; its team owns the case. `follows`: the reference of a closed case that this goes on from.
    """

    channel: Literal["email", "sms", "app"]
    subject: Subject
    text: Text
    inbox: TeamName | None = None
    follows: Annotated[str, Meta(min_length=1, max_length=20)] | None = None


class Closing(Asked):
    """`messages_read`: as for a reply."""

    messages_read: MessageCount | None = None


class NewCare(Asked):
    """`carer`: the agent who looks after them. What is left out or null is none."""

    carer: AgentName | None = None
    segment: Segment | None = None
    vip: bool = False


class NewContactPoint(ContactAddress):
    """A further address of a customer."""
