"""Texts that agents answer with: what one says about a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.content.texts.wordings import language_of, moment, wording_of
from chalicelib.domain.case_clocks import OF_WAITING
from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.errors import InvalidInput, NotFound
from chalicelib.domain.templates import Template, TextPurpose, Wording, filled, variables_in, without_value
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.ports import ConfigurationSource, ThreadStore


@dataclass(frozen=True, slots=True)
class Filled:
    """`missing`: variables for which the case has no value; the lines that name them are left out of `wording`."""

    name: str
    language: str
    wording: Wording
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FillTemplate:
    threads: ThreadStore
    configuration: ConfigurationSource

    def __call__(self, reference: str, name: str, language: str = "") -> Filled:
        """What the canned answer says about that case. Raises NotFound."""
        case = get_case_by_reference(self.threads, reference)
        return fill_for_case(self.threads, self.configuration.current(), case, name, language)


def fill_for_case(
    threads: ThreadStore, configuration: Configuration, case: Case, name: str, language: str = ""
) -> Filled:
    """`language` "": the case's, else its inbox's. Raises NotFound for what is no canned answer."""
    template = configuration.templates.get(name)
    if template is None or template.purpose is not TextPurpose.CANNED:
        raise NotFound("There is no canned answer of that name.", field="template")
    return _filled(threads, configuration, case, template, language)


def text_for_reply(threads: ThreadStore, configuration: Configuration, case: Case, name: str, language: str) -> Wording:
    """Whole or not at all: an agent who answers by name does not see which lines were left out. Raises InvalidInput."""
    found = fill_for_case(threads, configuration, case, name, language)
    if found.missing:
        raise InvalidInput(f"The case has no value for {{{found.missing[0]}}} of this text.", field="template")
    return found.wording


def text_for_many(
    threads: ThreadStore, configuration: Configuration, case: Case, wordings: Mapping[str, Wording]
) -> Wording:
    """What many are told, as this case makes it: without the lines for which it has no value."""
    return _filled(threads, configuration, case, Template("", TextPurpose.CANNED, wordings), "").wording


def _filled(
    threads: ThreadStore, configuration: Configuration, case: Case, template: Template, language: str
) -> Filled:
    templates = {template.name: template}
    languages = (language or case.language or _language_of_inbox(case, configuration),)
    wording = wording_of(template.name, languages, templates)
    values = _values(threads, configuration, case, wording, languages)
    return Filled(
        template.name,
        language_of(template.name, languages, templates),
        filled(wording, values),
        without_value(wording, values),
    )


def _values(
    threads: ThreadStore, configuration: Configuration, case: Case, wording: Wording, languages: Sequence[str]
) -> Mapping[str, str]:
    used = variables_in(wording.subject + wording.text)
    due_at = min((clock.due_at for name, clock in case.clocks.items() if name in OF_WAITING), default=None)
    zone = configuration.hours_for(case.team).zone
    return {
        "reference": case.reference,
        "subject": case.subject,
        "company": configuration.company,
        "answer_by": moment(due_at, zone, languages) if due_at else "",
        "customer_name": threads.get_customer(case.customer_id).name if "customer_name" in used else "",
    }


def _language_of_inbox(case: Case, configuration: Configuration) -> str:
    return next((inbox.language for inbox in configuration.inboxes if inbox.name == case.inbox), "")
