"""What every message of an agent to a customer has in common on its way out, in an answer and in a new case."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contact_policy import NUMBERED
from chalicelib.domain.delivery import Delivery, queued
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.threads import Entry
from chalicelib.usecases.ports import Change, ThreadStore, Update, WorkQueues
from chalicelib.usecases.ways_to_reach import Way

WITH_SUBJECT = (Channel.EMAIL, Channel.FAX)


def waiting_to_leave(
    delivery: Delivery, configuration: Configuration, now: datetime, not_before: datetime | None
) -> Delivery:
    """Queued, and sent neither before the undo window is over nor before the customer may be disturbed."""
    earliest = max(now + configuration.undo_window, not_before or now)
    return queued(delivery, now, not_before=earliest if earliest > now else None)


def found_by_the_next_from_there(threads: ThreadStore, way: Way, case_id: str) -> list[Change]:
    """A text message and a fax have no thread of their own: the answer joins the case that we last wrote about to that
    number.
    """
    owner = threads.find_owner(way.point) if way.channel in NUMBERED else None
    if owner is None or owner.last_case_id == case_id:
        return []
    return [Update(owner, replace(owner, last_case_id=case_id), ("customer_id",))]


def ask_to_send(queues: WorkQueues, entry: Entry) -> None:
    if entry.delivery is None:
        return
    with suppress(StorageUnavailable):  # the queue is a hint: the sweep picks up what nobody claims
        queues.ask_to_deliver(entry.customer_id, entry.id, not_before=entry.delivery.not_before)
