"""Exports of everything about a customer, for who administers and for the customer."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, export_schemas
from chalicelib.api.customers import LINKS_LIVE_FOR
from chalicelib.api.operations import Call, Result, operation
from chalicelib.domain.access import Action
from chalicelib.domain.errors import Conflict, KeyReused, NotFound
from chalicelib.domain.exporting import Export
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.request_export import find_export, find_own

bp = Blueprint(__name__)


@operation(
    bp,
    "POST",
    "/v1/customers/{customer_id}/exports",
    summary="Export everything about a customer",
    action=Action.EXPORT,
    answers={202: export_schemas.ExportMade},
    answer_headers=("Location",),
    errors=(NotFound, Conflict, KeyReused),
)
def export_customer(call: Call[asked.Nothing, None], customer_id: str) -> Result:
    """Of them and of everybody who was merged into them, cases of restricted kinds too. The work goes on behind the
    answer; read the export to see how far it is, and to fetch it.
    """
    id_ = wiring.hub().request_export(customer_id, call.principal.subject, once=call.once)
    location = f"{call.base}/v1/customers/{customer_id}/exports/{id_}"
    return Result(export_schemas.ExportMade(id_), {"Location": location})


@operation(
    bp,
    "GET",
    "/v1/customers/{customer_id}/exports/{export_id}",
    summary="Read an export, and fetch it",
    action=Action.EXPORT,
    answers={200: export_schemas.Export},
    errors=(NotFound,),
)
def read_export(call: Call[asked.Nothing, None], customer_id: str, export_id: str) -> Result:
    """`not_found`, too, once a merge was undone: then it has somebody in it who is another customer."""
    threads = wiring.hub().ports.threads
    export = find_export(threads, surviving_customer(threads, customer_id).family, export_id)
    return Result(_rendered(export, f"{call.base}/v1/customers/{customer_id}/exports/{export_id}"))


@operation(
    bp,
    "POST",
    "/v1/me/exports",
    summary="Ask for the own history as files",
    action=Action.READ_OWN_THREAD,
    answers={202: export_schemas.ExportMade},
    answer_headers=("Location",),
    errors=(NotFound, Conflict),
    keeps_answer=True,
)
def export_own(call: Call[asked.Nothing, None]) -> Result:
    """One a day: asking again gives the same. `not_found` until the user has written for the first time."""
    id_ = wiring.hub().request_export.own(call.principal.id)
    return Result(export_schemas.ExportMade(id_), {"Location": f"{call.base}/v1/me/exports/{id_}"})


@operation(
    bp,
    "GET",
    "/v1/me/exports/{export_id}",
    summary="Read an export of the own history, and fetch it",
    action=Action.READ_OWN_THREAD,
    answers={200: export_schemas.Export},
    errors=(NotFound,),
)
def read_own_export(call: Call[asked.Nothing, None], export_id: str) -> Result:
    hub = wiring.hub()
    oneself = hub.read_own_thread.find_oneself(call.principal.id)
    if oneself is None:
        raise NotFound()
    export = find_own(hub.ports.threads, oneself.family, call.principal.id, export_id)
    return Result(_rendered(export, f"{call.base}/v1/me/exports/{export_id}"))


def _rendered(export: Export, link: str) -> export_schemas.Export:
    hub, until = wiring.hub(), export.fetched_until
    is_there = until is not None and hub.ports.now() + LINKS_LIVE_FOR < until
    return export_schemas.Export(
        id=export.id,
        status=export.status,
        requested_at=export.requested_at,
        done_at=export.done_at,
        fetched_until=until,
        by=export.by,
        found=dict(export.found),
        missing=dict(export.missing),
        parts=[
            export_schemas.ExportPart(
                name=part.name,
                size=part.size,
                sha256=part.sha256,
                url=hub.ports.attachments.link(part.key, part.name, "application/zip", LINKS_LIVE_FOR),
            )
            for part in (export.parts if is_there else ())
        ],
        links={"self": link},
    )
