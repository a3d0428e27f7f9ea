"""What a case can be about, for whoever sorts cases and may not read the whole configuration."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.domain.access import Action

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/kinds",
    summary="List the kinds of cases",
    action=Action.READ_CASES,
    query=asked.Nothing,
    answers={200: schemas.KindList},
)
def list_kinds(_call: Call[asked.Nothing, None]) -> Result:
    """Those that every hub has and those of the configuration. No case becomes one that is `retired`."""
    kinds = wiring.hub().ports.configuration.current().kinds.values()
    return Result(schemas.KindList([schemas.Kind(kind.name, kind.restricted, kind.retired) for kind in kinds]))
