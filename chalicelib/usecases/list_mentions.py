"""Where an agent is mentioned: by name, or as one of a team.

Rows lead to notes, and what is shown is the note as it stands now: one that is gone, or that they may not see any more,
is left out.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from chalicelib.domain.cases import Case
from chalicelib.domain.mentions import Mention, agent_mentioned, team_mentioned
from chalicelib.domain.threads import Entry
from chalicelib.usecases.ports import Page, ThreadStore

MOST_MOVES = 5  # of one note; who goes further looks for it by hand

Sees = Callable[[Case], bool]
Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class NoteMentioning:
    """`entry_id`: by which it is listed, also where the note was moved since."""

    entry_id: str
    entry: Entry
    case: Case


@dataclass(frozen=True, slots=True)
class ListMentions:
    """One query for the agent and one for each of their teams; then the notes and their cases, in batches."""

    threads: ThreadStore

    def __call__(
        self, subject: str, teams: Sequence[str], sees: Sees, limit: int, start: Mapping[str, str] | None = None
    ) -> Page[NoteMentioning]:
        """The newest first, each note once. A page may have fewer than `limit`, also none, while `next` says that more
        may follow.
        """
        before = (start or {}).get("before", "")
        whom = (agent_mentioned(subject), *map(team_mentioned, teams))
        lists = [self.threads.list_mentions(one, limit + 1, before) for one in whom]
        merged = heapq.merge(*lists, key=attrgetter("entry_id"), reverse=True)
        rows: dict[str, Mention] = {}
        for row in merged:
            rows.setdefault(row.entry_id, row)
        shown = [*rows.values()][:limit]
        next_ = {"before": shown[-1].entry_id} if len(rows) > limit else None
        return Page(tuple(self._notes(shown, f"agent:{subject}", sees)), next_)

    def _notes(self, rows: Sequence[Mention], reader: str, sees: Sees) -> list[NoteMentioning]:
        entries = self._entries({row.entry_id: (row.customer_id, row.entry_id) for row in rows})
        theirs = {id_: entry for id_, entry in entries.items() if entry.author != reader and entry.case_id}
        names = dict.fromkeys((entry.customer_id, entry.case_id) for entry in theirs.values())
        cases = {(case.customer_id, case.id): case for case in self.threads.find_cases(names)} if names else {}
        found = (
            NoteMentioning(id_, theirs[id_], case)
            for id_ in (row.entry_id for row in rows)
            if id_ in theirs and (case := cases.get((theirs[id_].customer_id, theirs[id_].case_id)))
        )
        return [one for one in found if sees(one.case)]

    def _entries(self, wanted: Mapping[str, Name]) -> dict[str, Entry]:
        """By the ids of their rows, each where it went: a round trip, and one more while some were moved on."""
        found: dict[str, Entry] = {}
        left = dict(wanted)
        for _ in range(1 + MOST_MOVES):
            if not left:
                break
            entries = {(one.customer_id, one.id): one for one in self.threads.find_entries(left.values())}
            there = {id_: entries[name] for id_, name in left.items() if name in entries}
            found |= {id_: entry for id_, entry in there.items() if not entry.moved_to}
            left = {id_: _where(entry.moved_to) for id_, entry in there.items() if entry.moved_to}
        return found


def _where(moved_to: str) -> Name:
    customer_id, _, entry_id = moved_to.partition("/")
    return customer_id, entry_id
