"""Finding what was written, and customers by their names, in whatever case or thread it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import first_ulid_at, time_of
from chalicelib.domain.search import ALWAYS, NAMES, case_words, name_words, names_at, periods_between, words_of
from chalicelib.domain.search_words import all_lead_to
from chalicelib.domain.threads import Entry
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.ports import Now, Page, SearchIndex, ThreadStore

MOST_ROUNDS = 4  # of looking into the index for one page, where what it gives falls through the filters

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)

Sees = Callable[[Case], bool]
Start = Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """`words`: stems and beginnings of them, all of which must stand there. The others are no limits where they are
    None; without a `status` spam is left out.
    """

    words: tuple[str, ...]
    status: CaseStatus | None = None
    kind: str | None = None
    tag: str | None = None
    channel: Channel | None = None
    team: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, entry: Entry, case: Case) -> bool:
        return (
            all_lead_to(self.words, words_of(entry))
            and (case.status is self.status if self.status else case.status in (CaseStatus.OPEN, CaseStatus.CLOSED))
            and self.kind in (None, case.kind)
            and (self.tag is None or self.tag in case.tags)
            and self.team in (None, case.team)
            and self.channel in (None, entry.channel)
            and (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
        )


@dataclass(frozen=True, slots=True)
class CasesWanted:
    """What cases have in common; None where it does not matter. Without a `status` open and closed ones. `since`,
    `until`: when they were opened here, which of one that was split off is later than its first message.
    """

    tags: tuple[str, ...] = ()
    kind: str | None = None
    channel: Channel | None = None
    status: CaseStatus | None = None
    team: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """By which the index finds them."""
        return case_words(self.tags, self.kind or "", self.channel or "", self.status or "")

    def fits(self, case: Case) -> bool:
        known = case_words(case.tags, case.kind, case.channel, case.status)
        return (
            {*self.words} <= {*known}
            and self.team in (None, case.team)
            and (self.status is not None or case.status in (CaseStatus.OPEN, CaseStatus.CLOSED))
            and (self.since is None or time_of(case.id) >= self.since)
            and (self.until is None or time_of(case.id) < self.until)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    entry: Entry
    case: Case


@dataclass(frozen=True, slots=True)
class SearchThreads:
    """What the index gives is read and looked at before it is shown: two round trips for each round."""

    threads: ThreadStore
    index: SearchIndex
    now: Now

    def __call__(
        self, wanted: Wanted, shelves: Sequence[str], sees: Sees, limit: int, start: Start = None
    ) -> Page[Hit]:
        """The newest first. A page may have fewer hits than `limit`, also none, while `next` says that more may follow:
        the bound on what is read for a page was reached.
        """
        periods, position = self._times(wanted.since, wanted.until, start)
        hits: list[Hit] = []
        for _ in range(MOST_ROUNDS if periods else 0):
            found = self.index.find(wanted.words, shelves, periods, limit - len(hits), position)
            hits += self._shown(found.items, wanted, sees)
            position = found.next
            if position is None or len(hits) >= limit:
                break
        return Page(tuple(hits), position)

    def cases(
        self, wanted: CasesWanted, shelves: Sequence[str], sees: Sees, limit: int, start: Start = None
    ) -> Page[Case]:
        """Those that were opened last first, as far back as a search reaches. A page may be short, as one of texts."""
        periods, position = self._times(wanted.since, wanted.until, start)
        cases: list[Case] = []
        for _ in range(MOST_ROUNDS if periods else 0):
            found = self.index.find(wanted.words, shelves, periods, limit - len(cases), position)
            names = [names_at(place) for place in found.items]
            known = {(case.customer_id, case.id): case for case in self.threads.find_cases(names)} if names else {}
            there = (known[name] for name in names if name in known)
            cases += [case for case in there if sees(case) and wanted.fits(case)]
            is_behind = bool(wanted.since and names and time_of(names[-1][1]) < wanted.since)
            position = None if is_behind else found.next
            if position is None or len(cases) >= limit:
                break
        return Page(tuple(cases), position)

    def by_name(self, words: tuple[str, ...], limit: int, start: Start = None) -> Page[Customer]:
        """Who is called so, whoever came last first; of those who were merged the one who answers for them."""
        found = self.index.find(words, (NAMES,), (ALWAYS,), limit, start)
        customers: dict[str, Customer] = {}
        for customer_id in found.items:
            try:
                customer = self.threads.get_customer(customer_id)
                if all_lead_to(words, name_words(customer.name)):
                    survivor = surviving_customer(self.threads, customer.id) if customer.merged_into else customer
                    customers[survivor.id] = survivor
            except NotFound:
                continue
        return Page(tuple(customers.values()), found.next)

    def _times(self, since: datetime | None, until: datetime | None, start: Start) -> tuple[Sequence[str], Start]:
        """Which months to look through, and from where on. No month where nothing can be."""
        now = self.now()
        ends = until if until and until < now else None
        if ends and ends <= _FIRST:
            return (), None
        periods = periods_between(since, ends or now)
        if not periods:
            return (), None
        return periods, start or {"period": periods[0], "below": first_ulid_at(ends) if ends else ""}

    def _shown(self, places: Sequence[str], wanted: Wanted, sees: Sees) -> list[Hit]:
        names = [names_at(place) for place in places]
        if not names:
            return []
        entries = {(entry.customer_id, entry.id): entry for entry in self.threads.find_entries(names)}
        in_cases = dict.fromkeys((entry.customer_id, entry.case_id) for entry in entries.values() if entry.case_id)
        cases = {(case.customer_id, case.id): case for case in self.threads.find_cases(in_cases)} if in_cases else {}
        behind = ((entries[name], cases.get((name[0], entries[name].case_id))) for name in names if name in entries)
        return [Hit(entry, case) for entry, case in behind if case and sees(case) and wanted.fits(entry, case)]
