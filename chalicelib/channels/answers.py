"""What every channel asks of an answer before it is queued: each refusal names the field that is to be corrected."""

from __future__ import annotations

import re

from chalicelib.content import limits
from chalicelib.content.plain_text import one_line
from chalicelib.domain.errors import InvalidInput, TooLarge
from chalicelib.domain.messages import MOST_FILES
from chalicelib.domain.threads import Entry

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def require_text(entry: Entry) -> None:
    """Blanks and letters that show nothing are no text."""
    if not one_line(entry.text, len(entry.text) + 1):
        raise InvalidInput("The answer has no text.", field="text")


def require_header_text(field: str, text: str) -> None:
    """A line end in a header would begin another field (CWE-93)."""
    if _CONTROLS.search(text):
        raise InvalidInput("It must be one line without control characters.", field=field)


def require_files(entry: Entry) -> None:
    for at, file in enumerate(entry.attachments):
        require_header_text(f"attachments[{at}].name", file.name)
    if len(entry.attachments) > MOST_FILES:
        raise InvalidInput(f"An answer carries at most {MOST_FILES} files.", field="attachments")
    size = sum(file.size for file in entry.attachments)
    if size > limits.MOST_ANSWER_BYTES:
        raise TooLarge(
            f"The files have {size} bytes together; an answer carries at most {limits.MOST_ANSWER_BYTES}.",
            field="attachments",
        )


def refuse_files(entry: Entry) -> None:
    if entry.attachments:
        raise InvalidInput(f"Nothing can be attached to a message by {entry.channel}.", field="attachments")
