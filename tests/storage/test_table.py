from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from chalicelib.domain.errors import HubError, StorageUnavailable, WriteConflict
from chalicelib.storage.indexes import DUE
from chalicelib.storage.keys import Key
from chalicelib.storage.table import ATTEMPTS, READ_WITHIN, Table
from chalicelib.storage.writes import write_for
from chalicelib.usecases.ports import Create, Update
from tests.fakes.records import NOW, a_case, an_entry, an_owner
from tests.fakes.wire import Wire

CANCELLED = "TransactionCanceledException"


@dataclass
class Line:
    """A table whose every answer is the test's own."""

    table: Table
    wire: Wire
    pauses: list[float] = field(default_factory=list)


@pytest.fixture(scope="module")
def _line():
    pauses: list[float] = []
    numbers = iter(range(1, 1_000_000))
    table = Table(
        "splot",
        randomness=lambda size: next(numbers).to_bytes(size, "big"),
        sleep=pauses.append,
        endpoint="http://127.0.0.1:9",
    )
    return Line(table, Wire(), pauses)


@pytest.fixture
def line(_line):
    _line.wire = Wire()
    _line.pauses.clear()
    with _line.wire.on(_line.table):
        yield _line


def writes(*changes):
    return [write_for(change, NOW, 1) for change in changes]


ENTRY = Create(an_entry())
OWNER = Create(an_owner())
NOTE = Update(a_case(), a_case(notes=1), ("version",))
CHECK = Update(a_case(id="other"), a_case(id="other"), ("version",))


def test_no_client_is_made_before_the_first_call():
    table = Table("splot", randomness=bytes, sleep=print)
    assert table.connection._client is None


def test_the_client_gives_up_soon_and_never_retries_by_itself(line):
    config = line.table.connection.client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (1.0, READ_WITHIN)
    assert config.retries["total_max_attempts"] == 1


@pytest.mark.parametrize(
    "trouble",
    [
        lambda wire: wire.fail(CANCELLED, "None", "TransactionConflict", times=2),
        lambda wire: wire.fail(CANCELLED, "ThrottlingError", "None", times=2),
        lambda wire: wire.fail("TransactionConflictException", times=2),
        lambda wire: wire.fail("TransactionInProgressException", times=2),
        lambda wire: wire.fail("ProvisionedThroughputExceededException", times=2),
        lambda wire: wire.fail("InternalServerError", times=2, status=500),
        lambda wire: wire.answer({}, status=503, times=2),
        lambda wire: wire.drop_request(times=2),
    ],
)
def test_what_passes_is_tried_again_as_the_same_write(line, trouble):
    trouble(line.wire)
    line.wire.answer({})
    line.table.write(writes(ENTRY, OWNER))
    first, *others = line.wire.requests
    assert others == [first, first]
    assert len(first["ClientRequestToken"]) == 32
    assert len(line.pauses) == 2


def test_two_writes_never_share_a_token(line):
    line.wire.answer({}, times=2)
    line.table.write(writes(ENTRY))
    line.table.write(writes(ENTRY))
    one, two = line.wire.requests
    assert one["ClientRequestToken"] != two["ClientRequestToken"]


def test_half_of_each_pause_is_chance():
    pauses = [
        Table("splot", randomness=lambda size, byte=byte: byte * size, sleep=print)._pause(1)
        for byte in (b"\0", b"\xff")
    ]
    assert pauses == [0.15, 0.3]


def test_pauses_grow_and_end(line):
    line.wire.fail(CANCELLED, "TransactionConflict", times=ATTEMPTS)
    with pytest.raises(WriteConflict):
        line.table.write(writes(ENTRY))
    assert len(line.wire.requests) == ATTEMPTS
    longest = [0.15, 0.3, 0.6, 1.2, 2.4]
    assert all(most / 2 <= pause <= most for pause, most in zip(line.pauses, longest, strict=True))


def test_a_collision_that_does_not_end_is_a_conflict_without_refused_changes(line):
    line.wire.fail(CANCELLED, "TransactionConflict", times=ATTEMPTS)
    with pytest.raises(WriteConflict) as conflict:
        line.table.write(writes(ENTRY))
    assert conflict.value.refused == ()


def test_a_collision_after_a_lost_answer_is_not_called_a_refusal(line):
    line.wire.drop_request()
    line.wire.fail(CANCELLED, "TransactionConflict", times=ATTEMPTS)
    with pytest.raises(StorageUnavailable):
        line.table.write(writes(ENTRY))


@pytest.mark.parametrize("code", ["ThrottlingException", "TransactionInProgressException"])
def test_what_stays_busy_is_unavailable(line, code):
    line.wire.fail(code, times=ATTEMPTS)
    with pytest.raises(StorageUnavailable):
        line.table.write(writes(ENTRY))


def test_a_condition_that_failed_is_not_tried_again(line):
    line.wire.fail(CANCELLED, "ConditionalCheckFailed", "TransactionConflict")
    with pytest.raises(WriteConflict) as conflict:
        line.table.write(writes(ENTRY, OWNER))
    assert conflict.value.refused == (0,)
    assert line.pauses == []


def test_refused_positions_are_those_of_the_callers_list(line):
    # sent as: check, put, put, update
    line.wire.fail(CANCELLED, "ConditionalCheckFailed", "None", "ConditionalCheckFailed", "None")
    with pytest.raises(WriteConflict) as conflict:
        line.table.write(writes(NOTE, ENTRY, CHECK, OWNER))
    (request,) = line.wire.requests
    assert [next(iter(action)) for action in request["TransactItems"]] == ["ConditionCheck", "Put", "Put", "Update"]
    assert conflict.value.refused == (2, 3)


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"])
def test_what_is_wrong_with_the_call_itself_is_neither_retried_nor_blamed_on_others(line, code):
    line.wire.fail(code)
    with pytest.raises(HubError) as error:
        line.table.get(Key("a", "b"))
    assert type(error.value) is HubError
    assert code in str(error.value.__cause__)
    assert line.pauses == []


def test_an_unknown_reason_of_a_cancelled_transaction_is_no_conflict(line):
    line.wire.fail(CANCELLED, "ValidationError")
    with pytest.raises(HubError) as error:
        line.table.write(writes(ENTRY))
    assert type(error.value) is HubError


def test_reads_are_consistent_except_on_an_index_which_cannot_be(line):
    line.wire.answer({})
    line.wire.answer({"Items": []}, times=2)
    line.table.get(Key("a", "b"))
    line.table.query("a", None)
    line.table.query("a", None, index=DUE)
    assert [request.get("ConsistentRead") for request in line.wire.requests] == [True, True, None]


def test_reads_are_tried_again_too(line):
    line.wire.drop_request()
    line.wire.answer({"Item": {"pk": {"S": "a"}}})
    assert line.table.get(Key("a", "b")) == {"pk": {"S": "a"}}


def keyed(*names):
    return [{"pk": {"S": name}, "sk": {"S": "X"}} for name in names]


def batch(found, unread=()):
    return {
        "Responses": {"splot": keyed(*found)},
        "UnprocessedKeys": {"splot": {"Keys": keyed(*unread)}} if unread else {},
    }


def test_only_keys_that_were_not_read_are_asked_for_again(line):
    line.wire.answer(batch("a", unread="bc"))
    line.wire.answer(batch("b", unread="c"))
    line.wire.answer(batch(""))
    found = line.table.get_all([Key(name, "X") for name in "abca"])
    assert found == keyed("a", "b")
    asked = [[key["pk"]["S"] for key in request["RequestItems"]["splot"]["Keys"]] for request in line.wire.requests]
    assert asked == [["a", "b", "c"], ["b", "c"], ["c"]]
    assert line.wire.requests[0]["RequestItems"]["splot"]["ConsistentRead"] is True


def test_keys_that_are_never_read_do_not_hold_a_caller_for_ever(line):
    line.wire.answer(batch("", unread="a"), times=50)
    with pytest.raises(StorageUnavailable):
        line.table.get_all([Key("a", "X")])
    assert len(line.wire.requests) == ATTEMPTS
