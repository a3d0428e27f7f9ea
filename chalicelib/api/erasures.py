"""Erasures, and the legal hold that stands against them."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, erasure_schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import page_for
from chalicelib.domain.access import Action
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.errors import Conflict, KeyReused, LegalHold, NotFound, RetentionRuns
from chalicelib.usecases.request_erasure import Wanted

bp = Blueprint(__name__)


@operation(
    bp,
    "POST",
    "/v1/customers/{customer_id}/erasure",
    summary="Erase a customer",
    action=Action.ERASE,
    body=lambda: erasure_schemas.NewErasure,
    answers={202: erasure_schemas.ErasureMade},
    answer_headers=("Location",),
    errors=(NotFound, Conflict, KeyReused, LegalHold, RetentionRuns),
)
def erase_customer(call: Call[asked.Nothing, erasure_schemas.NewErasure], customer_id: str) -> Result:
    """Everything of them and of everybody who was merged into them, for good: it cannot be undone. The work goes on
    behind the answer; read the erasure to see how far it is.
    """
    body = call.body
    wanted = Wanted(body.ground, body.requester, body.basis or "", body.case or "")
    id_ = wiring.hub().request_erasure(customer_id, call.principal.subject, wanted, once=call.once)
    return Result(erasure_schemas.ErasureMade(id_), {"Location": f"{call.base}/v1/erasures/{id_}"})


@operation(
    bp,
    "GET",
    "/v1/erasures",
    summary="List erasures",
    action=Action.READ_ERASURES,
    query=asked.PageWanted,
    answers={200: erasure_schemas.ErasurePage},
)
def list_erasures(call: Call[asked.PageWanted, None]) -> Result:
    """Newest first."""
    found, next_ = page_for(call, ("erasures",), wiring.hub().ports.threads.list_erasures)
    return Result(erasure_schemas.ErasurePage([_rendered(erasure, call.base) for erasure in found], next_))


@operation(
    bp,
    "GET",
    "/v1/erasures/{erasure_id}",
    summary="Read an erasure",
    action=Action.READ_ERASURES,
    answers={200: erasure_schemas.Erasure},
    errors=(NotFound,),
)
def read_erasure(call: Call[asked.Nothing, None], erasure_id: str) -> Result:
    """What was found where, and what is left."""
    return Result(_rendered(wiring.hub().ports.threads.get_erasure(erasure_id), call.base))


@operation(
    bp,
    "POST",
    "/v1/erasure-replays",
    summary="Erase once more what a restored table has brought back",
    action=Action.ERASE,
    body=lambda: erasure_schemas.ErasuresToReplay,
    answers={200: erasure_schemas.ReplayedErasures},
    errors=(KeyReused,),
    keeps_answer=True,
)
def replay_erasures(call: Call[asked.Nothing, erasure_schemas.ErasuresToReplay]) -> Result:
    """Before a restored table is opened to anybody: call it until `next` is null. Repeating it changes nothing."""
    replayed = wiring.hub().replay_erasures(call.body.after)
    lines = [erasure_schemas.ReplayedErasure(line.erasure, line.became) for line in replayed.lines]
    return Result(erasure_schemas.ReplayedErasures(lines, replayed.next or None))


@operation(
    bp,
    "PUT",
    "/v1/customers/{customer_id}/legal-hold",
    summary="Put a customer under a legal hold",
    action=Action.HOLD,
    body=lambda: erasure_schemas.NewHold,
    answers={204: None},
    errors=(NotFound, KeyReused),
)
def hold_customer(call: Call[asked.Nothing, erasure_schemas.NewHold], customer_id: str) -> Result:
    """Nothing of them is erased while it lasts. Every agent sees it, with the reason."""
    wiring.hub().hold_customer(customer_id, call.principal.subject, call.body.why, once=call.once)
    return Result()


@operation(
    bp,
    "DELETE",
    "/v1/customers/{customer_id}/legal-hold",
    summary="Lift a legal hold",
    action=Action.HOLD,
    answers={204: None},
    errors=(NotFound, KeyReused),
)
def lift_hold(call: Call[asked.Nothing, None], customer_id: str) -> Result:
    wiring.hub().hold_customer.lift(customer_id, call.principal.subject, once=call.once)
    return Result()


def _rendered(erasure: Erasure, base: str) -> erasure_schemas.Erasure:
    return erasure_schemas.Erasure(
        id=erasure.id,
        customers=[*erasure.customers],
        status=erasure.status,
        requested_at=erasure.requested_at,
        started_at=erasure.started_at,
        done_at=erasure.done_at,
        by=erasure.by,
        ground=erasure.ground,
        requester=erasure.requester,
        basis=erasure.basis or None,
        case=erasure.case or None,
        found=dict(erasure.found),
        kept=dict(erasure.kept),
        again=erasure.again,
        links={"self": f"{base}/v1/erasures/{erasure.id}"},
    )
