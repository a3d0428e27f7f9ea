"""For operators: the account of every raw message, checked and mended."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import MANY_WITHIN
from chalicelib.domain.access import Action
from chalicelib.domain.errors import InvalidInput

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/account",
    summary="Check the account of raw messages",
    action=Action.REPLAY,
    query=asked.AccountWanted,
    answers={200: schemas.AccountChecked},
)
def check_account(call: Call[asked.AccountWanted, None]) -> Result:
    """Compares what lies under `raw/` with the ledger and what its rows name, a page at a time. Changes nothing."""
    from chalicelib.usecases.replay_messages import Days

    wanted = call.query
    checked = wiring.hub().check_account(Days(wanted.since, wanted.until), after=wanted.after, limit=wanted.limit)
    breaches = [schemas.AccountBreach(one.raw_key, one.what, one.detail or None) for one in checked.breaches]
    return Result(schemas.AccountChecked(checked.messages, breaches, checked.next or None))


@operation(
    bp,
    "POST",
    "/v1/replays",
    summary="Replay kept raw messages",
    action=Action.REPLAY,
    body=lambda: asked.ReplayWanted,
    answers={200: schemas.Replayed},
    keeps_answer=True,
)
def replay_messages(call: Call[asked.Nothing, asked.ReplayWanted]) -> Result:
    """Those of `raw_keys`, or what came from `since` to `until`, a page at a time: call it again with `after` as `next`
    says, until that is null. Repeating it is harmless: what has its outcome says so, and nothing happens to it. A page
    ends early when it takes long; of `raw_keys`, those that there was no time for have `failed` (`out_of_time`).
    """
    from chalicelib.usecases.replay_messages import Days

    hub = wiring.hub()
    body, replay, by = call.body, hub.replay_messages, call.principal.subject
    until = hub.ports.now() + MANY_WITHIN
    if body.raw_keys:
        done = replay.of_keys(body.raw_keys, by, dry_run=body.dry_run, until=until)
    elif body.since and body.until:
        days = Days(body.since, body.until)
        done = replay.of_days(days, by, after=body.after, limit=body.limit, dry_run=body.dry_run, until=until)
    else:
        raise InvalidInput("Say what to replay: raw_keys, or since and until.", field="raw_keys")
    lines = [schemas.ReplayedMessage(line.raw_key, line.became, line.detail or None) for line in done.lines]
    return Result(schemas.Replayed(lines, done.next or None))
