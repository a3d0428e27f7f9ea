"""The part of the configuration document that holds texts, and what is checked about it when a document is saved."""

from __future__ import annotations

from typing import Annotated

import msgspec

from chalicelib.domain.configuration import Configuration
from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.templates import Template, TextPurpose, Wording, problems_in, variables_in

Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}$")]


class WordingSection(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(max_length=10_000)]
    subject: Annotated[str, msgspec.Meta(max_length=200)] = ""


class TemplateSection(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    purpose: TextPurpose
    texts: Annotated[dict[Language, WordingSection], msgspec.Meta(min_length=1, max_length=40)]


def template_of(section: TemplateSection, _place: str) -> Template:
    wordings = {language: Wording(one.subject, one.text) for language, one in section.texts.items()}
    return Template(section.name, section.purpose, wordings)


def check_templates(configuration: Configuration) -> None:
    """Raises WrongConfiguration, naming template, language and variable.

    Only where a document is saved, like the examples of fax gateways: a text that was saved goes on being used,
    whatever variables a later version knows; a line with an unknown one is left out.
    """
    from chalicelib.content.texts.wordings import PURPOSES  # only where a document is saved

    for at, template in enumerate(configuration.templates.values()):
        place = f"templates[{at}]"
        shipped = PURPOSES.get(template.name, template.purpose)
        if template.purpose is not shipped:
            raise _wrong(template.name, f"a text of this name is shipped for the purpose {shipped}", f"{place}.purpose")
        for language, wording in template.wordings.items():
            where = f"{place}.texts.{language}.text"
            for problem in problems_in(wording, template.purpose):
                raise _wrong(template.name, f"language {language!r}: {problem}", where)
            if not configuration.company and "company" in variables_in(wording.subject + wording.text):
                problem = f"language {language!r}: {{company}} is used, and the document has no `company`"
                raise _wrong(template.name, problem, where)


def _wrong(name: str, problem: str, place: str) -> WrongConfiguration:
    return WrongConfiguration(f"Configuration: template {name!r}: {problem}.", field=place)
