"""A supervisor prepares one message to many: what it says, who gets it, and what would become of it.

Recipients are added a call at a time, named or found in a list that there is already. A dry run looks at every one of
them, writes nothing but its findings, and goes on where the call before had to stop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType

from chalicelib.domain.broadcasts import (
    CHOSEN,
    Broadcast,
    Recipient,
    RecipientState,
    counting,
    require_draft,
)
from chalicelib.domain.channel_choice import REACHED_AT
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.errors import HubError, InvalidInput, NotFound, StorageUnavailable, WriteConflict
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.templates import TextPurpose, Wording
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.open_incident import check_wordings
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, Randomness, ThreadStore, Update
from chalicelib.usecases.run_broadcast import reason_of
from chalicelib.usecases.write_to_many import WriteToMany

MOST_AT_ONCE = 50
PURPOSES = (Purpose.NOTICE, Purpose.MARKETING)
_PAGE = 100
Start = Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Planned:
    """`inbox`: its team gets what customers answer. `wordings`: by language, or the name of a canned answer as
    `template`. `urgent`: why it goes out in quiet hours, too; "" where it does not.
    """

    title: str
    inbox: str
    purpose: Purpose = Purpose.NOTICE
    wordings: Mapping[str, Wording] = field(default_factory=lambda: MappingProxyType({}))
    template: str = ""
    urgent: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """Who is to get it: ids of customers, contact points of theirs, references of their cases."""

    customers: Sequence[str] = ()
    points: Sequence[ContactPoint] = ()
    references: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """`added`: how many are new. `left`: who was not found, by what they were named, with the code of why. `next`:
    where the list goes on.
    """

    added: int
    left: Mapping[str, str] = field(default_factory=dict)
    next: Start = None


@dataclass(frozen=True, slots=True)
class PrepareBroadcast:
    threads: ThreadStore
    configuration: ConfigurationSource
    write: Callable[[], WriteToMany]
    now: Now
    randomness: Randomness

    def __call__(self, planned: Planned, by: str, *, once: Once | None = None) -> str:
        """Gives its id. Raises InvalidInput with the field."""
        wordings = self._checked(planned)

        def decide() -> tuple[str, Sequence[Change]]:
            now = self.now()
            id_ = ulid(now, self.randomness(10))
            broadcast = Broadcast(
                id=id_,
                title=planned.title,
                recipients=id_,
                created_at=now,
                by=by,
                wordings=MappingProxyType({**wordings}),
                purpose=planned.purpose,
                inbox=planned.inbox,
                urgent=planned.urgent,
                counts=MappingProxyType({CHOSEN: 0}),
            )
            return id_, [Create(broadcast), *remember(once, id_, now)]

        return change_customers(self.threads, once, decide)

    def add(self, broadcast_id: str, named: Named) -> Added:
        """Repeating it changes nothing. Raises NotFound and Conflict for the broadcast, StorageUnavailable."""
        require_draft(self.threads.get_broadcast(broadcast_id))
        found: list[str] = []
        left: dict[str, str] = {}
        for name, find in self._ways_to_find(named):
            try:
                found.append(surviving_customer(self.threads, find()).id)
            except StorageUnavailable:
                raise
            except HubError as error:
                left[name] = error.code
        return Added(self._added(broadcast_id, found), left)

    def add_from_team(self, broadcast_id: str, team: str, start: Start) -> Added:
        """Those with an open case of the team, a page at a time. Raises NotFound."""
        self.configuration.current().get_team(team)
        require_draft(self.threads.get_broadcast(broadcast_id))
        page = self.threads.list_urgent(team, MOST_AT_ONCE, start)
        found = [surviving_customer(self.threads, row.customer_id).id for row in page.items]
        return Added(self._added(broadcast_id, found), {}, page.next)

    def add_from_incident(self, broadcast_id: str, incident_id: str, start: Start) -> Added:
        """Those with a case that is linked to it, a page at a time. Raises NotFound."""
        self.threads.get_incident(incident_id)
        rows = self.threads.list_recipients(incident_id, MOST_AT_ONCE, (start or {}).get("after", ""))
        linked = [row.id for row in rows if row.state is not RecipientState.REMOVED]
        added = self.add(broadcast_id, Named(references=linked))
        more = {"after": rows[-1].id} if len(rows) == MOST_AT_ONCE else None
        return replace(added, next=more)

    def dry_run(self, broadcast_id: str, until: datetime) -> Broadcast:
        """With what it has found so far. Repeating it goes on until everybody was looked at. Raises NotFound, and
        Conflict for one that was started.
        """
        known = self.threads.get_broadcast(broadcast_id)
        require_draft(known)
        seen, position = Counter(known.estimate), known.position
        while self.now() < until and (page := self.threads.list_recipients(known.recipients, _PAGE, position)):
            for recipient in page:
                if self.now() >= until:
                    break
                seen.update(self._foreseen(known, recipient))
                position = recipient.id
        looked = replace(known, estimate=MappingProxyType({**seen}), position=position)
        if looked != known:
            self.threads.commit([Update(known, looked, ("status", "counts", "estimate", "position"))])
        return looked

    def _foreseen(self, broadcast: Broadcast, recipient: Recipient) -> dict[str, int]:
        try:
            customer = surviving_customer(self.threads, recipient.id)
            if customer.id != recipient.id:
                return {f"{RecipientState.LEFT_OUT}:merged": 1}
            letter = self.write()(broadcast, customer)
        except HubError as error:
            if error.retryable:
                raise
            return {f"{RecipientState.LEFT_OUT}:{reason_of(error)}": 1}
        segments = {f"segments:{letter.entry.channel}": letter.preview.segments} if letter.preview.segments else {}
        return {f"{RecipientState.TOLD}:{letter.entry.channel}": 1, **segments}

    def _ways_to_find(self, named: Named) -> Iterator[tuple[str, Callable[[], str]]]:
        """How they were named, and what gives the id of the customer behind it."""
        for id_ in named.customers:
            yield id_, partial(str, id_)
        for point in named.points:
            yield str(point), partial(self._owner_of, point)
        for reference in named.references:
            yield reference, partial(self._customer_in, reference)

    def _owner_of(self, point: ContactPoint) -> str:
        owner = self.threads.find_owner(point)
        if owner is None:
            raise NotFound()
        return owner.customer_id

    def _customer_in(self, reference: str) -> str:
        return get_case_by_reference(self.threads, reference).customer_id

    def _added(self, broadcast_id: str, found: Iterable[str]) -> int:
        """What was foreseen is foreseen anew: who is new may stand before those who were looked at."""
        wanted = dict.fromkeys(found)
        for _ in range(MOST_RACES):
            known = self.threads.get_broadcast(broadcast_id)
            require_draft(known)
            there = self.threads.find_recipients(known.recipients, wanted)
            new = [Create(Recipient(known.recipients, id_)) for id_ in wanted if id_ not in there]
            if not new:
                return 0
            after = replace(counting(known, CHOSEN, len(new)), estimate=MappingProxyType({}), position="")
            try:
                self.threads.commit([*new, Update(known, after, ("status", "counts", "estimate", "position"))])
            except WriteConflict:
                continue
            return len(new)
        raise StorageUnavailable()

    def _checked(self, planned: Planned) -> Mapping[str, Wording]:
        configuration = self.configuration.current()
        inbox = next((one for one in configuration.inboxes if one.name == planned.inbox), None)
        if inbox is None or inbox.channel not in REACHED_AT:
            raise InvalidInput("Name an inbox by which customers can be written to.", field="inbox")
        if planned.urgent and planned.purpose is Purpose.MARKETING:
            raise InvalidInput("Marketing disturbs nobody at night.", field="urgent")
        wordings = _template_of(planned, configuration) if planned.template else planned.wordings
        if not wordings:
            raise InvalidInput("Say what they are to be told, in one language at least.", field="wordings")
        check_wordings(wordings)
        return wordings


def _template_of(planned: Planned, configuration: Configuration) -> Mapping[str, Wording]:
    template = configuration.templates.get(planned.template)
    if template is None or template.purpose is not TextPurpose.CANNED:
        raise InvalidInput("There is no canned answer of that name.", field="template")
    return template.wordings
