"""An agent writes a note for colleagues. It never leaves the house and never moves a clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.cases import NOTE_DEPENDS_ON, Case, with_note
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.case_changes import Seen, change_case
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class AddNote:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(self, reference: str, agent: str, text: str, *, once: Once | None = None) -> str:
        """Gives the id of the note."""

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            now = self.now()
            note = Entry(
                id=ulid(now, self.randomness(10)),
                customer_id=case.customer_id,
                case_id=case.id,
                at=now,
                kind=EntryKind.NOTE,
                author=f"agent:{agent}",
                text=text,
            )
            changed = Update(case, with_note(case), NOTE_DEPENDS_ON)
            return note.id, [Create(note), changed, *remember(once, note.id, now)]

        return change_case(self.threads, reference, Seen(), once, decide)[0]
