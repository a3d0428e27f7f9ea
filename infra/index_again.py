"""Makes the index of words again from what stands in the table: for what was written before there was an index, and
after a kind of case became restricted or is so no more.

    python -m infra.index_again [--after POSITION]

Reads the whole table once and repeats harmlessly: what is indexed already is written once more. After each page it says
how far it has come; where it stopped, it goes on with that. It runs the hub's own code on this machine, against the
local stack unless TABLE_NAME is set: then against that table, with the caller's own AWS credentials.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import HubError
from chalicelib.domain.threads import Entry
from chalicelib.storage.mapping import record_from
from chalicelib.usecases.index_texts import NameText
from chalicelib.wiring import Hub
from infra.local.stack import NotDeployed
from infra.reconcile import _hub

PAGE = 200
KINDS = ("entry", "customer")


def index_again(hub: Hub, say: Callable[[str], None], after: str = "") -> int:
    """How many texts were put into the index. `after`: as an earlier run said it."""
    start = {name: {"S": value} for name, value in json.loads(after).items()} if after else None
    texts = 0
    while True:
        rows = hub.ports.table.scan(PAGE, start)
        records = [record_from(item) for item in rows.items if item.get("type", {}).get("S") in KINDS]
        entries = [record for record in records if isinstance(record, Entry)]
        names = [NameText(one.id, "", one.name) for one in records if isinstance(one, Customer) and one.name]
        texts += hub.index_texts.again(entries, names)
        if rows.last is None:
            say(f"{texts} texts are in the index")
            return texts
        start = rows.last
        position = json.dumps({name: value["S"] for name, value in start.items()})
        say(f"{texts} texts so far; go on with --after '{position}'")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.index_again", description="Make the index of words again.")
    parser.add_argument("--folder", type=Path, default=Path(".local"), help="of the local stack (default: .local)")
    parser.add_argument("--after", default="", help="the position that an earlier run said")
    options = parser.parse_args(arguments)
    try:
        index_again(_hub(options.folder), print, options.after)
    except HubError as error:
        sys.exit(f"error: {error.public_text}")
    except (NotDeployed, FileNotFoundError):
        sys.exit("error: The local stack is not up, and TABLE_NAME is not set.")


if __name__ == "__main__":
    main()
