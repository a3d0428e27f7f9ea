"""What an operation of the API asks of the table, and how much CPU it takes, by how long the customer's thread is.

    python -m tests.bench.api [--entries 100 100000]

Each call goes the way that API Gateway's takes: the app, the schemas, the decision who may, the audit, the use case
and the table on the local DynamoDB. Round trips and units are counted from its answers. Reads are called again for
their CPU time, of which the least counts; it holds the client's part of a round trip and not the engine's. The token
was checked before, by the authorizer, whose answer API Gateway keeps.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

import boto3
from botocore.config import Config

from chalicelib import wiring
from chalicelib.api.cursors import seal_cursor
from chalicelib.domain.cases import CasePointer
from chalicelib.domain.customers import Customer, PointLink, PointOwner
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import Entry
from chalicelib.storage.audit_table import AuditTable
from chalicelib.storage.keys import key_for
from chalicelib.storage.mapping import item_for
from chalicelib.storage.schema import create_table
from chalicelib.storage.table import Table
from chalicelib.storage.thread_table import ThreadTable
from chalicelib.usecases.ports import Create
from infra.local.dynoxide import Dynoxide
from tests.api.conftest import AGENT, CASE_ID, CUSTOMER_ID, MESSAGE_ID, REFERENCE, Api, MemoryPorts, inbound
from tests.domain.making import ANNA, MONDAY_TEN, case
from tests.storage.test_costs import TEXT, Cost, Hub

CASE = f"/v1/cases/{REFERENCE}"
CUSTOMER = f"/v1/customers/{CUSTOMER_ID}"
READS = (
    "/v1/cases?team=care&limit=50",
    CASE,
    f"{CUSTOMER}",
    f"{CUSTOMER}/entries/{MESSAGE_ID}",
    f"{CASE}/explanation",
    "/v1/customers?contact_point=anna@example.pl",
)
WRITES = (
    ("PUT", f"{CASE}/assignment", {"assignee": "me"}),
    ("POST", f"{CASE}/notes", {"text": TEXT}),
    ("POST", f"{CASE}/replies", {"text": TEXT}),
    ("POST", f"{CASE}/promises", {"text": "Technik zadzwoni", "due_at": "2027-06-01T09:00:00Z"}),
    ("PUT", f"{CASE}/priority", {"priority": "high"}),
    ("POST", f"{CASE}/transfer", {"team": "care", "context": "Klientka czeka na termin."}),
)
TIMES = 30
PAGE = 50
BATCH = 25  # what BatchWriteItem takes at once


class TablePorts(MemoryPorts):
    """The table is real; what is not in the table stays in memory."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table
        self.threads = ThreadTable(table, self.now)
        self.audit = AuditTable(table)


def fill(ports: TablePorts, endpoint: str, entries: int) -> None:
    """Anna's only case, in which she wrote so many messages, a minute between each of them."""
    first = inbound(text=TEXT)
    last_at = MONDAY_TEN + timedelta(minutes=entries)
    annas = case(
        id=CASE_ID,
        customer_id=CUSTOMER_ID,
        reference=REFERENCE,
        last_inbound_id=MESSAGE_ID,
        last_activity_at=last_at,
        messages_in=entries,
        awaiting_since=MONDAY_TEN,
        customer_name="Anna Kowalska",
    )
    customer = Customer(CUSTOMER_ID, MONDAY_TEN, name="Anna Kowalska", language="pl", open_case_count=1, cases_opened=1)
    pointer = CasePointer(REFERENCE, CUSTOMER_ID, CASE_ID, CUSTOMER_ID)
    owned = (PointOwner(ANNA, CUSTOMER_ID, MONDAY_TEN), PointLink(CUSTOMER_ID, ANNA))
    kept = (replace(customer, open_cases={REFERENCE: CASE_ID}), annas, pointer, *owned, first)
    ports.threads.commit([Create(record) for record in kept])
    ports.now.at = last_at
    put_all(ports.table, endpoint, (another(first, number) for number in range(1, entries)))


def put_all(table: Table, endpoint: str, entries: Iterable[Entry]) -> None:
    """Without the hub's conditions, and without the stream: for every write that engine reads all of what it has."""
    client = boto3.client("dynamodb", endpoint_url=endpoint, config=Config(read_timeout=600))
    client.update_table(TableName=table.name, StreamSpecification={"StreamEnabled": False})
    remaining, done = iter(entries), 0
    while batch := [*islice(remaining, BATCH)]:
        puts = [{"PutRequest": {"Item": item_for(entry).serialize()}} for entry in batch]
        answer = client.batch_write_item(RequestItems={table.name: puts})
        if answer["UnprocessedItems"]:
            raise AssertionError("The local DynamoDB left out some of a batch.")
        done += len(batch)
        if done % 10_000 == 0:
            sys.stderr.write(f"  {done:,} are there\n")


def another(first: Entry, number: int) -> Entry:
    at = MONDAY_TEN + timedelta(minutes=number)
    return replace(first, id=id_of(number), at=at)


def id_of(number: int) -> str:
    return ulid(MONDAY_TEN + timedelta(minutes=number), number.to_bytes(10, "big"))


def thread_pages(ports: TablePorts, entries: int) -> Iterator[tuple[str, str]]:
    """The name and the path of each page of `PAGE`: the first ones, those in the middle and the last ones, both ways.

    Nobody turns a thousand pages to get to the middle, so the cursor is sealed here as the API seals it.
    """
    lists: tuple[tuple[str, tuple[str, ...], Callable[[str], Mapping[str, str]]], ...] = (
        (
            CASE,
            ("case thread", CUSTOMER_ID, CASE_ID),
            lambda id_: key_for(Entry, customer_id=CUSTOMER_ID, id=id_)._asdict(),
        ),
        (CUSTOMER, ("thread", CUSTOMER_ID), lambda id_: {"before": id_}),
    )
    # A list holds the entries of 0 to `entries` - 1; of a page in the middle both neighbours are there.
    newest = (("", None), (", in the middle", entries * 3 // 5), (", the last", PAGE))
    oldest = (("", None), (", in the middle", entries * 2 // 5), (", the last", entries - PAGE - 1))
    for path, list_, before in lists:
        for which, place in newest:
            cursor = sealed(ports, list_, before(id_of(place))) if place else ""
            yield f"{path}/thread?limit={PAGE}`{which}", f"{path}/thread?limit={PAGE}{cursor}"
        for which, place in oldest:
            cursor = sealed(ports, (*list_, "forward", ""), {"after": id_of(place)}) if place else ""
            forward = f"{path}/thread?limit={PAGE}&order=oldest_first"
            yield f"{forward}`{which}", f"{forward}{cursor}"


def sealed(ports: TablePorts, list_: tuple[str, ...], next_: Mapping[str, str]) -> str:
    cursor = seal_cursor(ports.secrets.cursor_key, (AGENT.id, *list_), next_, ports.now())
    return f"&cursor={cursor}"


def least_cpu(api: Api, path: str) -> float:
    """Milliseconds."""
    least = float("inf")
    for _ in range(TIMES):
        begun = time.process_time()
        call(api, "GET", path)
        least = min(least, time.process_time() - begun)
    return least * 1000


def call(api: Api, method: str, path: str, body: object = None) -> None:
    headers = {"Idempotency-Key": f"key-{time.monotonic_ns()}"} if method != "GET" else {}
    with contextlib.redirect_stdout(io.StringIO()):  # its metrics
        answer = api.call(method, path, body, as_=AGENT, headers=headers)
    if answer.status >= 300:
        raise AssertionError(f"{method} {path}: {answer.status} {answer.text}")


@dataclass(frozen=True)
class Row:
    """`counted`: round trips, units read, units written."""

    name: str
    counted: tuple[str, str, str]
    cpu: str


def rows(entries: int) -> Iterator[Row]:
    process = Dynoxide(path=None, port=None).start()
    try:
        table = Table("splot-bench", randomness=os.urandom, sleep=time.sleep, endpoint=process.endpoint)
        create_table(table.name, table.connection)
        ports = TablePorts(table)
        wiring.use(wiring.Hub(ports))
        fill(ports, process.endpoint, entries)
        api, bills = Api(ports), dict[str, Cost]()
        meter = Hub(table, bills)
        for name, path in [*((f"{path}`", path) for path in READS), *thread_pages(ports, entries)]:
            with meter.counted(path):
                call(api, "GET", path)
            yield _row(f"GET {name}", bills[path], f"{least_cpu(api, path):.1f}")
        for method, path, body in WRITES:
            with meter.counted(path):
                call(api, method, path, body)
            yield _row(f"{method} {path}`", bills[path], "")
    finally:
        wiring.use(None)
        process.stop()


def _row(name: str, cost: Cost, cpu: str) -> Row:
    short = name.replace(REFERENCE, "{reference}").replace(CUSTOMER_ID, "{customer_id}").replace(MESSAGE_ID, "{id}")
    return Row(f"`{short}", (str(cost.trips), f"{cost.read_units:g}", f"{cost.write_units:g}"), cpu)


def merged(by_length: Mapping[int, Sequence[Row]]) -> Iterator[list[str]]:
    """One row of the table for each operation: what was counted, and by length where that differs."""
    for rows_of_one in zip(*by_length.values(), strict=True):
        counted = [" / ".join(dict.fromkeys(row.counted[column] for row in rows_of_one)) for column in range(3)]
        cpu = [row.cpu for row in rows_of_one]
        yield [rows_of_one[0].name, *counted, *cpu, f"{float(cpu[-1]) / float(cpu[0]):.2f}" if all(cpu) else ""]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.api")
    parser.add_argument("--entries", type=int, nargs="+", default=[100, 100_000], help="lengths of the thread")
    options = parser.parse_args()
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ[name] = "eu-central-1"  # the local DynamoDB takes anything
    logging.disable(logging.INFO)
    by_length: dict[int, list[Row]] = {}
    for entries in options.entries:
        sys.stderr.write(f"a thread of {entries:,} entries ...\n")
        by_length[entries] = list(rows(entries))
    times = [f"CPU ms, {entries:,} entries" for entries in options.entries]
    headings = ["operation", "round trips", "read units", "write units", *times, "ratio"]
    sys.stdout.write("| " + " | ".join(headings) + " |\n|" + "---|" * len(headings) + "\n")
    for row in merged(by_length):
        sys.stdout.write("| " + " | ".join(row) + " |\n")


if __name__ == "__main__":
    main()
