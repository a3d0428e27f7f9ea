"""Where an agent is mentioned."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, mention_schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import page_for
from chalicelib.api.rendering import render_case_in_list, render_entry
from chalicelib.api.sight import Sight
from chalicelib.domain.access import Action

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/mentions",
    summary="List the notes that mention you",
    action=Action.READ_CASES,
    query=asked.PageWanted,
    answers={200: mention_schemas.MentionPage},
    items="mentions",
)
def list_mentions(call: Call[asked.PageWanted, None]) -> Result:
    """By name, or as one of a team that the token names or in which those who lead have put you; of the last 90 days,
    the newest first. Notes of your own are not among them, nor those of cases that you may not see any more.
    """
    sight, principal = Sight(call.principal), call.principal
    teams, find = sight.teams, wiring.hub().list_mentions
    found, next_ = page_for(
        call,
        ("mentions", *teams),
        lambda limit, start: find(principal.subject, teams, sight.sees, limit, start),
    )
    shown = [
        mention_schemas.Mention(render_entry(one.entry, call.base), render_case_in_list(one.case, call.base))
        for one in found
    ]
    return Result(mention_schemas.MentionPage(shown, next_))
