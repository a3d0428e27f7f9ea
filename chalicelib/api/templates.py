"""Canned answers: what there is to answer with, and what one says about a case before it is sent."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.domain.access import Action
from chalicelib.domain.errors import NotFound
from chalicelib.domain.templates import canned_answers, variables_in

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/templates",
    summary="List canned answers",
    action=Action.READ_CASES,
    query=asked.TemplatesWanted,
    answers={200: schemas.TemplateList},
)
def list_templates(call: Call[asked.TemplatesWanted, None]) -> Result:
    """As the configuration has them, with their variables in braces. `language`: only those that exist in it."""
    language = call.query.language or ""
    shown = [
        schemas.Template(template.name, code, wording.subject or None, wording.text, [*variables_in(wording.text)])
        for template in canned_answers(wiring.hub().ports.configuration.current().templates, language)
        for code, wording in template.wordings.items()
        if language in ("", code)
    ]
    return Result(schemas.TemplateList(shown))


@operation(
    bp,
    "GET",
    "/v1/cases/{reference}/templates/{name}",
    summary="See what a canned answer says about a case",
    action=Action.READ_CASES,
    query=asked.TemplatesWanted,
    answers={200: schemas.FilledTemplate},
    errors=(NotFound,),
)
def fill_template(call: Call[asked.TemplatesWanted, None], reference: str, name: str) -> Result:
    """Without `language` in the case's, else its inbox's. Lines that name a variable of `missing` are left out."""
    found = wiring.hub().fill_template(reference, name, call.query.language or "")
    wording = found.wording
    return Result(
        schemas.FilledTemplate(found.name, found.language, wording.subject or None, wording.text, [*found.missing])
    )
