"""The records that change when entries go to another customer, and the files that have to be there before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.customers import OPENING_DEPENDS_ON, Customer, with_case_opened
from chalicelib.domain.errors import NotFound
from chalicelib.domain.moving import ENTRY_MOVE_DEPENDS_ON, left_behind
from chalicelib.domain.threads import AttachmentRef, Entry, attachment_key
from chalicelib.usecases.ports import AttachmentStore, Change, Create, Update


def entry_changes(entries: Sequence[Entry], copies: Sequence[Entry]) -> Iterator[Change]:
    for entry, copy in zip(entries, copies, strict=True):
        yield Create(copy)
        yield Update(entry, left_behind(entry, copy), ENTRY_MOVE_DEPENDS_ON)


def taking_in(customer: Customer, case: Case) -> Change:
    """A customer gets a case, which counts as open only if it is: one that is closed, or spam, does not."""
    opened = with_case_opened(customer, case)
    if case.status is not CaseStatus.OPEN:
        opened = replace(opened, open_cases=customer.open_cases, open_case_count=customer.open_case_count)
    return Update(customer, opened, OPENING_DEPENDS_ON)


def copy_files(attachments: AttachmentStore, entries: Sequence[Entry], customer_id: str) -> None:
    """Before the entries, so that none of them ever names a file that is not there. Repeating it changes nothing."""
    for entry in entries:
        for ref in _files_of(entry):
            try:
                data = attachments.get(attachment_key(entry.customer_id, ref.sha256))
            except NotFound:
                continue  # it was not there before the move, either
            attachments.put(attachment_key(customer_id, ref.sha256), data, ref.content_type)


def _files_of(entry: Entry) -> Iterator[AttachmentRef]:
    yield from entry.attachments
    if entry.html:
        yield entry.html.file
    if entry.preview:
        yield entry.preview
