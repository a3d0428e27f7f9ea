"""Customers by the hundred thousand from a file: how long it takes, how much memory, what a crash in its middle costs.

    python -m tests.bench.importing [--rows 100000]

The program that imports them, `infra/import_customers.py`, calls the app itself in place of HTTP, one call after the
other, with the table on the local DynamoDB, written past its stream. Each part is a process of its own, and the import
is killed (kill -9) at half of the file and started again. CPU time is that of the program and the API, without the
engine's. In the first two rows the API answers at once: what is left is the program's own part.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3

from infra.import_customers import PATH, import_file
from infra.local.dynoxide import Dynoxide

TABLE = "splot-bench"
COLUMNS = "external_id;name;email;phone;language;consent_email;consent_email_at;consent_email_how;shop.last_order\n"
AT_ONCE = 1  # the app answers one call at a time, as a function does


def csv_rows(count: int) -> Iterator[str]:
    yield COLUMNS
    for number in range(count):
        who = f"{number};Anna Kowalska {number};a{number}@example.pl;+48 6{number:08}"
        yield f"{who};pl;yes;2026-03-04;W sklepie;2026/{number}\n"


def json_rows(count: int) -> Iterator[str]:
    """The same customers."""
    consent = {"given": True, "at": "2026-03-04T00:00:00Z", "how": "W sklepie", "wording": ""}
    for number in range(count):
        points = [("email", f"a{number}@example.pl"), ("phone", f"+48 6{number:08}")]
        record = {
            "external_id": str(number),
            "name": f"Anna Kowalska {number}",
            "preferences": {"language": "pl"},
            "contact_points": [{"kind": kind, "value": value, "verified": False} for kind, value in points],
            "consents": {"email": consent},
            "attributes": {"shop.last_order": f"2026/{number}"},
        }
        yield json.dumps(record, ensure_ascii=False) + "\n"


def answered_at_once(body: bytes) -> tuple[int, bytes]:
    result = {"outcome": "created", "customer_id": None, "kept_by_others": [], "problem": None}
    return 200, json.dumps({"results": [result] * len(json.loads(body)["records"])}).encode()


def answered_by_app(endpoint: str) -> Callable[[bytes], tuple[int, bytes]]:
    from chalicelib import wiring  # the program's own part is measured without it
    from chalicelib.domain.principals import Principal, Role
    from chalicelib.storage.table import Table
    from tests.api.conftest import ISSUER, Api
    from tests.bench.api import TablePorts

    logging.disable(logging.INFO)
    ports = TablePorts(Table(TABLE, randomness=os.urandom, sleep=time.sleep, endpoint=endpoint))
    ports.randomness = os.urandom
    wiring.use(wiring.Hub(ports))
    api, who = Api(ports), Principal(ISSUER, "olga", frozenset({Role.ADMIN}))

    def post(body: bytes) -> tuple[int, bytes]:
        with contextlib.redirect_stdout(sys.stderr):  # its metrics
            answer = api.call("POST", PATH, body, as_=who)
        return answer.status, answer.text.encode()

    return post


def import_it(path: Path, endpoint: str, *, dry_run: bool) -> None:
    """What the process of one part does: its outcome, and megabytes of memory at most, as JSON."""
    post = answered_by_app(endpoint) if endpoint else answered_at_once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counts = import_file(path, post, lambda _: None, system="crm", dry_run=dry_run, at_once=AT_ONCE)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {"counts": counts, "before": before / 1024, "peak": peak / 1024}
    sys.stdout.write(json.dumps(told) + "\n")


def started(path: Path, endpoint: str, *, dry_run: bool) -> subprocess.Popen[str]:
    part = [sys.executable, "-m", "tests.bench.importing", "--part", str(path), "--endpoint", endpoint]
    more = ["--dry-run"] if dry_run else []
    return subprocess.Popen([*part, *more], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def measured(name: str, path: Path, endpoint: str = "", *, dry_run: bool = False, killed: bool = False) -> list[str]:
    """A row of the table."""
    begun, cpu_before, done_before = time.monotonic(), cpu_of_parts(), 0
    if killed:
        done_before = kill_at_half(path, endpoint)
    run = started(path, endpoint, dry_run=dry_run)
    said, _ = run.communicate()
    if run.returncode:
        raise AssertionError(f"{name} ended with {run.returncode}")
    told: dict[str, Any] = json.loads(said)
    total = sum(told["counts"].values())
    seconds, cpu = time.monotonic() - begun, cpu_of_parts() - cpu_before
    outcome = ", ".join(f"{count:,} {outcome}" for outcome, count in told["counts"].items())
    resumed = f"; killed behind row {done_before:,}" if killed else ""
    memory = f"{told['peak']:.0f} ({told['peak'] - told['before']:.0f} more than before)"
    return [name, outcome + resumed, f"{cpu:.0f}", f"{1000 * cpu / total:.2f}", f"{seconds:.0f}", memory]


def cpu_of_parts() -> float:
    """Seconds, of all that have ended, the killed ones too. The local DynamoDB is none of them: it runs on."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def kill_at_half(path: Path, endpoint: str) -> int:
    """The row behind which its progress says that it goes on."""
    progress = path.with_name(f"{path.name}.progress")
    run = started(path, endpoint, dry_run=False)
    while run.poll() is None:
        with contextlib.suppress(FileNotFoundError, ValueError):
            known = json.loads(progress.read_text())
            if known["end"] > path.stat().st_size / 2:
                break
        time.sleep(0.1)
    time.sleep(0.3)  # in the middle of a call
    run.send_signal(signal.SIGKILL)
    run.wait()
    row: int = json.loads(progress.read_text())["row"]
    return row


def customers_there(endpoint: str) -> int:
    client = boto3.client("dynamodb", endpoint_url=endpoint)
    pages = client.get_paginator("scan").paginate(
        TableName=TABLE,
        Select="COUNT",
        FilterExpression="sk = :customer",
        ExpressionAttributeValues={":customer": {"S": "CUST"}},
    )
    return sum(page["Count"] for page in pages)


def rows(count: int, folder: Path) -> Iterator[list[str]]:
    from chalicelib.storage.schema import create_table
    from chalicelib.storage.table import Table

    csv, lines = folder / "customers.csv", folder / "customers.jsonl"
    for path, written in ((csv, csv_rows(count)), (lines, json_rows(count))):
        with path.open("w") as file:
            file.writelines(written)
    yield measured("CSV, answered at once", csv)
    yield measured("JSON lines, answered at once", lines)
    process = Dynoxide(path=None, port=None).start()
    try:
        table = Table(TABLE, randomness=os.urandom, sleep=time.sleep, endpoint=process.endpoint)
        create_table(TABLE, table.connection)
        client = boto3.client("dynamodb", endpoint_url=process.endpoint)
        client.update_table(TableName=TABLE, StreamSpecification={"StreamEnabled": False})
        yield measured("CSV, killed at half and started again", csv, process.endpoint, killed=True)
        if (there := customers_there(process.endpoint)) != count:
            raise AssertionError(f"{there} customers are there, and {count} were imported.")
        yield measured("CSV, `--dry-run`, all known", csv, process.endpoint, dry_run=True)
        yield measured("JSON lines, the same customers", lines, process.endpoint)
    finally:
        process.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.importing")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--part", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--endpoint", default="", help=argparse.SUPPRESS)
    parser.add_argument("--dry-run", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ[name] = "eu-central-1"  # the local DynamoDB takes anything
    if options.part:
        import_it(options.part, options.endpoint, dry_run=options.dry_run)
        return
    headings = [
        f"{options.rows:,} customers",
        "outcome",
        "CPU seconds",
        "CPU ms a row",
        "seconds",
        "MB of memory at most",
    ]
    sys.stdout.write("| " + " | ".join(headings) + " |\n|" + "---|" * len(headings) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(options.rows, Path(folder)):
            sys.stdout.write("| " + " | ".join(row) + " |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
