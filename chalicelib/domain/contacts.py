"""A contact: one call, letter or visit, which does not come by wire and which somebody therefore tells the hub about.

What it does to a case follows from what took place: whoever asked waits, whoever was talked to has been answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    INBOUND = "inbound"  # the customer to us
    OUTBOUND = "outbound"  # us to the customer


class ContactOutcome(StrEnum):
    REACHED = "reached"  # they were talked to; a letter of ours was posted
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"  # somebody left a message on a machine


class Effect(StrEnum):
    ASKS = "asks"  # the customer waits for an answer
    ASKS_AND_IS_ANSWERED = "asks_and_is_answered"  # what they asked was answered in the same breath
    ANSWERS = "answers"
    NOTHING = "nothing"  # an attempt that reached nobody: it is told, and no clock moves


@dataclass(frozen=True, slots=True)
class Contact:
    """`agent`: who tells of it, "" for a machine. `answer_owed`: they were talked to, and still wait for an answer.

    `promise`: what was promised, in words, and `promised_by` by when. `document`: SHA-256 of the attachment that is the
    scan of a letter, or "". `contact_id`: under which the telephone system knows the call, or "".
    """

    direction: Direction
    outcome: ContactOutcome = ContactOutcome.REACHED
    agent: str = ""
    duration_seconds: int | None = None
    answer_owed: bool = False
    promise: str = ""
    promised_by: datetime | None = None
    document: str = ""
    contact_id: str = ""

    @property
    def effect(self) -> Effect:
        """A call that nobody took, and a message on a machine, answer nobody; not even ours on theirs: nobody knows
        whether it was heard.
        """
        talked = self.outcome is ContactOutcome.REACHED and not self.answer_owed
        if self.direction is Direction.INBOUND:
            return Effect.ASKS_AND_IS_ANSWERED if talked else Effect.ASKS
        return Effect.ANSWERS if talked else Effect.NOTHING
