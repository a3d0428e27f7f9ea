from __future__ import annotations

import pytest

import app
from chalicelib.api.openapi import operations_of
from chalicelib.api.requests import LARGEST_BODY
from chalicelib.domain.access import Action
from chalicelib.domain.errors import HubError, StorageUnavailable, WrongConfiguration
from chalicelib.domain.messages import Receipt
from chalicelib.domain.principals import Principal, Role, Scope
from chalicelib.observability import log
from chalicelib.usecases.ports import Incoming
from tests.api.conftest import (
    AGENT,
    CUSTOMER,
    CUSTOMER_ID,
    ISSUER,
    MESSAGE_ID,
    OTHER_REFERENCE,
    REFERENCE,
    REQUEST_ID,
)
from tests.domain.making import MONDAY_TEN

CASE = f"/v1/cases/{REFERENCE}"
SHA256 = "0f" * 32

STAFF = {Role.AGENT, Role.SUPERVISOR, Role.ADMIN}
READERS = STAFF | {Role.AUDITOR}
LEAD = {Role.SUPERVISOR, Role.ADMIN}
ALLOWED = {
    "list_cases": READERS,
    "read_case": READERS,
    "read_case_thread": READERS,
    "find_customers": READERS,
    "list_changes": READERS,
    "search": READERS,
    "find_cases": READERS,
    "list_mentions": READERS,
    "read_report": LEAD | {Role.AUDITOR},
    "assign_case": STAFF,
    "add_note": STAFF,
    "reply_to_customer": STAFF,
    "take_back_answer": STAFF,
    "settle_delivery": STAFF,
    "list_unknown_deliveries": READERS,
    "lift_suppression": STAFF,
    "list_kinds": READERS,
    "list_templates": READERS,
    "fill_template": READERS,
    "preview_reply": STAFF,
    "close_case": STAFF,
    "set_kind": STAFF,
    "set_tags": STAFF,
    "set_priority": STAFF,
    "apply_policy_again": STAFF,
    "extend_legal_term": STAFF,
    "transfer_case": STAFF,
    "make_promise": STAFF,
    "change_promise": STAFF,
    "arrange_task": STAFF,
    "try_task": STAFF,
    "change_task": STAFF,
    "list_calls": READERS,
    "list_letters": READERS,
    "explain_case": READERS,
    "foresee_escalations": READERS,
    "read_customer": READERS,
    "read_thread": READERS,
    "read_entry": READERS,
    "link_raw": READERS,
    "link_attachment": READERS,
    "record_customer": STAFF,
    "import_customers": STAFF,
    "write_attributes": {Role.ADMIN},
    "add_contact_point": STAFF,
    "write_first": STAFF,
    "list_incidents": READERS,
    "open_incident": STAFF,
    "read_incident": READERS,
    "change_incident": STAFF,
    "link_cases": STAFF,
    "list_linked_cases": READERS,
    "list_likely_cases": READERS,
    "unlink_case": STAFF,
    "close_incident": STAFF,
    "answer_incident": LEAD,
    "read_form_notices": None,
    "show_form": None,
    "start_form_upload": None,
    "link_in_conversation": None,
    "prepare_broadcast": LEAD,
    "add_recipients": LEAD,
    "try_broadcast": LEAD,
    "list_broadcasts": LEAD,
    "read_broadcast": LEAD,
    "list_recipients": LEAD,
    "direct_broadcast": LEAD,
    "list_agents": READERS,
    "read_agent": READERS,
    "set_presence": STAFF,
    "open_connection": READERS,
    "open_own_connection": {Role.CUSTOMER},
    "attend_case": STAFF,
    "leave_case": STAFF,
    "list_present": READERS,
    "save_agent": LEAD,
    "hand_over_cases": LEAD,
    "set_care": STAFF,
    "read_preferences": READERS,
    "change_preferences": STAFF,
    "read_own_preferences": {Role.CUSTOMER},
    "change_own_preferences": {Role.CUSTOMER},
    "record_opt_out": STAFF,
    "unsubscribe": None,
    "report_fax": None,
    "log_call": STAFF,
    "log_letter": STAFF,
    "log_visit": STAFF,
    "mark_spam": STAFF,
    "read_audit": {Role.ADMIN, Role.AUDITOR},
    "read_configuration": LEAD | {Role.AUDITOR},
    "review_configuration": LEAD | {Role.AUDITOR},
    "list_configuration_versions": LEAD | {Role.AUDITOR},
    "read_configuration_schema": LEAD | {Role.AUDITOR},
    "read_configuration_version": LEAD | {Role.AUDITOR},
    "save_configuration": {Role.ADMIN},
    "restore_configuration": {Role.ADMIN},
    "check_account": {Role.ADMIN},
    "replay_messages": {Role.ADMIN},
    "erase_customer": {Role.ADMIN},
    "export_customer": {Role.ADMIN},
    "read_export": {Role.ADMIN},
    "export_own": {Role.CUSTOMER},
    "read_own_export": {Role.CUSTOMER},
    "replay_erasures": {Role.ADMIN},
    "list_erasures": {Role.ADMIN, Role.AUDITOR},
    "read_erasure": {Role.ADMIN, Role.AUDITOR},
    "hold_customer": LEAD,
    "lift_hold": LEAD,
    "block_sender": STAFF,
    "list_parked": READERS,
    "list_waiting": READERS,
    "look_at_parked": READERS,
    "release_parked": STAFF,
    "discard_parked": STAFF,
    "decide_parked": STAFF,
    "move_case": STAFF,
    "split_case": STAFF,
    "preview_merge": STAFF,
    "merge_customers": STAFF,
    "list_merges": READERS,
    "undo_merge": STAFF,
    "list_suggestions": STAFF,
    "accept_suggestion": STAFF,
    "dismiss_suggestion": STAFF,
    "start_verification": {Role.CUSTOMER},
    "start_form_verification": None,
    "confirm_verification": None,
    "begin_conversation": None,
    "read_conversation": None,
    "post_in_conversation": None,
    "read_own_profile": {Role.CUSTOMER},
    "change_own_profile": {Role.CUSTOMER},
    "read_own_thread": {Role.CUSTOMER},
    "list_own_changes": {Role.CUSTOMER},
    "read_own_cases": {Role.CUSTOMER},
    "rate_own_case": {Role.CUSTOMER},
    "link_own_attachment": {Role.CUSTOMER},
    "mark_read": {Role.CUSTOMER},
    "list_devices": {Role.CUSTOMER},
    "register_device": {Role.CUSTOMER},
    "remove_device": {Role.CUSTOMER},
    "start_upload": STAFF | {Role.CUSTOMER},
    "post_message": {Role.CUSTOMER},
    "post_form": None,
    "show_rating": None,
    "rate_case": None,
    "read_openapi": None,
    "read_openapi_page": None,
}
OF_SCOPE = {
    Scope.CASES_READ: (
        "list_likely_cases list_cases read_case explain_case fill_template read_case_thread list_changes search "
        "find_cases list_mentions list_unknown_deliveries list_incidents read_incident list_linked_cases list_calls "
        "foresee_escalations list_kinds list_letters list_templates list_present open_connection"
    ),
    Scope.CASES_WRITE: (
        "assign_case close_case set_kind set_tags extend_legal_term add_note apply_policy_again set_priority "
        "mark_spam arrange_task change_task try_task transfer_case open_incident change_incident "
        "link_cases unlink_case close_incident"
    ),
    Scope.CONTACTS_WRITE: "log_call log_letter log_visit",
    Scope.CUSTOMERS_READ: (
        "find_customers read_customer read_entry link_attachment link_raw list_merges read_preferences read_thread"
    ),
    Scope.ATTRIBUTES_WRITE: "write_attributes",
    Scope.CUSTOMERS_WRITE: (
        "record_customer import_customers set_care add_contact_point change_preferences record_opt_out lift_suppression"
    ),
    Scope.MESSAGES_WRITE: (
        "start_upload make_promise change_promise reply_to_customer preview_reply take_back_answer settle_delivery "
        "write_first"
    ),
}
SCOPES = {name: scope for scope, names in OF_SCOPE.items() for name in names.split()}  # what is not here is for people
PLACES = {
    "reference": REFERENCE,
    "customer_id": CUSTOMER_ID,
    "entry_id": MESSAGE_ID,
    "parked_id": MESSAGE_ID,
    "version": "1",
    "sha256": SHA256,
    "inbox": "contact",
    "name": "where-is-it",
    "merge_id": MESSAGE_ID,
    "erasure_id": MESSAGE_ID,
    "export_id": MESSAGE_ID,
    "suggestion_id": "0f" * 20,
    "verification_id": MESSAGE_ID,
    "promise_id": MESSAGE_ID,
    "task_id": MESSAGE_ID,
    "incident_id": MESSAGE_ID,
    "broadcast_id": MESSAGE_ID,
    "device_id": "phone",
    "report": "volumes",
    "rating_token": f"{CUSTOMER_ID}.{MESSAGE_ID}.1.a{'b' * 20}",
    "team": "care",
    "subject": "agent-1",
    "unsubscribe_token": "0" * 73,
}
OPERATIONS = operations_of(app.app.routes)


def named(principal, *roles):
    return Principal(principal.issuer, principal.subject, frozenset(roles))


def test_every_operation_says_who_may_call_it():
    assert {operation.name for operation in OPERATIONS} == set(ALLOWED)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_only_the_roles_that_may_call_an_operation_get_beyond_its_door(annas, operation):
    path = operation.path.format(**PLACES)
    allowed = ALLOWED[operation.name]
    for role in Role:
        answer = annas.call(operation.method, path, b"[]", as_=named(AGENT, role))
        assert (answer.status == 403) == (allowed is not None and role not in allowed), role
    assert (annas.call(operation.method, path, b"[]", as_=named(AGENT)).status == 403) == (allowed is not None)
    of_its_own = {"read_conversation", "link_in_conversation"}  # tokens of a conversation
    asks_for_one = allowed is not None or operation.name in of_its_own
    assert (annas.call(operation.method, path, b"[]", as_=None).status == 401) == asks_for_one


def service(*scopes):
    return Principal(ISSUER, "service:crm", frozenset({Role.SERVICE}), scopes=frozenset(scopes))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_a_service_gets_beyond_the_door_with_the_one_scope_and_is_told_which_it_lacks_without(annas, operation):
    path, needed = operation.path.format(**PLACES), SCOPES.get(operation.name)
    with_all = annas.call(operation.method, path, b"[]", as_=service(*Scope))
    assert (with_all.status == 403) == (operation.action is not None and needed is None)
    if operation.action is None:
        return
    without = annas.call(operation.method, path, b"[]", as_=service(*{*Scope} - {needed}))
    assert (without.status, without.json["code"]) == (403, "forbidden")
    if needed is None:
        assert "no scope of a service" in without.json["detail"]
    else:
        assert f"lacks the scope {needed}." in without.json["detail"]
        assert annas.call(operation.method, path, b"[]", as_=service(needed)).status != 403


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_api_gateway_asks_the_authorizer_exactly_where_a_principal_is_needed(operation):
    authorizer = app.app.routes[operation.path][operation.method].authorizer
    assert (authorizer is not None) == (ALLOWED[operation.name] is not None)


UNAUTHENTICATED = (401, "unauthenticated", "Unauthenticated", "A valid access token is needed. Sign in again.", None)
FORBIDDEN = (403, "forbidden", "Forbidden", "Your role does not allow this.", None)
NO_CASE = (404, "not_found", "Not found", "There is no such case.", None)
NOT_JSON = (400, "invalid_input", "Invalid input", "The body is not well-formed JSON in UTF-8.", None)


def invalid(detail, field):
    return 400, "invalid_input", "Invalid input", detail, field


BAD_INPUT = {
    "no token": ("GET", CASE, None, {"as_": None}, UNAUTHENTICATED),
    "a customer who reads cases": ("GET", CASE, None, {"as_": CUSTOMER}, FORBIDDEN),
    "a customer who answers": ("POST", f"{CASE}/replies", {"text": "a"}, {"as_": CUSTOMER}, FORBIDDEN),
    "an agent who posts as a customer": ("POST", "/v1/messages", {"text": "a"}, {}, FORBIDDEN),
    "a case that there is not": ("GET", f"/v1/cases/{OTHER_REFERENCE}", None, {}, NO_CASE),
    "a reference with a slip": (
        "GET",
        f"/v1/cases/{REFERENCE[:-1]}K",
        None,
        {},
        invalid("This is not a case reference; one looks like K7Q2M-9DXM3-Q.", "reference"),
    ),
    "a customer id that is none": (
        "GET",
        "/v1/customers/anna",
        None,
        {},
        invalid("The path needs an id of 26 letters and digits here.", "customer_id"),
    ),
    "broken JSON": ("POST", f"{CASE}/notes", b'{"text": ', {}, NOT_JSON),
    "a number where a text belongs": (
        "POST",
        f"{CASE}/notes",
        {"text": 7},
        {},
        invalid("Expected `str`, got `int`.", "text"),
    ),
    "a field that is not ours": (
        "POST",
        f"{CASE}/notes",
        {"text": "a", "author": "hub"},
        {},
        invalid("Object contains unknown field `author`.", "author"),
    ),
    "no text": ("POST", f"{CASE}/notes", {}, {}, invalid("Object missing required field `text`.", "text")),
    "a text that is too long for a note": (
        "POST",
        f"{CASE}/notes",
        {"text": "a" * 60_001},
        {},
        invalid("Expected `str` of length <= 60000.", "text"),
    ),
    "a body over the limit": (
        "POST",
        f"{CASE}/notes",
        b'"' + b"a" * LARGEST_BODY,
        {},
        (413, "too_large", "Too large", f"The body is larger than {LARGEST_BODY} bytes.", None),
    ),
    "a form instead of JSON": (
        "POST",
        f"{CASE}/notes",
        b"text=a",
        {"headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        (
            415,
            "unsupported_media_type",
            "Unsupported media type",
            "The body must be JSON: send it with Content-Type: application/json.",
            "Content-Type",
        ),
    ),
    "a parameter that is not ours": (
        "GET",
        f"{CASE}?expand=all",
        None,
        {},
        invalid("Object contains unknown field `expand`.", "expand"),
    ),
    "a cursor of somebody's own making": (
        "GET",
        f"/v1/customers/{CUSTOMER_ID}/thread?cursor=eyJwayI6IkNVU1QjMSJ9",
        None,
        {},
        invalid("This cursor does not belong to this list, or is too old. Start again without it.", "cursor"),
    ),
    "a key that is too long": (
        "POST",
        f"{CASE}/notes",
        {"text": "a"},
        {"headers": {"Idempotency-Key": "k" * 65}},
        invalid("A key is 1 to 64 printable ASCII characters, such as a UUID.", "Idempotency-Key"),
    ),
    "a version that is none": (
        "POST",
        f"{CASE}/closing",
        {},
        {"headers": {"If-Match": "3"}},
        invalid('Give the ETag of the case as it was read, such as "3".', "If-Match"),
    ),
}


def problem(status, code, title, detail, field):
    return {
        "type": f"urn:splot:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "instance": REQUEST_ID,
        "field": field,
    }


@pytest.mark.parametrize(("method", "path", "body", "call", "expected"), BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input_is_answered_by_exactly_this_problem_document(annas, method, path, body, call, expected):
    answer = annas.call(method, path, body, **call)
    assert answer.status == expected[0]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json == problem(*expected)


@pytest.mark.parametrize("missing", ["issuer", "subject", "roles", "name"])
def test_a_context_that_the_authorizer_did_not_write_is_no_principal(api, missing):
    handler = app.app.routes["/v1/parked"]["GET"].view_function
    context = {"issuer": ISSUER, "subject": "agent-1", "roles": "agent", "name": ""}
    for wrong in ({**context, "roles": "owner"}, {name: context[name] for name in context if name != missing}, None):
        app.app.current_request = FakeRequest(wrong)
        assert handler().status_code == 401


class FakeRequest:
    def __init__(self, authorizer):
        self.context = {"requestId": REQUEST_ID, "path": "/v1/parked", "authorizer": authorizer}
        self.headers = {}
        self.raw_body = b""

    def to_original_event(self):
        return {"multiValueQueryStringParameters": None}


def broken_by(annas, error):
    def fail(*_call):
        raise error

    annas.ports.threads.hook = fail
    annas.ports.configuration.current = fail


def said_by(caplog):
    return " ".join(str(vars(record)) for record in caplog.records)


SECRET = "pk=CUST#01ANNA text=Dzień dobry"


ADMINS = {Action.REPLAY, Action.ERASE, Action.READ_ERASURES, Action.EXPORT, Action.HOLD}
BODIES = {
    "erase_customer": {"ground": "no_longer_needed", "requester": "customer"},
    "replay_erasures": {},
    "hold_customer": {"why": "a"},
    "write_first": {"channel": "email", "subject": "a", "text": "a"},
    "assign_case": {"assignee": "me"},
    "start_upload": {"content_type": "image/png", "size": 7},
    "record_customer": {"external_id": "crm:4711"},
    "import_customers": {"records": [{"external_id": "crm:4711"}]},
    "write_attributes": {"attributes": {"shop.last_order": "2026/114"}},
    "add_contact_point": {"kind": "phone", "value": "601234567"},
    "set_care": {"vip": True},
    "set_presence": {"presence": "present"},
    "attend_case": {"doing": "writing"},
    "close_case": {},
    "set_kind": {"kind": "complaint"},
    "set_tags": {"tags": ["fragile"]},
    "set_priority": {"priority": "high"},
    "apply_policy_again": {},
    "extend_legal_term": {},
    "transfer_case": {"team": "care", "context": "a"},
    "make_promise": {"text": "a", "due_at": "2026-11-24T09:00:00Z"},
    "change_promise": {"outcome": "kept"},
    "open_incident": {"title": "a"},
    "change_incident": {"title": "a"},
    "link_cases": {"references": [REFERENCE]},
    "arrange_task": {"kind": "call", "to": "601234567", "about": "a"},
    "try_task": {"result": "no_answer"},
    "change_task": {"outcome": "done"},
    "log_call": {"direction": "inbound", "notes": "a", "case": REFERENCE},
    "log_letter": {"notes": "a", "case": REFERENCE},
    "log_visit": {"notes": "a", "case": REFERENCE},
    "mark_spam": {"spam": True, "why": "a"},
    "block_sender": {"sender": {"kind": "phone", "value": "601234567"}, "blocked": True, "why": "a"},
    "settle_delivery": {"outcome": "sent"},
    "lift_suppression": {"contact_point": {"kind": "email", "value": "anna@example.pl"}, "why": "działa"},
    "record_opt_out": {
        "contact_point": {"kind": "phone", "value": "601234567"},
        "opted_out": True,
        "why": "a",
    },
    "change_preferences": {"no_surveys": True},
    "change_own_preferences": {"no_surveys": True},
    "rate_own_case": {"score": 5},
    "change_own_profile": {"name": "Anna Nowak"},
    "release_parked": {"why": "a"},
    "discard_parked": {"why": "a"},
    "decide_parked": {"decision": "discard", "reason": "spam", "why": "a"},
    "replay_messages": {},
    "move_case": {"customer": CUSTOMER_ID, "why": "a"},
    "split_case": {"entries": [MESSAGE_ID], "why": "a"},
    "merge_customers": {"customer": MESSAGE_ID, "why": "a"},
    "undo_merge": {},
    "accept_suggestion": {"why": "a"},
    "dismiss_suggestion": {"why": "a"},
}
QUERIES = {
    "list_cases": "?team=care",
    "search": "?words=pralka",
    "find_cases": "?tag=fragile",
    "read_report": "?since=2026-11-01&until=2026-12-01",
    "find_customers": f"?reference={REFERENCE}",
    "read_audit": "?subject=ewa",
    "check_account": "?since=2026-11-23&until=2026-11-23",
    "preview_merge": f"?customer={MESSAGE_ID}",
}


ASKS_NOBODY = {"open_connection"}


@pytest.mark.parametrize(
    "operation",
    [found for found in OPERATIONS if ALLOWED[found.name] in (STAFF, READERS) and found.name not in ASKS_NOBODY],
    ids=lambda o: o.name,
)
def test_an_error_that_nobody_expected_tells_the_caller_nothing(annas, operation, caplog):
    broken_by(annas, RuntimeError(SECRET))
    bodies = {name: dict(body) for name, body in BODIES.items()}
    receipt = Receipt("email", "m1", MONDAY_TEN)
    annas.ports.raw.keep(Incoming("", b"a", receipt, MONDAY_TEN), receipt)
    bodies["replay_messages"]["raw_keys"] = list(annas.ports.raw.objects)
    body = bodies.get(operation.name, {"text": "a"}) if operation.body else None
    query = QUERIES.get(operation.name, "")
    someone = named(AGENT, *Role) if operation.action in ADMINS else AGENT
    answer = annas.call(operation.method, operation.path.format(**PLACES) + query, body, as_=someone)
    assert answer.json == problem(500, "internal", "Internal", HubError.text, None)
    assert SECRET not in answer.text + said_by(caplog)
    assert "RuntimeError" in said_by(caplog)


def test_a_store_that_does_not_answer_asks_the_caller_to_come_back(annas):
    broken_by(annas, StorageUnavailable())
    answer = annas.get(CASE)
    assert answer.json == problem(503, "unavailable", "Unavailable", StorageUnavailable.text, None)
    assert answer.headers["retry-after"] == "2"


def test_a_wrong_configuration_is_not_told_to_the_caller_in_detail(annas):
    broken_by(annas, WrongConfiguration("The environment variable TABLE_NAME is not set."))
    assert annas.get(CASE).json["detail"] == WrongConfiguration.text


def test_every_call_is_logged_with_its_operation_and_status_and_nothing_that_it_said(annas, caplog):
    annas.post(f"{CASE}/notes", {"text": "Anna dzwoniła"})
    calls = [(record.operation, record.status) for record in caplog.records if record.message == "api_call"]
    assert calls == [("add_note", "201")]
    assert "Anna" not in said_by(caplog)


def test_chalice_never_answers_in_its_own_words_with_a_traceback():
    assert app.app.debug is False


@pytest.mark.parametrize("path", [CASE, f"/v1/cases/{OTHER_REFERENCE}", "/v1/cases/anna"])
def test_a_call_is_followed_by_the_id_that_the_caller_gave_it(annas, path):
    answer = annas.get(path, headers={"X-Correlation-Id": "order-7_2026.1"})
    assert answer.headers["x-correlation-id"] == "order-7_2026.1"
    assert log.get_current_keys()["correlation_id"] == "order-7_2026.1"


@pytest.mark.parametrize("given", [None, "", "a" * 65, "a b", "a\r\nX-More: 1", "zażółć"])
def test_an_id_that_could_be_anything_is_not_repeated(annas, given):
    answer = annas.get(CASE, headers={"X-Correlation-Id": given} if given is not None else {})
    assert (answer.status, answer.headers["x-correlation-id"]) == (200, REQUEST_ID)
    assert log.get_current_keys()["correlation_id"] == REQUEST_ID
