"""What stands on the pages of a fax: read once, in the end always, and whatever happens the fax itself is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from chalicelib.domain.faxes import WAITING, ReadingStatus
from chalicelib.domain.threads import Entry, attachment_key
from tests.faults.faults import Fault
from tests.faults.invariants.rest import Rest
from tests.faults.ports import pages_of

# Whoever stands still for long has no time left for all pages.
_REASONS = {Fault.FAILS, Fault.THROTTLED, Fault.STALLS, Fault.ZOMBIE}


def every_fax_is_read_or_says_why(rest: Rest) -> Iterator[str]:
    """Nothing waits to be read for ever, unless the stream gave up what would have told of it."""
    given_up = {rest.history[place].after.id for place in rest.simulation.stream.given_up if _is_new(rest, place)}
    for entry in rest.of(Entry):
        if entry.reading is None:
            continue
        if entry.reading.status is ReadingStatus.WAITING:
            if entry.id not in given_up:
                yield f"fax {entry.id} waits to be read for ever"
        elif entry.reading.status is ReadingStatus.UNAVAILABLE and not entry.reading.detail:
            yield f"fax {entry.id} has no text and does not say why"


def a_fax_is_read_once(rest: Rest) -> Iterator[str]:
    """From waiting to one result, and nothing but the reading changes with it."""
    times: Counter[str] = Counter()
    for written in rest.moves_of(Entry):
        before, after = written.before, written.after
        if before.reading == after.reading or after.moved_to:
            continue
        times[after.id] += 1
        if before.reading != WAITING or times[after.id] > 1:
            yield f"fax {after.id} went from {before.reading.status} to {after.reading.status}"
        if replace(after, reading=before.reading) != before:
            yield f"reading fax {after.id} changed more of its entry"


def what_was_read_stands_on_the_pages(rest: Rest) -> Iterator[str]:
    """Every page's own text; all of it unless something failed; and the picture of the first page is there."""
    for entry in rest.of(Entry):
        if entry.reading is None or entry.reading.status is ReadingStatus.WAITING:
            continue
        document = rest.attachments.get(attachment_key(entry.customer_id, entry.arrival.fax.document))
        if document is None:
            yield f"the document of fax {entry.id} is not there"
            continue
        read = entry.reading.text.split("\f") if entry.reading.text else []
        if any(page not in pages_of(document) for page in read if page):
            yield f"fax {entry.id} was read as {read}"
        complete = tuple(read) == pages_of(document)
        if not complete and (not entry.reading.detail or not _REASONS & {*rest.simulation.world.struck}):
            yield f"fax {entry.id} was read as {read}, and nothing was in the way"
        if entry.preview and attachment_key(entry.customer_id, entry.preview.sha256) not in rest.attachments:
            yield f"the first page of fax {entry.id} is not there"


def _is_new(rest: Rest, place: int) -> bool:
    written = rest.history[place]
    return isinstance(written.after, Entry) and written.before is None
