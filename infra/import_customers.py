"""Imports customers from a file (CSV, or JSON lines), over the API.

    python -m infra.import_customers FILE --url https://api.example.com --token-command COMMAND [--dry-run]

Each row is recorded by its external id, so whatever is sent twice is there once. Behind every few hundred rows it is
written down beside the file how far it has come (FILE.progress): after a crash, a deployment or an expired token, start
it again, and it goes on there. What was wrong with a row stands in FILE.problems, a JSON object in each line: the row,
the field, and what to do. Once they are mended, import the whole file again: the other rows are then unchanged.

With --dry-run it does nothing but find the problems. It keeps a few hundred rows in memory, however long the file is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shlex
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from infra.customer_files import Row, UnreadableFile, read_rows

RECORDS_IN_A_CALL = 50  # what the API takes at once
CALLS_AT_ONCE = 4
LARGEST_CALL = 200_000  # bytes of records; the API takes 262,144
PATIENCE = (1, 2, 4, 8, 16, 32, 60, 60)  # seconds between two attempts
PATH = "/v1/customer-imports"

_OF_THE_BODY = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
_AGAIN = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, 504)


class ImportStopped(Exception):
    """It cannot go on. Its text says why; what was imported is imported, and it goes on there when started again."""


Post = Callable[[bytes], tuple[int, bytes]]
"""A body, to the API -> the status and the body of its answer. Raises OSError, HTTPException where there is none."""


@dataclass(slots=True)
class Position:
    """How far it has come: the byte of the file behind the last row done, the size of the problems written by then."""

    file: str
    end: int = 0
    row: int = 0
    problems: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def save(self, path: Path) -> None:
        saved = {
            "file": self.file,
            "end": self.end,
            "row": self.row,
            "problems": self.problems,
            "counts": self.counts,
        }
        whole = path.with_name(f"{path.name}.new")
        whole.write_text(json.dumps(saved))
        whole.replace(path)


def import_file(
    path: Path,
    post: Post,
    say: Callable[[str], None],
    *,
    encoding: str = "utf-8",
    system: str = "",
    dry_run: bool = False,
    at_once: int = CALLS_AT_ONCE,
    sleep: Callable[[float], None] = time.sleep,
) -> Counter[str]:
    """How many rows had which outcome. Raises UnreadableFile, ImportStopped."""
    progress = path.with_name(f"{path.name}.progress")
    digest = _digest(path, encoding, system)
    position = Position(digest) if dry_run else _position(progress, digest)
    total = max(path.stat().st_size, 1)
    if position.row:
        say(f"It goes on behind row {position.row}.")
    with path.with_name(f"{path.name}.problems").open("r+b" if position.problems else "wb") as problems:
        problems.truncate(position.problems)  # those of rows that are done again
        problems.seek(position.problems)
        rows = read_rows(path, encoding, system)
        for window in _windows(rows, position.row, RECORDS_IN_A_CALL * at_once):
            for row, result in _sent(window, post, at_once, dry_run=dry_run, sleep=sleep):
                position.counts[result["outcome"]] += 1
                for problem in _problems(row, result):
                    problems.write(json.dumps(problem, ensure_ascii=False).encode() + b"\n")
            problems.flush()
            position.row, position.end, position.problems = window[-1].number, window[-1].end, problems.tell()
            if not dry_run:
                position.save(progress)
            say(f"{100 * position.end // total:3} %, up to row {position.row}: {_in_words(position.counts)}")
    if not dry_run:
        progress.unlink(missing_ok=True)
    return position.counts


def _digest(path: Path, encoding: str, system: str) -> str:
    """Another file, or the same one read otherwise, begins at its beginning."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.sha256(f"{encoding} {system} ".encode())).hexdigest()


def _position(progress: Path, digest: str) -> Position:
    try:
        known = json.loads(progress.read_text())
        if known["file"] == digest:
            return Position(digest, known["end"], known["row"], known["problems"], Counter(known["counts"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        pass
    return Position(digest)


def _windows(rows: Iterable[Row], after: int, most: int) -> Iterator[list[Row]]:
    """Rows that may be sent at once: no id is twice among them, so that of two rows of one customer the later wins."""
    window: list[Row] = []
    ids: set[str] = set()
    for row in rows:
        if row.number <= after:
            continue
        id_ = str(row.record.get("external_id")) if row.record else ""
        if len(window) == most or id_ in ids:
            yield window
            window, ids = [], set()
        window.append(row)
        if id_:
            ids.add(id_)
    if window:
        yield window


def _sent(
    window: Sequence[Row], post: Post, at_once: int, *, dry_run: bool, sleep: Callable[[float], None]
) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    """What came of each row, in their order."""
    calls = list(_calls([row for row in window if row.record is not None]))
    with ThreadPoolExecutor(at_once) as pool:
        answers = list(pool.map(lambda rows: _called(rows, post, dry_run=dry_run, sleep=sleep), calls))
    results = {
        row.number: result
        for rows, answer in zip(calls, answers, strict=True)
        for row, result in zip(rows, answer, strict=True)
    }
    for row in window:
        yield row, results.get(row.number) or _refused(row)


def _refused(row: Row) -> Mapping[str, Any]:
    return {"outcome": "refused", "kept_by_others": [], "problem": {"field": row.field, "detail": row.problem}}


def _calls(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    call: list[Row] = []
    size = 0
    for row in rows:
        length = len(json.dumps(row.record))
        if call and (len(call) == RECORDS_IN_A_CALL or size + length > LARGEST_CALL):
            yield call
            call, size = [], 0
        call.append(row)
        size += length
    if call:
        yield call


def _called(
    rows: Sequence[Row], post: Post, *, dry_run: bool, sleep: Callable[[float], None]
) -> Sequence[Mapping[str, Any]]:
    body = json.dumps({"records": [row.record for row in rows], "dry_run": dry_run}).encode()
    for pause in (*PATIENCE, None):
        try:
            status, answer = post(body)
        except (OSError, HTTPException) as error:
            status, answer = 0, str(error).encode()
        if status == HTTPStatus.OK:
            results: list[Mapping[str, Any]] = json.loads(answer)["results"]
            return results
        if status in _OF_THE_BODY:
            return _one_by_one(rows, post, answer, dry_run=dry_run, sleep=sleep)
        if status and status not in _AGAIN:
            break
        if pause:
            sleep(pause)
    said = answer.decode(errors="replace")[:500]
    raise ImportStopped(
        f"The API answered rows {rows[0].number} to {rows[-1].number} with {status or 'nothing'}: {said}"
    )


def _one_by_one(
    rows: Sequence[Row], post: Post, answer: bytes, *, dry_run: bool, sleep: Callable[[float], None]
) -> Sequence[Mapping[str, Any]]:
    """A row that spoils the whole body, by its depth for instance, is found by sending each alone."""
    if len(rows) > 1:
        return [result for row in rows for result in _called([row], post, dry_run=dry_run, sleep=sleep)]
    problem = json.loads(answer)
    return [{"outcome": "refused", "kept_by_others": [], "problem": problem}]


def _problems(row: Row, result: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    known = {"row": row.number, "external_id": row.external_id or None}
    if problem := result.get("problem"):
        yield {**known, "field": row.field_named(problem["field"] or ""), "problem": problem["detail"]}
    for point in result["kept_by_others"]:
        yield {
            **known,
            "field": "contact_points",
            "problem": f"{point} is another customer's and stays so. An agent is asked whether the two are one.",
        }


def _in_words(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{counts[name]} {name}" for name in ("created", "changed", "unchanged", "refused") if counts[name]
    )


class Api:
    """`token_command` is run for an access token, and once more when that has expired. `open_`: as urlopen."""

    def __init__(self, url: str, token_command: Sequence[str], open_: Callable[..., Any] = urlopen) -> None:
        self._url = url.rstrip("/") + PATH
        self._command = token_command
        self._open = open_
        self._token = ""

    def __call__(self, body: bytes) -> tuple[int, bytes]:
        status, answer = self._post(body)
        if status == HTTPStatus.UNAUTHORIZED and self._command:
            self._token = ""
            status, answer = self._post(body)
        return status, answer

    def _post(self, body: bytes) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self._bearer()}", "Content-Type": "application/json"}
        request = Request(self._url, body, headers, method="POST")  # noqa: S310  # the operator's own, checked in main
        try:
            with self._open(request, timeout=35) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()

    def _bearer(self) -> str:
        if not self._token and self._command:
            made = subprocess.run(self._command, capture_output=True, text=True, check=False)
            if made.returncode:
                raise ImportStopped(f"The token command failed: {made.stderr.strip()[:500]}")
            self._token = made.stdout.strip()
        return self._token or os.environ.get("SPLOT_TOKEN", "")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m infra.import_customers", description="Import customers from a file."
    )
    parser.add_argument("file", type=Path, help="CSV with a line of column names, or JSON lines")
    parser.add_argument("--url", required=True, help="of the API, without /v1")
    parser.add_argument("--token-command", default="", help="prints an access token; SPLOT_TOKEN when left out")
    parser.add_argument("--system", default="", help="the name that is put before each external id, such as crm")
    parser.add_argument("--encoding", default="utf-8", help="of the file (default: utf-8); cp1250 for Excel in Poland")
    parser.add_argument("--dry-run", action="store_true", help="find the problems, import nothing")
    options = parser.parse_args(arguments)
    if not options.url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        parser.error("--url has to begin with https://")
    post = Api(options.url, shlex.split(options.token_command))
    try:
        counts = import_file(
            options.file, post, print, encoding=options.encoding, system=options.system, dry_run=options.dry_run
        )
    except LookupError:
        sys.exit(f"error: There is no encoding {options.encoding}.")
    except (UnreadableFile, ImportStopped, OSError) as error:
        sys.exit(f"error: {error}")
    print(("It would be: " if options.dry_run else "Done: ") + (_in_words(counts) or "no rows"))
    if counts["refused"]:
        sys.exit(f"{counts['refused']} rows were refused; {options.file}.problems says why, and what to do.")


if __name__ == "__main__":
    main()
