"""How many notices a colleague gets one by one. What is more within a while is told in one digest at its end.

Time is cut into windows of one length, the same for everybody, so that a window can be named without being stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.identifiers import digest, ulid_for
from chalicelib.domain.sla import ClockName, kind_of

MOST_LISTED = 500  # lines of a digest; nobody reads on
COUNTED_FOR = timedelta(days=2)  # longer than any window, which is an hour or a day
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NoticeLimit:
    """At most `most` single notices to one address within each window of `within`, by mail and by SMS alike."""

    most: int = 10
    within: timedelta = timedelta(minutes=30)

    def window_at(self, at: datetime) -> Window:
        begins_at = at - (at - _EPOCH) % self.within
        return Window(f"{begins_at:%Y%m%d%H%M}", begins_at + self.within)


@dataclass(frozen=True, slots=True)
class Window:
    """`name`: the minute at which it begins. `ends_at`: when its digests go out."""

    name: str
    ends_at: datetime

    def digest_for(self, channel: Channel, recipient: str) -> str:
        """The id under which a recipient's digest of this window stands: in nobody's thread."""
        return ulid_for(self.ends_at, "digest", channel, recipient)


def counted_as(channel: Channel, recipient: str) -> str:
    """The name of the allowance. The address does not stand in it."""
    return f"notices-{digest(channel, recipient).hex()[:32]}"


@dataclass(frozen=True, order=True, slots=True)
class DigestLine:
    """One step of which a colleague was not told singly. The earliest deadline comes first."""

    deadline_at: datetime
    reference: str
    clock: ClockName
    team: str

    def __str__(self) -> str:
        return f"{self.deadline_at.isoformat()} {self.reference} {self.clock} {self.team}"


def line_for(facts: Mapping[str, str]) -> DigestLine:
    """`facts`: those of the event that says why the step was taken."""
    deadline_at = datetime.fromisoformat(facts["deadline_at"])
    return DigestLine(deadline_at, facts["reference"], kind_of(facts["clock"]), facts["team"])


def parse_lines(text: str) -> list[DigestLine]:
    parts = (line.split(" ") for line in text.splitlines())
    return [
        DigestLine(datetime.fromisoformat(at), reference, ClockName(clock), team)
        for at, reference, clock, team in parts
    ]


def render_lines(lines: Iterable[DigestLine]) -> str:
    """How a digest keeps them while it grows: those with the earliest deadlines, as many as it will list."""
    return "\n".join(map(str, sorted(lines)[:MOST_LISTED]))
