"""What web form and app have in common: the rules for a posted body, the same for the API and for reading it later.

The schemas refuse unknown fields, so that a misspelt one is not silently lost.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec

from chalicelib.content import limits
from chalicelib.content.file_names import harmless_name
from chalicelib.domain.messages import MEDIA_TYPE, MOST_FILES, Attachment

LongText = Annotated[str, msgspec.Meta(max_length=50_000)]
Subject = Annotated[str, msgspec.Meta(max_length=limits.LONGEST_SUBJECT)]
Name = Annotated[str, msgspec.Meta(max_length=limits.LONGEST_NAME)]
Language = Annotated[str, msgspec.Meta(pattern="^([a-z]{2})?$", description="ISO 639-1, such as `pl`.")]
MediaType = Annotated[str, msgspec.Meta(pattern=MEDIA_TYPE, max_length=141)]

T = TypeVar("T")


class PostedFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`data_base64`: the bytes, which travel as base 64."""

    name: Name
    content_type: MediaType
    data_base64: Annotated[bytes, msgspec.Meta(max_length=5_000_000)]


PostedFiles = Annotated[list[PostedFile], msgspec.Meta(max_length=MOST_FILES)]


def require_content(text: str, attachments: list[PostedFile]) -> None:
    """Raises ValueError, which msgspec turns into its own error, with the place."""
    if not text.strip() and not attachments:
        raise ValueError("A message needs a text or an attachment")


def find_posted(raw: bytes, schema: type[T]) -> T | str:
    """The body, or what is wrong with it in words."""
    try:
        return msgspec.json.decode(raw, type=schema)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return str(error)


def attachments_in(files: list[PostedFile]) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(harmless_name(file.name, kind, number), kind, file.data_base64)
        for number, file in enumerate(files, 1)
        for kind in [file.content_type.lower()]
    )
