"""What is known of a contact point as a place to write to, whoever owns it.

It belongs to the address and not to its owner, like a block: what somebody said of their own number holds for that
number whatever customers are merged, and a mailbox that is gone is gone for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.contact_points import ContactPoint


class Purpose(StrEnum):
    """Why we write. Somebody may want the one and not the other."""

    SERVICE = "service"  # a person's answer, a code that was asked for
    NOTICE = "notice"  # what the hub says of a case by itself: acknowledgement, holding message
    SURVEY = "survey"
    MARKETING = "marketing"
    CONFIRMATION = "confirmation"  # that an opt-out, or its end, was heard: no opt-out holds for that


@dataclass(frozen=True, slots=True)
class OptOut:
    """`by`: `customer`, or `agent:<subject>` who was told. `evidence`: where it was said, in words or as an entry."""

    at: datetime
    by: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class AutomaticAnswer:
    """`inbox`: the one of ours that wrote."""

    inbox: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reachability:
    """`opt_outs`: by purpose, those that hold. `suppressed_until`: nothing is sent there before; `suppressed_by`: the
    carrier's report that says why. `acknowledged_at`: when a machine of ours last answered a message from there.
    `automatic_answers`: the newest of all that the hub wrote there by itself.
    `wished_at`: when the newest STOP or START came that was heard; `confirmed_at`: when we last said that it was.
    `surveyed_at`: when we last asked there how satisfied somebody is, and `survey` in which one, `<customer>/<survey>`.
    `kept_as`: what stands in the record's key instead of an address that was erased, see `erasure.erased_point`.
    """

    point: ContactPoint
    opt_outs: Mapping[str, OptOut] = field(default_factory=lambda: MappingProxyType({}))
    suppressed_until: datetime | None = None
    suppressed_by: str = ""
    acknowledged_at: datetime | None = None
    wished_at: datetime | None = None
    confirmed_at: datetime | None = None
    surveyed_at: datetime | None = None
    survey: str = ""
    automatic_answers: tuple[AutomaticAnswer, ...] = ()
    kept_as: ContactPoint | None = None

    def is_suppressed(self, now: datetime) -> bool:
        return self.suppressed_until is not None and self.suppressed_until > now

    def opt_out_of(self, purpose: Purpose) -> OptOut | None:
        """The one that holds for it. Whoever wants no answers either wants nothing at all."""
        if purpose is Purpose.CONFIRMATION:
            return None
        return self.opt_outs.get(purpose) or self.opt_outs.get(Purpose.SERVICE)

    def has_opted_out(self, purpose: Purpose) -> bool:
        return self.opt_out_of(purpose) is not None


def without_person(reachability: Reachability, kept_as: ContactPoint) -> Reachability | None:
    """What is left of it when the person behind the address is erased: their opt-outs, under a hash of the address.
    None where there were none.
    """
    if not reachability.opt_outs:
        return None
    heard = {purpose: replace(said, evidence="") for purpose, said in reachability.opt_outs.items()}
    return Reachability(kept_as, MappingProxyType(heard), wished_at=reachability.wished_at, kept_as=kept_as)


SUPPRESSION_DEPENDS_ON = ("suppressed_until",)


def suppressed(reachability: Reachability, until: datetime, by: str) -> Reachability:
    """Itself where it is suppressed for as long already."""
    if reachability.suppressed_until is not None and reachability.suppressed_until >= until:
        return reachability
    return replace(reachability, suppressed_until=until, suppressed_by=by)


def no_longer_suppressed(reachability: Reachability) -> Reachability:
    return replace(reachability, suppressed_until=None, suppressed_by="")
