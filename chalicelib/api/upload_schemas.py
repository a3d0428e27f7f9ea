"""What is asked and answered when a file is put beside a message."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.api.asked import Asked, MediaType
from chalicelib.api.message_schemas import Instant
from chalicelib.domain.uploads import LARGEST_UPLOAD


class NewUpload(Asked):
    """`size`: in bytes; no more is taken. `content_type`: nothing else is taken."""

    content_type: MediaType
    size: Annotated[int, Meta(ge=1, le=LARGEST_UPLOAD)]


class UploadOpen(msgspec.Struct):
    """Post a form (multipart/form-data) to `url` with all of `fields`, then the file as the last one, `file`, until
    `open_until`. Then name `upload` in a message, until `named_until`.
    """

    upload: str
    url: str
    fields: dict[str, str]
    open_until: Instant
    named_until: Instant
