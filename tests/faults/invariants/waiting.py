"""No case stays without an answer: who waits has a clock, and what happens when it runs out happens once."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.contacts import Effect
from chalicelib.domain.delivery import NOT_ARRIVED, DeliveryStatus
from chalicelib.domain.sla import RESPONSE_CLOCKS, ClockName
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.undelivered import RESENDS
from tests.faults.invariants.rest import Rest
from tests.faults.store import Written

_LOST = ("delivery.failed", "delivery.bounced", "delivery.complained")
_TOLD = ("case.reminded", "case.escalated", "case.handed_on")


class Waiting:
    """Who waits for what, told from the entries alone, write by write: the simplest form of what a case must know.

    `since`: when the messages came that have no answer. `next_response`: whether the next clock to start is that one.
    """

    def __init__(self) -> None:
        self.newest: dict[str, datetime] = {}
        self.spam: dict[str, tuple[list[datetime], bool]] = {}
        self.since: dict[str, list[datetime]] = defaultdict(list)
        self.next_response: dict[str, bool] = defaultdict(bool)
        self._case_of: dict[str, str] = {}
        self._answered: dict[str, tuple[list[datetime], bool]] = {}
        self._standing: dict[str, str] = {}  # answer -> case
        self._origin: dict[str, str] = {}
        self._shelved: dict[str, list[datetime]] = {}  # what waited when a case was closed

    def see(self, together: list[Written]) -> None:
        opened: list[str] = []
        for written in together:
            before, after = written.before, written.after
            if not isinstance(after, Case) or not isinstance(before, Case) or not _opened_or_closed(before, after):
                continue
            if after.status is CaseStatus.SPAM:  # nobody waits there, unless it turns out to be none
                self.spam[after.id] = self.since[after.id], self.next_response[after.id]
                self.since[after.id] = []
            elif before.status is CaseStatus.SPAM:
                self.since[after.id], self.next_response[after.id] = self.spam.pop(after.id)
            else:
                self.next_response[after.id] = False
                if after.status is CaseStatus.CLOSED:
                    self._shelved[after.id] = self.since[after.id]
                    self.since[after.id] = []
                else:
                    opened.append(after.id)
        for written in together:
            if isinstance(written.after, Entry):
                self._see_entry(written.before, written.after)
                if written.after.event == "case.rated" and written.after.case_id in opened:
                    self.since[written.after.case_id].append(written.after.at)  # a bad rating: they wait since then
        for case_id in opened:
            self._shelved.pop(case_id, None)

    def _see_entry(self, before: object, entry: Entry) -> None:
        case_id = entry.case_id
        self._see_where(before, entry)
        self._see_whether_it_stands(entry)
        if before is None and entry.contact:
            self._see_contact(entry, entry.contact.effect)
        if entry.moved_from:
            self._origin[entry.id] = self._first(entry.moved_from.rpartition("/")[2])
        if entry.moved_to or entry.contact or (before is None and entry.moved_from):
            return
        if entry.kind is EntryKind.INBOUND and before is None and entry.arrival and not entry.arrival.automatic:
            self.since[case_id].append(entry.at)
            self.newest[case_id] = max(entry.at, self.newest.get(case_id, entry.at))
        elif before is None and entry.event == "case.task_done" and entry.facts.get("answers") == "yes":
            self.since[case_id], self.next_response[case_id] = [], True
        # What is only to be said is none, nor is what the hub writes by itself.
        elif entry.kind is EntryKind.OUTBOUND and not entry.task and not entry.repeats and not entry.is_automatic:
            self._see_answer(before, entry)

    def _see_answer(self, before: object, entry: Entry) -> None:
        case_id = entry.case_id
        if before is None:
            self._answered[entry.id] = self.since[case_id], self.next_response[case_id]
            self.since[case_id], self.next_response[case_id] = [], True
        elif entry.delivery and self._first(entry.id) in self._answered:
            if entry.delivery.status in NOT_ARRIVED:
                self._see_lost(entry)
            elif entry.delivery.status is DeliveryStatus.WITHDRAWN:
                self._see_taken_back(entry.id, case_id)

    def _see_lost(self, entry: Entry) -> None:
        """It has answered nobody. If a later answer stands, it is the first of those then which was waited for."""
        case_id = entry.case_id
        since, next_response = self._answered.pop(self._first(entry.id))
        later = min((id_ for id_, case in self._standing.items() if case == case_id and id_ > entry.id), default="")
        if later:
            self._pass_on(self._first(later), since, next_response=next_response)
        elif since and case_id in self.spam:
            self.spam[case_id] = (self.spam[case_id][0] + since, self.spam[case_id][1])
        elif since:  # if that opens the case again, what nobody had answered when it was closed waits, too
            self.since[case_id] += [*since, *self._shelved.pop(case_id, [])]
            self.next_response[case_id] = next_response

    def _first(self, entry_id: str) -> str:
        return self._origin.get(entry_id, entry_id)

    def _pass_on(self, later: str, since: list[datetime], *, next_response: bool) -> None:
        """The later answer is then the one that was waited for."""
        known = self._answered.get(later)
        if known and since and (not known[0] or min(since) < min(known[0])):
            self._answered[later] = [*since, *known[0]], next_response

    def _see_whether_it_stands(self, entry: Entry) -> None:
        self._standing.pop(entry.id, None)
        nothing = (*NOT_ARRIVED, DeliveryStatus.WITHDRAWN, DeliveryStatus.UNKNOWN)
        none = entry.delivery is not None and entry.delivery.status in nothing
        by_talk = entry.contact is not None and entry.contact.effect in (Effect.ANSWERS, Effect.ASKS_AND_IS_ANSWERED)
        is_said = entry.kind is EntryKind.OUTBOUND and entry.author != "hub" and not entry.repeats
        by_message = entry.contact is None and is_said and not entry.task
        if not none and not entry.moved_to and (by_talk or by_message):
            self._standing[entry.id] = entry.case_id

    def _see_taken_back(self, entry_id: str, case_id: str) -> None:
        """As if it had not been given. If a later answer stands, it is that one then which was waited for."""
        since, next_response = self._answered.pop(self._first(entry_id))
        later = max((id_ for id_, case in self._standing.items() if case == case_id and id_ > entry_id), default="")
        if later:
            first = self._first(later)
            if first in self._answered and not self._answered[first][0]:
                self._answered[first] = since, next_response
            return
        if case_id in self.spam:
            self.spam[case_id] = self.spam[case_id][0] + since, next_response
            return
        self.since[case_id] += since
        self.next_response[case_id] = next_response

    def _see_where(self, before: object, entry: Entry) -> None:
        self._case_of[entry.id] = entry.case_id
        if isinstance(before, Entry) and before.case_id != entry.case_id:
            self._see_moved(before.case_id, entry.case_id, entry)
        if entry.moved_from:
            self._see_moved(self._case_of[entry.moved_from.rpartition("/")[2]], entry.case_id, entry)

    def _see_contact(self, entry: Entry, effect: Effect) -> None:
        """A talk answers what came before it; what came after it, it cannot have answered."""
        since = self.since[entry.case_id]
        written_since = bool(since) and self.newest[entry.case_id] > entry.at
        if effect is Effect.ASKS:
            since.append(entry.at)
        elif effect is not Effect.NOTHING and not written_since:
            self.since[entry.case_id], self.next_response[entry.case_id] = [], True
        if entry.kind is EntryKind.INBOUND:
            self.newest[entry.case_id] = max(entry.at, self.newest.get(entry.case_id, entry.at))

    def _see_moved(self, source: str, target: str, entry: Entry) -> None:
        """A message that waits for its answer waits in the case that it was put into.

        A machine's waits for none, also where a person's came in the same instant.
        """
        if entry.arrival and entry.arrival.automatic:
            return
        if source != target and entry.at in self.since[source]:
            self.since[source].remove(entry.at)
            self.since[target].append(entry.at)


def _opened_or_closed(before: Case, after: Case) -> bool:
    return before.status is not after.status and CaseStatus.MOVED not in (before.status, after.status)


def who_waits_is_known_and_has_the_right_clock(rest: Rest) -> Iterator[str]:
    """After every write, and at rest: an open case waits since its oldest unanswered message, and so says its clock.

    An answer that failed on its way is none: the clock that it had stopped goes back. The first response is due until
    an opening of the case has an answer, then the next response.
    """
    waiting = Waiting()
    for together in rest.transactions:
        waiting.see(together)
        for written in together:
            if isinstance(written.after, Case) and written.after.status is not CaseStatus.MOVED:
                yield from _wrong_clocks(written.after, waiting, written.at)
    for case in rest.of(Case):  # what should have moved the case, and did not
        if case.status is not CaseStatus.MOVED:
            yield from _wrong_clocks(case, waiting, rest.outside.world.at)


def _wrong_clocks(case: Case, waiting: Waiting, at: datetime) -> Iterator[str]:
    since = min(waiting.since[case.id], default=None)
    if case.awaiting_since != since:
        yield f"case {case.reference} at {at} waits since {case.awaiting_since}; its entries say {since}"
        return
    name = ClockName.NEXT_RESPONSE if waiting.next_response[case.id] else ClockName.FIRST_RESPONSE
    clocks = {name: clock.started_at for name, clock in case.clocks.items() if name in RESPONSE_CLOCKS}
    if clocks != ({name: since} if since else {}):
        yield f"case {case.reference} at {at}: the clocks {clocks} run; {name} should, since {since}"


def each_step_happens_once(rest: Rest) -> Iterator[str]:
    """Once per case, clock, cycle and level, however often the sweep runs and whatever becomes of answers."""
    for step, times in Counter(_steps(rest)).items():
        if times > 1:
            yield f"{step} happened {times} times"


def no_step_happens_before_it_is_due_or_after_the_answer(rest: Rest) -> Iterator[str]:
    """At the instant of the write the customer waits, and the step is due."""
    steps = rest.configuration.policies["standard"].steps
    for written in rest.moves_of(Case):
        before, after = written.before, written.after
        for name, clock in after.clocks.items():
            if name not in before.clocks or clock.level <= before.clocks[name].level:
                continue
            nobody_waited = before.awaiting_since is None and name in RESPONSE_CLOCKS
            if nobody_waited or before.status is not CaseStatus.OPEN:
                yield f"case {after.reference}: a step at {written.at}, and nobody waited"
            due_at = max(clock.due_at + step.after for step in steps[before.clocks[name].level : clock.level])
            if written.at < due_at:
                yield f"case {after.reference}: a step at {written.at} that is due at {due_at}"


def each_step_is_told_and_sent(rest: Rest) -> Iterator[str]:
    """The event that says why and the notice to a colleague are written with the step, or not at all."""
    for together in rest.transactions:
        moved = [written for written in together if isinstance(written.after, Case) and written.before]
        steps = sum(len(list(_levels(written))) for written in moved)
        entries = [written.after for written in together if _is_new(written)]
        events = sum(entry.event in _TOLD for entry in entries)
        lost = sum(entry.event in _LOST and "reference" in entry.facts for entry in entries)  # of answers
        notices = sum(entry.kind is EntryKind.NOTICE and bool(entry.case_id) for entry in entries) - lost
        notices -= sum(len(entry.facts.get("notices", "").split()) for entry in entries if entry.mentions)
        if not steps == events == notices:
            yield f"at {together[0].at}: {steps} steps, {events} events, {notices} notices"


def nothing_due_is_left_undone(rest: Rest) -> Iterator[str]:
    """Whoever still waits when all is at rest has been escalated to the last step."""
    steps = len(rest.configuration.policies["standard"].steps)
    for case in rest.of(Case):
        if case.status is CaseStatus.OPEN and any(clock.level < steps for clock in case.clocks.values()):
            yield f"case {case.reference} waits, and only {case.clocks} happened"


def an_agent_overrides_nothing_unseen(rest: Rest) -> Iterator[str]:
    """An answer that names what it has seen stands on exactly that, unless it was forced, and then it says so."""
    asked = {request.mark: request for request in rest.outside.requests if request.path.endswith("/replies")}
    for together in rest.transactions:
        cases = {written.after.id: written.before for written in together if isinstance(written.after, Case)}
        for written in together:
            entry = written.after
            if not _is_new(written) or entry.kind is not EntryKind.OUTBOUND or entry.contact or entry.author == "hub":
                continue
            case = cases.get(entry.case_id)
            if case is None or entry.repeats or RESENDS in entry.facts:  # we wrote first, or nobody said it anew
                continue
            if entry.facts.get("broadcast"):  # meant for every linked case, whatever is said there meanwhile
                continue
            request = asked[rest.marks_of(entry)[0]]
            body = json.loads(request.body)
            read, said = body.get("messages_read", case.messages_in), body.get("version_read", case.version)
            version = request.headers.get("If-Match", f'"{case.version}"')
            overtaken = case.messages_in > read or case.said_version > said
            if bool(entry.facts.get("forced")) != (overtaken and body.get("force", False)):
                yield f"{request.path} #{request.mark}# says {dict(entry.facts)}, and was overtaken: {overtaken}"
            stale = overtaken or version != f'"{case.version}"'
            if stale and not (overtaken and body.get("force", False)):
                yield f"{request.path} #{request.mark}# was kept over version {case.version}, {case.messages_in} read"


def _is_new(written: Written) -> bool:
    """An entry that was not there before, nor anywhere else."""
    return isinstance(written.after, Entry) and written.before is None and not written.after.moved_from


def _steps(rest: Rest) -> Iterator[str]:
    for written in rest.moves_of(Case):
        for name, level in _levels(written):
            clock = written.after.clocks[name]
            yield f"case {written.after.reference}: step {level} of {name} in cycle {clock.cycle}"


def _levels(written: Written) -> Iterator[tuple[ClockName, int]]:
    """The levels that a write adds to clocks that ran before it."""
    for name, clock in written.after.clocks.items():
        before = written.before.clocks.get(name)
        if before:
            for level in range(before.level + 1, clock.level + 1):
                yield name, level
