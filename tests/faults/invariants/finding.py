"""Whatever was written is found by its words, by those who may see it, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.customers import Customer
from chalicelib.domain.search import IS, NAMES, OPEN, indexed_case, name_words, names_at, shelf_of, words_of
from chalicelib.domain.threads import Entry
from chalicelib.usecases.search_threads import CasesWanted, SearchThreads, Wanted
from tests.faults.faults import Fault
from tests.faults.invariants.rest import Rest

_SHOWN = (CaseStatus.OPEN, CaseStatus.CLOSED)


def whatever_was_written_is_found(rest: Rest) -> Iterator[str]:
    """Each entry by any of its words from its shelf, and from no other, unless the stream gave it up."""
    if not _is_judged(rest):
        return
    search = SearchThreads(rest.threads, rest.simulation.ports.search_index, rest.simulation.world.now)
    for entry, case in _in_cases(rest):
        shelf = _shelf(rest, case)
        for word in sorted(words_of(entry))[:2] if case.status in _SHOWN else ():
            for read in (OPEN, "care", "another"):
                page = search(Wanted((word,)), (read,), lambda one, read=read: _shelf(rest, one) == read, 1_000)
                if (entry.id in {hit.entry.id for hit in page.items}) != (read == shelf):
                    yield f"who reads {read!r} looks for {word}: {entry.id} stands on {shelf!r}"


def whatever_has_a_tag_is_listed_by_it(rest: Rest) -> Iterator[str]:
    """Each case by its tags, its kind and its status, from its shelf and from no other."""
    if not _is_judged(rest):
        return
    search = SearchThreads(rest.threads, rest.simulation.ports.search_index, rest.simulation.world.now)
    for case in rest.threads.records(Case):
        shelf = _shelf(rest, case)
        for read in (OPEN, "care", "another") if case.status in _SHOWN else ():
            wanted = CasesWanted(case.tags, case.kind, case.channel, case.status)
            page = search.cases(wanted, (read,), lambda one, read=read: _shelf(rest, one) == read, 1_000)
            if (case.id in {one.id for one in page.items}) != (read == shelf):
                yield f"who reads {read!r} lists {wanted.words}: {case.reference} stands on {shelf!r}"


def the_index_leads_to_nothing_else(rest: Rest) -> Iterator[str]:
    """Nothing is in it too much, unless somebody wrote into it long after its time; and that nobody is shown."""
    if not _is_judged(rest) or rest.simulation.world.struck[Fault.ZOMBIE]:
        return
    there = {(entry.customer_id, entry.id): (entry, case) for entry, case in _in_cases(rest)}
    names = {customer.id: customer.name for customer in rest.threads.records(Customer)}
    cases = {(case.customer_id, case.id): case for case in rest.threads.records(Case)}
    for (shelf, word, _), places in rest.simulation.ports.search_index.places.items():
        for place in places:
            if IS in word:
                case = cases.get(names_at(place))
                right = case is not None and indexed_case(case, shelf).words >= {word} and _shelf(rest, case) == shelf
            elif shelf == NAMES:
                right = word in name_words(names.get(place, ""))
            else:
                entry, case = there.get(names_at(place), (None, None))
                right = entry is not None and word in words_of(entry) and _shelf(rest, case) == shelf
            if not right:
                yield f"{word} leads to {place} on {shelf!r}"


def _is_judged(rest: Rest) -> bool:
    return (
        rest.simulation.ports.search_index.watched and rest.simulation.listening and not rest.simulation.stream.given_up
    )


def _in_cases(rest: Rest) -> Iterator[tuple[Entry, Case]]:
    """Without those that were erased."""
    cases = {(case.customer_id, case.id): case for case in rest.threads.records(Case)}
    for entry in rest.threads.records(Entry):
        case = cases.get((entry.customer_id, entry.case_id))
        if case:
            yield entry, case


def _shelf(rest: Rest, case: Case) -> str:
    return shelf_of(case, restricted=rest.configuration.kind_named(case.kind).restricted)
