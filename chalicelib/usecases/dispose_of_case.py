"""A worker deletes what a case held that is not kept any longer. Everything else of its customer stays.

The case itself is gone before (`find_disposable.py`), so nobody writes into it. Each entry goes in one transaction with
what leads to it, with the names of its files and with its count; its raw message goes before it. The files go last, and
only those that no other entry names: one file that came in two cases is kept once. A worker may die anywhere, the next
one goes on with what is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.disposal import (
    COUNTING_DISPOSAL_DEPENDS_ON,
    DISPOSAL_DEPENDS_ON,
    FILES_REST_FOR,
    Disposal,
    DisposalStatus,
    counted,
    gone_on,
)
from chalicelib.domain.errors import LegalHold, NotFound, StorageUnavailable, WriteConflict
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.threads import Entry, attachment_key, customer_event, files_of
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.erased_entries import is_on_its_way, traces_of_message
from chalicelib.usecases.escalate_cases import WORKS_FOR
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.ports import (
    AttachmentStore,
    Change,
    Create,
    Delete,
    Now,
    RawStore,
    ThreadStore,
    Update,
)
from chalicelib.usecases.request_erasure import family_of

EVERY = timedelta(minutes=1)
_PAGE = 100
_BEGINNING = "0" * 26


@dataclass(frozen=True, slots=True)
class DisposeOfCase:
    threads: ThreadStore
    raw: RawStore
    attachments: AttachmentStore
    now: Now

    def __call__(self, customer_id: str, case_id: str, until: datetime | None = None) -> bool:
        """Whether this finished it. Raises LegalHold where one was set since: then it waits, and StorageUnavailable."""
        now = self.now()
        until = until or now + WORKS_FOR
        try:
            disposal = self.threads.get_disposal(customer_id, case_id)
        except NotFound:
            return False  # erased with its customer
        if disposal.next_step_at is None or disposal.next_step_at > now:
            return False
        mine = replace(disposal, next_step_at=now + EVERY)
        try:
            self.threads.commit([Update(disposal, mine, DISPOSAL_DEPENDS_ON)])
        except WriteConflict:
            return False  # another worker has this minute
        self._require_no_hold(customer_id)
        left = False
        for entry in self._thread(customer_id):
            if self.now() >= until:
                return False
            if entry.case_id == case_id:
                left = not self._erase(entry, mine) or left
        if left:
            return False
        self._erase_surveys(mine)
        if mine.status is DisposalStatus.LOOKING_AGAIN:
            self._erase_files(mine, now)
        return self._move_on(mine)

    def _require_no_hold(self, customer_id: str) -> None:
        family = family_of(self.threads, surviving_customer(self.threads, customer_id))
        if any(member.hold for member in family):
            raise LegalHold("The customer is under a legal hold: what is left of the case stays.")

    def _thread(self, customer_id: str) -> Iterator[Entry]:
        """Whole, oldest first: a file may be named anywhere in it."""
        after = _BEGINNING
        while True:
            page = self.threads.list_threads_since((customer_id,), after, _PAGE)
            yield from page.items
            if page.next is None:
                return
            after = page.items[-1].id

    def _erase(self, entry: Entry, disposal: Disposal) -> bool:
        """False for one that is on its way out just now."""
        if is_on_its_way(self.threads, entry, self.now()):
            return False
        found = {"entry": 1}
        if entry.arrival and entry.arrival.raw_key:
            self.raw.erase(entry.arrival.raw_key)
            found["raw_message"] = 1
        traces = traces_of_message(self.threads, entry, lambda anchor: anchor.case_id == disposal.id)
        depends_on = ("delivery",) if entry.delivery else ()
        files = [file.sha256 for file in files_of(entry)]
        return self._change(disposal, [Delete(entry, depends_on), *traces], found, files)

    def _erase_surveys(self, disposal: Disposal) -> None:
        for cycle in range(disposal.cycles + 1):
            try:
                survey = self.threads.get_survey(disposal.customer_id, f"{disposal.id}.{cycle}")
            except NotFound:
                continue
            self._change(disposal, [Delete(survey)], {"survey": 1})

    def _erase_files(self, disposal: Disposal, now: datetime) -> None:
        """Those of which the entries are gone, as the record says, and that no other entry names. What was put within
        the last hour stays: a message that names it may be written this moment. The thread is looked through twice,
        because an entry that is moved within it while it is read may be seen at neither place.
        """
        named = {
            file.sha256 for _ in range(2) for entry in self._thread(disposal.customer_id) for file in files_of(entry)
        }
        known = self.threads.get_disposal(disposal.customer_id, disposal.id)
        for sha256 in known.files:
            if sha256 not in named:
                key = attachment_key(disposal.customer_id, sha256)
                number = self.attachments.erase_before(key, now - FILES_REST_FOR)
                if number:
                    self._change(disposal, [], {"file": number})

    def _change(
        self, disposal: Disposal, changes: Sequence[Change], found: Mapping[str, int], files: Sequence[str] = ()
    ) -> bool:
        """One transaction with its count. False: somebody else was faster, and it has to be looked at again."""
        known = self.threads.get_disposal(disposal.customer_id, disposal.id)
        after = counted(known, found, files)
        try:
            self.threads.commit([*changes, Update(known, after, COUNTING_DISPOSAL_DEPENDS_ON)])
        except WriteConflict:
            return False
        return True

    def _move_on(self, disposal: Disposal) -> bool:
        for _ in range(MOST_RACES):
            known = self.threads.get_disposal(disposal.customer_id, disposal.id)
            now = self.now()
            after = gone_on(known, now)
            done = after.status is DisposalStatus.DONE
            try:
                told = [Create(_told(after, now))] if done else []
                self.threads.commit([Update(known, after, COUNTING_DISPOSAL_DEPENDS_ON), *told])
            except WriteConflict:
                continue
            return done
        raise StorageUnavailable()


def _told(disposal: Disposal, now: datetime) -> Entry:
    """That there was a case, and how much went with it."""
    facts = {
        "reference": disposal.reference,
        "kind": disposal.kind,
        "entries": str(disposal.found.get("entry", 0)),
        "closed_at": f"{disposal.closed_at:%Y-%m-%d}",
    }
    id_ = ulid_for(now, "disposal", disposal.id)
    return customer_event(id_, disposal.customer_id, now, "hub", "case.deleted", facts)
