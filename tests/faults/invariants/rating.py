"""How satisfied somebody is: said once of each closing, whichever way it came first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.domain.satisfaction import Survey
from chalicelib.domain.threads import Entry
from tests.faults.invariants.rest import Rest


def each_closing_is_rated_once(rest: Rest) -> Iterator[str]:
    """Also where its link, a digit and the app say it at once, and with its event in the same transaction."""
    rated: Counter[str] = Counter()
    for together in rest.transactions:
        surveys = [one for one in together if isinstance(one.after, Survey) and one.after.is_rated]
        told = [one.after for one in together if isinstance(one.after, Entry) and one.before is None]
        events = [entry for entry in told if entry.event == "case.rated" and not entry.moved_from]
        if [one.after.comment for one in surveys] != [entry.text for entry in events]:
            yield f"at {together[0].at}: {len(surveys)} ratings and {len(events)} events"
        rated.update(one.after.id for one in surveys)
    for id_, times in rated.items():
        if times > 1:
            yield f"{id_} was rated {times} times"
