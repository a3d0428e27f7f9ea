"""Who reads a case just now, and who is writing an answer in it."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import agent_schemas, asked
from chalicelib.api.operations import Call, Result, operation
from chalicelib.domain.access import Action
from chalicelib.domain.case_presence import AGAIN_AFTER, CasePresence
from chalicelib.domain.errors import NotFound

bp = Blueprint(__name__)

# It is said every few seconds; that somebody read the case is recorded when they read it.
_UNRECORDED = {"is_audited": False}


@operation(
    bp,
    "PUT",
    "/v1/cases/{reference}/presence",
    summary="Say that one reads a case, or writes an answer",
    action=Action.SET_PRESENCE,
    body=lambda: agent_schemas.NewCasePresence,
    answers={200: agent_schemas.CasePresences},
    errors=(NotFound,),
    keeps_answer=True,
    **_UNRECORDED,
)
def attend_case(call: Call[asked.Nothing, agent_schemas.NewCasePresence], reference: str) -> Result:
    """It holds for 45 seconds: say it again every `again_after` seconds for as long as the case is open, and at once
    when something else is being done. The answer has who else is there.
    """
    return _shown(wiring.hub().attend_case(reference, call.principal, call.body.doing))


@operation(
    bp,
    "GET",
    "/v1/cases/{reference}/presence",
    summary="Read who is at a case",
    action=Action.READ_CASES,
    answers={200: agent_schemas.CasePresences},
    errors=(NotFound,),
    **_UNRECORDED,
)
def list_present(call: Call[asked.Nothing, None], reference: str) -> Result:
    """Besides the caller; who writes stands first."""
    there = wiring.hub().attend_case.listed(reference)
    return _shown(tuple(one for one in there if one.subject != call.principal.subject))


@operation(
    bp,
    "DELETE",
    "/v1/cases/{reference}/presence",
    summary="Say that one has left a case",
    action=Action.SET_PRESENCE,
    answers={204: None},
    errors=(NotFound,),
    keeps_answer=True,
    **_UNRECORDED,
)
def leave_case(call: Call[asked.Nothing, None], reference: str) -> Result:
    """Whoever says nothing is taken to have left, too, after 45 seconds."""
    wiring.hub().attend_case.leave(reference, call.principal)
    return Result()


def _shown(there: tuple[CasePresence, ...]) -> Result:
    shown = [agent_schemas.CasePresence(one.subject, one.name, one.doing, one.since, one.expires_at) for one in there]
    return Result(agent_schemas.CasePresences(shown, int(AGAIN_AFTER.total_seconds())))
