"""What a document goes on to know of teams and kinds that are gone from it."""

from dataclasses import replace

import pytest

from chalicelib.domain.carried_names import carry_former_teams, carry_kinds
from chalicelib.domain.case_kinds import SHIPPED_KINDS, CaseKind
from chalicelib.domain.errors import NotFound, WrongConfiguration
from tests.domain.making import configuration


def document(*teams, former=()):
    """`teams`: names, or (name, fallback)."""
    named = [team if isinstance(team, tuple) else (team, "") for team in teams]
    written = {"teams": [{"name": name, "fallback": fallback} for name, fallback in named]}
    return {**written, "former_teams": [{"name": name, "successor": to} for name, to in former]} if former else written


def carried(edited, current):
    return {one["name"]: one["successor"] for one in carry_former_teams(edited, current).get("former_teams", ())}


def test_a_document_without_a_loss_stays_as_it_is():
    assert carry_former_teams(document("care", "billing"), document("care")) == document("care", "billing")


@pytest.mark.parametrize(
    ("edited", "current", "remembered"),
    [
        (document("care"), document("care", "billing"), {"billing": "care"}),
        (document("sales", "care"), document("care", ("billing", "care")), {"billing": "care"}),
        (document("sales", "care"), document("care", ("a", "b"), ("b", "care")), {"a": "care", "b": "care"}),
        (document("sales"), document(("a", "b"), ("b", "a")), {"a": "sales", "b": "sales"}),
        (document("sales", "care", former=[("billing", "care")]), document("sales", "billing"), {"billing": "care"}),
        (document("sales", "care"), document("care", former=[("billing", "care")]), {"billing": "care"}),
        (document("sales"), document("care", former=[("billing", "care")]), {"billing": "sales", "care": "sales"}),
        (document("care", "billing"), document("care", former=[("billing", "care")]), {}),
    ],
    ids=[
        "the first team, where nobody is named",
        "its fallback",
        "the fallback of its fallback",
        "the first team, where fallbacks go round",
        "whoever is named",
        "as an earlier document said",
        "anew, when the successor goes too",
        "nobody, when it is back",
    ],
)
def test_a_team_that_is_gone_is_remembered_with_its_successor(edited, current, remembered):
    assert carried(edited, current) == remembered


def test_a_former_team_is_answered_for_by_its_successor_alone():
    known = configuration(former_teams={"billing": "care"})
    assert known.get_team("billing").name == known.owner_in_place_of("billing") == "care"
    assert known.every_team == ("care", "billing")
    with pytest.raises(NotFound):
        known.get_team("sales")


def test_a_successor_exists_and_a_former_team_does_not():
    with pytest.raises(WrongConfiguration) as missing:
        configuration(former_teams={"billing": "sales"})
    assert missing.value.field == "former_teams[0].successor"
    with pytest.raises(WrongConfiguration) as there:
        configuration(former_teams={"care": "care"})
    assert there.value.field == "former_teams[0].name"


HR = {"name": "hr", "restricted": True, "keep_days": 30}


@pytest.mark.parametrize(
    ("edited", "current", "kinds"),
    [
        ([], [HR], [{**HR, "retired": True}]),
        ([{"name": "people"}], [HR], [{"name": "people"}, {**HR, "retired": True}]),
        ([], [{**HR, "retired": True}], [{**HR, "retired": True}]),
        ([HR], [{**HR, "retired": True}], [HR]),
        ([], [{"name": "complaint", "restricted": True}], None),
        ([HR], [], [HR]),
    ],
    ids=["gone", "under another name", "gone before", "back", "as shipped", "new"],
)
def test_a_kind_that_is_gone_is_retired_and_stays_as_closed_as_it_was(edited, current, kinds):
    written = {"kinds": edited} if edited else {}
    assert carry_kinds(written, {"kinds": current}).get("kinds") == kinds


def test_no_case_becomes_one_of_a_retired_kind():
    kinds = {**SHIPPED_KINDS, "hr": CaseKind("hr", restricted=True, retired=True)}
    known = configuration(kinds=kinds)
    assert known.kind_named("hr").restricted
    assert "hr" not in known.kinds_in_use
    inboxes = (replace(known.inboxes[0], kind="hr"),)
    with pytest.raises(WrongConfiguration) as refused:
        configuration(kinds=kinds, inboxes=inboxes)
    assert refused.value.field == "inboxes[0].kind"
