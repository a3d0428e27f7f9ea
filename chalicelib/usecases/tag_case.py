"""An agent says by which tags a case is to be found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.domain.cases import AGENT_CHANGE_DEPENDS_ON, Case, tagged
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.tags import MOST_TAGS, tag_named
from chalicelib.domain.threads import event_entry
from chalicelib.usecases.case_changes import NOTHING_SAID, Seen, change_case
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class TagCase:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(
        self, reference: str, agent: str, tags: Iterable[str], *, seen: Seen = NOTHING_SAID, once: Once | None = None
    ) -> None:
        """`tags`: all that it has from now on. Those that it has already change nothing. Raises InvalidInput, NotFound,
        Conflict.
        """
        wanted = {tag_named(tag) for tag in tags}
        if len(wanted) > MOST_TAGS:
            raise InvalidInput(f"A case has at most {MOST_TAGS} tags.", field="tags")

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            had = set(case.tags)
            if wanted == had:
                return "", ()
            now = self.now()
            facts = {"reference": case.reference, "added": _list(wanted - had), "removed": _list(had - wanted)}
            told = {name: value for name, value in facts.items() if value}
            event = event_entry(ulid(now, self.randomness(10)), case, now, f"agent:{agent}", "case.tagged", told)
            change = Update(case, tagged(case, wanted), AGENT_CHANGE_DEPENDS_ON)
            return "", [change, Create(event), *remember(once, "", now)]

        change_case(self.threads, reference, seen, once, decide)


def _list(tags: Iterable[str]) -> str:
    return " ".join(sorted(tags))
