"""Every message stands where it belongs, and who it belongs to is never in doubt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus

from chalicelib.domain.cases import Case, CasePointer, CaseStatus
from chalicelib.domain.customers import Customer, PointLink, PointOwner
from chalicelib.domain.messages import ParkedRecord
from chalicelib.domain.threads import Entry
from chalicelib.domain.trust import Trust
from tests.faults.carriers import marks_in
from tests.faults.invariants.rest import Rest
from tests.faults.ports import POISON

_OF_NOBODY = {"raw_missing", "unreadable_event", "unknown_delivery"}


def a_message_joins_a_case_only_by_right(rest: Rest) -> Iterator[str]:
    """By a genuine reply address from somebody who takes part, or by the other rules from a believed sender; what is
    written on in a form, into the case with which its visitor goes on.

    What an agent tells of goes where the agent says, and a report where the message is that it names. A forged mail is
    known for one by its notification alone: if that is lost, nothing is known of the sender.
    """
    owners = {str(owner.point): owner.customer_id for owner in rest.of(PointOwner)}
    cases = {case.id: case for case in rest.of(Case) if case.status is not CaseStatus.MOVED}
    for mark, rows in rest.rows_of_mark.items():
        said = rest.said[mark]
        for row in rows:
            entry = rest.entries.get(row.entry_id)
            if entry is None or entry.arrival is None or said.transport == "phone":
                continue
            if rest.entries_of_case[entry.case_id][0] is entry:
                continue
            case, point = cases[entry.case_id], entry.arrival.point
            owner = owners.get(str(point), "")
            takes_part = point in case.participants or case.customer_id in {owner, *rest.families[owner]}
            reports = said.reports_on == case.id
            signed = said.genuine and said.to_case == case.reference and entry.arrival.trust is not Trust.FORGED
            believed = said.transport in ("sms", "app") or said.dmarc == "PASS" or said.goes_on_with == case.reference
            if not reports and not (takes_part and (signed or believed)):
                yield f"#{mark}# joined {case.reference} by {entry.arrival.rule} without the right to"


def what_can_be_read_is_read(rest: Rest) -> Iterator[str]:
    """Only what nobody can read is kept unread, and only what belongs nowhere is parked, each with its true reason."""
    for record in rest.of(ParkedRecord):
        marks = marks_in([rest.raw[record.raw_key].body]) if record.raw_key in rest.raw else []
        reasons = {rest.said[mark].parked_as for mark in marks} or _OF_NOBODY
        if record.reason not in reasons:
            yield f"{record.transport} {record.fingerprint} is parked as {record.reason}"
    for entry in rest.of(Entry):
        if entry.arrival and entry.arrival.unparsed and POISON not in rest.raw[entry.arrival.raw_key].body:
            yield f"entry {entry.id} was kept unread: {entry.arrival.unparsed}"


def a_contact_point_has_one_owner_who_lists_it(rest: Rest) -> Iterator[str]:
    customers = {customer.id for customer in rest.of(Customer)}
    links = {(link.customer_id, link.point) for link in rest.of(PointLink)}
    owned = {(owner.kept_under, owner.point) for owner in rest.of(PointOwner)}
    for customer_id, point in links ^ owned:
        yield f"{point} is listed or owned, not both, with {customer_id}"
    for customer_id, point in owned:
        if customer_id not in customers:
            yield f"{point} belongs to {customer_id}, who does not exist"


def a_refused_contact_point_is_somebody_elses(rest: Rest) -> Iterator[str]:
    """What an agent is told is true: the address belongs to another customer."""
    owners = {str(owner.point): owner.customer_id for owner in rest.of(PointOwner)}
    for request in rest.outside.requests:
        if not request.path.endswith("/contact-points"):
            continue
        point = "{kind}:{value}".format_map(json.loads(request.body))
        refused = any(answer and answer.status == HTTPStatus.CONFLICT for answer in request.answers)
        if refused and owners.get(point, "") in request.path.split("/") and not rest.families[owners[point]]:
            yield f"{request.path} with {point} was refused, and the point is the customer's own"
        if refused and point not in owners:
            yield f"{request.path} with {point} was refused, and the point is nobody's"


def every_entry_stands_in_a_case_that_can_be_found(rest: Rest) -> Iterator[str]:
    cases = {(case.customer_id, case.id): case for case in rest.of(Case)}
    pointers = {(pointer.customer_id, pointer.case_id): pointer.reference for pointer in rest.of(CasePointer)}
    for place, case in cases.items():
        if case.status is not CaseStatus.MOVED and pointers.get(place) != case.reference:
            yield f"nothing leads to case {case.reference}"
    for entry in rest.of(Entry):
        if entry.case_id and (entry.customer_id, entry.case_id) not in cases:
            yield f"entry {entry.id} stands in no case of its customer"
