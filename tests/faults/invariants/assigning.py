"""Where cases go: a rule that decided is told with its case; what can be given is given, once, to who has room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.domain.agents import Agent
from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.threads import Entry
from tests.faults.giving import left_behind, still_to_give
from tests.faults.invariants.rest import Rest
from tests.faults.store import Written


def a_routed_case_says_why(rest: Rest) -> Iterator[str]:
    """Written with the case, once, under the rule that the case names."""
    told = Counter((entry.case_id, entry.facts["rule"]) for entry in rest.of(Entry) if entry.event == "case.routed")
    routed = Counter((case.id, case.routed_by) for case in rest.of(Case) if case.routed_by)
    for case_id, rule in (told - routed) + (routed - told):
        yield f"case {case_id}: the rule {rule!r} is told {told[case_id, rule]} times, decided {routed[case_id, rule]}"


def what_can_be_given_is_given(rest: Rest) -> Iterator[str]:
    """When all is at rest nobody is idle while a case waits for somebody like them."""
    for case in still_to_give(rest.threads, rest.configuration, rest.simulation.world.at):
        yield f"case {case.reference} lies on the list of {case.team}, and somebody could take it"


def an_open_case_has_a_team_that_is_there(rest: Rest) -> Iterator[str]:
    for case in left_behind(rest.threads, rest.configuration):
        yield f"case {case.reference} is open in {case.team}, which is gone"


def whoever_is_given_a_case_is_there_and_has_room(rest: Rest) -> Iterator[str]:
    """One case with each time that an agent's record counts one. What they take by themselves, and what opens again,
    can come at the same moment and is not counted here; nor is anything told of room once a list has lagged.
    """
    given: dict[str, str] = {}
    for together in rest.transactions:
        loads = Counter() if rest.threads.has_lagged else Counter(given.values())
        givings = [written for written in together if _was_given_one(written)]
        for written in givings:
            yield from _wrongly_given(written, together, loads[written.after.subject])
        by_hub = {written.after.subject for written in givings}
        for case in (written.after for written in together if isinstance(written.after, Case)):
            if case.assignee in by_hub:
                given[case.id] = case.assignee
            if case.status is not CaseStatus.OPEN or case.assignee != given.get(case.id):
                given.pop(case.id, None)


def _was_given_one(written: Written) -> bool:
    before, after = written.before, written.after
    return isinstance(after, Agent) and isinstance(before, Agent) and after.given > before.given


def _wrongly_given(written: Written, together: list[Written], load: int) -> Iterator[str]:
    agent = written.before
    theirs = [one for one in together if isinstance(one.after, Case) and one.after.assignee == agent.subject]
    if len(theirs) != 1 or (theirs[0].before and theirs[0].before.assignee == agent.subject):
        yield f"{agent.subject} counts a case at {written.at} and got {len(theirs)}"
    if not agent.is_present(written.at):
        yield f"{agent.subject} was given a case at {written.at} and is not there"
    if load >= agent.capacity:
        yield f"{agent.subject} was given a case at {written.at} beside {load}, and {agent.capacity} are enough"
