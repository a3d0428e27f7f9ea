"""Makes the index of words again from what stands in the table: for what was written before there was an index, and
after a kind of case became restricted or is so no more, or a team with such cases is known no more.

    python -m infra.index_again [--after POSITION]

How it reads, and against which table, stands in `whole_table.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from chalicelib.domain.cases import Case
from chalicelib.domain.customers import Customer
from chalicelib.domain.search import NAMES, Posting
from chalicelib.domain.threads import Entry
from chalicelib.storage.keys import PATTERNS, Key
from chalicelib.storage.table import Attributes
from chalicelib.usecases.index_texts import NameText
from chalicelib.usecases.ports import Record
from chalicelib.wiring import Hub
from infra.whole_table import Say, run, walk

# What the function writes at the same moment is as of later, by whichever clock.
CLOCKS_DIFFER = timedelta(minutes=1)


def index_again(hub: Hub, say: Say, after: str = "") -> int:
    """How many texts were put into the index. `after`: as an earlier run said it."""

    def index(records: Sequence[Record]) -> int:
        entries = [record for record in records if isinstance(record, Entry)]
        names = [NameText(one.id, "", one.name) for one in records if isinstance(one, Customer) and one.name]
        cases = [one for one in records if isinstance(one, Case)]
        return hub.index_texts.again(entries, names, cases, hub.ports.now() - CLOCKS_DIFFER)

    shelves = {*hub.index_texts.shelves, NAMES}
    texts = walk(hub, ("entry", "customer", "case"), index, "texts", say, after, lambda item: _is_stale(item, shelves))
    say(f"{texts} texts are in the index")
    return texts


def _is_stale(item: Attributes, shelves: Collection[str]) -> bool:
    """A row from when each word had a partition of its own, or on a shelf that nobody reads any more: of a team that
    is gone, or of any team since no kind is restricted. Nothing would take it away with its text.
    """
    key = Key(item["pk"]["S"], item["sk"]["S"])
    if not key.pk.startswith("WORD#"):
        return False
    return "#" not in key.sk or PATTERNS[Posting].names_in(key)["beginning"].partition("@")[2] not in shelves


def main(arguments: list[str] | None = None) -> None:
    run("index_again", "Make the index of words again.", index_again, arguments)


if __name__ == "__main__":
    main()
