"""What other systems of the company know of customers: recorded by their own ids, and as attributes for agents."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from chalice import Blueprint
from msgspec import UNSET

from chalicelib import wiring
from chalicelib.api import asked, record_schemas
from chalicelib.api.addresses import parse_point
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.preferences import preferences_said
from chalicelib.api.requests import LARGEST_BODY, parse_body
from chalicelib.domain.access import Action, require
from chalicelib.domain.errors import Conflict, InvalidInput, KeyReused, NotFound
from chalicelib.domain.external_ids import external_id
from chalicelib.domain.principals import Principal
from chalicelib.usecases.change_preferences import ConsentSaid, Said
from chalicelib.usecases.record_customer import CustomerRecord, Outcome

bp = Blueprint(__name__)


@operation(
    bp,
    "POST",
    "/v1/customers",
    summary="Record a customer by the id of another system",
    action=Action.CHANGE_CUSTOMER,
    body=lambda: record_schemas.CustomerRecord,
    versioned=True,
    answers={200: record_schemas.CustomerRecorded, 201: record_schemas.CustomerRecorded},
    answer_headers=("Location",),
    errors=(Conflict, KeyReused),
)
def record_customer(call: Call[asked.Nothing, record_schemas.CustomerRecord]) -> Result:
    """Whoever has the id is changed; where nobody has it, a customer begins. Once more changes nothing. With If-Match
    only somebody who is there, as they were read. Attributes need the scope `attributes.write`, too.
    """
    record = record_in(call.body, call.principal)
    by = f"agent:{call.principal.subject}"
    recorded = wiring.hub().record_customer(record, by, version=call.version, once=call.once)
    body = record_schemas.CustomerRecorded(recorded.customer_id, recorded.outcome.value, list(recorded.kept_by_others))
    status = 201 if recorded.outcome is Outcome.CREATED else 200
    return Result(body, {"Location": f"{call.base}/v1/customers/{recorded.customer_id}"}, status)


@operation(
    bp,
    "PATCH",
    "/v1/customers/{customer_id}/attributes",
    summary="Write what another system knows of a customer",
    action=Action.WRITE_ATTRIBUTES,
    body=lambda: record_schemas.AttributesChange,
    answers={204: None},
    errors=(NotFound, KeyReused),
)
def write_attributes(call: Call[asked.Nothing, record_schemas.AttributesChange], customer_id: str) -> Result:
    """Orders, payments, a tariff: agents read them with the customer, with who wrote them and when. A hundred of a
    customer, and 32 KB of names and values; more is `too_large`.
    """
    by = f"agent:{call.principal.subject}"
    wiring.hub().write_attributes(customer_id, by, call.body.attributes, once=call.once)
    return Result()


@operation(
    bp,
    "POST",
    "/v1/customer-imports",
    summary="Record many customers by the ids of another system",
    action=Action.CHANGE_CUSTOMER,
    body=lambda: record_schemas.RecordsToImport,
    answers={200: record_schemas.RecordsImported},
    errors=(KeyReused,),
    keeps_answer=True,
)
def import_customers(call: Call[asked.Nothing, record_schemas.RecordsToImport]) -> Result:
    """Each record by itself, in their order: a wrong one is refused, with its field, and the others are recorded. When
    no answer comes, send the same again: what was recorded is then unchanged.
    """
    results = [_imported(call, bytes(raw)) for raw in call.body.records]
    return Result(record_schemas.RecordsImported(results))


def _imported(call: Call[asked.Nothing, record_schemas.RecordsToImport], raw: bytes) -> record_schemas.RecordResult:
    by = f"agent:{call.principal.subject}"
    use_case = wiring.hub().record_customer
    try:
        body = parse_body(raw, record_schemas.CustomerRecord, "application/json", LARGEST_BODY)
        record = record_in(body, call.principal)
        recorded = use_case.foresee(record, by) if call.body.dry_run else use_case(record, by)
    except (InvalidInput, Conflict) as error:
        problem = record_schemas.RecordProblem(error.code, error.public_text, error.field)
        return record_schemas.RecordResult("refused", None, [], problem)
    return record_schemas.RecordResult(
        recorded.outcome.value, recorded.customer_id or None, list(recorded.kept_by_others), None
    )


def record_in(body: record_schemas.CustomerRecord, principal: Principal) -> CustomerRecord:
    """Raises InvalidInput, which names the field, and Forbidden."""
    if body.attributes:
        require(principal, Action.WRITE_ATTRIBUTES)
    profile = {name: getattr(body, name) for name in ("name", "segment", "vip")}
    points = {}
    for number, named in enumerate(body.contact_points):
        points[parse_point(named, f"contact_points.{number}.value")] = named.verified
    try:
        preferences = preferences_said(body.preferences)
    except InvalidInput as error:
        raise InvalidInput(error.public_text, field=f"preferences.{error.field}") from None
    consents = {channel: ConsentSaid(one.given, one.how, one.wording, one.at) for channel, one in body.consents.items()}
    return CustomerRecord(
        external_id=external_id(body.external_id),
        profile=MappingProxyType({name: _plain(value) for name, value in profile.items() if value is not UNSET}),
        points=tuple(points),
        verified=frozenset(point for point, verified in points.items() if verified),
        said=Said(preferences, consents, body.preferences.at),
        attributes=body.attributes,
    )


def _plain(value: Any) -> Any:
    """Empty is empty, whatever it was written as."""
    return "" if value is None else value
