"""Counts anew what stands in the table: for what happened before the hub counted, or after facts were lost.

    python -m infra.count_again [--after POSITION]

How it reads, and against which table, stands in `whole_table.py`; what it cannot know again, in docs/reports.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.domain.cases import Case
from chalicelib.domain.threads import Entry
from chalicelib.usecases.ports import Record
from chalicelib.wiring import Hub
from infra.whole_table import Say, run, walk


def count_again(hub: Hub, say: Say, after: str = "") -> int:
    """How many facts were written. `after`: as an earlier run said it."""

    def count(records: Sequence[Record]) -> int:
        entries = [record for record in records if isinstance(record, Entry)]
        return hub.count_facts.again(entries, [record for record in records if isinstance(record, Case)])

    facts = walk(hub, ("entry", "case"), count, "facts", say, after)
    say(f"{facts} facts are counted")
    return facts


def main(arguments: list[str] | None = None) -> None:
    run("count_again", "Count what happened anew.", count_again, arguments)


if __name__ == "__main__":
    main()
