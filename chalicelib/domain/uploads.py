"""Files that are put beside a message because they are too large to travel in it: each is the uploader's alone, lies
there for a day, and is what a message names until then. Pure.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.errors import NotFound, TooLarge
from chalicelib.domain.identifiers import time_of

LARGEST_UPLOAD = 20 * 1024 * 1024  # as much as an answer may carry in all
OPEN_FOR = timedelta(minutes=15)  # to put the file there
NAMED_FOR = timedelta(hours=24)  # by messages; the bucket's lifecycle deletes it within two days
MOST_OF_AN_ADDRESS = 40  # a day, in one form: rooms that are made for it, and messages that name some
MOST_OF_A_FORM = 1_000  # the same, whoever asks: beyond it files travel inside of messages
_PREFIX = "uploads/"


@dataclass(frozen=True, slots=True)
class Invitation:
    """`url` takes a form (multipart/form-data) with `fields` and, as the last one, `file`."""

    url: str
    fields: dict[str, str]


def uploader_in(inbox: str) -> str:
    """Whose the uploads of a form's visitors are. Whoever knows an upload's id may name it there, and it is told to
    whoever asked for the room alone. It is no id of a principal: those begin with their issuer.
    """
    return f"form {inbox}"


def upload_key(principal: str, upload_id: str) -> str:
    """Who asked for it stands in the key, so nobody else's id leads anywhere."""
    return f"{_PREFIX}{hashlib.sha256(principal.encode()).hexdigest()[:32]}/{upload_id}"


def require_named_in_time(upload_id: str, now: datetime) -> None:
    """Raises NotFound."""
    if now - time_of(upload_id) > NAMED_FOR:
        raise NotFound("There is no such upload of yours. It is there for a day.")


def require_small(sizes: list[int]) -> None:
    """Of all files of a message together. Raises TooLarge."""
    if sum(sizes) > LARGEST_UPLOAD:
        raise TooLarge(f"The files of a message are {LARGEST_UPLOAD} bytes at most in all. Send fewer.")
