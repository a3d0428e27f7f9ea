"""What a team promises by policy: within which time each clock has to stop, and the steps around its deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.contact_points import Channel


class ClockName(StrEnum):
    """Which wait a clock measures. A clock of a promise is named `promise:<id>`: a case can have several. So can it of
    tasks: `call_back:<id>`, `letter:<id>`.
    """

    FIRST_RESPONSE = "first_response"  # from the first message of a cycle to our first answer
    NEXT_RESPONSE = "next_response"  # from the oldest unanswered message after that
    RESOLUTION = "resolution"  # from opening to closing; stands still while we wait for the customer
    UPDATE = "update"  # from an answer that leaves the matter with us to our next sign of life
    LEGAL = "legal"  # from receipt to the answer that the law asks for
    PROMISE = "promise"  # to what an agent has promised
    HAND_OVER = "hand_over"  # from a transfer to the new team's first answer
    CALL_BACK = "call_back"  # to the call that somebody is to make
    LETTER = "letter"  # to the letter that somebody is to post


RESPONSE_CLOCKS = (ClockName.FIRST_RESPONSE, ClockName.NEXT_RESPONSE)


def kind_of(name: str) -> ClockName:
    """`promise:01K...` is a clock of the kind `promise`; every other name is its kind."""
    return ClockName(name.partition(":")[0])


class StepAction(StrEnum):
    REMIND = "remind"  # tell the assignee, or the team when nobody is assigned or can be told
    TELL_TEAM = "tell_team"
    ESCALATE = "escalate"  # tell the supervisor
    RAISE_PRIORITY = "raise_priority"
    REASSIGN = "reassign"  # hand it on: a colleague, then the team, then the fallback team; never to nobody
    HOLD = "hold"  # tell the customer honestly that it takes longer


TELLS_NOBODY = frozenset({StepAction.RAISE_PRIORITY, StepAction.HOLD})  # none of our colleagues


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """`after` the deadline, negative is before it; in business time if `business`, else in plain time. `by`: how a
    colleague is told, by e-mail or SMS. Levels count from 1 in the order in which a policy lists its steps.
    """

    action: StepAction
    after: timedelta
    business: bool = False
    by: Channel = Channel.EMAIL

    def at(self, deadline: datetime, hours: BusinessHours) -> datetime:
        if not self.business:
            return deadline + self.after
        if self.after < timedelta(0):
            return hours.back(deadline, -self.after)
        return hours.add(deadline, self.after)


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """All times are business time. Without `resolution_within` or `update_within` there is no such clock. A call or a
    letter for which nobody wishes a time is due in `call_back_within` or `letter_within`, else `next_response_within`.

    `steps` hold for every kind of clock that has none of its own in `own_steps`.
    """

    name: str
    first_response_within: timedelta
    next_response_within: timedelta
    steps: tuple[EscalationStep, ...]
    resolution_within: timedelta | None = None
    update_within: timedelta | None = None
    call_back_within: timedelta | None = None
    letter_within: timedelta | None = None
    own_steps: Mapping[ClockName, tuple[EscalationStep, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def all_steps(self) -> tuple[EscalationStep, ...]:
        return (*self.steps, *(step for steps in self.own_steps.values() for step in steps))

    def within(self, clock: ClockName) -> timedelta | None:
        """None: the policy has no such clock, or (a promise, a legal term) its deadline comes from elsewhere."""
        return {
            ClockName.FIRST_RESPONSE: self.first_response_within,
            ClockName.NEXT_RESPONSE: self.next_response_within,
            ClockName.RESOLUTION: self.resolution_within,
            ClockName.UPDATE: self.update_within,
        }.get(clock)

    def steps_of(self, clock: ClockName) -> tuple[EscalationStep, ...]:
        return self.own_steps.get(clock, self.steps)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a clock counts by: a policy and a calendar, as they stand in one version of the configuration."""

    policy: SlaPolicy
    calendar: str
    hours: BusinessHours
    version: str


class Classified(Protocol):
    """What policy rules ask of a case."""

    @property
    def team(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def segment(self) -> str: ...
    @property
    def priority(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def channel(self) -> Channel: ...


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """The policy of the cases that fit. What is "" fits every case; the first rule that fits decides."""

    policy: str
    team: str = ""
    kind: str = ""
    segment: str = ""
    priority: str = ""
    language: str = ""
    channel: str = ""

    def fits(self, said: Mapping[str, str]) -> bool:
        """`said`: the case's value of each member."""
        return all(getattr(self, name) in ("", value) for name, value in said.items())
