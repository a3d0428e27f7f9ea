"""What the hub answers by itself: each address once a day, no machine ever, and always as the message says (I18)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from chalicelib.domain.automatic_answers import ONCE_IN
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.usecases.announce_changes import ACKNOWLEDGED_BY
from tests.faults.acts import CLOCKS_OFF
from tests.faults.invariants.rest import Rest

_CLOCKS_APART = max(abs(off) for off in CLOCKS_OFF)


def nobody_is_acknowledged_twice_a_day(rest: Rest) -> Iterator[str]:
    """By the instants at which the answers were written, whatever cases they are in and whoever moved them since."""
    given = defaultdict(list)
    for entry in _acknowledgements(rest):
        given[entry.delivery.recipient if entry.delivery else entry.customer_id].append(entry.at)
    for address, instants in given.items():
        for one, next_ in pairwise(sorted(instants)):
            if next_ - one < ONCE_IN - _CLOCKS_APART * 2:
                yield f"{address} was acknowledged at {one} and at {next_}"


def no_machine_and_no_stranger_is_acknowledged(rest: Rest) -> Iterator[str]:
    """An acknowledgement is written with the message that it answers, which a person wrote who is believed or known."""
    for together in rest.transactions:
        new = [written.after for written in together if isinstance(written.after, Entry) and written.before is None]
        answered = {entry.facts.get(ACKNOWLEDGED_BY): entry for entry in new if entry.arrival and not entry.moved_from}
        for entry in new:
            if not _is_acknowledgement(entry):
                continue
            message = answered.get(entry.id)
            if message is None:
                yield f"acknowledgement {entry.id} answers no message"
            elif message.arrival.automatic or message.arrival.trust is Trust.FORGED:
                yield f"acknowledgement {entry.id} answers {message.arrival.automatic or message.arrival.trust.name}"
            elif any(f"#{mark}#" in entry.text + entry.subject for mark in rest.marks_of(message)):
                yield f"acknowledgement {entry.id} says what its sender wrote"


def _acknowledgements(rest: Rest) -> list[Entry]:
    first = (written.after for written in rest.history if written.before is None)
    return [one for one in first if isinstance(one, Entry) and _is_acknowledgement(one)]


def _is_acknowledgement(entry: Entry) -> bool:
    by_itself = entry.kind is EntryKind.OUTBOUND and entry.is_automatic
    answers = not entry.facts.get("survey") and not entry.facts.get("broadcast")
    return by_itself and answers and bool(entry.case_id) and not entry.moved_from
