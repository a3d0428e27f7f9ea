"""A logged-in customer reads the own thread and cases: of everybody who is one with them, and nothing internal.

What may be shown is decided in `domain/access.py` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.access import case_may_be_shown, may_be_shown
from chalicelib.domain.case_clocks import our_next_word_at
from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customers import CustomerPage
from chalicelib.domain.delivery import fetched
from chalicelib.domain.errors import NotFound, StorageUnavailable, WriteConflict
from chalicelib.domain.identifiers import first_ulid_at
from chalicelib.domain.satisfaction import Survey, rules_for_ratings
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.broadcast_fates import counted_for_many
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.find_customer import read_family
from chalicelib.usecases.ports import ConfigurationSource, Now, Page, ThreadStore, Update

_AT_ITS_BEGINNING = 10


@dataclass(frozen=True, slots=True)
class Oneself:
    """Who a login is: the pages of the family, the survivor's first, and the contact points proved to be theirs.

    `listed`: all contact points, by the member of the family with whom they are listed.
    """

    pages: tuple[CustomerPage, ...]
    proved: frozenset[ContactPoint]
    listed: Mapping[str, tuple[ContactPoint, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def family(self) -> tuple[str, ...]:
        return tuple(page.customer.id for page in self.pages)


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """`reference`: of the case that it stands in, or ""."""

    entry: Entry
    reference: str


@dataclass(frozen=True, slots=True)
class OwnCase:
    """`is_known`: it began with what the customer may read; else its subject and promises are withheld.

    `answer_by`: when our next word is due, None while none is. `rateable_until`: until when it may be rated, None when
    it may not be now. `rated`: how it was, since it was closed last.
    """

    case: Case
    is_known: bool
    answer_by: datetime | None
    rateable_until: datetime | None = None
    rated: Survey | None = None


@dataclass(frozen=True, slots=True)
class ReadOwnThread:
    """What the app fetches is delivered by that: it is written down before it is shown."""

    threads: ThreadStore
    configuration: ConfigurationSource
    now: Now

    def newest(self, principal_id: str, limit: int, start: Mapping[str, str] | None = None) -> Page[OwnEntry]:
        """Newest first. A page may have fewer than `limit` entries, because what is internal is left out."""
        oneself = self.find_oneself(principal_id)
        if oneself is None:
            return Page(())
        page = self.threads.list_threads(oneself.family, limit, start)
        return Page(self.shown(oneself, page.items), page.next)

    def since(self, principal_id: str, after: str, limit: int) -> Page[OwnEntry]:
        """What came behind an entry, oldest first."""
        oneself = self.find_oneself(principal_id)
        if oneself is None:
            return Page(())
        page = self.threads.list_threads_since(oneself.family, after, limit)
        return Page(self.shown(oneself, page.items), page.next)

    def cases(self, principal_id: str, limit: int, start: Mapping[str, str] | None = None) -> Page[OwnCase]:
        """Of the family, newest first. A page may have fewer than `limit`, because what is internal is left out."""
        oneself = self.find_oneself(principal_id)
        if oneself is None:
            return Page(())
        page = self.threads.list_cases(oneself.family, limit, start)
        return Page(self.own_cases(page.items, oneself), page.next)

    def get_case(self, principal_id: str, reference: str) -> Case:
        """Raises NotFound, in the same words for one that they do not see and for one that there is not."""
        case, oneself = get_case_by_reference(self.threads, reference), self.find_oneself(principal_id)
        if oneself is None or case.customer_id not in oneself.family or self.own_case(case, oneself) is None:
            raise NotFound("There is no such case.")
        return case

    def get_entry(self, principal_id: str, entry_id: str) -> Entry:
        """Raises NotFound, also for what is somebody else's or internal: nobody can tell one from the other."""
        oneself = self.find_oneself(principal_id)
        for member in oneself.family if oneself else ():
            try:
                entry = self.threads.get_entry(member, entry_id)
            except NotFound:
                continue
            if oneself and may_be_shown(entry, oneself.proved, self.now()):
                return entry
        raise NotFound()

    def find_oneself(self, principal_id: str) -> Oneself | None:
        """None for a login that nobody has written from yet."""
        login = ContactPoint(PointKind.APP, principal_id)
        owner = self.threads.find_owner(login)
        if owner is None:
            return None
        pages = read_family(self.threads, owner.customer_id)
        listed = {member: self.threads.list_points(member) for member in pages[0].customer.family}
        owners = self.threads.find_owners((login, *(point for points in listed.values() for point in points)))
        proved = frozenset(point for point, found in owners.items() if found.is_proved)
        return Oneself(pages, proved, MappingProxyType(listed))

    def shown(self, oneself: Oneself, entries: tuple[Entry, ...]) -> tuple[OwnEntry, ...]:
        now = self.now()
        shown = [got for entry in entries if (got := self._fetched(entry, oneself, now))]
        references = {case.id: case.reference for page in oneself.pages for case in page.cases}
        for entry in shown:
            if entry.case_id and entry.case_id not in references:
                references[entry.case_id] = self.threads.get_case(entry.customer_id, entry.case_id).reference
        return tuple(OwnEntry(entry, references.get(entry.case_id, "")) for entry in shown)

    def _fetched(self, entry: Entry, oneself: Oneself, now: datetime) -> Entry | None:
        """The entry, if it may be shown. One that is taken back at the same moment is not: one comes first."""
        for _ in range(MOST_RACES):
            if not may_be_shown(entry, oneself.proved, now):
                return None
            if entry.channel is not Channel.APP or entry.delivery is None:
                return entry
            after = fetched(entry.delivery, now, self.configuration.current().app_unread_after)
            if after is entry.delivery:
                return entry
            got = replace(entry, delivery=after)
            try:
                counted = counted_for_many(self.threads, entry, after)
                self.threads.commit([Update(entry, got, ("delivery",)), *counted])
            except WriteConflict:
                entry = self.threads.get_entry(entry.customer_id, entry.id)
                continue
            return got
        raise StorageUnavailable()

    def own_cases(self, cases: Iterable[Case], oneself: Oneself) -> tuple[OwnCase, ...]:
        """Those that they may know of, and how they may be or were rated."""
        from chalicelib.usecases.own_ratings import with_ratings  # the function starts for other calls, mostly

        shown = [own for case in cases if (own := self.own_case(case, oneself))]
        rules = rules_for_ratings(self.configuration.current().survey_rules)
        return with_ratings(self.threads, shown, oneself.proved, rules, self.now())

    def own_case(self, case: Case, oneself: Oneself) -> OwnCase | None:
        now = self.now()
        # The message that opened it stands at its very instant, maybe behind an event of that instant.
        around = self.threads.list_threads_since((case.customer_id,), first_ulid_at(case.opened_at), _AT_ITS_BEGINNING)
        messages = (entry for entry in around.items if entry.kind in (EntryKind.INBOUND, EntryKind.OUTBOUND))
        first = next((entry for entry in messages if entry.case_id == case.id), None)
        if not case_may_be_shown(case, first, oneself.proved, now):
            return None
        is_known = first is not None and may_be_shown(first, oneself.proved, now)
        return OwnCase(case, is_known, our_next_word_at(case))
