"""What stands in the wrong place: a case that is another customer's, messages that are another matter."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, merge_schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.domain.access import Action
from chalicelib.domain.errors import Conflict, KeyReused, NotFound, TooLarge
from chalicelib.usecases.case_changes import Seen

bp = Blueprint(__name__)


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/moving",
    summary="Move a case to another customer",
    action=Action.MERGE_CUSTOMERS,
    body=lambda: merge_schemas.CaseTarget,
    versioned=True,
    answers={200: merge_schemas.CaseMade},
    answer_headers=("Location",),
    errors=(NotFound, Conflict, KeyReused, TooLarge),
)
def move_case(call: Call[asked.Nothing, merge_schemas.CaseTarget], reference: str) -> Result:
    """The whole case, with reference, clocks and assignee. What stays behind says only that it was moved."""
    wanted = call.body
    moved = wiring.hub().move_case(
        reference,
        call.principal.subject,
        wanted.customer,
        wanted.why,
        seen=Seen(version=call.version),
        once=call.once,
    )
    return _leading_to(moved, call.base)


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/splitting",
    summary="Split messages off into a case of their own",
    action=Action.MERGE_CUSTOMERS,
    body=lambda: merge_schemas.Splitting,
    versioned=True,
    answers={201: merge_schemas.CaseMade},
    answer_headers=("Location",),
    errors=(NotFound, Conflict, KeyReused, TooLarge),
)
def split_case(call: Call[asked.Nothing, merge_schemas.Splitting], reference: str) -> Result:
    """Of the same customer, or of another one. Counters and clocks of both cases are as if it had always been so."""
    wanted = call.body
    made = wiring.hub().split_case(
        reference,
        call.principal.subject,
        wanted.entries,
        wanted.why,
        customer_id=wanted.customer or "",
        seen=Seen(version=call.version),
        once=call.once,
    )
    return _leading_to(made, call.base)


def _leading_to(reference: str, base: str) -> Result:
    return Result(merge_schemas.CaseMade(reference), {"Location": f"{base}/v1/cases/{reference}"})
