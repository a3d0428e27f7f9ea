"""What the store makes of a network that loses, damages and delays, and of a table that throttles: no emulator does."""

from __future__ import annotations

import json
from dataclasses import replace
from zlib import crc32

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError

from chalicelib.domain.errors import NotFound, StorageUnavailable, WriteConflict
from chalicelib.domain.tasks import TaskKind
from chalicelib.storage.table import ATTEMPTS, Table
from chalicelib.storage.thread_table import ThreadTable
from chalicelib.usecases.ports import Create, Update
from tests.fakes.records import ANNA, CUSTOMER_ID, NOW, a_case, a_customer, an_entry, an_owner
from tests.fakes.service_wire import ServiceWire

NOWHERE = "http://127.0.0.1:9"
CASE = a_case()


@pytest.fixture(scope="module")
def table():
    numbers = iter(range(1_000_000))
    return Table(
        "splot",
        randomness=lambda size: next(numbers).to_bytes(size, "big"),
        sleep=lambda _seconds: None,
        endpoint=NOWHERE,
    )


@pytest.fixture
def wire(table):
    with ServiceWire().on(table.connection.client) as wire:
        yield wire


@pytest.fixture
def store(table):
    return ThreadTable(table, lambda: NOW)


CALLS = {
    "look_up": lambda store: store.look_up("email", "f1", ANNA, ["00" * 20], ["K7Q2M-9DXM3-Q"]),
    "find_ledger_row": lambda store: store.find_ledger_row("email", "f1"),
    "find_owner": lambda store: store.find_owner(ANNA),
    "find_block": lambda store: store.find_block(ANNA),
    "find_reachabilities": lambda store: store.find_reachabilities([ANNA]),
    "find_devices": lambda store: store.find_devices(ANNA),
    "find_pointer": lambda store: store.find_pointer("K7Q2M-9DXM3-Q"),
    "find_seen_key": lambda store: store.find_seen_key("ewa", "k"),
    "get_customer": lambda store: store.get_customer(CUSTOMER_ID),
    "find_attributes": lambda store: store.find_attributes([CUSTOMER_ID]),
    "find_owners": lambda store: store.find_owners([ANNA]),
    "find_anchors": lambda store: store.find_anchors(["00" * 20]),
    "list_threads": lambda store: store.list_threads([CUSTOMER_ID], 5),
    "list_cases": lambda store: store.list_cases([CUSTOMER_ID], 5),
    "list_threads_since": lambda store: store.list_threads_since([CUSTOMER_ID], "0" * 26, 1),
    "get_survey": lambda store: store.get_survey(CUSTOMER_ID, "01M83T4CM0M7WTBKHXEXAXPNKT.1"),
    "find_surveys": lambda store: store.find_surveys([(CUSTOMER_ID, "01M83T4CM0M7WTBKHXEXAXPNKT.1")]),
    "get_merge": lambda store: store.get_merge(CUSTOMER_ID, "01M83T4CM0M7WTBKHXEXAXPNKT"),
    "list_merges": lambda store: store.list_merges(CUSTOMER_ID),
    "find_suggestion": lambda store: store.find_suggestion("00" * 20),
    "list_suggestions": lambda store: store.list_suggestions(5),
    "list_tasks": lambda store: store.list_tasks("care", TaskKind.CALL, 5),
    "list_namesakes": lambda store: store.list_namesakes("00" * 20, 5),
    "find_verification": lambda store: store.find_verification("01M83T4CM0M7WTBKHXEXAXPNKT"),
    "find_agent": lambda store: store.find_agent("ewa"),
    "list_agents": lambda store: store.list_agents(),
    "count_worklist": lambda store: store.count_worklist("ewa", 20),
    "list_records": lambda store: store.list_records(CUSTOMER_ID, 10),
    "get_erasure": lambda store: store.get_erasure("01ERASURE"),
    "list_erasures": lambda store: store.list_erasures(10),
    "list_due_erasures": lambda store: store.list_due_erasures(NOW),
    "get_export": lambda store: store.get_export(CUSTOMER_ID, "01EXPORT"),
    "list_due_exports": lambda store: store.list_due_exports(NOW),
    "get_disposal": lambda store: store.get_disposal(CUSTOMER_ID, "01CASE"),
    "list_due_disposals": lambda store: store.list_due_disposals(NOW),
    "find_feed_head": lambda store: store.find_feed_head("agents"),
    "list_mentions": lambda store: store.list_mentions("agent:ewa", 5),
    "list_present": lambda store: store.list_present("K7Q2M-9DXM3-Q"),
    "list_connections": lambda store: store.list_connections("agents", 5),
    "find_feed_heads": lambda store: store.find_feed_heads(["agents", CUSTOMER_ID]),
    "list_feed": lambda store: store.list_feed("agents", "0" * 15, 5),
    "find_allowance": lambda store: store.find_allowance("texts", "20261123"),
    "get_customer_page": lambda store: store.get_customer_page(CUSTOMER_ID),
    "list_points": lambda store: store.list_points(CUSTOMER_ID),
    "get_case": lambda store: store.get_case(CUSTOMER_ID, CASE.id),
    "get_entry": lambda store: store.get_entry(CUSTOMER_ID, "e"),
    "find_entries": lambda store: store.find_entries([(CUSTOMER_ID, "e")]),
    "find_cases": lambda store: store.find_cases([(CUSTOMER_ID, "c")]),
    "list_thread": lambda store: store.list_thread(CUSTOMER_ID, 5),
    "list_urgent": lambda store: store.list_urgent("care", 5),
    "list_worklist": lambda store: store.list_worklist("ewa", 5),
    "get_incident": lambda store: store.get_incident("01M83T4CM0M7WTBKHXEXAXPNKT"),
    "list_incidents": lambda store: store.list_incidents(5),
    "find_notices": lambda store: store.find_notices("support"),
    "get_broadcast": lambda store: store.get_broadcast("01M83T4CM0M7WTBKHXEXAXPNKT"),
    "list_broadcasts": lambda store: store.list_broadcasts(5),
    "find_recipients": lambda store: store.find_recipients("01M83T4CM0M7WTBKHXEXAXPNKT", ["a"]),
    "list_recipients": lambda store: store.list_recipients("01M83T4CM0M7WTBKHXEXAXPNKT", 5),
    "list_due_broadcasts": lambda store: store.list_due_broadcasts(NOW),
    "list_parked": lambda store: store.list_parked("202611", 5),
    "list_waiting": lambda store: store.list_waiting(5),
    "get_parked": lambda store: store.get_parked("01M83T4CM0M7WTBKHXEXAXPNKT"),
    "list_due_cases": lambda store: list(store.list_due_cases("care", NOW)),
    "list_unsettled": lambda store: store.list_unsettled(5),
    "list_due_deliveries": lambda store: list(store.list_due_deliveries(NOW)),
    "commit": lambda store: store.commit([Create(an_owner()), Update(CASE, replace(CASE, notes=1), ("version",))]),
}


def test_every_method_of_the_port_is_called_here():
    from chalicelib.usecases.ports import ThreadStore

    assert CALLS.keys() == {name for name in vars(ThreadStore) if not name.startswith("_")}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    "trouble",
    [
        lambda wire: wire.refuse(400, "ThrottlingException", times=50),
        lambda wire: wire.refuse(400, "ProvisionedThroughputExceededException", times=50),
        lambda wire: wire.refuse(400, "RequestLimitExceeded", times=50),
        lambda wire: wire.refuse(500, "InternalServerError", times=50),
        lambda wire: wire.answer(503, b"<html>", times=50),
        lambda wire: wire.fail(ReadTimeoutError(endpoint_url=NOWHERE), times=50),
        lambda wire: wire.fail(ConnectTimeoutError(endpoint_url=NOWHERE), times=50),
        lambda wire: wire.fail(ConnectionClosedError(endpoint_url=NOWHERE), times=50),
    ],
    ids=["throttled", "over capacity", "over limit", "internal", "unavailable", "silent", "unreachable", "closed"],
)
def test_a_table_that_stays_out_of_reach_is_unavailable_and_nothing_is_called_missing(store, wire, name, trouble):
    trouble(wire)
    with pytest.raises(StorageUnavailable):
        CALLS[name](store)
    assert len(wire.attempts) == ATTEMPTS


@pytest.mark.parametrize("name", CALLS)
def test_a_damaged_answer_is_lost_and_not_empty(store, wire, name):
    """With a single attempt botocore does not compare the checksum: "nothing there" was read out of half an answer."""
    wire.answer(200, b"{", {"x-amz-crc32": str(crc32(b'{"Item": {}}'))}, times=50)
    with pytest.raises(StorageUnavailable):
        CALLS[name](store)
    assert len(wire.attempts) == ATTEMPTS


def test_an_answer_that_was_damaged_once_is_asked_for_again(store, wire):
    wire.answer(200, b"{", {"x-amz-crc32": "1"})
    wire.answer_json(200, {})
    assert store.find_owner(ANNA) is None
    assert len(wire.attempts) == 2


def test_a_write_whose_answer_was_damaged_is_repeated_as_the_same_write(store, wire):
    wire.answer(200, b"{", {"x-amz-crc32": "1"})
    wire.answer(200, b"{}", {"x-amz-crc32": str(crc32(b"{}"))})
    CALLS["commit"](store)
    one, two = (json.loads(attempt.body)["ClientRequestToken"] for attempt in wire.attempts)
    assert one == two


@pytest.mark.parametrize("name", ["get_case", "get_entry", "get_customer_page"])
def test_only_a_whole_answer_says_that_something_is_missing(store, wire, name):
    wire.answer_json(200, {"Items": [], "Count": 0, "ScannedCount": 0} if name == "get_customer_page" else {})
    with pytest.raises(NotFound):
        CALLS[name](store)


def _cancelled(wire, *reasons, times=1):
    body = {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "message": "cancelled",
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    wire.answer_json(400, body, times=times)


@pytest.mark.parametrize(
    ("reasons", "positions"),
    [
        (("ConditionalCheckFailed", "None"), (1,)),  # pynamodb sends the put first, and the caller had it second
        (("None", "ConditionalCheckFailed"), (0,)),
        (("ConditionalCheckFailed", "ConditionalCheckFailed"), (0, 1)),
        (("ConditionalCheckFailed", "TransactionConflict"), (1,)),
        (("ThrottlingError", "ConditionalCheckFailed"), (0,)),
    ],
)
def test_a_condition_that_failed_counts_more_than_whatever_else_happened(store, wire, reasons, positions):
    _cancelled(wire, *reasons)
    with pytest.raises(WriteConflict) as conflict:
        store.commit([Update(CASE, replace(CASE, notes=1), ("version",)), Create(an_entry())])
    assert conflict.value.refused == positions
    assert len(wire.attempts) == 1


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_collision_or_a_throttled_part_passes(store, wire, reason):
    _cancelled(wire, "None", reason, times=2)
    wire.answer_json(200, {})
    CALLS["commit"](store)
    assert len(wire.attempts) == 3


def test_a_write_that_is_throttled_after_its_answer_was_lost_may_have_happened(store, wire):
    wire.fail(ReadTimeoutError(endpoint_url=NOWHERE))
    _cancelled(wire, "TransactionConflict", "None", times=50)
    with pytest.raises(StorageUnavailable):
        CALLS["commit"](store)


def test_keys_that_a_batch_leaves_out_are_read_before_anything_is_said_of_them(store, wire):
    """A new sender whose owner was merely not read yet would become a second customer."""
    from chalicelib.storage.mapping import item_for

    item = item_for(an_owner()).serialize()
    key = {name: item[name] for name in ("pk", "sk")}
    nothing = {"Responses": {"splot": []}, "UnprocessedKeys": {"splot": {"Keys": [key]}}}
    wire.answer_json(200, nothing, times=ATTEMPTS - 1)
    wire.answer_json(200, {"Responses": {"splot": [item]}, "UnprocessedKeys": {}})
    assert store.look_up("email", "f1", ANNA, [], []).owner == an_owner()


def test_a_page_of_the_sweep_that_is_throttled_is_read_again_from_where_it_was(store, wire):
    from chalicelib.storage.mapping import item_for

    items = [item_for(a_case(id=str(number), next_step_at=NOW)).serialize() for number in range(2)]
    last = {name: items[0][name] for name in ("pk", "sk", "due", "next_step_at")}
    wire.answer_json(200, {"Items": items[:1], "Count": 1, "ScannedCount": 1, "LastEvaluatedKey": last})
    wire.refuse(400, "ThrottlingException")
    wire.answer_json(200, {"Items": items[1:], "Count": 1, "ScannedCount": 1})
    assert [due.case_id for due in store.list_due_cases("care", NOW)] == ["0", "1"]
    assert [json.loads(attempt.body).get("ExclusiveStartKey") for attempt in wire.attempts] == [None, last, last]


def test_what_was_read_before_a_page_failed_is_not_taken_for_all(store, wire):
    from chalicelib.storage.mapping import item_for

    item = item_for(a_customer()).serialize()
    last = {name: item[name] for name in ("pk", "sk")}
    wire.answer_json(200, {"Items": [], "Count": 0, "ScannedCount": 0, "LastEvaluatedKey": last})
    wire.refuse(400, "ThrottlingException", times=50)
    with pytest.raises(StorageUnavailable):
        store.list_points(CUSTOMER_ID)
