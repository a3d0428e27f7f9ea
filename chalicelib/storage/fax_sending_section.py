"""The member `fax` of a fax inbox: by which gateway its faxes leave, and what that wants to be told."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.fax_sending import (
    MOST_PAGES,
    SUBJECT,
    FaxByMail,
    FaxOutcome,
    FaxOverHttps,
    FaxReports,
    FaxSending,
    NumberForm,
    ReportProof,
    RequestForm,
)

Phone = Annotated[str, msgspec.Meta(pattern=r"^(\+[1-9]\d{6,14})?$")]  # E.164
OwnAddress = Annotated[str, msgspec.Meta(pattern=r"^([^@\s{}A-Z]+@[^@\s{}A-Z]+)?$", max_length=254)]
# Where the number stands in the local part, as in `{number}@fax.example` or `fax={number}@gateway.example`.
To = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z0-9.=/_+-]*\{number\}[A-Za-z0-9.=/_+-]*@[a-z0-9.-]+$", max_length=254)
]
Subject = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$(?!\n)", max_length=200)]
# Without a name or a password in it: those are secrets.
GatewayUrl = Annotated[str, msgspec.Meta(pattern=r"^https://[A-Za-z0-9.-]+(:\d{1,5})?(/[!-~]*)?$", max_length=500)]
Member = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.\[\]-]{1,60}$")]
FieldValue = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f]*$(?!\n)", max_length=500)]
Scheme = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{0,40}$")]
MaybeMember = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.\[\]-]{0,60}$")]
Word = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f]+$(?!\n)", max_length=100)]
Pages = Annotated[int, msgspec.Meta(ge=2, le=200)]
_BRACES = re.compile(r"\{(number|id|reference)\}")


class FaxReportsSection(msgspec.Struct, forbid_unknown_fields=True):
    credential: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    proof: ReportProof = ReportProof.TOKEN
    header: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{1,60}$")] = "Authorization"
    scheme: Scheme = "Bearer"
    reference: MaybeMember = "reference"
    answer_id: MaybeMember = ""
    status: Member = "status"
    reason: MaybeMember = "reason"
    words: Annotated[dict[Word, FaxOutcome], msgspec.Meta(max_length=200)] = {}


class FaxByMailSection(msgspec.Struct, forbid_unknown_fields=True, tag="mail", tag_field="by"):
    to: To
    subject: Subject = SUBJECT
    text: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    sender: OwnAddress = ""
    number_form: NumberForm = NumberForm.PLUS
    most_pages: Pages = MOST_PAGES
    takes_files: bool = True
    own_number: Phone = ""
    reports: FaxReportsSection | None = None


class FaxOverHttpsSection(msgspec.Struct, forbid_unknown_fields=True, tag="https", tag_field="by"):
    url: GatewayUrl
    credential: Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9][a-z0-9_-]{0,39})?$")] = ""
    scheme: Scheme = "Bearer"
    form: RequestForm = RequestForm.MULTIPART
    number: Member = "to"
    document: Member = "file"
    id: MaybeMember = "reference"
    fields: dict[Member, FieldValue] = {}
    answer_id: Member = "id"
    number_form: NumberForm = NumberForm.PLUS
    most_pages: Pages = MOST_PAGES
    takes_files: bool = True
    own_number: Phone = ""
    reports: FaxReportsSection | None = None


def fax_sending_of(section: FaxByMailSection | FaxOverHttpsSection, place: str, zone: str) -> FaxSending:
    return FaxSending(
        mail=_by_mail(section, place) if isinstance(section, FaxByMailSection) else None,
        https=_over_https(section, place) if isinstance(section, FaxOverHttpsSection) else None,
        number_form=section.number_form,
        most_pages=section.most_pages,
        takes_files=section.takes_files,
        own_number=section.own_number,
        zone=zone,
        reports=_reports(section.reports, f"{place}.reports") if section.reports else None,
    )


def _reports(section: FaxReportsSection, place: str) -> FaxReports:
    """Raises WrongConfiguration when nothing in a report could say which fax it is about."""
    if not section.reference and not section.answer_id:
        raise WrongConfiguration.at(place, "one of reference and answer_id says which fax a report is about")
    words = {word.casefold(): outcome for word, outcome in section.words.items()}
    return FaxReports(**{name: getattr(section, name) for name in section.__struct_fields__} | {"words": words})


def _by_mail(section: FaxByMailSection, place: str) -> FaxByMail:
    for name in ("to", "subject", "text"):
        if set(_BRACES.sub("", getattr(section, name))) & set("{}"):
            raise WrongConfiguration.at(f"{place}.{name}", "in braces stand number, id and reference only")
    return FaxByMail(section.to, section.subject, section.text, section.sender)


def _over_https(section: FaxOverHttpsSection, place: str) -> FaxOverHttps:
    """Raises WrongConfiguration when two values would have the same name: one of them would be lost."""
    names = [section.number, section.document, *section.fields, *([section.id] if section.id else [])]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise WrongConfiguration.at(place, f"the name {twice!r} stands for two values")
    return FaxOverHttps(
        url=section.url,
        credential=section.credential,
        scheme=section.scheme,
        form=section.form,
        number=section.number,
        document=section.document,
        id=section.id,
        fields=tuple(section.fields.items()),
        answer_id=section.answer_id,
    )
