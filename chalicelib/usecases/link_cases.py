"""Cases are linked to an incident, many at a time, or taken from it again, as long as it lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.broadcasts import RECIPIENT_DEPENDS_ON, Recipient, RecipientState
from chalicelib.domain.cases import Case, CaseStatus, linked
from chalicelib.domain.errors import Conflict, HubError, StorageUnavailable
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.incidents import INCIDENT_DEPENDS_ON, require_open
from chalicelib.domain.threads import event_entry
from chalicelib.usecases.case_changes import Seen, change_case
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update

LINKED, UNLINKED = "case.linked", "case.unlinked"
_DEPENDS_ON = ("version", "status", "incident")


@dataclass(frozen=True, slots=True)
class Linked:
    """`done`: references of those that are linked now. `left`: those that are not, with the code of why."""

    done: tuple[str, ...]
    left: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LinkCases:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(self, incident_id: str, references: Sequence[str], by: str) -> Linked:
        """Each for itself: one that cannot be linked does not stop the others, and repeating it changes nothing.
        Raises NotFound and Conflict for the incident.
        """
        require_open(self.threads.get_incident(incident_id))
        done: list[str] = []
        left: dict[str, str] = {}
        for reference in dict.fromkeys(references):
            try:
                done.append(self._link(incident_id, reference, by))
            except StorageUnavailable:
                raise
            except HubError as error:
                left[reference] = error.code
        return Linked(tuple(done), left)

    def unlink(self, incident_id: str, reference: str, by: str) -> None:
        """Raises NotFound, and Conflict when the incident is closed. One that is not linked to it stays as it is."""

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            if case.incident != incident_id:
                return "", ()
            return "", self._changes(case, incident_id, by, to_link=False)

        change_case(self.threads, reference, Seen(forced=True), None, decide)

    def _link(self, incident_id: str, reference: str, by: str) -> str:
        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            if case.incident == incident_id:
                return case.reference, ()
            if case.incident or case.status not in (CaseStatus.OPEN, CaseStatus.CLOSED):
                raise Conflict("It is linked to another incident, or is no case that can be answered.")
            return case.reference, self._changes(case, incident_id, by, to_link=True)

        return change_case(self.threads, reference, Seen(forced=True), None, decide)[0]

    def _changes(self, case: Case, incident_id: str, by: str, *, to_link: bool) -> list[Change]:
        incident = self.threads.get_incident(incident_id)
        require_open(incident)
        now = self.now()
        known = self.threads.find_recipients(incident_id, [case.reference]).get(case.reference)
        state = RecipientState.WAITING if to_link else RecipientState.REMOVED
        row = Recipient(incident_id, case.reference, state)
        event = event_entry(
            ulid(now, self.randomness(10)),
            case,
            now,
            f"agent:{by}",
            LINKED if to_link else UNLINKED,
            {"reference": case.reference, "incident": incident_id},
        )
        counted = replace(incident, linked=incident.linked + (1 if to_link else -1))
        return [
            Update(case, linked(case, incident_id if to_link else ""), _DEPENDS_ON),
            Update(known, row, RECIPIENT_DEPENDS_ON) if known else Create(row),
            Update(incident, counted, INCIDENT_DEPENDS_ON),
            Create(event),
        ]
