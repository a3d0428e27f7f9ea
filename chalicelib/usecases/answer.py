"""What an agent wants a customer to be told, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.messages import Attachment
from chalicelib.domain.templates import Wording


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An attachment of an entry of the customer's, as the API names it."""

    entry_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the agent wrote. `channel` None: the one that suits the customer best. `subject` "": the case's. `urgent`:
    why it goes out in quiet hours, too; "" where it does not.

    `stays_with_us`: more will follow from us, so the customer is owed the next sign of life. `keeps`: the promises that
    are kept by it. `template`: the name of a canned answer in place of `text`, with what the case gives for its
    variables; `language`: "" for the case's. `to`: in the channels `phone` and `letter`, the number
    (E.164; "" for theirs) or the postal address.
    `wordings`: by language, in place of `text`, with the variables of canned answers. `broadcast`: the id of the one
    that the answer is part of, or "".
    `files` come with it, `stored_files` lie in the customer's thread.
    """

    text: str
    channel: Channel | None = None
    subject: str = ""
    stays_with_us: bool = False
    keeps: tuple[str, ...] = ()
    urgent: str = ""
    to: str = ""
    template: str = ""
    language: str = ""
    files: tuple[Attachment, ...] = ()
    stored_files: tuple[StoredFile, ...] = ()
    wordings: Mapping[str, Wording] = field(default_factory=lambda: MappingProxyType({}))
    broadcast: str = ""
