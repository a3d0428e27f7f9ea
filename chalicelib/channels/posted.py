"""What web form and app have in common: the rules for a posted body, the same for the API and for reading it later.

The schemas refuse unknown fields, so that a misspelt one is not silently lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, TypeVar

import msgspec

from chalicelib.content import limits
from chalicelib.content.file_names import harmless_name
from chalicelib.content.file_types import honest_type, told_wrongly
from chalicelib.domain.identifiers import ULID
from chalicelib.domain.messages import MEDIA_TYPE, MOST_FILES, Attachment
from chalicelib.domain.uploads import LARGEST_UPLOAD

LongText = Annotated[str, msgspec.Meta(max_length=50_000)]
Subject = Annotated[str, msgspec.Meta(max_length=limits.LONGEST_SUBJECT)]
Name = Annotated[str, msgspec.Meta(max_length=limits.LONGEST_NAME)]
Language = Annotated[str, msgspec.Meta(pattern="^([a-z]{2})?$", description="ISO 639-1, such as `pl`.")]
MediaType = Annotated[str, msgspec.Meta(pattern=MEDIA_TYPE, max_length=141)]

UploadId = Annotated[str, msgspec.Meta(pattern=f"^{ULID.pattern}$(?!\\n)")]

T = TypeVar("T")


class NamedFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`data_base64`: the bytes, which travel as base 64; or `upload`: the id of an upload of whoever posts."""

    name: Name
    content_type: MediaType
    data_base64: Annotated[bytes, msgspec.Meta(max_length=LARGEST_UPLOAD)] | None = None
    upload: UploadId | None = None

    def __post_init__(self) -> None:
        if (self.data_base64 is None) == (self.upload is None):
            raise ValueError("Give either `data_base64` or `upload`")


NamedFiles = Annotated[list[NamedFile], msgspec.Meta(max_length=MOST_FILES)]


def require_content(text: str, attachments: Sequence[NamedFile]) -> None:
    """Raises ValueError, which msgspec turns into its own error, with the place."""
    if not text.strip() and not attachments:
        raise ValueError("A message needs a text or an attachment")


def find_posted(raw: bytes, schema: type[T]) -> T | str:
    """The body, or what is wrong with it in words."""
    try:
        return msgspec.json.decode(raw, type=schema)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return str(error)


def with_uploads(raw: bytes, field: str, uploads: Mapping[str, bytes]) -> bytes:
    """A body with the bytes of each upload in its place, so that what is kept of a message is all of it, and it can be
    read again when the upload is long gone. `field`: the list of files. `uploads`: all that it names, by id.
    """
    body = msgspec.json.decode(raw)
    for file in body[field]:
        if upload := file.pop("upload", None):
            file["data_base64"] = uploads[upload]
    return msgspec.json.encode(body)


def attachments_in(files: Sequence[NamedFile]) -> tuple[Attachment, ...]:
    """Uploads have been put in their places by now (`with_uploads`): a file that only names one is no file. Raises
    ValueError.
    """
    found = []
    for number, file in enumerate(files, 1):
        if file.data_base64 is None:
            raise ValueError("an upload was not put in its place")
        kind = honest_type(file.content_type.lower(), file.data_base64)
        found.append(Attachment(harmless_name(file.name, kind, number), kind, file.data_base64))
    return tuple(found)


def told_wrongly_of(files: Sequence[NamedFile], attachments: Sequence[Attachment]) -> tuple[str, ...]:
    """Of which files something else was said than their bytes say."""
    told = (
        told_wrongly(real.name, file.content_type.lower(), real.content_type)
        for file, real in zip(files, attachments, strict=True)
    )
    return tuple(filter(None, told))
