"""The section `routing_rules` of the configuration: which case goes where."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import msgspec

from chalicelib.domain.cases import Priority
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.routing import SHORTEST_BEGINNING, RoutingRule, Word, folded
from chalicelib.storage.document_parts import Language, Name

Words = Annotated[tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=60)], ...], msgspec.Meta(max_length=50)]
MOST_WORDS = 2_000  # of all routing rules together: each is looked for in every message that opens a case


class RoutingConditionsSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    inbox: str = ""
    channel: Channel | None = None
    kind: str = ""
    language: str = ""
    segment: str = ""
    vip: bool | None = None
    words: Annotated[dict[Language, Words], msgspec.Meta(max_length=30)] = {}


class RoutingResultsSection(msgspec.Struct, forbid_unknown_fields=True):
    team: str = ""
    kind: str = ""
    priority: Priority | None = None
    skills: Annotated[tuple[Name, ...], msgspec.Meta(max_length=20)] = ()


class RoutingRuleSection(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    then: RoutingResultsSection
    when: RoutingConditionsSection = RoutingConditionsSection()


def check_words(rules: Collection[RoutingRule]) -> None:
    """Raises WrongConfiguration when all of them together are too many."""
    words = sum(len(rule.words) for rule in rules)
    if words > MOST_WORDS:
        raise WrongConfiguration.at("routing_rules", f"they have {words} words together, and {MOST_WORDS} are the most")


def routing_rule_of(section: RoutingRuleSection, place: str) -> RoutingRule:
    when, then = section.when, section.then
    if not any((then.team, then.kind, then.priority, then.skills)):
        raise WrongConfiguration.at(f"{place}.then", "a rule that leads to nothing decides nothing")
    words = [
        _word(text, language, f"{place}.when.words.{language}[{at}]")
        for language, texts in when.words.items()
        for at, text in enumerate(texts)
    ]
    return RoutingRule(
        name=section.name,
        inbox=when.inbox,
        channel=when.channel or "",
        kind=when.kind,
        language=when.language,
        segment=when.segment,
        vip=when.vip,
        words=tuple(words),
        to_team=then.team,
        to_kind=then.kind,
        to_priority=then.priority or "",
        skills=then.skills,
    )


def _word(text: str, language: str, place: str) -> Word:
    letters = folded(text.removesuffix("*")).strip()
    if not letters or "*" in text[:-1]:
        raise WrongConfiguration.at(place, "a word has letters, and a star only at its end")
    if text.endswith("*") and len(letters) < SHORTEST_BEGINNING:
        raise WrongConfiguration.at(place, f"a star stands after at least {SHORTEST_BEGINNING} letters")
    return Word(text, language)
