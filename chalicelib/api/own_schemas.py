"""What a customer's app asks and is answered about the customer's own thread and cases. Nothing internal is in here."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.asked import Asked, Cursor, Limit, PageWanted
from chalicelib.api.contact_schemas import ZoneName
from chalicelib.api.message_schemas import Instant
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.devices import DeviceKind
from chalicelib.domain.promises import PromiseStatus
from chalicelib.usecases.follow_own_thread import OwnChangeKind

EntryId = Annotated[str, Meta(pattern=r"^[0-6][0-9A-HJKMNP-TV-Z]{25}$(?!\n)")]


class OwnThreadWanted(PageWanted):
    """Without `since` the newest first. `since`: the id of the last entry that is known; then what came behind it,
    oldest first.
    """

    since: EntryId | None = None


Token = Annotated[str, Meta(min_length=1, max_length=4_096, pattern=r"^[!-~]+$(?!\n)")]
# No letter that cannot be seen or turns the reading around, as `plain_text.py` has them: agents read it. The joiners
# stay, but are no name by themselves.
OwnName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=r"^(?=.*[^\s\u200c\u200d])[^\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
        "\U000e0000-\U000e007f"  # themselves, because the description's patterns have no escape for them
        r"]*$(?!\n)",
    ),
]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2}$(?!\n)")]


class NewDevice(Asked):
    """`token`: by which APNs or FCM finds the device. `language`: of the bell, such as `pl`."""

    kind: DeviceKind
    token: Token
    language: Language = "en"


class ReadUpTo(Asked):
    """`up_to`: the newest entry that the user has seen; what came before it has been seen, too."""

    up_to: EntryId


class OwnChangesWanted(Asked):
    """`since`: the `next` of the answer before; without it nothing is told, only where the feed stands now."""

    since: Cursor | None = None
    limit: Limit = 50


class ProfileChange(Asked):
    """What is left out stays as it is; null takes it back. `time_zone`: such as `Europe/Warsaw`."""

    name: OwnName | UnsetType = UNSET
    language: Language | UnsetType | None = UNSET
    time_zone: ZoneName | UnsetType | None = UNSET


class OwnPoint(msgspec.Struct):
    """`proved`: a code or a login has shown that it is the user's. Any other may be a stranger's, whom somebody took
    for them, so only its beginning or its end is shown (`j…@e….pl`).
    """

    kind: Literal["email", "phone", "fax"]
    value: str
    proved: bool


class OwnConsent(msgspec.Struct):
    """To marketing. `withdrawn_at` null: it holds."""

    given_at: Instant
    withdrawn_at: Instant | None


class OwnProfile(msgspec.Struct):
    """`name`, `language`, `time_zone` null: nobody said. `consents`: by channel. `version`: the ETag."""

    name: str | None
    language: str | None
    time_zone: str | None
    contact_points: list[OwnPoint]
    consents: dict[str, OwnConsent]
    version: int


class OwnDevice(msgspec.Struct):
    """Without its token, which nobody is told."""

    id: str
    kind: DeviceKind
    language: str
    registered_at: Instant


class OwnDevices(msgspec.Struct):
    devices: list[OwnDevice]


class OwnAttachment(msgspec.Struct):
    name: str
    content_type: str
    size: int
    sha256: str
    link: str


class OwnEntry(msgspec.Struct):
    """`direction`: `in` is what the customer wrote, `out` what we did. `case`: the reference of its case, or null.
    `read_at`: when the app said that an answer was read; null, too, for what went another way.
    """

    id: str
    case: str | None
    at: Instant
    direction: Literal["in", "out"]
    channel: Channel | None
    subject: str | None
    text: str
    attachments: list[OwnAttachment]
    read_at: Instant | None


class OwnThreadPage(msgspec.Struct):
    """`next`: the cursor with which it goes on, null at the end. A page may have fewer entries than were asked for."""

    entries: list[OwnEntry]
    next: str | None


class OwnPromise(msgspec.Struct):
    """As the customer was told, word for word, and by when. `broken`: its time ran out; it is owed all the same."""

    text: str
    due_at: Instant
    status: PromiseStatus


class OwnRating(msgspec.Struct):
    score: int
    comment: str
    rated_at: Instant | None


class OwnCase(msgspec.Struct):
    """`awaiting_answer`: the customer wrote last. `expected_answer_at`: when our next word is due, in business hours;
    null while none is. `late`: that has passed. `subject` null, and no promises: the case began with a message of which
    nobody knows for certain that the customer wrote it. `rateable_until`: until when it may be rated; null when it may
    not be now. `rating`: how the customer rated it since it was closed last, in the app or by the link in our question.
    """

    reference: str
    subject: str | None
    status: Literal["open", "closed"]
    channel: Channel
    opened_at: Instant
    closed_at: Instant | None
    last_activity_at: Instant
    awaiting_answer: bool
    expected_answer_at: Instant | None
    late: bool
    promises: list[OwnPromise]
    rateable_until: Instant | None
    rating: OwnRating | None


class OwnCasesWanted(PageWanted, kw_only=True):
    limit: Annotated[int, Meta(ge=1, le=20)] = 10


class OwnCases(msgspec.Struct):
    """Newest first. A page may have fewer than were asked for while `next` says that more follow."""

    cases: list[OwnCase]
    next: str | None = None


class OwnChange(msgspec.Struct):
    """That an `entry` or a `case` is new or another than before, with what it is now. `thread`: everything is to be
    read anew, because something was taken away, or more (or less) of it belongs to the customer than before.
    """

    kind: OwnChangeKind
    at: Instant
    entry: OwnEntry | None
    case: OwnCase | None


class OwnChangePage(msgspec.Struct):
    """`next`: send it as `since`. `more`: false at the end of what there is now."""

    changes: list[OwnChange]
    next: str
    more: bool
