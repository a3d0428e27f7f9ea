"""An agent writes a note for colleagues. It never leaves the house and never moves a clock.

Whoever is mentioned in it hears of it: their row, their notice and the note are one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.cases import NOTE_DEPENDS_ON, SIGHT_DEPENDS_ON, Case, with_note
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.mentions import NOBODY, Mentioned, mention_rows
from chalicelib.domain.threads import NO_FACTS, Entry, EntryKind
from chalicelib.usecases.case_changes import Seen, change_case
from chalicelib.usecases.mention_changes import addressees_of, agents_mentioned, notices_to
from chalicelib.usecases.notice_budget import NoticeBudget
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import (
    Change,
    ConfigurationSource,
    Create,
    Now,
    Randomness,
    ThreadStore,
    Update,
    WorkQueues,
)


@dataclass(frozen=True, slots=True)
class AddNote:
    threads: ThreadStore
    configuration: ConfigurationSource
    queues: WorkQueues
    now: Now
    randomness: Randomness

    def __call__(
        self, reference: str, agent: str, text: str, mentioned: Mentioned = NOBODY, *, once: Once | None = None
    ) -> str:
        """Gives the id of the note. Raises InvalidInput, MayNotSee for who cannot be mentioned in it."""
        notices: list[Entry] = []

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            now = self.now()
            mentions = mentioned.but(agent)
            notices[:], counts = self._notices(mentioned, mentions, case, agent, now)
            note = Entry(
                id=ulid(now, self.randomness(10)),
                customer_id=case.customer_id,
                case_id=case.id,
                at=now,
                kind=EntryKind.NOTE,
                author=f"agent:{agent}",
                text=text,
                facts=MappingProxyType({"notices": " ".join(one.id for one in notices)}) if notices else NO_FACTS,
                mentions=mentions,
            )
            rows = mention_rows(mentions, note.id, note.customer_id, now)
            depends_on = (*NOTE_DEPENDS_ON, *SIGHT_DEPENDS_ON) if mentions else NOTE_DEPENDS_ON
            changed = Update(case, with_note(case), depends_on)
            return note.id, [
                Create(note),
                changed,
                *map(Create, rows),
                *map(Create, notices),
                *counts,
                *remember(once, note.id, now),
            ]

        note_id, is_new = change_case(self.threads, reference, Seen(), once, decide)
        for notice in notices if is_new else ():
            with suppress(StorageUnavailable):  # the queue is a hint: the sweep picks up what nobody claims
                self.queues.ask_to_deliver(notice.customer_id, notice.id)
        return note_id

    def _notices(
        self, mentioned: Mentioned, mentions: tuple[str, ...], case: Case, agent: str, now: datetime
    ) -> tuple[list[Entry], list[Change]]:
        """Where nobody is mentioned, nothing is read."""
        if not mentions:
            return [], []
        configuration = self.configuration.current()
        agents = agents_mentioned(self.threads, configuration, case, mentioned, agent)
        addressees = addressees_of(mentions, agents, configuration)
        if not addressees:
            return [], []
        author = self.threads.find_agent(agent)
        notices = notices_to(addressees, case, author.name if author else "", configuration, now)
        return NoticeBudget(self.threads, configuration.notice_limit).single(notices, now)
