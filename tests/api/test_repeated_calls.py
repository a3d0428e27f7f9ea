"""With an Idempotency-Key every write gets the answer that it got before, also those that may be repeated anyhow."""

from __future__ import annotations

import inspect

import pytest

import app
from chalicelib.api.openapi import operations_of
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.threads import Entry
from tests.api.conftest import AGENT, CUSTOMER, OTHER_REFERENCE, REFERENCE
from tests.fakes.memory_store import Moment

OPERATIONS = operations_of(app.app.routes)
NO_WRITE = {
    "open_connection",
    "open_own_connection",
    "preview_reply",
    "preview_merge",
    "fill_template",
    "review_configuration",
}
# The right code and the right link get the same answer again, the first rating counts, and a gateway's report counts
# once. A visitor who asks for room for a file twice has two, and the empty one goes by itself. A version of the
# configuration is saved over the one that its If-Match names: a second call is refused.
WITHOUT_KEY = {
    "confirm_verification",
    "begin_conversation",
    "unsubscribe",
    "rate_case",
    "report_fax",
    "start_form_upload",
    "save_configuration",
    "restore_configuration",
}
IN_ITS_TRANSACTION = ("once=call.once", "return _log(", " _post(", "take_in(", "return _change(", "_started(")
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


def while_it_is_being_written(api, call):
    """The same call comes once more at the moment in which the first one writes; gives what that one is answered."""
    answers = []

    def come_between(made):
        if made.name == "commit" and made.moment is Moment.BEFORE:
            api.ports.threads.hook = lambda _call: None
            answers.append(call())

    api.ports.threads.hook = come_between
    answers.append(call())
    return answers


AT_ONCE = {
    "a note": ("POST", f"/v1/cases/{REFERENCE}/notes", {"text": "Raz."}, AGENT),
    "an answer": ("POST", f"/v1/cases/{REFERENCE}/replies", {"text": "Raz."}, AGENT),
    "a closing": ("POST", f"/v1/cases/{REFERENCE}/closing", {}, AGENT),
    "a presence": ("PUT", "/v1/agents/me/presence", {"presence": "present"}, AGENT),
    "a posted message": ("POST", "/v1/messages", {"text": "Raz."}, CUSTOMER),
    "a device": ("PUT", "/v1/me/devices/phone", {"kind": "fcm", "token": "a" * 20, "language": "pl"}, CUSTOMER),
}


@pytest.mark.parametrize(("method", "path", "body", "who"), AT_ONCE.values(), ids=AT_ONCE.keys())
def test_of_two_calls_at_once_with_one_key_one_happens_and_both_get_its_answer(annas, method, path, body, who):
    """No state "in progress" is ever seen: the key comes into being with the write, in its own transaction."""
    first, second = while_it_is_being_written(annas, lambda: annas.call(method, path, body, as_=who, headers=KEY))
    assert first.status == second.status < 300
    assert first.text == second.text
    entries = [entry.text for entry in annas.ports.threads.records(Entry)]
    assert entries.count("Raz.") == (1 if "text" in body else 0)


def test_of_two_calls_at_once_with_one_key_and_different_bodies_the_second_is_refused(annas):
    path, texts = f"/v1/cases/{REFERENCE}/notes", iter(("Pierwsza.", "Druga."))
    answers = while_it_is_being_written(annas, lambda: annas.post(path, {"text": next(texts)}, headers=KEY))
    assert sorted(answer.status for answer in answers) == [201, 409]
    assert [answer.json["code"] for answer in answers if answer.status == 409] == ["idempotency_key_reused"]
