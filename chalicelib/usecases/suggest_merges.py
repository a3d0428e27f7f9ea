"""When a case is opened, its sender is compared with whom we know: two who look like one are put before an agent.

From the table's stream, as with faxes: the way in must not wait for it, and what fails is repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.content.named_points import full_name_in, mailbox_behind, points_named_in
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.customers import Namesake
from chalicelib.domain.errors import NotFound, WriteConflict
from chalicelib.domain.identifiers import digest
from chalicelib.domain.matching import NEW_CASE
from chalicelib.domain.merging import Evidence, Reason
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.ports import ConfigurationSource, Create, Now, ThreadStore
from chalicelib.usecases.suggestion_changes import suggestion_changes

MOST_ALIKE = 5  # what more customers share says nothing about any of them


@dataclass(frozen=True, slots=True)
class SuggestMerges:
    threads: ThreadStore
    configuration: ConfigurationSource
    now: Now

    def __call__(self, changes: Sequence[EntryChange]) -> int:
        """How many pairs were found alike. Repeating a change changes nothing more."""
        return sum(self._compared(change.after) for change in changes if _opens_a_case(change))

    def _compared(self, entry: Entry) -> int:
        point = entry.arrival.point if entry.arrival else None
        owner = self.threads.find_owner(point) if point else None
        if point is None or owner is None:
            return 0
        alike = list(self._alike(entry, point, owner.customer_id))
        for other, reason in alike:
            with suppress(WriteConflict):  # somebody found the same pair at the same moment
                found = suggestion_changes(self.threads, owner.customer_id, other, reason, self.now())
                self.threads.commit(found)
        return len(alike)

    def _alike(self, entry: Entry, point: ContactPoint, customer_id: str) -> Iterator[tuple[str, Reason]]:
        for key, reason in traces_of(entry, point):
            for other in self._leaving_a_trace(key, customer_id):
                yield other, reason
        inboxes = self.configuration.current().inboxes
        named = points_named_in(_told_by_sender(entry), inboxes[0].country if inboxes else "")
        for other_point, owner in sorted(self.threads.find_owners(one for one in named if one != point).items()):
            if owner.customer_id != customer_id:
                yield owner.customer_id, Reason(Evidence.NAMED_ADDRESS, f"{point} names {other_point} as their own")

    def _leaving_a_trace(self, key: str, customer_id: str) -> list[str]:
        """Who left the same trace before. The first few are kept; beyond them it is too common to say a thing."""
        known = self.threads.list_namesakes(key, MOST_ALIKE + 1)
        if len(known) > MOST_ALIKE:
            return []
        if customer_id not in known:
            with suppress(WriteConflict):
                self.threads.commit([Create(Namesake(key, customer_id))])
        others = {self._survivor(other) for other in known}
        return sorted(others - {customer_id, ""})

    def _survivor(self, customer_id: str) -> str:
        try:
            return surviving_customer(self.threads, customer_id).id
        except NotFound:
            return ""


def _opens_a_case(change: EntryChange) -> bool:
    entry = change.after
    return (
        change.before is None
        and entry.kind is EntryKind.INBOUND
        and not entry.moved_from
        and entry.arrival is not None
        and entry.arrival.rule == NEW_CASE
        and entry.arrival.trust is not Trust.FORGED
        and not entry.arrival.automatic
    )


def traces_of(entry: Entry, point: ContactPoint) -> Iterator[tuple[str, Reason]]:
    mailbox = mailbox_behind(point)
    if mailbox:
        yield digest("mailbox", mailbox).hex()[:40], Reason(Evidence.TAGGED_ADDRESS, f"both lead to {mailbox}")
    name = full_name_in(entry.arrival.sender_name if entry.arrival else "")
    domain = mailbox.rpartition("@")[2]
    if name and domain:
        reason = Reason(Evidence.SAME_NAME, f"both write as {name} from {domain}")
        yield digest("name", name, domain).hex()[:40], reason


def _told_by_sender(entry: Entry) -> str:
    """What they say of themselves: the signature, and the second address of a form."""
    return f"{entry.text}\n{entry.signature}" if entry.channel is Channel.WEB_FORM else entry.signature
