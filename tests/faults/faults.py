"""What can go wrong with one call of something outside: the kinds, and which of them each call can meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from chalicelib.domain.errors import (
    HubError,
    Limit,
    SendingRefused,
    SendingUnknown,
    StorageUnavailable,
    Unparsable,
    WriteConflict,
)


class Fault(StrEnum):
    """What becomes of a call.

    STALLS: the worker stands still before the call, almost as long as it may live, and goes on.
    SLOW: it takes longer than the function may live. What it asked for happens, and the worker is gone by then.
    ASKED_AGAIN: the client repeats a transaction under its token, and that answers as the first time would have.
    ASKED_TOO_LATE: the same by a worker that froze in between and outlived its time, when the token is forgotten.
    ZOMBIE: the worker freezes before the call, the platform fails to end it, and minutes later it goes on.
    """

    CRASH_BEFORE = "the worker dies before the call"
    CRASH_AFTER = "the worker dies after the call"
    FAILS = "the call fails, nothing happened"
    ANSWER_LOST = "it happened, the answer is lost"
    NO_ANSWER = "nothing happened, and no answer says so"
    THROTTLED = "refused for now, nothing happened"
    COLLIDES = "collided with another transaction, nothing happened"
    STALLS = "the worker stands still before the call until its last second"
    SLOW = "it happens, too late for the worker"
    ASKED_AGAIN = "the answer is lost, the client asks again under the same token"
    ASKED_TOO_LATE = "the answer is lost, the worker freezes and asks again when the token is forgotten"
    ZOMBIE = "the worker freezes, outlives its time and goes on"


STRIKES_AFTER = {
    Fault.CRASH_AFTER,
    Fault.ANSWER_LOST,
    Fault.NO_ANSWER,
    Fault.SLOW,
    Fault.ASKED_AGAIN,
    Fault.ASKED_TOO_LATE,
}

_OF_WORKERS = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.STALLS, Fault.SLOW, Fault.ZOMBIE)
_OF_ZOMBIES = {Fault.ZOMBIE, Fault.ASKED_TOO_LATE}

Raised = Mapping[Fault, Callable[[], Exception] | None]
"""What the caller sees of each fault that does not kill it: the errors of `domain/errors.py`, as adapters give them.

None: the client between them deals with it, so that the caller sees nothing.
"""

READING: Raised = {Fault.FAILS: HubError, Fault.THROTTLED: StorageUnavailable}
WRITING: Raised = {Fault.THROTTLED: StorageUnavailable, Fault.ANSWER_LOST: StorageUnavailable}
COMMITTING: Raised = {
    **WRITING,
    Fault.FAILS: HubError,
    Fault.COLLIDES: WriteConflict,
    Fault.ASKED_AGAIN: None,
    Fault.ASKED_TOO_LATE: None,
}
LOOKING_AT_PAGES: Raised = {Fault.FAILS: lambda: Unparsable("The reader of pages broke.")}
RECOGNISING: Raised = {**LOOKING_AT_PAGES, Fault.THROTTLED: StorageUnavailable}
# Of what somebody else said nothing, the hub says that it does not know: no error leaves the adapter.
VERIFYING: Raised = {Fault.FAILS: HubError, Fault.ANSWER_LOST: HubError}
SENDING: Raised = {
    Fault.FAILS: lambda: SendingRefused("MessageRejected", temporary=False),
    Fault.THROTTLED: lambda: SendingRefused("TooManyRequestsException", temporary=True, limit=Limit.RATE),
    Fault.ANSWER_LOST: lambda: SendingUnknown("no answer from the carrier"),
    Fault.NO_ANSWER: lambda: SendingUnknown("no answer from the carrier"),
}


def faults_of(raised: Raised, *, zombies: bool) -> tuple[Fault, ...]:
    """Every fault that such a call can meet. `zombies`: whether the platform may fail to end a worker in time."""
    return tuple(fault for fault in (*_OF_WORKERS, *raised) if zombies or fault not in _OF_ZOMBIES)
