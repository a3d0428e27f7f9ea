"""Texts with variables, as operators write them: what may stand in one, and how values are filled in.

Nothing but `{name}` is understood: there is no attribute, index, format or expression. It is filled in once, so what a
value says is never read as a variable. A line whose variable has no value today is left out, so one text does for a
case with a deadline and for one without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

_VARIABLE = re.compile(r"\{([a-z_]+)\}")
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_LONGEST_VALUE = 4_000


class TextPurpose(StrEnum):
    """What a text is for; it decides which variables there are."""

    ACKNOWLEDGEMENT = "acknowledgement"  # the hub to a customer, at once
    NOTICE = "notice"  # what acknowledgements say besides: closed, an incident
    HOLDING = "holding"  # the hub to a customer who waits for too long
    SURVEY = "survey"  # how satisfied somebody is; `link` is filled in when it is sent
    CODE = "code"  # the code that proves a contact point
    COLLEAGUE = "colleague"  # the hub to a colleague
    CANNED = "canned"  # what agents answer with


@dataclass(frozen=True, slots=True)
class Variables:
    """`always`: those that have a value whenever the text is used; only they may stand in a subject."""

    always: frozenset[str]
    sometimes: frozenset[str] = frozenset()

    @property
    def all(self) -> frozenset[str]:
        return self.always | self.sometimes


# None of those for customers says a word that a stranger has written: what goes out by itself could be sent to anybody.
VARIABLES: Mapping[TextPurpose, Variables] = MappingProxyType(
    {
        TextPurpose.ACKNOWLEDGEMENT: Variables(
            frozenset({"reference"}), frozenset({"answer_by", "opens_at", "notice", "company"})
        ),
        TextPurpose.NOTICE: Variables(frozenset(), frozenset({"opens_at", "company"})),
        TextPurpose.HOLDING: Variables(frozenset({"reference"}), frozenset({"company"})),
        TextPurpose.SURVEY: Variables(frozenset({"reference"}), frozenset({"link", "company"})),
        TextPurpose.CODE: Variables(frozenset({"code", "minutes"}), frozenset({"company"})),
        TextPurpose.COLLEAGUE: Variables(
            frozenset({"reference", "subject", "assignee", "owed", "deadline"}), frozenset({"waiting", "company"})
        ),
        TextPurpose.CANNED: Variables(
            frozenset({"reference"}), frozenset({"customer_name", "subject", "answer_by", "company"})
        ),
    }
)
_WITH_LINES = frozenset({"notice"})  # values of ours, which may have more than one line


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in one language. `subject`: "" where none is needed, as in an SMS."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """`wordings`: by language, ISO 639."""

    name: str
    purpose: TextPurpose
    wordings: Mapping[str, Wording] = field(default_factory=lambda: MappingProxyType({}))


def canned_answers(templates: Mapping[str, Template], language: str) -> tuple[Template, ...]:
    """By name. `language`: only those that exist in it, "" for all."""
    found = [one for one in templates.values() if one.purpose is TextPurpose.CANNED]
    return tuple(sorted((one for one in found if not language or language in one.wordings), key=lambda one: one.name))


def variables_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def problems_in(wording: Wording, purpose: TextPurpose) -> Iterator[str]:
    """What is wrong with it, in words that name the variable."""
    known = VARIABLES[purpose]
    for where, text, allowed in (("subject", wording.subject, known.always), ("text", wording.text, known.all)):
        for name in variables_in(text):
            if name in known.all and name not in allowed:
                yield f"the variable {{{name}}} has no value sometimes, so it cannot stand in the subject"
            elif name not in allowed:
                there_are = ", ".join(f"{{{one}}}" for one in sorted(allowed)) or "none"
                yield f"the variable {{{name}}} does not exist in the {where}; there are {there_are}"
        if {"{", "}"} & {*_VARIABLE.sub("", text)}:
            yield f"in the {where} a brace belongs to no variable; one is written as {{reference}}"
    if "\n" in wording.subject or "\r" in wording.subject:
        yield "the subject has more than one line"
    if not wording.text.strip():
        yield "the text is empty"


def filled(wording: Wording, values: Mapping[str, str]) -> Wording:
    """With its values; "" is none, and what is not among them has none."""
    lines = [line for line in wording.text.splitlines() if all(values.get(name) for name in variables_in(line))]
    text = _EMPTY_LINES.sub("\n\n", "\n".join(_with_values(line, values) for line in lines)).strip()
    return Wording(_one_line(_with_values(wording.subject, values)), text)


def without_value(wording: Wording, values: Mapping[str, str]) -> tuple[str, ...]:
    """The variables for which there is nothing to fill in."""
    names = dict.fromkeys((*variables_in(wording.subject), *variables_in(wording.text)))
    return tuple(name for name in names if not values.get(name))


def _with_values(text: str, values: Mapping[str, str]) -> str:
    def value_of(found: re.Match[str]) -> str:
        value = values.get(found[1], "")[:_LONGEST_VALUE]
        return value if found[1] in _WITH_LINES else _one_line(value)

    return _VARIABLE.sub(value_of, text)


def _one_line(text: str) -> str:
    """No value can begin another line, or another field of a mail's header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
