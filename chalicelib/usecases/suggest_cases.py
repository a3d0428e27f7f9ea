"""Open cases that look like an incident are offered to whoever links them. A person decides; nothing is linked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.cases import CaseSummary
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.incidents import Incident, beginnings_in, found_in
from chalicelib.usecases.ports import ConfigurationSource, Page, ThreadStore

_BEFORE_IT_OPENED = timedelta(days=2)  # people complain before anybody calls it an incident


@dataclass(frozen=True, slots=True)
class Wanted:
    """`inbox`: its team's cases of its channel, "" for the incident's first inbox. `team`: the cases of that one, of
    any channel. `words`: one of them has to be there, "" for those of the title and the notice. `since`: of the last
    activity; None for two days before the incident was opened.
    """

    inbox: str = ""
    team: str = ""
    words: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`words`: beginnings of those that stand in its subject or in what its customer wrote last."""

    case: CaseSummary
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuggestCases:
    threads: ThreadStore
    configuration: ConfigurationSource

    def __call__(
        self, incident_id: str, wanted: Wanted, limit: int, start: Mapping[str, str] | None = None
    ) -> Page[Suggestion]:
        """Of one page of the team's open cases those that fit, with the most words first: three round trips however
        many there are. A page may be empty while `next` says that more follow. Raises NotFound, InvalidInput.
        """
        incident = self.threads.get_incident(incident_id)
        team, channel = self._list_of(incident, wanted)
        words = beginnings_in(wanted.words or " ".join((incident.title, *incident.notice.values())))
        if not words:
            raise InvalidInput("Give at least one word of four letters.", field="words")
        since = wanted.since or incident.opened_at - _BEFORE_IT_OPENED
        page = self.threads.list_urgent(team, limit, start)
        fresh = [
            one for one in page.items if one.last_activity_at >= since and (channel is None or one.channel is channel)
        ]
        linked = self.threads.find_recipients(incident_id, [one.reference for one in fresh]) if fresh else {}
        found = self._fitting([one for one in fresh if one.reference not in linked], words)
        return Page(tuple(sorted(found, key=lambda one: -len(one.words))), page.next)

    def _list_of(self, incident: Incident, wanted: Wanted) -> tuple[str, str | None]:
        if wanted.team:
            return wanted.team, None
        name = wanted.inbox or next(iter(incident.inboxes), "")
        inbox = next((one for one in self.configuration.current().inboxes if one.name == name), None)
        if inbox is None:
            raise InvalidInput("Name an inbox or a team: the incident has none.", field="inbox")
        return inbox.team, inbox.channel

    def _fitting(self, cases: list[CaseSummary], words: tuple[str, ...]) -> list[Suggestion]:
        names = [(case.customer_id, case.last_inbound_id) for case in cases if case.last_inbound_id]
        said = {entry.id: entry.text for entry in self.threads.find_entries(names)} if names else {}
        found = [(case, found_in(words, case.subject, said.get(case.last_inbound_id, ""))) for case in cases]
        return [Suggestion(case, matched) for case, matched in found if matched]
