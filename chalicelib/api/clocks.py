"""The clocks of cases: what was promised, what a case is about, who takes over, and why something is due when it is."""

from __future__ import annotations

from datetime import UTC, timedelta

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, clock_schemas
from chalicelib.api.cases import agent_named
from chalicelib.api.clock_schemas import seconds
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.sight import Sight
from chalicelib.api.task_destinations import parse_destination
from chalicelib.domain.access import Action
from chalicelib.domain.errors import Conflict, InvalidInput, KeyReused, NotFound
from chalicelib.domain.explanation import ClockExplained, explain
from chalicelib.domain.tasks import TaskKind
from chalicelib.usecases.agreements import current_agreements
from chalicelib.usecases.case_changes import Seen
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.foresee_escalation import Foreseen
from chalicelib.usecases.transfer_case import Transfer

bp = Blueprint(__name__)

_ERRORS = (NotFound, Conflict, KeyReused)


@operation(
    bp,
    "PUT",
    "/v1/cases/{reference}/kind",
    summary="Say what a case is about",
    action=Action.CHANGE_CASE,
    body=lambda: clock_schemas.NewKind,
    versioned=True,
    answers={204: None},
    errors=_ERRORS,
)
def set_kind(call: Call[asked.Nothing, clock_schemas.NewKind], reference: str) -> Result:
    """The legal term of the new kind counts from the original receipt."""
    wiring.hub().classify_case.kind(
        reference, call.principal.subject, call.body.kind, seen=Seen(version=call.version), once=call.once
    )
    return Result()


@operation(
    bp,
    "PUT",
    "/v1/cases/{reference}/priority",
    summary="Say how urgent a case is",
    action=Action.CHANGE_CASE,
    body=lambda: clock_schemas.NewPriority,
    versioned=True,
    answers={204: None},
    errors=_ERRORS,
)
def set_priority(call: Call[asked.Nothing, clock_schemas.NewPriority], reference: str) -> Result:
    """Running clocks keep what they started with, until the policy is applied again."""
    wiring.hub().classify_case.priority(
        reference, call.principal.subject, call.body.priority, seen=Seen(version=call.version), once=call.once
    )
    return Result()


@operation(
    bp,
    "PUT",
    "/v1/cases/{reference}/tags",
    summary="Say by which tags a case is found",
    action=Action.CHANGE_CASE,
    body=lambda: clock_schemas.CaseTags,
    versioned=True,
    answers={204: None},
    errors=_ERRORS,
)
def set_tags(call: Call[asked.Nothing, clock_schemas.CaseTags], reference: str) -> Result:
    """These and no others. No clock takes notice of them."""
    wiring.hub().tag_case(
        reference, call.principal.subject, call.body.tags, seen=Seen(version=call.version), once=call.once
    )
    return Result()


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/policy",
    summary="Apply today's policy to the running clocks",
    action=Action.CHANGE_CASE,
    body=lambda: clock_schemas.Hand,
    versioned=True,
    answers={204: None},
    errors=_ERRORS,
)
def apply_policy_again(call: Call[asked.Nothing, clock_schemas.Hand], reference: str) -> Result:
    """Every running clock counts from its start by what holds now, and its steps begin anew."""
    wiring.hub().classify_case.apply_policy_again(
        reference, call.principal.subject, seen=Seen(version=call.version), once=call.once
    )
    return Result()


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/legal-extension",
    summary="Extend the legal term, once, after telling the customer",
    action=Action.CHANGE_CASE,
    body=lambda: clock_schemas.Hand,
    versioned=True,
    answers={204: None},
    errors=_ERRORS,
)
def extend_legal_term(call: Call[asked.Nothing, clock_schemas.Hand], reference: str) -> Result:
    """Refused where the kind of the case has no longer term."""
    wiring.hub().classify_case.extend_legal_term(
        reference, call.principal.subject, seen=Seen(version=call.version), once=call.once
    )
    return Result()


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/transfer",
    summary="Hand a case over to another team",
    action=Action.CHANGE_CASE,
    body=lambda: clock_schemas.NewTransfer,
    versioned=True,
    answers={204: None},
    errors=_ERRORS,
)
def transfer_case(call: Call[asked.Nothing, clock_schemas.NewTransfer], reference: str) -> Result:
    """For the customer no clock starts over; the new team may get a time of its own."""
    body = call.body
    due_at = body.due_at and body.due_at.astimezone(UTC)
    wiring.hub().transfer_case(
        reference,
        call.principal.subject,
        Transfer(body.team, body.context, agent_named(body.assignee or "", call.principal), due_at),
        seen=Seen(version=call.version),
        once=call.once,
    )
    return Result()


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/promises",
    summary="Promise the customer something",
    action=Action.ANSWER,
    body=lambda: clock_schemas.NewPromise,
    versioned=True,
    answers={201: clock_schemas.PromiseMade},
    errors=_ERRORS,
)
def make_promise(call: Call[asked.Nothing, clock_schemas.NewPromise], reference: str) -> Result:
    """It is a clock of the case until it is kept: no answer stops it, and the case is not closed over it."""
    body = call.body
    promise = wiring.hub().promise_to_customer.make(
        reference,
        call.principal.subject,
        body.text,
        body.due_at.astimezone(UTC),
        parse_destination(TaskKind.CALL, body.call, field="call") if body.call else "",
        seen=Seen(call.version, body.messages_read, body.version_read, body.force),
        once=call.once,
    )
    return Result(clock_schemas.PromiseMade(promise))


@operation(
    bp,
    "PUT",
    "/v1/cases/{reference}/promises/{promise_id}",
    summary="Say that a promise is kept, withdrawn, or has another time",
    action=Action.ANSWER,
    body=lambda: clock_schemas.PromiseChange,
    versioned=True,
    answers={204: None},
    errors=_ERRORS,
)
def change_promise(call: Call[asked.Nothing, clock_schemas.PromiseChange], reference: str, promise_id: str) -> Result:
    """A promise that was broken before stays known as broken, and can be kept late."""
    promises, body = wiring.hub().promise_to_customer, call.body
    if (body.outcome is None) is (body.due_at is None):
        raise InvalidInput("Give either an outcome or a new time.", field="outcome")
    seen = Seen(version=call.version)
    agent = call.principal.subject
    if body.due_at:
        promises.renegotiate(reference, agent, promise_id, body.due_at.astimezone(UTC), seen=seen, once=call.once)
    elif body.outcome == "kept":
        promises.keep(reference, agent, promise_id, seen=seen, once=call.once)
    else:
        promises.withdraw(reference, agent, promise_id, seen=seen, once=call.once)
    return Result()


@operation(
    bp,
    "GET",
    "/v1/cases/{reference}/explanation",
    summary="Why a case is due when it is",
    action=Action.READ_CASES,
    answers={200: clock_schemas.Explanation},
    errors=(NotFound,),
)
def explain_case(_call: Call[asked.Nothing, None], reference: str) -> Result:
    """For each running clock: what counted, what did not and why, and which steps are to come."""
    ports = wiring.hub().ports
    case = get_case_by_reference(ports.threads, reference)
    clocks = explain(case, current_agreements(ports.configuration), ports.now())
    return Result(clock_schemas.Explanation([_explained(clock) for clock in clocks]))


@operation(
    bp,
    "GET",
    "/v1/teams/{team}/escalations",
    summary="What the sweep will do if nobody acts",
    action=Action.READ_CASES,
    query=clock_schemas.Foresight,
    answers={200: clock_schemas.ForeseenSteps},
    errors=(NotFound,),
)
def foresee_escalations(call: Call[clock_schemas.Foresight, None], team: str) -> Result:
    """Decided as the sweep decides it; nothing is written."""
    steps = wiring.hub().foresee_escalation(team, timedelta(hours=call.query.hours))
    shown = Sight(call.principal).cases(steps)
    return Result(clock_schemas.ForeseenSteps([_foreseen(step) for step in shown]))


def _foreseen(step: Foreseen) -> clock_schemas.Foreseen:
    return clock_schemas.Foreseen(
        reference=step.reference,
        customer_id=step.customer_id,
        assignee=step.assignee or None,
        clock=step.clock,
        level=step.level,
        action=step.action,
        at=step.at,
    )


def _explained(clock: ClockExplained) -> clock_schemas.ClockExplained:
    return clock_schemas.ClockExplained(
        name=clock.name,
        started_at=clock.started_at,
        due_at=clock.due_at,
        policy=clock.policy,
        calendar=clock.calendar,
        version=clock.version,
        cycle=clock.cycle,
        within_seconds=None if clock.within is None else seconds(clock.within),
        used_seconds=seconds(clock.used),
        paused_by=clock.paused_by or None,
        stretches=[
            clock_schemas.Stretch(
                part.start,
                part.end,
                seconds(part.counted),
                part.reason or None,
                [day.isoformat() for day in part.closed_days],
            )
            for part in clock.stretches
        ],
        steps_done=clock.steps_done,
        next_steps=[clock_schemas.StepToCome(step.level, step.action, step.at, step.late) for step in clock.next_steps],
    )
