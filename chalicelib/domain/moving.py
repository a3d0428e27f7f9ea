"""What was put into the wrong place goes to the right one: a whole case, or messages of it. Pure.

A message is never changed: it is copied to its new place, and what stays behind says only where it went.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.case_transitions import waiting_again, with_answer, with_message
from chalicelib.domain.cases import (
    NO_CLOCKS,
    NO_PROMISES,
    Agreements,
    Case,
    CaseStatus,
    with_automatic_message,
    with_note,
)
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.contacts import Effect
from chalicelib.domain.customers import Customer
from chalicelib.domain.delivery import NOT_ARRIVED, DeliveryStatus
from chalicelib.domain.errors import Conflict, InvalidInput, NotFound, TooLarge
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.threads import Entry, EntryKind

MOST_ENTRIES = 40  # two changes each, of the 100 of one transaction
MOST_SPLIT = 30  # three each: the message, what stays behind, the anchor of its id

# Whatever happens to a case meanwhile changes one of these.
CASE_MOVE_DEPENDS_ON = (
    "status",
    "version",
    "messages_in",
    "automatic_in",
    "messages_out",
    "notes",
    "cycle",
    "clocks",
    "awaiting_since",
    "last_inbound_id",
    "last_activity_at",
)
ENTRY_MOVE_DEPENDS_ON = ("case_id", "moved_to", "delivery", "reading")

_IN_FLIGHT = {DeliveryStatus.QUEUED, DeliveryStatus.SENDING}
_SPLIT_OFF = {EntryKind.INBOUND, EntryKind.OUTBOUND, EntryKind.NOTE}


def require_at_rest(entries: Iterable[Entry]) -> None:
    """Raises Conflict while a carrier may still have one of them in hand: its fate is recorded where it stood."""
    if any(entry.delivery and entry.delivery.status in _IN_FLIGHT for entry in entries):
        raise Conflict("A message of the case is just being sent. Try again in a minute.")


def require_few(entries: Sequence[Entry]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise TooLarge(
            f"The case has {len(entries)} entries; at most {MOST_ENTRIES} can be moved at once. Split off what belongs "
            "to the other customer instead."
        )


def chosen(entries: Sequence[Entry], ids: Sequence[str]) -> list[Entry]:
    """Those that are to be split off, in the order of time. Raises NotFound, InvalidInput, Conflict."""
    wanted = set(ids)
    found = [entry for entry in entries if entry.id in wanted]
    if len(found) != len(wanted):
        raise NotFound("Not all of these entries are in the case.", field="entries")
    if any(entry.kind not in _SPLIT_OFF for entry in found):
        raise InvalidInput("Only messages and notes can be split off.", field="entries")
    if not any(entry.kind is EntryKind.INBOUND for entry in found):
        raise InvalidInput("A case begins with a message of a customer: choose at least one.", field="entries")
    if not any(entry.kind is EntryKind.INBOUND for entry in entries if entry.id not in wanted):
        raise InvalidInput("Nothing that the customer wrote would be left. Move the whole case.", field="entries")
    require_at_rest(found)
    return found


def copied(entry: Entry, customer_id: str, case_id: str, at: datetime) -> Entry:
    """The same words at the same instant in another thread. `at`: of the moving, so that every move makes new ids."""
    return replace(
        entry,
        id=ulid_for(entry.at, "moved", entry.customer_id, entry.id, customer_id, at.isoformat()),
        customer_id=customer_id,
        case_id=case_id,
        moved_from=f"{entry.customer_id}/{entry.id}",
    )


def left_behind(entry: Entry, copy: Entry) -> Entry:
    """Nothing of what it said: it is not this customer's. Whom it mentions finds it by what stays behind."""
    return Entry(
        id=entry.id,
        customer_id=entry.customer_id,
        case_id=entry.case_id,
        at=entry.at,
        kind=entry.kind,
        author=entry.author,
        channel=entry.channel,
        event=entry.event,
        moved_to=f"{copy.customer_id}/{copy.id}",
        moved_from=entry.moved_from,
        mentions=entry.mentions,
    )


def moved_case(case: Case, customer: Customer, last_inbound_id: str) -> Case:
    """The case as it goes on under another customer: the same reference, clocks and assignee."""
    return replace(
        case,
        customer_id=customer.id,
        customer_name=customer.name,
        last_inbound_id=last_inbound_id,
        moved_from=case.signed_for,
        moved_to="",
        version=case.version + 1,
    )


def case_left_behind(case: Case, to: str) -> Case:
    """In no list, with no clock, and nothing of what it was about: it only leads on."""
    return replace(
        case,
        status=CaseStatus.MOVED,
        subject="",
        customer_name="",
        participants=(),
        moved_to=to,
        awaiting_since=None,
        clocks=NO_CLOCKS,
        promises=NO_PROMISES,
        tasks=(),
        next_step_at=None,
        version=case.version + 1,
    )


def counts_for_waiting(entry: Entry) -> bool:
    """A message that a person wrote, once."""
    return (
        entry.kind is EntryKind.INBOUND
        and entry.arrival is not None
        and not entry.arrival.automatic
        and not entry.is_second_copy
    )


def is_answer(entry: Entry) -> bool:
    """What did not arrive, was taken back before it left, or repeats another one, has answered nobody; nor has a call
    that reached nobody, or what is still to be said; nor what the hub wrote by itself.
    """
    status = entry.delivery.status if entry.delivery else None
    nobody_reached = entry.contact is not None and entry.contact.effect is not Effect.ANSWERS
    lost = status in (*NOT_ARRIVED, DeliveryStatus.WITHDRAWN)
    unheard = lost or nobody_reached or entry.task or entry.repeats or entry.is_automatic
    return entry.kind is EntryKind.OUTBOUND and not unheard


def case_of(blank: Case, entries: Iterable[Entry], agreements: Agreements) -> Case:
    """A new case, as if these entries had come into it one after the other."""
    case = blank
    for entry in sorted(entries, key=lambda one: one.id):
        if counts_for_waiting(entry):
            case = with_message(case, entry.id, entry.at, agreements, entry.channel)
        elif entry.kind is EntryKind.INBOUND and not entry.is_second_copy:
            case = with_automatic_message(case, entry.at, entry.channel)
        elif is_answer(entry):
            case = with_answer(case, entry.at, agreements, channel=entry.channel, stays_with_us=entry.stays_with_us)
        elif entry.kind is EntryKind.OUTBOUND:
            case = replace(case, messages_out=case.messages_out + 1)
        elif entry.kind is EntryKind.NOTE:
            case = with_note(case)
    return replace(case, version=0)


def still_waiting(case: Case, some: Iterable[Entry]) -> datetime | None:
    """Since when `some` entries of a case wait for an answer; None when none of them does.

    By when they came, not by what stands before an answer: a message that was overtaken on its way waits all the same.
    """
    since = case.awaiting_since
    if since is None:
        return None
    return min((entry.at for entry in some if counts_for_waiting(entry) and entry.at >= since), default=None)


def still_taking_part(case: Case, gone: Iterable[Entry], left: Iterable[Entry]) -> tuple[ContactPoint, ...]:
    """Who takes part in a case out of which `gone` went to another customer: none of those who wrote only that."""
    wrote, write = ({one.arrival.point for one in some if one.arrival} for some in (gone, left))
    return tuple(point for point in case.participants if point not in wrote or point in write)


def without_entries(case: Case, gone: Sequence[Entry], left: Sequence[Entry], agreements: Agreements) -> Case:
    """The case that the entries `gone` were taken out of; `left` is all that it still has."""
    wrote = [entry.id for entry in left if counts_for_waiting(entry)]
    taken = [entry for entry in gone if counts_for_waiting(entry)]
    automatic = [entry for entry in gone if entry.kind is EntryKind.INBOUND and not entry.is_second_copy]
    return replace(
        waiting_again(case, still_waiting(case, left), agreements),
        messages_in=case.messages_in - len(taken),
        automatic_in=case.automatic_in - (len(automatic) - len(taken)),
        messages_out=case.messages_out - sum(entry.kind is EntryKind.OUTBOUND for entry in gone),
        notes=case.notes - sum(entry.kind is EntryKind.NOTE for entry in gone),
        last_inbound_id=max(wrote, default=""),
        version=case.version + 1,
    )
