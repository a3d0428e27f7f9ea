"""The audit: who asked for what, for those who check it."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import audit_schemas as schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import page_for
from chalicelib.domain.access import Action
from chalicelib.domain.audit import AuditRecord
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.identifiers import parse_case_reference

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/audit",
    summary="See who asked for what",
    action=Action.READ_AUDIT,
    query=schemas.AuditWanted,
    answers={200: schemas.AuditPage},
)
def read_audit(call: Call[schemas.AuditWanted, None]) -> Result:
    """Of a customer, of a case, or by somebody: exactly one of the three. Calls of customers are not recorded, nor are
    those of `GET /v1/changes`. Asking for the audit is itself recorded.
    """
    wanted, log = call.query, wiring.hub().ports.audit
    asked = [name for name in ("customer_id", "reference", "subject") if getattr(wanted, name) is not None]
    if len(asked) != 1:
        raise InvalidInput("Say one of customer_id, reference and subject.", field="subject")
    if wanted.subject is not None:
        read, of = log.list_of_subject, wanted.subject
    else:
        read, of = log.list_about, wanted.customer_id or _reference(wanted.reference or "")
    records, next_ = page_for(call, ("audit", asked[0], of), lambda limit, start: read(of, limit, start))
    return Result(schemas.AuditPage([_rendered(record) for record in records], next_))


def _reference(text: str) -> str:
    reference = parse_case_reference(text)
    if reference is None:
        raise InvalidInput("This is not a case reference; one looks like K7Q2M-9DXM3-Q.", field="reference")
    return reference


def _rendered(record: AuditRecord) -> schemas.AuditedCall:
    return schemas.AuditedCall(
        at=record.at,
        issuer=record.principal.partition("|")[0],
        subject=record.subject,
        name=record.name or None,
        roles=[*record.roles],
        operation=record.operation,
        parameters={**record.parameters},
        source=record.source,
        request=record.request,
        refused=record.refused or None,
    )
