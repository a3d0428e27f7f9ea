"""Search: what was written, in every thread, by its words."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import reading_schemas, schemas
from chalicelib.api.cases import require_team
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import page_for, words_in
from chalicelib.api.rendering import render_case_in_list, render_hit
from chalicelib.api.sight import Sight
from chalicelib.domain.access import Action
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import InvalidInput, NotFound
from chalicelib.domain.tags import MOST_TAGS, tag_named
from chalicelib.usecases.search_threads import CasesWanted, Wanted

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/search",
    summary="Search what was written",
    action=Action.READ_CASES,
    query=reading_schemas.SearchWanted,
    answers={200: schemas.SearchPage},
    errors=(NotFound,),
)
def search(call: Call[reading_schemas.SearchWanted, None]) -> Result:
    """Messages, notes and what was noted of talks, by the words of their text, subject, names, addresses, names of
    files and what was read on faxes; the newest first. It follows what is written by some seconds. Cases of restricted
    kinds only for agents of the team.
    """
    asked, sight = call.query, Sight(call.principal)
    _require_sense(asked)
    words = words_in(asked.words, "words")
    status = CaseStatus(asked.status) if asked.status else None
    channel = Channel(asked.channel) if asked.channel else None
    tag = tag_named(asked.tag, "tag") if asked.tag else None
    wanted = Wanted(words, status, asked.kind, tag, channel, asked.team, asked.since, asked.until)
    shelves, find = sight.shelves, wiring.hub().search_threads
    hits, next_ = page_for(
        call,
        ("search", *asked.filters, *words),
        lambda limit, start: find(wanted, shelves, sight.sees, limit, start),
    )
    return Result(schemas.SearchPage([render_hit(hit, words, call.base) for hit in hits], next_))


@operation(
    bp,
    "GET",
    "/v1/search/cases",
    summary="Find cases by what they have in common",
    action=Action.READ_CASES,
    query=reading_schemas.CasesSought,
    answers={200: schemas.CasePage},
    errors=(NotFound,),
)
def find_cases(call: Call[reading_schemas.CasesSought, None]) -> Result:
    """By tags, kind, channel and status, or some of them; the one that was opened last first, 60 months back or from
    `since` on. It follows what changes by some seconds. Cases of restricted kinds only for agents of the team.
    """
    asked, sight = call.query, Sight(call.principal)
    _require_sense(asked)
    tags = tuple(sorted({tag_named(tag, "tag") for tag in asked.tag.split(",")})) if asked.tag else ()
    if len(tags) > MOST_TAGS:
        raise InvalidInput(f"Ask for at most {MOST_TAGS} tags.", field="tag")
    channel = Channel(asked.channel) if asked.channel else None
    status = CaseStatus(asked.status) if asked.status else None
    wanted = CasesWanted(tags, asked.kind, channel, status, asked.team, asked.since, asked.until)
    if not wanted.words:
        raise InvalidInput("Say by what: tag, kind, channel or status.", field="tag")
    shelves, find = sight.shelves, wiring.hub().search_threads.cases
    cases, next_ = page_for(
        call,
        ("cases sought", *wanted.words, asked.team or "", str(asked.since or ""), str(asked.until or "")),
        lambda limit, start: find(wanted, shelves, sight.sees, limit, start),
    )
    return Result(schemas.CasePage([render_case_in_list(case, call.base) for case in cases], next_))


def _require_sense(asked: reading_schemas.SearchWanted | reading_schemas.CasesSought) -> None:
    if asked.team is not None:
        require_team(asked.team)
    if asked.since and asked.until and asked.since >= asked.until:
        raise InvalidInput("`since` is not before `until`.", field="since")
