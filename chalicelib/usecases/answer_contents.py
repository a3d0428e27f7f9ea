"""What an answer carries beside its text: files, and below a mail the inbox's signature and what it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from chalicelib.channels.answers import require_files, require_text
from chalicelib.channels.protocol import sending_channel_for
from chalicelib.content.plain_text import one_line
from chalicelib.content.quoting import attribution, quoted
from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import InvalidInput, NotFound, WrongConfiguration
from chalicelib.domain.messages import Attachment
from chalicelib.domain.previews import Preview
from chalicelib.domain.threads import AttachmentRef, Entry, attachment_key
from chalicelib.usecases.answer import StoredFile
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.ports import AttachmentStore, ThreadStore

_QUOTED_CHANNELS = (Channel.EMAIL, Channel.WEB_FORM)
_LONGEST_NAME = 100


FoundFile = tuple[str, AttachmentRef]
"""Whose thread it is in, and what it is."""


def refs_of(files: Iterable[Attachment]) -> tuple[AttachmentRef, ...]:
    return tuple(
        AttachmentRef(hashlib.sha256(file.data).hexdigest(), file.name, file.content_type, len(file.data))
        for file in files
    )


def find_stored(threads: ThreadStore, case: Case, wanted: Sequence[StoredFile]) -> tuple[FoundFile, ...]:
    """Raises InvalidInput, with the place, for what is in nobody's thread of this customer's family."""
    family = (case.customer_id, *_others_of_family(threads, case)) if wanted else ()
    found = [_find_file(threads, family, file) for file in wanted]
    if None in found:
        place = f"stored_attachments[{found.index(None)}]"
        raise InvalidInput("The customer's thread has no such attachment.", field=place)
    return tuple(file for file in found if file)


def keep_files(
    attachments: AttachmentStore, customer_id: str, files: Sequence[Attachment], stored: Sequence[FoundFile]
) -> None:
    """Before the answer that names them. Files lie with the customer whose entries name them. Repeating it changes
    nothing.
    """
    for file, ref in zip(files, refs_of(files), strict=True):
        attachments.put(attachment_key(customer_id, ref.sha256), file.data, file.content_type)
    for owner, ref in stored:
        if owner != customer_id:
            data = attachments.get(attachment_key(owner, ref.sha256))
            attachments.put(attachment_key(customer_id, ref.sha256), data, ref.content_type)


def as_mail(entry: Entry, subject: str, case: Case, last: Entry | None, configuration: Configuration) -> Entry:
    inbox = inbox_of(entry, configuration)
    language = case.language or inbox.language
    return replace(
        entry,
        subject=subject,
        signature=inbox.signature.strip(),
        quoted_text=_quote(entry, case, last, language, configuration),
    )


def as_fax(entry: Entry, subject: str, configuration: Configuration) -> Entry:
    """Without what it answers: paper costs."""
    return replace(entry, subject=subject, signature=inbox_of(entry, configuration).signature.strip())


def preview_of(entry: Entry, configuration: Configuration) -> Preview:
    """Raises InvalidInput, with the field, for what could not be sent as it is."""
    assert entry.channel is not None  # noqa: S101  # an answer has one; for the type checker
    if entry.delivery is None or entry.channel is Channel.APP:  # the app reads the thread itself
        require_text(entry)
        require_files(entry)
        return Preview(entry.channel, text=entry.text)
    return sending_channel_for(entry.channel).preview_outbound(entry, inbox_of(entry, configuration))


def inbox_of(entry: Entry, configuration: Configuration) -> Inbox:
    """The inbox that an entry goes out from. Raises WrongConfiguration."""
    address = entry.delivery.sender if entry.delivery else ""
    inbox = configuration.find_inbox(address, [entry.channel] if entry.channel else [])
    if inbox is None:
        raise WrongConfiguration(f"No inbox has the address {address} any more.")
    return inbox


def _quote(entry: Entry, case: Case, last: Entry | None, language: str, configuration: Configuration) -> str:
    """Only to the address that it came from: nobody is shown what somebody else wrote."""
    arrival = last.arrival if last else None
    if last is None or arrival is None or last.channel not in _QUOTED_CHANNELS:
        return ""
    point = entry.delivery.point if entry.delivery else None
    if arrival.point is None or arrival.point != point:
        return ""
    name = one_line(arrival.sender_name, _LONGEST_NAME) or arrival.point.value
    zone = configuration.hours_for(case.team).zone
    return quoted(last.text, attribution(language, name, last.at, zone))


def _others_of_family(threads: ThreadStore, case: Case) -> tuple[str, ...]:
    return tuple(one for one in surviving_customer(threads, case.customer_id).family if one != case.customer_id)


def _find_file(threads: ThreadStore, family: Sequence[str], file: StoredFile) -> FoundFile | None:
    for customer_id in family:
        try:
            entry = threads.get_entry(customer_id, file.entry_id)
        except NotFound:
            continue
        for ref in entry.attachments:
            if ref.sha256 == file.sha256:
                return customer_id, ref
    return None
