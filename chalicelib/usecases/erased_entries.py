"""What leads to an entry that is erased, and what becomes of a message that came in while its customer was erased."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.customers import Namesake
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.errors import NotFound
from chalicelib.domain.faxes import faxed_id
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.matching import anchor_key
from chalicelib.domain.mentions import Mention
from chalicelib.domain.merging import suggestion_id
from chalicelib.domain.messages import Anchor, LedgerRow, ParkedRecord, named_in
from chalicelib.domain.threads import NO_FACTS, Entry, EntryKind
from chalicelib.usecases.ports import Change, Create, Delete, ThreadStore, Update
from chalicelib.usecases.suggest_merges import MOST_ALIKE, traces_of

ROW_DEPENDS_ON = ("outcome", "target", "customer_id", "entry_id")
_DIGESTS = 10  # those of one window
CAME_DURING_ERASURE = "came_during_erasure"


def without_person(row: LedgerRow) -> LedgerRow:
    """That the message was, when, and the hash of its bytes: so that it is known when a carrier gives it once more."""
    return replace(row, outcome="erased", target="", raw_key="", customer_id="", entry_id="")


def traces_of_entry(threads: ThreadStore, entry: Entry, customer_ids: Collection[str]) -> Iterator[Change]:
    """Those of its message, and the names by which merges are suggested."""
    yield from traces_of_message(threads, entry, lambda anchor: anchor.customer_id in customer_ids)
    yield from _namesakes_of(threads, entry, customer_ids)


def traces_of_message(threads: ThreadStore, entry: Entry, is_ours: Callable[[Anchor], bool]) -> Iterator[Change]:
    """Its row of the ledger, the anchors and mentions that lead to it, and its lines in a digest for colleagues.
    `is_ours`: whether an anchor under its name leads to what is deleted.
    """
    row = _row_of(threads, entry)
    if row:
        yield Update(row, without_person(row), ROW_DEPENDS_ON)
        with suppress(NotFound):  # it was parked first, and released
            record = threads.get_parked(ulid_for(row.at, "parked", row.transport, row.fingerprint))
            yield Delete(record, ("release_state",))
    for whom in entry.mentions:
        yield Delete(Mention(whom, *_first_place_of(entry), entry.at), if_there=True)
    for anchor in threads.find_anchors(sorted(_anchors_of(entry))).values():
        if is_ours(anchor):
            yield Delete(anchor, ("customer_id",))
    for told in _digests_of(threads, entry):
        if told.text:
            yield Update(told, replace(told, text="", facts=NO_FACTS), ("delivery",))


def parked_instead(threads: ThreadStore, entry: Entry, erasure: Erasure) -> list[Change]:
    """A message that was received after the erasure had begun, and by its reply address still joined a case, is
    nobody's to erase: it is put where a person finds it, whole, and begins anew when it is released.
    """
    started_at = erasure.started_at
    if entry.kind is not EntryKind.INBOUND or entry.contact or started_at is None or entry.at < started_at:
        return []
    row = _row_of(threads, entry)
    if row is None:
        return []
    record = ParkedRecord(
        id=ulid_for(entry.at, "parked", row.transport, row.fingerprint),
        at=entry.at,
        transport=row.transport,
        fingerprint=row.fingerprint,
        reason=CAME_DURING_ERASURE,
        raw_key=row.raw_key,
    )
    parked = replace(row, outcome="parked", target=record.id, customer_id="", entry_id="")
    return [Create(record), Update(row, parked, ROW_DEPENDS_ON)]


def is_on_its_way(threads: ThreadStore, entry: Entry, now: datetime) -> bool:
    """A worker sends it just now, or its line waits in a digest for colleagues: the next look finds it at rest."""
    delivery = entry.delivery
    if delivery is None:
        return False
    if delivery.status is DeliveryStatus.SENDING and delivery.lease_until and delivery.lease_until > now:
        return True
    return any(told.delivery and told.delivery.next_step_at for told in _digests_of(threads, entry))


def _digests_of(threads: ThreadStore, entry: Entry) -> Sequence[Entry]:
    digest = entry.delivery.digest if entry.delivery else ""
    return threads.list_thread(digest, _DIGESTS).items if digest else ()


def _first_place_of(entry: Entry) -> tuple[str, str]:
    """The ids of entry and customer by which somebody is led to it: of one that was moved here, those from where."""
    customer_id, _, entry_id = entry.moved_from.partition("/")
    return (entry_id, customer_id) if entry_id and not entry.moved_to else (entry.id, entry.customer_id)


def _row_of(threads: ThreadStore, entry: Entry) -> LedgerRow | None:
    """Of a message that was moved here the row still names what it was first."""
    raw_key = entry.arrival.raw_key if entry.arrival else ""
    row = threads.find_ledger_row(*named_in(raw_key)) if raw_key else None
    return row if row and row.raw_key == raw_key else None


def _anchors_of(entry: Entry) -> Iterator[str]:
    if entry.arrival and entry.arrival.message_id:
        yield anchor_key(entry.arrival.message_id)
    if entry.delivery and entry.delivery.provider_id:
        yield anchor_key(f"{entry.delivery.provider_id}@amazonses.com")
    if entry.delivery:
        yield anchor_key(faxed_id(entry.id))


def _namesakes_of(threads: ThreadStore, entry: Entry, customer_ids: Collection[str]) -> Iterator[Change]:
    point = entry.arrival.point if entry.arrival else None
    if point is None or entry.kind is not EntryKind.INBOUND:
        return
    for key, _ in traces_of(entry, point):
        alike = threads.list_namesakes(key, MOST_ALIKE + 1)
        for own in {*alike} & {*customer_ids}:
            yield Delete(Namesake(key, own), if_there=True)
            for other in alike:
                suggestion = threads.find_suggestion(suggestion_id(own, other)) if other != own else None
                if suggestion:
                    yield Delete(suggestion, if_there=True)
