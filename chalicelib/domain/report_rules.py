"""What the operator says about reports: whose days they count, and what contacts cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from chalicelib.domain.contact_points import Channel

# What is talked about needs somebody from its beginning on; what is written needs somebody when it is answered.
TALKED = (Channel.PHONE, Channel.IN_PERSON)
_NOTHING: Mapping[str, Decimal] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ContactCosts:
    """`agent_hour`: what an hour of an agent costs. `minutes`: that one answer takes, or one talk of unknown length, by
    channel. `received`, `sent`: what carriers take for one message by channel; of a text message, for one of its parts.
    All in `currency` (ISO 4217); "" where nothing was stated.
    """

    currency: str = ""
    agent_hour: Decimal = Decimal(0)
    minutes: Mapping[str, Decimal] = field(default_factory=lambda: _NOTHING)
    received: Mapping[str, Decimal] = field(default_factory=lambda: _NOTHING)
    sent: Mapping[str, Decimal] = field(default_factory=lambda: _NOTHING)

    def carried(self, channel: str, counts: Mapping[str, int]) -> Decimal:
        went = counts.get("out", 0) + counts.get("hub", 0)
        went = counts.get("parts", went) if channel == Channel.SMS else went
        came = counts.get("in", 0) + counts.get("automatic", 0)
        return came * self.received.get(channel, Decimal(0)) + went * self.sent.get(channel, Decimal(0))

    def worked(self, channel: str, counts: Mapping[str, int]) -> Decimal:
        """What agents' time costs: as long as talks took, where that is known, else as long as one usually takes."""
        done = counts.get("out", 0) + (counts.get("in", 0) if channel in TALKED else 0)
        talks = counts.get("talks", 0)
        minutes = (done - talks) * self.minutes.get(channel, Decimal(0)) + Decimal(counts.get("talk_seconds", 0)) / 60
        return minutes * self.agent_hour / 60


@dataclass(frozen=True, slots=True)
class ReportRules:
    """`zone`: the company's; None for that of the first team's calendar."""

    zone: ZoneInfo | None = None
    costs: ContactCosts = ContactCosts()
