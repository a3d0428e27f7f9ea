"""Whatever is called, right or wrong by the description: no 5xx, no answer that is not described, nothing wrong taken.

`make fuzz-api`; FUZZ_EXAMPLES says how many calls of each kind (30) there are for every operation.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from http import HTTPStatus
from typing import Any, ClassVar
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
from chalicelib.api.openapi import operations_of, render_openapi, roles_for
from chalicelib.api.requests import PATH_PARAMETERS
from chalicelib.domain.principals import Role
from tests.budgets import examples
from tests.schema_fuzz.world import WHO, furnished

EXAMPLES = examples(30)
STEPS = 12  # of a sequence
A_CALL_TAKES = timedelta(milliseconds=1)
WORLD_LASTS = 20  # calls: what one of them has closed, merged or erased is there again for a later one
LONGEST = 60  # letters and members: how long a text may be is tested elsewhere, and making them takes minutes
LEFT_OUT = [
    openapi_checks.positive_data_acceptance,  # that two days are in order, or a cursor, cannot be described
    openapi_checks.unsupported_method,  # the gateway answers it
]
# What these need hangs together in ways that no schema says, so that few calls made by chance get that far.
SELDOM = {
    "GET /v1/broadcasts/{broadcast_id}",
    "GET /v1/erasures/{erasure_id}",
    "POST /v1/calls",
    "POST /v1/cases/{reference}/splitting",
    "POST /v1/letters",
}
OFTEN = 60  # calls, of which one of any other operation arrives
# Behind the description the API takes longer texts than the shortened one allows.
LONGER_THAN_DESCRIBED = "violates `max"
# Members of bodies and queries that name the same as a place in an address.
ALIASES = {
    "assignee": "subject",
    "case": "reference",
    "cases": "reference",
    "customer": "customer_id",
    "customers": "customer_id",
    "entries": "entry_id",
    "incident": "incident_id",
    "references": "reference",
    "unassigned_in": "team",
    "up_to": "entry_id",
}
# Texts of which only some are understood.
UNDERSTOOD = {
    "email": ("anna@example.pl", "nobody@example.pl"),
    "phone": ("601234567", "+48 22 111 22 33"),
    "value": ("anna@example.pl", "bartek@example.pl", "601234567"),
    "kind": ("question", "complaint"),
}


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without its metrics and its log."""
    logging.disable(logging.CRITICAL)
    with contextlib.redirect_stdout(io.StringIO()):
        yield
    logging.disable(logging.NOTSET)


with quiet():
    KNOWN = furnished().known
for _name, _values in KNOWN.items():
    # The harness takes an address apart at each slash, also at one that was written as %2F.
    _anything = st.from_regex(PATH_PARAMETERS[_name].pattern, fullmatch=True).filter(lambda text: "/" not in text)
    schemathesis.openapi.format(
        f"some-{_name}",
        st.one_of(st.sampled_from(_values), st.sampled_from(_values), _anything),
    )
for _name, _values in UNDERSTOOD.items():
    schemathesis.openapi.format(f"some-{_name}", st.sampled_from(_values))


def made_quickly(schema: Any, name: str = "", *, wrong: bool = False) -> Any:
    """The description with shorter texts, without logins (forged tokens have tests of their own), and with values that
    lead somewhere. `name`: of the parameter or member that the schema is of. `wrong`: for wrong calls, whose bodies are
    wrong by what the description says and not by leading nowhere.
    """
    if isinstance(schema, list):
        return [made_quickly(member, name, wrong=wrong) for member in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("properties"), dict):
        members = {
            member: made_quickly(its, "" if wrong else member, wrong=wrong)
            for member, its in schema["properties"].items()
        }
        schema = {**schema, "properties": members}
        short = {at: value if at == "properties" else made_quickly(value, wrong=wrong) for at, value in schema.items()}
    elif "in" in schema and "schema" in schema:
        short = {**schema, "schema": made_quickly(schema["schema"], schema["name"], wrong=wrong)}
    else:
        within = {"anyOf", "oneOf", "items"}
        short = {at: made_quickly(value, name if at in within else "", wrong=wrong) for at, value in schema.items()}
    for most, least in (("maxLength", "minLength"), ("maxItems", "minItems")):
        if isinstance(short.get(most), int):
            short[most] = min(short[most], max(LONGEST if most == "maxLength" else 3, short.get(least, 0)))
    place = ALIASES.get(name, name)
    if (place in KNOWN or place in UNDERSTOOD) and short.get("type") == "string" and "enum" not in short:
        short["format"] = f"some-{place}"
    if isinstance(short.get("operationId"), str):
        short.pop("security", None)
    return short


class Served:
    """The app as a WSGI application. The token names somebody; what is none of those is for the app to judge."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.renew()

    def renew(self) -> None:
        with quiet():
            self.world = furnished()
        self.calls = 0

    def __call__(self, environ: Any, start: Any) -> Any:
        asked = Request(environ)
        path = quote(asked.path) + ("?" + asked.query_string.decode() if asked.query_string else "")
        who = WHO.get(asked.headers.get("Authorization", "").removeprefix("Bearer "))
        headers = {name.lower(): value for name, value in asked.headers.items()}
        with quiet():
            answer = self.world.api.call(asked.method, path, asked.get_data(), as_=who, headers=headers)
        self.calls += 1
        self.world.api.ports.now.move(A_CALL_TAKES)
        self.statuses[answer.status] += 1
        return Response(answer.text, answer.status, headers=[*answer.headers.items()])(environ, start)


SERVED = Served()
DECLARED = {declared.name: declared for declared in operations_of(app.app.routes)}
RENDERED = render_openapi(DECLARED.values(), "/")
DESCRIPTION = made_quickly(RENDERED)


def operations_in(description):
    schema = openapi.from_dict(deepcopy(description))
    schema.app = SERVED
    return [found.ok() for found in schema.get_all_operations()]


OPERATIONS = operations_in(DESCRIPTION)
RIGHT = [pytest.param(GenerationMode.POSITIVE, one, id=f"{one.label}-right") for one in OPERATIONS]
WRONG = [
    pytest.param(GenerationMode.NEGATIVE, one, id=f"{one.label}-wrong")
    for one in operations_in(made_quickly(RENDERED, wrong=True))
]


@pytest.fixture(autouse=True)
def world():
    SERVED.renew()
    SERVED.statuses.clear()
    yield
    wiring.use(None)


def token_for(operation):
    declared = DECLARED[operation.definition.raw["operationId"]]
    if declared.action is None:
        return SERVED.world.conversation
    return "customer" if [*roles_for(declared.action)] == [Role.CUSTOMER] else "staff"


def refuse_what_is_not_described(made, answer):
    try:
        made.validate_response(answer, excluded_checks=LEFT_OUT)
    except (Failure, FailureGroup) as found:
        each = found.exceptions if isinstance(found, FailureGroup) else [found]
        if not all(LONGER_THAN_DESCRIBED in str(failure) for failure in each):
            raise


@pytest.mark.parametrize(("mode", "operation"), [*RIGHT, *WRONG])
def test_a_call_is_answered_as_described(mode, operation):
    @settings(
        max_examples=EXAMPLES, database=None, phases=[Phase.generate], derandomize=True,
        suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    @given(made=operation.as_strategy(generation_mode=mode))
    def call(made):
        if SERVED.calls >= WORLD_LASTS:
            SERVED.renew()
        answer = made.call(headers={"Authorization": f"Bearer {token_for(operation)}"})
        refuse_what_is_not_described(made, answer)

    with contextlib.suppress(Unsatisfiable):  # an operation that takes nothing cannot be called wrongly
        call()


FOLLOWED = openapi.from_dict(deepcopy(DESCRIPTION))
FOLLOWED.app = SERVED
FOLLOWED.config.generation.update(modes=[GenerationMode.POSITIVE])  # one wrong call ends what could follow


class Sequences(FOLLOWED.as_state_machine()):
    """Calls that go on from what another one answered, by the links of the description and what its names suggest.

    `along`: how often a call along a link was answered with which status.
    """

    along: ClassVar[Counter[tuple[str, int]]] = Counter()

    def setup(self):
        SERVED.renew()

    def get_call_kwargs(self, case):
        return {"headers": {"Authorization": f"Bearer {token_for(case.operation)}"}}

    def step(self, input):  # noqa: A002  # its name there
        output = super().step(input)
        if input.transition and input.is_applied:
            self.along[input.transition.id, output.response.status_code] += 1
        return output

    def validate_response(self, response, case, **_checks):
        refuse_what_is_not_described(case, response)


def test_what_answers_lead_to_is_answered_as_described():
    Sequences.along.clear()
    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            database=None,
            phases=[Phase.generate],
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            deadline=None,
        ),
    )
    arrived = sum(count for (_, status), count in Sequences.along.items() if status < HTTPStatus.BAD_REQUEST)
    assert arrived > Sequences.along.total() / 2


LINKS = [
    pytest.param(operation, int(status), link, id=f"{operation.label} {status} {name}")
    for operation in OPERATIONS
    for status, answer in DESCRIPTION["paths"][operation.path][operation.method]["responses"].items()
    for name, link in answer.get("links", {}).items()
]


@pytest.mark.parametrize(("operation", "status", "link"), LINKS)
def test_what_an_answer_names_is_there(operation, status, link):
    ((place, expression),) = link["parameters"].items()
    member, read = expression.rpartition("/")[2], DECLARED[link["operationId"]]
    found = Counter()

    @settings(
        max_examples=EXAMPLES,
        database=None,
        phases=[Phase.generate],
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(made=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def call(made):
        if SERVED.calls >= WORLD_LASTS:
            SERVED.renew()
        answer = made.call(headers={"Authorization": f"Bearer {token_for(operation)}"})
        if answer.status_code == status and (named := answer.json().get(member)):
            with quiet():
                followed = SERVED.world.api.get(read.path.format(**{place: named}), as_=WHO["staff"])
            found[followed.status] += 1

    call()
    assert {*found} <= {HTTPStatus.OK}
    assert found or EXAMPLES < OFTEN or operation.label in SELDOM
