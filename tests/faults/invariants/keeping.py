"""Nothing is lost, and nothing happens twice: raw messages, the ledger, what the API has promised."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from chalicelib.domain.errors import HubError, SendingRefused, SendingUnknown, StorageUnavailable, WriteConflict
from chalicelib.domain.messages import LedgerRow, ParkedRecord, ReleaseState
from chalicelib.domain.principals import Role
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.observability import FunctionFailed
from chalicelib.usecases.undelivered import RESENDS
from tests.faults.faults import Fault
from tests.faults.invariants.rest import Rest

STAFF = {Role.AGENT, Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR}
_KNOWN = {error.__name__ for error in (HubError, StorageUnavailable, WriteConflict, SendingRefused, SendingUnknown)}


def what_was_accepted_stands_in_the_hub_once(rest: Rest) -> Iterator[str]:
    """What SES, the SMS service or the API has answered for has exactly one outcome; anything else at most one."""
    for said in rest.outside.said:
        rows = len(rest.rows_of_mark[said.mark])
        if rows > said.copies or (rows < said.copies and said.kept_by_right):
            yield f"#{said.mark}# ({said.transport}) was handed over {said.copies} times and is known {rows} times"


def what_came_more_than_once_is_shown_once(rest: Rest) -> Iterator[str]:
    """Of the copies of one mail, one stands in its case like any message, and the others lie beside it: but for one
    that is believed more than those before it.
    """
    shown = Counter(
        (mark, entry.arrival.trust)
        for entry in rest.of(Entry)
        if entry.kind is EntryKind.INBOUND and not entry.is_second_copy
        for mark in rest.marks_of(entry)
    )
    for said in rest.outside.said:
        times = [shown[said.mark, trust] for trust in Trust]
        if said.copies > 1 and max(times) != 1:
            yield f"#{said.mark}# came in {said.copies} copies and is shown {sum(times)} times"


def every_raw_message_has_its_one_ledger_row(rest: Rest) -> Iterator[str]:
    """Every object under `raw/` is named by one ledger row, and every row names an object with its hash.

    But for what somebody deleted before the hub saw it: that is parked as missing.
    """
    named = Counter(row.raw_key for row in rest.of(LedgerRow))
    for key in rest.raw:
        if key.startswith("raw/") and named[key] != 1:
            yield f"{key} is named by {named[key]} ledger rows"
    missing = {record.id for record in rest.of(ParkedRecord) if record.reason == "raw_missing"}
    for row in rest.of(LedgerRow):
        if row.target in missing:
            continue
        if row.raw_key not in rest.raw:
            yield f"ledger row {row.transport} {row.fingerprint} names {row.raw_key!r}, which is not there"
        elif hashlib.sha256(rest.raw[row.raw_key].body).hexdigest() != row.sha256:
            yield f"{row.raw_key} is not what the ledger says it was"


def nothing_stays_in_incoming(rest: Rest) -> Iterator[str]:
    """What has an outcome is gone from there, and everything gets an outcome."""
    for key in rest.raw:
        if key.startswith("incoming/"):
            yield f"{key} is still there"


def every_ledger_row_has_its_one_outcome(rest: Rest) -> Iterator[str]:
    """`stored` and `duplicate_of` are one entry that came in or was told of, `parked` one parked record; none of them
    is without a row. A record that was released has the row of its entry, and names it.
    """
    kept = ("stored", "duplicate_of")
    stored = Counter(row.entry_id for row in rest.of(LedgerRow) if row.outcome in kept)
    parked = Counter(row.target for row in rest.of(LedgerRow) if row.outcome == "parked")
    arrived = (entry for entry in rest.of(Entry) if entry.kind is EntryKind.INBOUND or entry.contact)
    inbound = {entry.id for entry in arrived if not entry.moved_from}
    for id_ in stored.keys() | inbound:
        if stored[id_] != 1 or id_ not in inbound:
            yield f"inbound entry {id_} has {stored[id_]} ledger rows"
    records = {record.id for record in rest.of(ParkedRecord) if record.release_state is not ReleaseState.RELEASED}
    for record in rest.of(ParkedRecord):
        if record.release_state is ReleaseState.RELEASED and stored[record.entry_id] != 1:
            yield f"parked record {record.id} was released into an entry with {stored[record.entry_id]} ledger rows"
    for id_ in parked.keys() | records:
        if parked[id_] != 1 or id_ not in records:
            yield f"parked record {id_} has {parked[id_]} ledger rows"


def every_attachment_of_an_entry_is_there(rest: Rest) -> Iterator[str]:
    for entry in rest.of(Entry):
        for ref in entry.attachments:
            if f"att/{entry.customer_id}/{ref.sha256}" not in rest.attachments:
                yield f"entry {entry.id} names an attachment that is not there"


def functions_fail_for_known_reasons_only(rest: Rest) -> Iterator[str]:
    """What leaves a function is an error that somebody raised on purpose; anything else is a mistake in the code."""
    for error in rest.simulation.world.failures:
        if not isinstance(error, FunctionFailed) or str(error).partition(",")[0] not in _KNOWN:
            yield f"{type(error).__name__}: {error}"
    yield from rest.simulation.mistakes
    for request in rest.outside.requests:
        if Fault.FAILS not in rest.simulation.world.struck and any(
            answer and '"code":"internal"' in answer.text for answer in request.answers
        ):
            yield f"{request.path} was answered with an internal error"


def every_call_of_staff_that_was_answered_is_in_the_audit(rest: Rest) -> Iterator[str]:
    """Customers' calls, those that need no token, and that somebody is at a case just now, are not recorded."""
    recorded = Counter(record.subject for record in rest.outside.ports.audit.records)
    answered = Counter(
        request.token.partition(":")[0]
        for request in rest.outside.requests
        for answer in request.answers
        if answer
        and answer.status < 300
        and request.token.partition(":")[2].partition(":")[0] in STAFF
        and not (request.path.startswith("/v1/cases/") and request.path.endswith("/presence"))
    )
    for subject, times in answered.items():
        if recorded[subject] < times:
            yield f"{subject} was answered {times} times, and {recorded[subject]} calls are recorded"


def an_answer_of_the_api_is_kept_to(rest: Rest) -> Iterator[str]:
    """2xx means that the raw is durable; the same key and body get the same answer, and one effect."""
    yield from rest.outside.broken_promises
    said = (EntryKind.INBOUND, EntryKind.OUTBOUND, EntryKind.NOTE)
    told = [entry for entry in rest.of(Entry) if entry.kind in said and not entry.repeats]
    effects = Counter(mark for entry in told if RESENDS not in entry.facts for mark in rest.marks_of(entry))
    for request in rest.outside.requests:
        good = {answer.text for answer in request.answers if answer and answer.status in (201, 204)}
        if len(good) > 1:
            yield f"{request.path} with one key was answered {sorted(good)}"
        if not request.mark:
            continue
        if effects[request.mark] > 1 or (good and effects[request.mark] == 0):
            yield f"{request.path} #{request.mark}# had {effects[request.mark]} effects"
