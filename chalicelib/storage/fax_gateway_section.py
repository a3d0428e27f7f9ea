"""The section `fax_gateways` of the configuration: how the operator's own gateways word their mails."""

from __future__ import annotations

from typing import Annotated

import msgspec

from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.faxes import FaxExample, FaxGateway
from chalicelib.storage.document_parts import Country, Email, Name, Sender


class FaxExampleSection(msgspec.Struct, forbid_unknown_fields=True):
    sender: Email
    subject: str
    text: str = ""
    number: str = ""
    pages: Annotated[int, msgspec.Meta(ge=1, le=9999)] | None = None
    country: Country = "PL"


class FaxGatewaySection(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    senders: Annotated[tuple[Sender, ...], msgspec.Meta(min_length=1)]
    subjects: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=50)]
    example: FaxExampleSection
    lines: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()
    reports: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()


def fax_gateway_of(section: FaxGatewaySection, place: str) -> FaxGateway:
    from chalicelib.content.fax_patterns import check_pattern  # most hubs have no gateway of their own

    for name in ("subjects", "lines", "reports"):
        for at, pattern in enumerate(getattr(section, name)):
            try:
                check_pattern(pattern)
            except WrongConfiguration as error:
                raise WrongConfiguration.at(f"{place}.{name}[{at}]", error.public_text.rstrip(".")) from error
    example = FaxExample(**{name: getattr(section.example, name) for name in section.example.__struct_fields__})
    return FaxGateway(
        name=section.name,
        subjects=section.subjects,
        senders=section.senders,
        lines=section.lines,
        reports=section.reports,
        example=example,
    )
