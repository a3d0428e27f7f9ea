"""How an inbox sends faxes: by which gateway, what that wants to be told and in which form, and how it reports."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
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


class ReportProof(StrEnum):
    """By what a gateway shows that a report is its own."""

    TOKEN = "token"  # noqa: S105  # a word of the configuration: the credential itself
    HMAC_SHA256 = "hmac_sha256"  # a code over the bytes of the body (RFC 2104), in hexadecimal or base 64


class FaxOutcome(StrEnum):
    """What a gateway's word means; the three last say what the failure lies in."""

    DELIVERED = "delivered"
    UNDER_WAY = "under_way"
    DEFERRED = "deferred"
    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    TECHNICAL = "technical"


@dataclass(frozen=True, slots=True)
class FaxReports:
    """How a gateway posts what became of a fax.

    `credential`: its name among the hub's secrets. `header`: the field that has the proof, behind `scheme` and a space
    if there is one. `reference`, `answer_id`, `status`, `reason`: the members (dots between) with our id, the gateway's
    own, and its words; "" for what it does not say. `words`: the operator's table, in lower case; it comes before the
    known words.
    """

    credential: str
    proof: ReportProof = ReportProof.TOKEN
    header: str = "Authorization"
    scheme: str = "Bearer"
    reference: str = "reference"
    answer_id: str = ""
    status: str = "status"
    reason: str = "reason"
    words: Mapping[str, FaxOutcome] = field(default_factory=dict)


SHORTEST_CREDENTIAL = 16


def is_proved(rules: FaxReports, credential: str, given: str, body: bytes) -> bool:
    """Whether `given`, the value of the header field, could only be written by who has the credential. Takes the same
    time whatever is wrong with it.
    """
    before = f"{rules.scheme} " if rules.scheme else ""
    if rules.proof is ReportProof.TOKEN:
        proofs = [f"{before}{credential}"]
    else:
        code = hmac.digest(credential.encode(), body, hashlib.sha256)
        proofs = [f"{before}{code.hex()}", f"{before}{base64.b64encode(code).decode()}"]
    found = [hmac.compare_digest(proof.encode(), given.encode("utf-8", "surrogateescape")) for proof in proofs]
    return any(found)


MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class FaxSending:
    """One of `mail` and `https`. `most_pages`: of cover and text; a page costs. `takes_files`: the gateway sends
    further PDFs after the first. `own_number`: stands on the cover as the one to answer to, E.164, or "". `zone`
    (IANA): of the date on the cover. `reports`: how the gateway posts what became of a fax, None if it mails it at
    most.
    """

    mail: FaxByMail | None = None
    https: FaxOverHttps | None = None
    number_form: NumberForm = NumberForm.PLUS
    most_pages: int = MOST_PAGES
    takes_files: bool = True
    own_number: str = ""
    zone: str = "UTC"
    reports: FaxReports | None = None


def number_for(gateway: NumberForm, number: str) -> str:
    """`number`: E.164."""
    digits = number.removeprefix("+")
    return {NumberForm.PLUS: f"+{digits}", NumberForm.DIGITS: digits, NumberForm.ZEROS: f"00{digits}"}[gateway]
