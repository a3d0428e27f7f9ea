"""Reads the whole table page by page, for what is made again from what stands there (`index_again`, `count_again`).

It repeats harmlessly: what is there already is written once more. After each page it says how far it has come; where it
stopped, it goes on with that. It runs the hub's own code on this machine, against the local stack unless TABLE_NAME is
set: then against that table, with the caller's own AWS credentials.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from chalicelib.domain.errors import HubError
from chalicelib.storage.keys import Key
from chalicelib.storage.mapping import record_from
from chalicelib.storage.table import Attributes
from chalicelib.usecases.ports import Record
from chalicelib.wiring import Hub
from infra.local.stack import NotDeployed
from infra.reconcile import _hub

PAGE = 200

Say = Callable[[str], None]


def walk(
    hub: Hub,
    kinds: Sequence[str],
    make: Callable[[Sequence[Record]], int],
    what: str,
    say: Say,
    after: str,
    is_stale: Callable[[Attributes], bool] = lambda _item: False,
) -> int:
    """How many `make` made, of the records of those kinds; `what`: their name. `after`: as an earlier run said it.

    What is stale is deleted.
    """
    start = {name: {"S": value} for name, value in json.loads(after).items()} if after else None
    made = 0
    while True:
        rows = hub.ports.table.scan(PAGE, start)
        made += make([record_from(item) for item in rows.items if item.get("type", {}).get("S") in kinds])
        stale = [Key(item["pk"]["S"], item["sk"]["S"]) for item in rows.items if is_stale(item)]
        if stale:
            hub.ports.table.change_singly(delete=stale)
        if rows.last is None:
            return made
        start = rows.last
        position = json.dumps({name: value["S"] for name, value in start.items()})
        say(f"{made} {what} so far; go on with --after '{position}'")


def run(module: str, description: str, again: Callable[[Hub, Say, str], int], arguments: list[str] | None) -> None:
    parser = argparse.ArgumentParser(prog=f"python -m infra.{module}", description=description)
    parser.add_argument("--folder", type=Path, default=Path(".local"), help="of the local stack (default: .local)")
    parser.add_argument("--after", default="", help="the position that an earlier run said")
    options = parser.parse_args(arguments)
    try:
        again(_hub(options.folder), print, options.after)
    except HubError as error:
        sys.exit(f"error: {error.public_text}")
    except (NotDeployed, FileNotFoundError):
        sys.exit("error: The local stack is not up, and TABLE_NAME is not set.")
