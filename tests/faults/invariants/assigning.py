"""Where new cases go: a rule that decided is told once, with the case that it opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.domain.cases import Case
from chalicelib.domain.threads import Entry
from tests.faults.invariants.rest import Rest


def a_routed_case_says_why(rest: Rest) -> Iterator[str]:
    """Written with the case, once, under the rule that the case names."""
    told = Counter((entry.case_id, entry.facts["rule"]) for entry in rest.of(Entry) if entry.event == "case.routed")
    routed = Counter((case.id, case.routed_by) for case in rest.of(Case) if case.routed_by)
    for case_id, rule in (told - routed) + (routed - told):
        yield f"case {case_id}: the rule {rule!r} is told {told[case_id, rule]} times, decided {routed[case_id, rule]}"
