"""Whatever is called, right or wrong by the description: no 5xx, no answer that is not described, nothing wrong taken.

`make fuzz-api`; FUZZ_EXAMPLES says how many calls of each kind (30) there are for every operation.
"""

from __future__ import annotations

import contextlib
import io
import logging
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import openapi
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi import checks as openapi_checks
from werkzeug.wrappers import Request, Response

import app
from chalicelib import wiring
from chalicelib.api.openapi import operations_of, render_openapi
from chalicelib.domain.cases import CasePointer
from chalicelib.domain.customers import Customer, PointLink, PointOwner
from chalicelib.domain.principals import Principal, Role
from tests.api.conftest import CASE_ID, CUSTOMER_ID, ISSUER, MESSAGE_ID, REFERENCE, Api, MemoryPorts, inbound
from tests.budgets import examples
from tests.domain.making import ANNA, MONDAY_TEN, case

EXAMPLES = examples(30)
WHO = {role.value: Principal(ISSUER, f"{role}-1", frozenset({role})) for role in Role}
LONGEST = 60  # letters and members: how long a text may be is tested elsewhere, and making them takes minutes
LEFT_OUT = [
    openapi_checks.positive_data_acceptance,  # that two days are in order, or a cursor, cannot be described
    openapi_checks.ignored_auth,  # the harness believes every token; forged ones have their own tests
    openapi_checks.unsupported_method,  # the gateway answers it
]
# Behind the description the API takes longer texts than the shortened one allows.
LONGER_THAN_DESCRIBED = "violates `max"

schemathesis.openapi.format("case-reference", st.just(REFERENCE))


def shortened(schema: Any) -> Any:
    if isinstance(schema, list):
        return [shortened(member) for member in schema]
    if not isinstance(schema, dict):
        return schema
    short = {name: shortened(member) for name, member in schema.items()}
    for name, least in (("maxLength", "minLength"), ("maxItems", "minItems")):
        if isinstance(short.get(name), int):
            short[name] = min(short[name], max(LONGEST if name == "maxLength" else 3, short.get(least, 0)))
    return short


def annas_world() -> Api:
    api = Api(MemoryPorts())
    annas = case(
        id=CASE_ID, customer_id=CUSTOMER_ID, reference=REFERENCE, last_inbound_id=MESSAGE_ID, messages_in=1,
        awaiting_since=MONDAY_TEN,
    )  # fmt: skip
    customer = Customer(CUSTOMER_ID, MONDAY_TEN, name="Anna", open_case_count=1, open_cases={REFERENCE: CASE_ID})
    pointer = CasePointer(REFERENCE, CUSTOMER_ID, CASE_ID, CUSTOMER_ID)
    api.keep(customer, annas, pointer, PointOwner(ANNA, CUSTOMER_ID, MONDAY_TEN), PointLink(CUSTOMER_ID, ANNA))
    api.keep(inbound())
    return api


class Served:
    """The app as a WSGI application. The token names a role."""

    api: Api

    def __call__(self, environ: Any, start: Any) -> Any:
        asked = Request(environ)
        path = quote(asked.path) + ("?" + asked.query_string.decode() if asked.query_string else "")
        who = WHO.get(asked.headers.get("Authorization", "").removeprefix("Bearer "))
        headers = {name.lower(): value for name, value in asked.headers.items()}
        with contextlib.redirect_stdout(io.StringIO()):  # its metrics
            answer = self.api.call(asked.method, path, asked.get_data(), as_=who, headers=headers)
        return Response(answer.text, answer.status, headers=[*answer.headers.items()])(environ, start)


SERVED = Served()
SCHEMA = openapi.from_dict(shortened(render_openapi(operations_of(app.app.routes), "/")))
SCHEMA.app = SERVED
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@pytest.fixture(autouse=True)
def world():
    logging.disable(logging.CRITICAL)
    SERVED.api = annas_world()
    wiring.use(wiring.Hub(SERVED.api.ports))
    yield
    wiring.use(None)
    logging.disable(logging.NOTSET)


def token_for(operation):
    return "customer" if "/me" in operation.path else "admin"


def refuse_what_is_not_described(made, answer):
    try:
        made.validate_response(answer, excluded_checks=LEFT_OUT)
    except (Failure, FailureGroup) as found:
        each = found.exceptions if isinstance(found, FailureGroup) else [found]
        if not all(LONGER_THAN_DESCRIBED in str(failure) for failure in each):
            raise


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_a_call_is_answered_as_described(operation, mode):
    @settings(
        max_examples=EXAMPLES, database=None, phases=[Phase.generate], derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(made=operation.as_strategy(generation_mode=mode))
    def call(made):
        answer = made.call(headers={"Authorization": f"Bearer {token_for(operation)}"})
        refuse_what_is_not_described(made, answer)

    with contextlib.suppress(Unsatisfiable):  # an operation that takes nothing cannot be called wrongly
        call()


class Sequences(SCHEMA.as_state_machine()):
    """Calls that go on from what another one answered, by the links of the description."""

    def get_call_kwargs(self, case):
        return {"headers": {"Authorization": f"Bearer {token_for(case.operation)}"}}

    def validate_response(self, response, case, **_checks):
        refuse_what_is_not_described(case, response)


def test_what_answers_lead_to_is_answered_as_described():
    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=8, database=None, phases=[Phase.generate],
            derandomize=True, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
