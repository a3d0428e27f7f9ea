"""Routing rules as an operator writes them."""

from __future__ import annotations

import json

import pytest

from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.routing import RoutingRule, Word
from chalicelib.storage.configuration_document import parse_configuration
from tests.storage.test_configuration_document import DOCUMENT


def parsed(*rules):
    return parse_configuration(json.dumps({**DOCUMENT, "routing_rules": rules}), "000001").routing_rules


def test_every_member_of_a_rule_is_read():
    rule = {
        "name": "returns",
        "when": {
            "inbox": "support",
            "channel": "email",
            "kind": "question",
            "language": "pl",
            "segment": "wholesale",
            "vip": True,
            "words": {"pl": ["reklamac*"], "en": ["refund"]},
        },
        "then": {"team": "care", "kind": "complaint", "priority": "high", "skills": ["returns"]},
    }
    words = (Word("reklamac*", "pl"), Word("refund", "en"))
    assert parsed(rule) == (
        RoutingRule(
            "returns", "support", "email", "question", "pl", "wholesale", True, words, "care", "complaint", "high",
            ("returns",),
        ),
    )  # fmt: skip


def test_a_document_without_rules_has_none():
    assert parsed() == ()


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"then": {}}, "routing_rules[0].then"),
        ({"then": {"team": "nobody"}}, "routing_rules[0].then.team"),
        ({"when": {"words": {"pl": ["!?"]}}}, "routing_rules[0].when.words.pl[0]"),
        ({"when": {"words": {"pl": ["umowa", "re*"]}}}, "routing_rules[0].when.words.pl[1]"),
        ({"when": {"words": {"pl": ["*umowa"]}}}, "routing_rules[0].when.words.pl[0]"),
        ({"when": {"words": {"pl": ["(a+)+$", "u.*owa"]}}}, "routing_rules[0].when.words.pl[1]"),
        ({"when": {"regex": "(a+)+$"}}, "routing_rules[0].when"),
        ({"when": {"channel": "telegram"}}, "routing_rules[0].when.channel"),
        ({"when": {"words": {"pl": ["x" * 61]}}}, "routing_rules[0].when.words[...][0]"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_with_its_place(rule, field):
    with pytest.raises(WrongConfiguration) as refused:
        parsed({"name": "rule", "then": {"team": "care"}, **rule})
    assert refused.value.field == field


def test_two_rules_of_one_name_and_too_many_words_are_refused():
    rule = {"name": "rule", "when": {"words": {"pl": ["umowa"] * 50}}, "then": {"team": "care"}}
    with pytest.raises(WrongConfiguration, match="twice"):
        parsed(rule, rule)
    with pytest.raises(WrongConfiguration, match="2050 words"):
        parsed(*({**rule, "name": f"rule-{at}"} for at in range(41)))
