"""Stories of notes that mention colleagues: told once, listed once, gone with their customer."""

from __future__ import annotations

from tests.faults.outside import Outside
from tests.faults.stories_rights import ANNA, SOON, anna_is_erased, annas_reference
from tests.faults.stories_routing import boss

MENTIONS = {"agents": ["jan"], "teams": ["care"]}


def jan_is_known(outside: Outside) -> None:
    outside.mail(ANNA, notifications=1)
    outside.simulation.settle(until=outside.world.at + SOON)
    boss(outside, "PUT", "/v1/agents/jan", {"teams": ["care"], "email": "jan@company.example"})
    outside.simulation.settle(until=outside.world.at + SOON)


def a_note_mentions_him_and_the_team(outside: Outside) -> None:
    """Twice, so that with both their teams' notices the limit is reached; he looks meanwhile."""
    for _ in range(2):
        outside.note(annas_reference(outside), mentions=MENTIONS)
    outside.ask("GET", "/v1/mentions", {}, "jan:agent")


def he_was_mentioned(outside: Outside) -> None:
    jan_is_known(outside)
    outside.note(annas_reference(outside), mentions=MENTIONS)
    outside.simulation.settle(until=outside.world.at + SOON)


def she_is_erased_while_he_is_mentioned_again(outside: Outside) -> None:
    reference = annas_reference(outside)
    anna_is_erased(outside)
    outside.note(reference, mentions=MENTIONS)
