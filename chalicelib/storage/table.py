"""The only place that calls DynamoDB: one client, made at the first call, with short timeouts; faults are retried a
few times and then translated into `domain/errors.py`.

pynamodb's low-level Connection is used rather than its models' own calls, because those keep the table's name and the
client in class variables; here both belong to an object that `wiring` makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from pynamodb.connection.base import MetaTable
from pynamodb.constants import (
    CAMEL_COUNT,
    COUNT,
    ITEM,
    ITEMS,
    KEY,
    LAST_EVALUATED_KEY,
    RESPONSES,
    UNPROCESSED_ITEMS,
    UNPROCESSED_KEYS,
)
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition

from chalicelib.domain.errors import HubError, StorageUnavailable, WriteConflict
from chalicelib.storage.connection import CheckedConnection
from chalicelib.storage.indexes import Index
from chalicelib.storage.keys import Key
from chalicelib.storage.limits import check_changes, check_sizes, size_of
from chalicelib.storage.schema import table_description
from chalicelib.storage.writes import Attributes, Write
from chalicelib.usecases.ports import Randomness

CONNECT_WITHIN = 1.0  # seconds
READ_WITHIN = 3.0  # seconds; a healthy transaction takes some ten milliseconds
ATTEMPTS = 6
FIRST_PAUSE = 0.15  # seconds, then doubled. With a lost answer (READ_WITHIN) before them the pauses last over 5 s:
# that long DynamoDB may need to finish a transaction of which only the answer was lost (TransactionInProgress).
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
KEYS_IN_A_BATCH = 100
CHANGES_IN_A_BATCH = 25

_BUSY = {
    "InternalServerError",
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingError",
    "ThrottlingException",
    "TransactionInProgressException",
    "500",  # botocore's code for an answer without a readable body
    "502",
    "503",
    "504",
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rows:
    """What a query found; `last` is where it stopped before the end, or None."""

    items: list[Attributes]
    last: Attributes | None


class Table:
    """`endpoint` is for tests; elsewhere botocore reads AWS_ENDPOINT_URL_DYNAMODB itself."""

    def __init__(
        self, name: str, *, randomness: Randomness, sleep: Callable[[float], None], endpoint: str | None = None
    ) -> None:
        self.name = name
        self._randomness = randomness
        self._sleep = sleep
        self.connection = CheckedConnection(
            host=endpoint,
            connect_timeout_seconds=CONNECT_WITHIN,
            read_timeout_seconds=READ_WITHIN,
            max_retry_attempts=0,  # the loop below knows more faults than botocore; two loops would multiply
        )
        self.connection.add_meta_table(MetaTable(table_description(name)))

    def get(self, key: Key) -> Attributes | None:
        """A consistent read of one item."""
        answer = self._patiently(
            partial(self.connection.get_item, self.name, key.pk, range_key=key.sk, consistent_read=True)
        )
        return answer.get(ITEM)

    def get_all(self, keys: Iterable[Key]) -> list[Attributes]:
        """A consistent read of those of the items that exist, in any order: one round trip per 100 keys."""
        wanted: list[Any] = [key._asdict() for key in dict.fromkeys(keys)]
        found: list[Attributes] = []
        fruitless = 0
        while wanted:
            batch, wanted = wanted[:KEYS_IN_A_BATCH], wanted[KEYS_IN_A_BATCH:]
            answer = self._patiently(partial(self.connection.batch_get_item, self.name, batch, consistent_read=True))
            items = answer[RESPONSES].get(self.name, [])
            found.extend(items)
            unread = answer.get(UNPROCESSED_KEYS, {}).get(self.name, {}).get("Keys", [])
            wanted.extend({name: value["S"] for name, value in key.items()} for key in unread)
            fruitless = 0 if items else fruitless + 1
            if unread and fruitless == ATTEMPTS:
                raise StorageUnavailable()
            if unread:
                self._sleep(self._pause(fruitless))
        return found

    def query(
        self,
        partition: str,
        condition: Condition | None,
        *,
        index: Index | None = None,
        newest_first: bool = False,
        limit: int | None = None,
        start: Attributes | None = None,
        may_lag: bool = False,
    ) -> Rows:
        """One page. Consistent, except on an index, and except for half the price where it `may_lag`."""
        answer = self._patiently(
            partial(
                self.connection.query,
                self.name,
                partition,
                range_key_condition=condition,
                consistent_read=index is None and not may_lag,
                exclusive_start_key=start,
                index_name=index.name if index else None,
                limit=limit,
                scan_index_forward=not newest_first,
            )
        )
        return Rows(answer[ITEMS], answer.get(LAST_EVALUATED_KEY))

    def count(self, partition: str, index: Index, most: int) -> int:
        """How many items, counted up to `most` (and to the megabyte that DynamoDB reads at once)."""
        answer = self._patiently(
            partial(self.connection.query, self.name, partition, index_name=index.name, limit=most, select=COUNT)
        )
        return int(answer[CAMEL_COUNT])

    def scan(self, limit: int, start: Attributes | None = None) -> Rows:
        """One page of the whole table, in no order: for the index that is made again, never for an answer."""
        answer = self._patiently(partial(self.connection.scan, self.name, exclusive_start_key=start, limit=limit))
        return Rows(answer[ITEMS], answer.get(LAST_EVALUATED_KEY))

    def change_singly(self, *, put: Sequence[Attributes] = (), delete: Sequence[Key] = ()) -> None:
        """Each by itself and without a condition, at half the price of a transaction: one round trip for each 25. Not
        all or nothing; the same call does the same again. Raises StorageUnavailable.
        """
        wanted = [("PutRequest", {"Item": item}) for item in put]
        wanted += [("DeleteRequest", {"Key": {"pk": {"S": key.pk}, "sk": {"S": key.sk}}}) for key in delete]
        fruitless = 0
        while wanted:
            batch, wanted = wanted[:CHANGES_IN_A_BATCH], wanted[CHANGES_IN_A_BATCH:]
            answer = self._patiently(partial(self._change_batch, batch))
            undone = answer.get(UNPROCESSED_ITEMS, {}).get(self.name, [])
            wanted.extend(request for change in undone for request in change.items())
            fruitless = fruitless + 1 if len(undone) == len(batch) else 0
            if fruitless == ATTEMPTS:
                raise StorageUnavailable()
            if undone:
                self._sleep(self._pause(fruitless))

    def _change_batch(self, batch: Sequence[tuple[str, Any]]) -> Any:
        return self.connection.batch_write_item(
            self.name,
            put_items=[request["Item"] for kind, request in batch if kind == "PutRequest"],
            delete_items=[request["Key"] for kind, request in batch if kind == "DeleteRequest"],
        )

    def write(self, writes: Sequence[Write]) -> None:
        """All of it or nothing. Raises TooLarge, WriteConflict with the refused positions, StorageUnavailable.

        After StorageUnavailable the write may have happened: the answer was lost, or DynamoDB is still at it.

        A transaction even for one write, because only transactions carry a token. Every attempt carries the same one,
        so to DynamoDB all attempts are one write for ten minutes, far longer than we go on trying: an attempt that
        follows a lost answer succeeds without writing again, and a condition that fails then really failed because of
        somebody else. Reading back whether a refusing item is our own is therefore not needed here. It is needed, and
        done by reading the ledger or the idempotency key first, when the whole work is done again with a new token.
        """
        check_changes([write.key for write in writes])
        check_sizes([size_of(write.item) for write in writes])
        order = sorted(range(len(writes)), key=lambda position: _kind(writes[position]))  # pynamodb sends by kind
        actions = {kind: [self._action(write) for write in writes if _kind(write) == kind] for kind in range(4)}
        token = self._randomness(16).hex()
        self._patiently(
            partial(
                self.connection.transact_write_items,
                condition_check_items=actions[_CHECK],
                delete_items=actions[_DELETE],
                put_items=actions[_PUT],
                update_items=actions[_UPDATE],
                client_request_token=token,
            ),
            order,
        )

    def _action(self, write: Write) -> dict[str, Any]:
        put = _kind(write) == _PUT
        return self.connection.get_operation_kwargs(
            self.name,
            write.key.pk,
            range_key=write.key.sk,
            key=ITEM if put else KEY,
            attributes=write.item if put else None,
            actions=write.actions or None,
            condition=write.condition,
        )

    def _patiently(self, call: Callable[[], T], order: Sequence[int] = ()) -> T:
        unsure = False
        for attempt in range(ATTEMPTS):
            try:
                return call()
            except (PynamoDBException, StorageUnavailable) as error:
                fault = error if isinstance(error, StorageUnavailable) else _fault_behind(error, order)
                if not _passes(fault):
                    raise fault from error
                unsure = unsure or isinstance(fault, StorageUnavailable)
                if attempt == ATTEMPTS - 1:
                    # "Refused" would be a lie when the answer to an earlier attempt was lost.
                    raise (StorageUnavailable() if unsure else fault) from error
            self._sleep(self._pause(attempt))
        raise AssertionError("the last attempt returns or raises")

    def _pause(self, attempt: int) -> float:
        """Half of it is chance: those who collided must not meet again."""
        chance = int.from_bytes(self._randomness(2), "big") / 0xFFFF
        longest: float = FIRST_PAUSE * 2**attempt
        return longest * (1 + chance) / 2


_CHECK, _DELETE, _PUT, _UPDATE = range(4)


def _kind(write: Write) -> int:
    if write.goes:
        return _DELETE
    if write.actions is None:
        return _PUT
    return _UPDATE if write.actions else _CHECK


def _passes(fault: HubError) -> bool:
    """Whether the very same call can succeed in a moment. A condition that failed fails again."""
    return isinstance(fault, StorageUnavailable) or (isinstance(fault, WriteConflict) and not fault.refused)


def _fault_behind(error: PynamoDBException, order: Sequence[int]) -> HubError:
    """`order`: the position in the caller's list of each action of the transaction."""
    # Not pynamodb's `cause_response_code`: it breaks on a lost connection, where botocore's `response` is None.
    code = (getattr(error.cause, "response", None) or {}).get("Error", {}).get("Code")
    if isinstance(error, TransactWriteError) and code == "TransactionCanceledException":
        return _fault_in_transaction([reason.code if reason else "" for reason in error.cancellation_reasons], order)
    if code is None or code in _BUSY:  # without a code: no answer at all
        return StorageUnavailable()
    if code == "TransactionConflictException":
        return WriteConflict()
    return HubError()


def _fault_in_transaction(codes: list[str], order: Sequence[int]) -> HubError:
    """Reasons: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""
    refused = [order[at] for at, code in enumerate(codes) if code == "ConditionalCheckFailed"]
    if refused:
        return WriteConflict(tuple(sorted(refused)))
    if "TransactionConflict" in codes:
        return WriteConflict()
    if _BUSY & {*codes}:
        return StorageUnavailable()
    return HubError()
