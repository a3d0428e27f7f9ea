"""How promises stand in a case: each that is owed has its clock, and closing asks for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.case_clocks import looked_at, with_clocks, with_ended
from chalicelib.domain.cases import Agreements, Case
from chalicelib.domain.clocks import ClockEnd, started_until
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.promises import MOST_PROMISES, Promise, PromiseStatus, clock_of, kept, renegotiated, withdrawn


def with_promise(case: Case, id_: str, promise: Promise, agreements: Agreements) -> Case:
    """Raises Conflict when the case has too many that are still owed."""
    if sum(known.live for known in case.promises.values()) >= MOST_PROMISES:
        raise Conflict("There are too many promises in this case that are still owed. Keep or withdraw some first.")
    case = replace(case, version=case.version + 1, said_version=case.version + 1)
    return promised(case, id_, promise, promise.made_at, agreements)


def with_promise_renegotiated(case: Case, id_: str, due_at: datetime, at: datetime, agreements: Agreements) -> Case:
    promise = renegotiated(get_live_promise(case, id_), due_at)
    case = replace(case, cycle=case.cycle + 1, version=case.version + 1)
    case = with_ended(case, (clock_of(id_),), at, ClockEnd.RENEWED, agreements)
    return promised(case, id_, promise, at, agreements)


def with_promise_kept(case: Case, id_: str, at: datetime, agreements: Agreements) -> Case:
    case = replace(case, version=case.version + 1)
    return _settled(case, id_, kept(get_live_promise(case, id_), at), at, ClockEnd.KEPT, agreements)


def with_promise_kept_if_owed(case: Case, id_: str, at: datetime, agreements: Agreements) -> Case:
    """By what was done for it; a promise that somebody has settled otherwise stays as it is."""
    promise = case.promises.get(id_)
    return _settled(case, id_, kept(promise, at), at, ClockEnd.KEPT, agreements) if promise and promise.live else case


def with_promise_withdrawn(case: Case, id_: str, at: datetime, agreements: Agreements) -> Case:
    case = replace(case, version=case.version + 1)
    return _settled(case, id_, withdrawn(get_live_promise(case, id_), at), at, ClockEnd.WITHDRAWN, agreements)


def get_live_promise(case: Case, id_: str) -> Promise:
    """Raises NotFound when there is none, Conflict when it is settled."""
    promise = case.promises.get(id_)
    if promise is None:
        raise NotFound("This case has no such promise.")
    if not promise.live:
        raise Conflict("This promise has been settled already.")
    return promise


def newly_broken(before: Case, after: Case) -> tuple[str, ...]:
    return tuple(
        id_
        for id_, promise in sorted(after.promises.items())
        if promise.status is PromiseStatus.BROKEN and before.promises[id_].status is PromiseStatus.OPEN
    )


def promised(case: Case, id_: str, promise: Promise, at: datetime, agreements: Agreements) -> Case:
    promises = MappingProxyType({**case.promises, id_: promise})
    clock = started_until(promise.due_at, at, case.cycle, agreements.new(case))
    case = replace(case, promises=promises)
    return looked_at(with_clocks(case, {**case.clocks, clock_of(id_): clock}), agreements)


def _settled(case: Case, id_: str, promise: Promise, at: datetime, how: ClockEnd, agreements: Agreements) -> Case:
    case = replace(case, promises=MappingProxyType({**case.promises, id_: promise}))
    return looked_at(with_ended(case, (clock_of(id_),), at, how, agreements), agreements)
