"""Where a new case belongs: the first rule that fits, told with what it saw."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.routing import MOST_LETTERS, Opening, RoutingRule, Word, folded, route
from tests.domain.making import configuration
from tests.speed import within

OPENING = Opening("support", "email", "question", "pl", "wholesale", vip=False, texts=("Faktura", "Dzień dobry"))


def a_rule(*words: str, **parts) -> RoutingRule:
    return RoutingRule("rule", words=tuple(Word(word, "pl") for word in words), to_team="care", **parts)


def fits(rule: RoutingRule, **opening) -> bool:
    return route([rule], replace(OPENING, **opening)) is not None


@pytest.mark.parametrize(
    ("condition", "other"),
    [("inbox", "billing"), ("channel", "sms"), ("kind", "complaint"), ("language", "en"), ("segment", "retail")],
)
def test_a_condition_fits_its_value_and_no_other(condition, other):
    assert fits(a_rule(**{condition: getattr(OPENING, condition)}))
    assert not fits(a_rule(**{condition: other}))


def test_a_rule_for_vips_is_for_vips_and_one_for_the_others_for_the_others():
    assert fits(a_rule(vip=True), vip=True)
    assert not fits(a_rule(vip=True))
    assert fits(a_rule(vip=False))
    assert not fits(a_rule(vip=False), vip=True)


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("reklamacja", "Moja REKLAMACJA!", True),
        ("reklamacja", "dwie reklamacje", False),
        ("reklamac*", "dwie reklamacje", True),
        ("reklamac*", "autoreklamacja", False),
        ("zwrot pieniędzy", "Proszę o zwrot\npieniedzy.", True),
        ("zwrot pieniędzy", "zwrot moich pieniędzy", False),
        ("zwrot pien*", "zwrot pieniążków", True),
        ("Łódź", "jadę do LODZ", True),
        ("lodz", "w Łodzi", False),
        ("lodz*", "w Łodzi", True),
        ("e-mail", "mój e mail", True),
        ("straße", "in der STRASSE", True),
        ("gość", "gos\N{COMBINING ACUTE ACCENT}c\N{COMBINING ACUTE ACCENT}", True),
    ],
)
def test_words_are_compared_whole_and_folded(word, text, found):
    assert fits(a_rule(word), texts=("", text)) is found


def test_a_word_is_looked_for_in_the_subject_too_and_never_across_its_end():
    assert fits(a_rule("faktura"))
    assert not fits(a_rule("faktura dzień"))


def test_the_first_rule_that_fits_decides_and_says_what_it_saw():
    rules = [a_rule("umowa"), a_rule("faktur*", inbox="support", vip=False, to_kind="order"), a_rule()]
    routed = route(rules, OPENING)
    assert routed is not None
    assert routed.rule is rules[1]
    assert routed.why == "inbox support, no VIP, the word 'faktur*' (pl)"


def test_without_a_rule_that_fits_nothing_is_decided():
    assert route([], OPENING) is None
    assert route([a_rule("umowa"), a_rule(channel="sms")], OPENING) is None


def test_the_longest_text_and_the_most_words_take_no_time_to_speak_of():
    """2,000 words are what a document may have; a text made of near misses is the worst that a customer can write."""
    rules = [a_rule(*(f"{'ab' * 20}{number} c*" for number in range(at, at + 50))) for at in range(0, 2_000, 50)]
    begun = time.process_time()
    assert route(rules, replace(OPENING, texts=("ab" * 100, "ab" * 20_000, "ab " * 20_000))) is None
    assert within(time.process_time() - begun, 2)


def test_what_stands_beyond_the_first_letters_of_a_text_is_not_looked_at():
    assert not fits(a_rule("umowa"), texts=("a" * MOST_LETTERS + " umowa",))


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text):
    assert folded(folded(text)) == folded(text)


@given(
    st.lists(st.text(st.characters(categories=["L", "Nd"]), min_size=1).filter(lambda w: folded(w).strip()), min_size=1)
)
def test_every_word_of_a_text_is_found_in_it(words):
    text = ", ".join(words)
    assert all(
        fits(a_rule(word), texts=(text.upper(),)) or word.upper().casefold() != word.casefold() for word in words
    )


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"to_team": "nobody"}, "routing_rules[0].then.team"),
        ({"to_kind": "gossip"}, "routing_rules[0].then.kind"),
        ({"kind": "gossip"}, "routing_rules[0].when.kind"),
        ({"inbox": "nowhere"}, "routing_rules[0].when.inbox"),
    ],
)
def test_a_rule_that_names_what_there_is_not_is_refused_with_its_place(parts, field):
    with pytest.raises(WrongConfiguration) as refused:
        configuration(routing_rules=(RoutingRule("rule", **parts),))
    assert refused.value.field == field
    assert field in refused.value.public_text


def test_a_rule_behind_one_that_fits_everything_is_refused():
    with pytest.raises(WrongConfiguration) as refused:
        configuration(routing_rules=(a_rule(), a_rule("umowa")))
    assert refused.value.field == "routing_rules[0].when"
    configuration(routing_rules=(a_rule("umowa"), a_rule()))
