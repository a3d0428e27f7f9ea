"""How a customer wants to be written to, and what they have agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contact_rules import QuietHours


@dataclass(frozen=True, slots=True)
class Preferences:
    """`channel` None, `quiet_hours` None, `language` and `time_zone` "": nothing was said, so what the company does
    holds. `version` grows with every change, also of a consent. `chosen_at`: when the customer said so, in the app or
    to an agent, by the names of the others, and by `name` when they said how they are called; not of what only another
    system's record says, and of nothing that was said before the hub kept it.
    """

    channel: Channel | None = None
    quiet_hours: QuietHours | None = None
    language: str = ""
    time_zone: str = ""
    no_surveys: bool = False
    version: int = 0
    chosen_at: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))

    def is_open_to(self, name: str, said_at: datetime | None) -> bool:
        """Whether what a record says of a preference counts: not against what the customer chose, unless they said it
        later. `said_at` None: the record does not know when.
        """
        chosen_at = self.chosen_at.get(name)
        return chosen_at is None or (said_at is not None and said_at > chosen_at)


NAME = "name"
"""Under which `chosen_at` keeps when the customer said how they are called."""

NO_PREFERENCES = Preferences()


@dataclass(frozen=True, slots=True)
class Consent:
    """To marketing in one channel. `how`: where and by what act it was given, in words; `wording`: which version of the
    text was agreed to. `withdrawn_at` None: it holds.
    """

    given_at: datetime
    how: str
    wording: str
    recorded_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


NO_CONSENTS: Mapping[str, Consent] = MappingProxyType({})


def has_consented(channel: Channel, own: Mapping[str, Consent], others: Iterable[Mapping[str, Consent]]) -> bool:
    """`own`: the consents of whoever answers for the customer, `others`: of those who were merged into them.

    The stricter wins: what one of the others has withdrawn counts until a later consent of the survivor's own, and
    nobody else's consent makes up for one that the survivor has withdrawn.
    """
    mine = own.get(channel)
    theirs = [consents[channel] for consents in others if channel in consents]
    if mine is None:
        return bool(theirs) and all(consent.withdrawn_at is None for consent in theirs)
    withdrawn = [consent.withdrawn_at for consent in theirs if consent.withdrawn_at]
    return mine.withdrawn_at is None and all(mine.given_at > at for at in withdrawn)


def zone_of(preferences: Preferences, team_zone: ZoneInfo) -> ZoneInfo:
    """The customer's, else the team's; a zone that is gone from the tables is the team's."""
    try:
        return ZoneInfo(preferences.time_zone) if preferences.time_zone else team_zone
    except (KeyError, ValueError, OSError):
        return team_zone
