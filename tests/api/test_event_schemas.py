"""The schemas of events say what the catalogue says, in the description of the API."""

import json
from functools import cache

import msgspec
import pytest
from jsonschema import Draft202012Validator

import app
from chalicelib.api.event_schemas import detail_type
from chalicelib.api.openapi import operations_of, render_openapi
from chalicelib.usecases.event_catalogue import CATALOGUE
from chalicelib.usecases.ports import Announcement
from tests.domain.making import MONDAY_TEN

REFERENCES = {"customer": "01C", "case": "01K", "entry": "01E", "channel": ""}


@cache
def document():
    return json.loads(json.dumps(render_openapi(operations_of(app.app.routes), "/api")))


def told(name, *facts):
    return Announcement("01E.x", name, MONDAY_TEN, CATALOGUE[name].version, REFERENCES, dict.fromkeys(facts, "a"))


@pytest.mark.parametrize("facts", ["facts", "sometimes"])
def test_what_is_announced_fits_the_schema_of_its_name(facts):
    for name, type_ in CATALOGUE.items():
        event = told(name, *type_.facts, *(type_.sometimes if facts == "sometimes" else ()))
        msgspec.convert(event.detail, detail_type(name))


def test_an_event_without_a_fact_that_it_must_have_or_of_another_version_does_not_fit():
    with pytest.raises(msgspec.ValidationError, match="incident"):
        msgspec.convert(told("case.linked", "reference").detail, detail_type("case.linked"))
    with pytest.raises(msgspec.ValidationError, match="version"):
        msgspec.convert({**told("case.closed").detail, "version": 2}, detail_type("case.closed"))


def test_the_description_of_the_api_has_a_webhook_for_each_event():
    webhooks = document()["webhooks"]
    assert {*webhooks} == {*CATALOGUE}
    schema = webhooks["case.handed_on"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": document()["components"]}
    facts = CATALOGUE["case.handed_on"].facts
    event = {
        "detail-type": "case.handed_on",
        "source": "splot",
        "time": "2026-11-23T09:00:00Z",
        "detail": told("case.handed_on", *facts, "from").detail,
    }
    validator = Draft202012Validator(whole)
    assert [*validator.iter_errors(event)] == []
    del event["detail"]["facts"]["clock"]
    assert [*validator.iter_errors(event)] != []
