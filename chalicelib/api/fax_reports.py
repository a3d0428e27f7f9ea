"""Where fax gateways post what became of a fax of ours."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.requests import form_as_json
from chalicelib.domain.errors import NotFound, StorageUnavailable, TooLarge

bp = Blueprint(__name__)

LARGEST_REPORT = 64 * 1024  # bytes, so that it fits into a queue's message


@operation(
    bp,
    "POST",
    "/v1/fax-reports/{inbox}",
    summary="Report what became of a fax",
    action=None,
    answers={202: None},
    errors=(StorageUnavailable, TooLarge, NotFound),
)
def report_fax(call: Call[asked.Nothing, None], inbox: str) -> Result:
    """For the gateway of a fax inbox, which proves itself as the inbox's `reports` say. What it reports is kept and
    recorded soon after; reported again, it changes nothing. JSON or a form, at most 64 KB, with the names and words
    of the gateway.
    """
    if len(call.raw_body) > LARGEST_REPORT:
        raise TooLarge(f"The body is larger than {LARGEST_REPORT} bytes.")
    told = form_as_json(call.raw_body, call.headers.get("content-type", ""))
    wiring.hub().accept_fax_report(inbox, call.raw_body, told, call.headers)
    return Result()
