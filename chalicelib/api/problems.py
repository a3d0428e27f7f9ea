"""Errors as the caller sees them: problem documents (RFC 9457), with the status of each error code in one table."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from chalice import Response

from chalicelib.domain.errors import HubError, InvalidInput, TooMany

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "2"
LONGEST_DETAIL = 500  # a caller's own text can be quoted in it

STATUSES = {
    "invalid_input": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "form_key_refused": 403,
    "not_found": 404,
    "conflict": 409,
    "promise_owed": 409,
    "task_open": 409,
    "answer_owed": 409,
    "newer_message": 409,
    "legal_hold": 409,
    "retention_runs": 409,
    "contact_refused": 409,
    "idempotency_key_reused": 409,
    "too_large": 413,
    "unsupported_media_type": 415,
    "no_way_to_reach": 422,
    "may_not_see": 422,
    "unparsable": 422,
    "captcha_refused": 422,
    "wrong_code": 422,
    "too_many": 429,
    "internal": 500,
    "sending_refused": 502,
    "sending_unknown": 502,
    "wrong_configuration": 503,
    "unavailable": 503,
    "write_conflict": 503,  # two at the same moment: the same call succeeds a moment later, so it is no 409
}


class UnsupportedMediaType(InvalidInput):
    """Known to the API alone: nothing else sees media types."""

    code = "unsupported_media_type"
    text = "The body must be JSON: send it with Content-Type: application/json."


class Problem(msgspec.Struct):
    """`instance`: the id of the request, which the hub's log knows too. `field`: the parameter or field at fault.
    `tier`: with `too_many` only, whose limit it is.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    field: str | None = None
    tier: str | msgspec.UnsetType = msgspec.UNSET


def problem_for(error: Exception, request_id: str) -> Problem:
    """What is not of our own tree is answered like an error of ours without a word about itself."""
    told = error if isinstance(error, HubError) else HubError()
    status = STATUSES[told.code]
    return Problem(
        type=f"urn:splot:problem:{told.code}",
        title=title_of(told.code),
        status=status,
        # What went wrong with us is said in general words: the particular ones name settings and configuration.
        detail=told.public_text[:LONGEST_DETAIL] if status < HTTPStatus.INTERNAL_SERVER_ERROR else told.text,
        code=told.code,
        instance=request_id,
        field=told.field,
        tier=told.tier if isinstance(told, TooMany) else msgspec.UNSET,
    )


def render_problem(problem: Problem, error: Exception) -> Response:
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, HubError) and error.retryable:
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    return Response(msgspec.json.encode(problem).decode(), headers, problem.status)


def title_of(code: str) -> str:
    return code.replace("_", " ").capitalize()
