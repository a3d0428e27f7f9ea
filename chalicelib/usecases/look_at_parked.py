"""A person looks at a parked message: what is known of it, what can be read of it, and a way to its bytes.

Nothing of it is laid out or opened here: what is read is plain text out of a process with walls around it, and the
bytes are only ever downloaded, those of a virus not without the override.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.errors import NotFound, Unparsable
from chalicelib.domain.inboxes import addresses_of_ours, inbox_for
from chalicelib.domain.messages import InboundMessage, ParkedRecord, Receipt
from chalicelib.domain.parking import NEEDED, Look, Override, Release, receipt_to_read
from chalicelib.usecases.accept_event import UNREADABLE
from chalicelib.usecases.ports import ConfigurationSource, Incoming, Parse, RawStore, ThreadStore

_ONLY_TO_LOOK = Release("", "", frozenset({Override.SPAM, Override.VIRUS}))


@dataclass(frozen=True, slots=True)
class LookAtParked:
    raw: RawStore
    threads: ThreadStore
    configuration: ConfigurationSource
    parse: Parse

    def __call__(self, parked_id: str, overrides: frozenset[Override], valid_for: timedelta) -> Look:
        """Raises NotFound."""
        record = self.threads.get_parked(parked_id)
        kept = self._find_kept(record)
        if kept is None:
            return Look(record, None, "", None)
        is_virus = NEEDED.get(record.reason) is Override.VIRUS
        link = "" if is_virus and Override.VIRUS not in overrides else self.raw.link(record.raw_key, valid_for)
        return Look(record, kept.receipt, link, self._read(kept, record))

    def _find_kept(self, record: ParkedRecord) -> Incoming | None:
        if not record.raw_key:
            return None
        try:
            return self.raw.get_kept(record.raw_key)
        except NotFound:
            return None

    def _read(self, kept: Incoming, record: ParkedRecord) -> InboundMessage | None:
        configuration = self.configuration.current()
        inbox = _some_inbox(kept.receipt, configuration)
        if kept.receipt is None or inbox is None or record.transport == UNREADABLE:
            return None
        try:
            receipt = receipt_to_read(kept.receipt, _ONLY_TO_LOOK)
            read = self.parse(kept.body, receipt, inbox, addresses_of_ours(configuration))
        except Unparsable:
            return None
        return read if isinstance(read, InboundMessage) else read.read


def _some_inbox(receipt: Receipt | None, configuration: Configuration) -> Inbox | None:
    """Its own; else any that is reached in the same way, which reads alike."""
    if receipt is None:
        return None
    ways = [inbox for inbox in configuration.inboxes if inbox.channel == receipt.transport]
    return inbox_for(receipt, configuration) or next(iter(ways), None)
