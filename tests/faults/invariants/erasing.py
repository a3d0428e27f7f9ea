"""After an erasure nothing of the person is left, and nothing that came later is gone with it."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.disposal import Disposal
from chalicelib.domain.erasure import Erasure, ErasureStatus
from chalicelib.domain.feed import FeedRow
from chalicelib.domain.messages import LedgerRow, ParkedRecord
from chalicelib.domain.threads import Entry
from tests.faults.invariants.rest import Rest


def every_erasure_is_carried_out(rest: Rest) -> Iterator[str]:
    for erasure in rest.threads.records(Erasure):
        if erasure.status is not ErasureStatus.DONE or erasure.points:
            yield f"erasure {erasure.id} is {erasure.status} and knows {erasure.points}"
        if erasure.id not in rest.simulation.ports.raw.tombstones:
            yield f"erasure {erasure.id} has no tombstone"


def nothing_is_left_of_who_was_erased(rest: Rest) -> Iterator[str]:
    """No record under their ids or about them, no file, and no raw message but one that was put aside for a person. The
    rows of the feed name ids and no words, and go by themselves.
    """
    put_aside = {record.raw_key for record in rest.threads.records(ParkedRecord)}
    for erasure in rest.threads.records(Erasure):
        for customer_id in erasure.customers:
            for record in rest.threads.records():
                if not isinstance(record, FeedRow) and customer_id in (
                    getattr(record, "customer_id", ""),
                    getattr(record, "id", ""),
                ):
                    yield f"{type(record).__name__} of {customer_id} is left"
            for key in rest.simulation.ports.attachments.objects:
                if key.startswith((f"att/{customer_id}/", f"exports/{customer_id}/")):
                    yield f"{key} is left"
        for entry in _entries_of(rest, erasure):
            raw_key = entry.arrival.raw_key if entry.arrival else ""
            if raw_key in rest.simulation.ports.raw.objects and raw_key not in put_aside:
                yield f"{raw_key} is left of an erased entry"


def no_word_leads_to_who_was_erased(rest: Rest) -> Iterator[str]:
    """The index of words follows the table's stream, while that is read."""
    if not rest.simulation.listening or rest.simulation.stream.given_up:
        return
    erased = {id_ for erasure in rest.threads.records(Erasure) for id_ in erasure.customers}
    for word, places in rest.simulation.ports.search_index.places.items():
        if any(customer_id in place for place in places for customer_id in erased):
            yield f"{word} leads to somebody who was erased"


def what_was_erased_is_counted_once(rest: Rest) -> Iterator[str]:
    for erasure in rest.threads.records(Erasure):
        gone = len(_entries_of(rest, erasure))
        counted = erasure.found.get("entry", 0) + erasure.found.get("put_aside", 0)
        if gone != counted:
            yield f"erasure {erasure.id} took {gone} entries and counts {counted}"


def nothing_is_erased_but_by_an_erasure(rest: Rest) -> Iterator[str]:
    """A row of the ledger forgets its message only when its customer was erased, or its case is not kept any longer."""
    erased = rest.erased_ids()
    disposed = {disposal.id for disposal in rest.threads.records(Disposal)}
    for written in rest.moves_of(LedgerRow):
        before, after = written.before, written.after
        entry = rest.entries.get(before.entry_id)
        if entry and entry.case_id in disposed:
            continue
        if after.outcome == "erased" and before.customer_id and before.customer_id not in erased:
            yield f"ledger row {after.fingerprint} was erased without its customer {before.customer_id}"


def _entries_of(rest: Rest, erasure: Erasure) -> list[Entry]:
    gone = [written.before for written in rest.history if written.after is None]
    return [one for one in gone if isinstance(one, Entry) and one.customer_id in erasure.customers]
