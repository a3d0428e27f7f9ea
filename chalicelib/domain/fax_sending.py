"""How an inbox sends faxes: by which gateway, and what that gateway wants to be told and in which form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NumberForm(StrEnum):
    """How a gateway wants `+48221112233` written."""

    PLUS = "plus"  # +48221112233
    DIGITS = "digits"  # 48221112233
    ZEROS = "zeros"  # 0048221112233


class RequestForm(StrEnum):
    MULTIPART = "multipart"  # multipart/form-data, as forms upload files
    JSON = "json"  # the files in base 64


SUBJECT = "Fax {reference} {id}"


@dataclass(frozen=True, slots=True)
class FaxByMail:
    """A gateway that takes mails to `number@gateway`. In braces stand `number`, `id` and `reference` only.

    `sender`: who must write so that the gateway takes it; "" for the inbox's own address.
    """

    to: str
    subject: str = SUBJECT
    text: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class FaxOverHttps:
    """A gateway that takes a POST.

    `credential`: its name among the hub's secrets, "" for none; sent in the header field `Authorization` behind
    `scheme`. `number`, `document`, `id`: what the gateway calls the number, the files and our id ("" when it takes
    none). `fields`: names and values that are always the same. `answer_id`: where its answer names what it took,
    members of JSON with dots between.
    """

    url: str
    credential: str = ""
    scheme: str = "Bearer"
    form: RequestForm = RequestForm.MULTIPART
    number: str = "to"
    document: str = "file"
    id: str = "reference"
    fields: tuple[tuple[str, str], ...] = ()
    answer_id: str = "id"


MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class FaxSending:
    """One of `mail` and `https`. `most_pages`: of cover and text; a page costs. `takes_files`: the gateway sends
    further PDFs after the first. `own_number`: stands on the cover as the one to answer to, E.164, or "". `zone`
    (IANA): of the date on the cover.
    """

    mail: FaxByMail | None = None
    https: FaxOverHttps | None = None
    number_form: NumberForm = NumberForm.PLUS
    most_pages: int = MOST_PAGES
    takes_files: bool = True
    own_number: str = ""
    zone: str = "UTC"


def number_for(gateway: NumberForm, number: str) -> str:
    """`number`: E.164."""
    digits = number.removeprefix("+")
    return {NumberForm.PLUS: f"+{digits}", NumberForm.DIGITS: digits, NumberForm.ZEROS: f"00{digits}"}[gateway]
