"""Whoever is mentioned finds it, hears of it once, and no row leads to what is not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.domain.mentions import Mention
from chalicelib.domain.threads import Entry
from tests.faults.invariants.rest import Rest


def whoever_is_mentioned_has_a_row_that_leads_there(rest: Rest) -> Iterator[str]:
    """Under the id by which the note was written first, but for a thread that was erased since."""
    rows = {(row.whom, row.entry_id) for row in rest.of(Mention)}
    erased = rest.erased_ids()
    for note in rest.of(Entry):
        origin = rest.origin_of(note)
        if not note.moved_to and rest.entries[origin].customer_id not in erased:
            for whom in {*note.mentions} - {whom for whom, entry_id in rows if entry_id == origin}:
                yield f"{whom} is mentioned in {note.id} and has no row"


def every_row_of_a_mention_leads_to_what_mentions_them(rest: Rest) -> Iterator[str]:
    notes = {(note.customer_id, note.id): note for note in rest.of(Entry)}
    for row in rest.of(Mention):
        note = notes.get((row.customer_id, row.entry_id))
        if note is None or row.whom not in note.mentions or row.whom == note.author:
            yield f"the row of {row.whom} leads to {note}"


def nobody_is_told_twice_of_one_mention(rest: Rest) -> Iterator[str]:
    told = {rest.origin_of(entry): entry.delivery for entry in rest.of(Entry) if entry.delivery and not entry.moved_to}
    for note in rest.of(Entry):
        notices = [told[id_] for id_ in note.facts.get("notices", "").split() if id_ in told]
        if note.mentions and any(number > 1 for number in Counter(one.recipient for one in notices).values()):
            yield f"somebody gets more than one notice of {note.id}"
