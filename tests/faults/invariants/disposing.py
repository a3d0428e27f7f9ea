"""What is not kept any longer goes, all of it, and nothing else goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from chalicelib.domain.cases import Case
from chalicelib.domain.disposal import Disposal, DisposalStatus, over_since
from chalicelib.domain.threads import Entry, attachment_key, files_of
from tests.faults.invariants.rest import Rest

WALKED_WITHIN = timedelta(days=2)


def every_disposal_comes_to_its_end(rest: Rest) -> Iterator[str]:
    for disposal in rest.threads.records(Disposal):
        if disposal.status is not DisposalStatus.DONE or disposal.files:
            yield f"disposal of case {disposal.id} is {disposal.status} and knows {disposal.files}"


def whatever_is_over_is_gone(rest: Rest) -> Iterator[str]:
    held = {one.id for one in rest.customers_held()}
    for case in rest.threads.records(Case):
        over = over_since(case, rest.configuration.kinds.get(case.kind))
        if over and over + WALKED_WITHIN < rest.simulation.world.at and case.customer_id not in held:
            yield f"case {case.reference} is over since {over} and still there"


def nothing_is_left_of_a_case_that_is_gone(rest: Rest) -> Iterator[str]:
    for disposal in rest.threads.records(Disposal):
        for entry in rest.threads.records(Entry):
            if entry.case_id == disposal.id:
                yield f"entry {entry.id} of case {disposal.reference} is left"
        for entry in _gone_with(rest, disposal):
            if entry.arrival and entry.arrival.raw_key in rest.simulation.ports.raw.objects:
                yield f"{entry.arrival.raw_key} of case {disposal.reference} is left"


def no_case_goes_before_its_time_and_no_entry_without_its_case(rest: Rest) -> Iterator[str]:
    """By an erasure, or by a disposal of a case whose time was over."""
    disposals = {disposal.id: disposal for disposal in rest.threads.records(Disposal)}
    for disposal in disposals.values():
        days = rest.configuration.kinds[disposal.kind].keep_days
        if not days or disposal.closed_at + timedelta(days=days) > disposal.started_at:
            yield f"case {disposal.reference} was given up before its time"
    for written in rest.history:
        gone = written.before
        is_gone = written.after is None and isinstance(gone, Entry)
        if is_gone and gone.customer_id not in rest.erased_ids() and gone.case_id not in disposals:
            yield f"entry {gone.id} went without its case"


def every_file_that_an_entry_names_is_there(rest: Rest) -> Iterator[str]:
    """One file may have come in two cases."""
    for entry in rest.threads.records(Entry):
        for file in files_of(entry):
            if attachment_key(entry.customer_id, file.sha256) not in rest.simulation.ports.attachments.objects:
                yield f"file {file.name} of entry {entry.id} is gone"


def what_was_deleted_is_counted_once(rest: Rest) -> Iterator[str]:
    for disposal in rest.threads.records(Disposal):
        gone = len(_gone_with(rest, disposal))
        if gone != disposal.found.get("entry", 0):
            yield f"disposal of {disposal.reference} took {gone} entries and counts {disposal.found}"


def _gone_with(rest: Rest, disposal: Disposal) -> list[Entry]:
    gone = [written.before for written in rest.history if written.after is None]
    return [one for one in gone if isinstance(one, Entry) and one.case_id == disposal.id]
