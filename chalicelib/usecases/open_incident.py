"""An agent opens an incident, says something else of it, and in the end closes it, with an answer to all or without.

What its inboxes tell is written in the same transaction, where the way in finds it with everything else that it reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from chalicelib.domain.broadcasts import CHOSEN, Broadcast, BroadcastStatus
from chalicelib.domain.errors import Conflict, InvalidInput
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.incidents import (
    INCIDENT_DEPENDS_ON,
    NOTICE_DEPENDS_ON,
    InboxNotices,
    Incident,
    closed,
    require_open,
    silent_about,
    telling,
)
from chalicelib.domain.templates import TextPurpose, Wording, problems_in
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, Randomness, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class OpenIncident:
    threads: ThreadStore
    configuration: ConfigurationSource
    now: Now
    randomness: Randomness

    def __call__(
        self, title: str, notice: Mapping[str, str], inboxes: Sequence[str], by: str, *, once: Once | None = None
    ) -> str:
        """Gives its id. Raises InvalidInput for an inbox that there is not, and for inboxes without a notice."""
        self._check(notice, inboxes)

        def decide() -> tuple[str, Sequence[Change]]:
            now = self.now()
            incident = Incident(
                id=ulid(now, self.randomness(10)),
                title=title,
                opened_at=now,
                opened_by=by,
                notice=MappingProxyType({**notice}),
                inboxes=tuple(dict.fromkeys(inboxes)),
            )
            return incident.id, [Create(incident), *self._told(incident), *remember(once, incident.id, now)]

        return change_customers(self.threads, once, decide)

    def change(
        self,
        incident_id: str,
        title: str,
        notice: Mapping[str, str],
        inboxes: Sequence[str],
        *,
        once: Once | None = None,
    ) -> None:
        """Raises NotFound, and Conflict for one that is closed."""
        self._check(notice, inboxes)

        def decide() -> tuple[str, Sequence[Change]]:
            incident = self.threads.get_incident(incident_id)
            require_open(incident)
            after = replace(
                incident, title=title, notice=MappingProxyType({**notice}), inboxes=tuple(dict.fromkeys(inboxes))
            )
            no_longer = [inbox for inbox in incident.inboxes if inbox not in after.inboxes]
            changes: list[Change] = [Update(incident, after, NOTICE_DEPENDS_ON)]
            changes += [*self._told(after), *self._silence(incident.id, no_longer)]
            return "", [*changes, *remember(once, "", self.now())]

        change_customers(self.threads, once, decide)

    def close(self, incident_id: str, by: str, *, once: Once | None = None) -> None:
        """Nobody is told of it any more. Closing what is closed changes nothing."""

        def decide() -> tuple[str, Sequence[Change]]:
            now, incident = self.now(), self.threads.get_incident(incident_id)
            if not incident.lasts:
                return "", remember(once, "", now)
            changes: list[Change] = [Update(incident, closed(incident, now, by), INCIDENT_DEPENDS_ON)]
            return "", [*changes, *self._silence(incident.id, incident.inboxes), *remember(once, "", now)]

        change_customers(self.threads, once, decide)

    def answer(self, incident_id: str, by: str, wordings: Mapping[str, Wording], *, once: Once | None = None) -> str:
        """Closes it, and has all cases answered that are linked to it: gives the id of the broadcast that does so.

        Raises Conflict when they were answered before, or when there are none.
        """
        check_wordings(wordings)

        def decide() -> tuple[str, Sequence[Change]]:
            now, incident = self.now(), self.threads.get_incident(incident_id)
            if incident.answer:
                raise Conflict("Its cases have been answered. Look at the broadcast that did so.")
            if not incident.linked:
                raise Conflict("No case is linked to this incident, so there is nobody to answer. Close it.")
            id_ = ulid(now, self.randomness(10))
            over = replace(incident, answer=id_) if not incident.lasts else closed(incident, now, by, id_)
            answer = Broadcast(
                id=id_,
                title=incident.title,
                recipients=incident.id,
                created_at=now,
                by=by,
                wordings=MappingProxyType({**wordings}),
                incident=incident.id,
                status=BroadcastStatus.RUNNING,
                counts=MappingProxyType({CHOSEN: incident.linked}),
                next_step_at=now,
            )
            changes: list[Change] = [Update(incident, over, ("status", "answer", "linked")), Create(answer)]
            if incident.lasts:
                changes += self._silence(incident.id, incident.inboxes)
            return id_, [*changes, *remember(once, id_, now)]

        return change_customers(self.threads, once, decide)

    def _check(self, notice: Mapping[str, str], inboxes: Sequence[str]) -> None:
        known = {inbox.name for inbox in self.configuration.current().inboxes}
        for at, name in enumerate(inboxes):
            if name not in known:
                raise InvalidInput(f"There is no inbox named {name!r}.", field=f"inboxes[{at}]")
        if inboxes and not notice:
            raise InvalidInput("Say what the senders of these inboxes are to be told.", field="notice")

    def _told(self, incident: Incident) -> list[Change]:
        changes: list[Change] = []
        for inbox in incident.inboxes:
            known = self.threads.find_notices(inbox)
            after = telling(known or InboxNotices(inbox), incident)
            changes.append(Update(known, after, ()) if known else Create(after))
        return [change for change in changes if not isinstance(change, Update) or change.before != change.after]

    def _silence(self, incident_id: str, inboxes: Sequence[str]) -> list[Change]:
        told = filter(None, map(self.threads.find_notices, inboxes))
        return [Update(known, silent_about(known, incident_id), ()) for known in told]


def check_wordings(wordings: Mapping[str, Wording]) -> None:
    """Raises InvalidInput with the place."""
    for language, wording in wordings.items():
        for problem in problems_in(wording, TextPurpose.CANNED):
            raise InvalidInput(f"{problem[0].upper()}{problem[1:]}.", field=f"wordings.{language}")
