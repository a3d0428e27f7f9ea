"""With an Idempotency-Key every write gets the answer that it got before, also those that may be repeated anyhow."""

from __future__ import annotations

import inspect

import pytest

import app
from chalicelib.api.openapi import operations_of
from chalicelib.domain.errors import StorageUnavailable
from tests.api.conftest import CUSTOMER, OTHER_REFERENCE, REFERENCE

OPERATIONS = operations_of(app.app.routes)
NO_WRITE = {"preview_reply", "preview_merge", "fill_template", "review_configuration"}
# The right code and the right link get the same answer again, the first rating counts, and a gateway's report counts
# once. A version of the configuration is saved over the one that its If-Match names: a second call is refused.
WITHOUT_KEY = {
    "confirm_verification",
    "unsubscribe",
    "rate_case",
    "report_fax",
    "save_configuration",
    "restore_configuration",
}
IN_ITS_TRANSACTION = ("once=call.once", "return _log(", " _post(", "return _change(", "_started(")
KEY = {"Idempotency-Key": "key-1"}


def view_of(operation):
    return app.app.routes[operation.path][operation.method].view_function.__wrapped__


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.method != "GET"], ids=lambda operation: operation.name
)
def test_every_write_takes_notice_of_an_idempotency_key_in_exactly_one_way(operation):
    source = inspect.getsource(view_of(operation))
    ways = [
        any(part in source for part in IN_ITS_TRANSACTION),
        operation.keeps_answer,
        operation.name in NO_WRITE | WITHOUT_KEY,
    ]
    assert sum(ways) == 1, operation.name


@pytest.fixture
def incident(annas):
    return annas.post("/v1/incidents", {"title": "Awaria"}).json["incident"]


def test_the_second_call_with_a_key_does_nothing_and_gets_the_same_answer(annas, incident):
    path, body = f"/v1/incidents/{incident}/cases", {"references": [REFERENCE]}
    first = annas.post(path, body, headers=KEY)
    annas.call("DELETE", f"{path}/{REFERENCE}", None)
    again = annas.post(path, body, headers=KEY)
    assert (again.status, again.json) == (first.status, first.json) == (200, {"linked": [REFERENCE], "left": {}})
    assert annas.get(path).json["recipients"][0]["state"] != "waiting"
    assert annas.post(path, body, headers={"Idempotency-Key": "key-2"}).json["linked"] == [REFERENCE]


def test_the_same_key_with_another_body_or_path_is_refused(annas, incident):
    path = f"/v1/incidents/{incident}/cases"
    annas.post(path, {"references": [REFERENCE]}, headers=KEY)
    for refused in (
        annas.post(path, {"references": [OTHER_REFERENCE]}, headers=KEY),
        annas.call("DELETE", f"{path}/{REFERENCE}", None, headers=KEY),
    ):
        assert (refused.status, refused.json["code"]) == (409, "idempotency_key_reused")


def test_an_answer_without_a_body_is_kept_too(annas):
    path, body = "/v1/me/devices/phone", {"kind": "fcm", "token": "a" * 20, "language": "pl"}
    assert annas.call("PUT", path, body, as_=CUSTOMER, headers=KEY).status == 204
    assert annas.call("PUT", path, body, as_=CUSTOMER, headers=KEY).status == 204
    changed = annas.call("PUT", path, {**body, "language": "en"}, as_=CUSTOMER, headers=KEY)
    assert (changed.status, changed.json["code"]) == (409, "idempotency_key_reused")


def test_what_was_refused_or_whose_answer_was_not_kept_is_done_again(annas, incident):
    path, body = f"/v1/incidents/{incident}/cases", {"references": [REFERENCE]}

    def fail_behind(call):
        if call.name == "commit" and "SeenKey" in repr(call):
            raise StorageUnavailable

    annas.ports.threads.hook = fail_behind
    assert annas.post(path, body, headers=KEY).status == 503
    annas.ports.threads.hook = lambda _call: None
    assert annas.post(path, body, headers=KEY).json["linked"] == [REFERENCE]
    nowhere = "/v1/incidents/01KAR000000000000000000NBD/cases"
    assert annas.post(nowhere, body, headers={"Idempotency-Key": "key-3"}).status == 404
