"""A case goes to another team, with a reason, an owner and a time; for the customer no clock starts over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.case_transitions import transferred
from chalicelib.domain.cases import Agreements, Case
from chalicelib.domain.errors import InvalidInput
from chalicelib.usecases.case_changes import NOTHING_SAID, Seen
from chalicelib.usecases.case_clock_changes import ChangeClocks
from chalicelib.usecases.once import Once


@dataclass(frozen=True, slots=True)
class Transfer:
    """`context`: what the next team has to know. `assignee`: who takes it on there, "" for the team.

    `due_at`: until when the next team has to have acted; None for the clocks that run.
    """

    team: str
    context: str
    assignee: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TransferCase:
    change: ChangeClocks

    def __call__(
        self, reference: str, agent: str, transfer: Transfer, *, seen: Seen = NOTHING_SAID, once: Once | None = None
    ) -> None:
        """Raises NotFound for an unknown team, InvalidInput for a time that has passed and an owner of another team."""
        configuration = self.change.configuration.current()
        configuration.get_team(transfer.team)
        transfer = replace(transfer, team=configuration.owner_in_place_of(transfer.team))
        if transfer.due_at and transfer.due_at <= self.change.now():
            raise InvalidInput("The deadline of a transfer has to be still to come.", field="due_at")

        self._require_member(transfer)

        def moved(case: Case, at: datetime, agreements: Agreements) -> Case:
            return transferred(case, transfer.team, transfer.assignee, transfer.due_at, at, agreements)

        self.change(
            reference,
            agent,
            "case.transferred",
            moved,
            lambda _before, _after: {
                "team": transfer.team,
                "assignee": transfer.assignee,
                "context": transfer.context,
                "due_at": transfer.due_at.isoformat() if transfer.due_at else "",
            },
            seen=seen,
            once=once,
        )

    def _require_member(self, transfer: Transfer) -> None:
        """A name that belongs to nobody there would take the case out of everybody's sight. Where the hub knows no
        agent of the team, it believes the caller.
        """
        if not transfer.assignee:
            return
        agent = self.change.threads.find_agent(transfer.assignee)
        if agent and transfer.team in agent.teams:
            return
        if agent or any(transfer.team in one.teams for one in self.change.threads.list_agents()):
            raise InvalidInput(f"{transfer.assignee!r} is no agent of {transfer.team}.", field="assignee")
