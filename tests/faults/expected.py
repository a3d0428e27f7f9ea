"""What the hub should know, in plain dictionaries: the simplest form of its rules, written down a second time.

Nothing here asks the hub how; it is only told the names that the hub gave (ids, references), because those are random.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

WARM_FOR = REOPENED_WITHIN = timedelta(days=14)
FIRST_RESPONSE, NEXT_RESPONSE = timedelta(hours=4), timedelta(hours=8)
STEPS = (timedelta(minutes=-30), timedelta(0))
_ANSWERED_BY = {
    "email": ("email",),
    "sms": ("phone",),
    "web_form": ("email", "phone"),
    "app": ("app",),
    "fax": ("email", "phone"),
}
_WARSAW = ZoneInfo("Europe/Warsaw")

Case = dict[str, Any]


class Expected:
    """`owners`: contact point -> customer. `points`: customer -> contact points. `cases`: by reference.

    `last_sms`: number -> the case we last wrote about to it.
    """

    def __init__(self) -> None:
        self.owners: dict[str, str] = {}
        self.points: dict[str, set[str]] = {}
        self.cases: dict[str, Case] = {}
        self.last_sms: dict[str, str] = {}
        self.statuses: dict[str, str] = {}

    def open_cases(self, customer: str) -> list[str]:
        return [
            reference
            for reference, case in self.cases.items()
            if case["customer"] == customer and case["status"] == "open"
        ]

    # A message comes in.

    def place_for(
        self,
        sender: str,
        at: datetime,
        *,
        channel: str,
        trust: int,
        to_case: str = "",
        named: str = "",
        automatic: bool,
    ) -> tuple[str, str, str]:
        """The case that it joins, or "" with the customer of the new case ("" is a new one) and the case it follows."""
        owner = self.owners.get(sender, "") if trust else ""
        for reference in self._claims(sender, owner, at, channel, trust, to_case, named):
            case = self.cases[reference]
            long_closed = case["status"] == "closed" and at - case["closed_at"] > REOPENED_WITHIN
            if long_closed and not automatic:
                return "", case["customer"], reference
            return reference, case["customer"], ""
        return "", owner, ""

    def _claims(
        self, sender: str, owner: str, at: datetime, channel: str, trust: int, to_case: str, named: str
    ) -> Iterator[str]:
        if to_case and trust and self._takes_part(sender, owner, self.cases[to_case]):
            yield to_case
        if trust < 2:
            return
        if named:
            yield named
        last = self.last_sms.get(sender) if channel == "sms" else None
        if last and self._takes_part(sender, owner, self.cases[last]):
            yield last
        still_open = self.open_cases(owner) if owner else []
        if len(still_open) == 1 and at - self.cases[still_open[0]]["last_activity"] <= WARM_FOR:
            yield still_open[0]

    def _takes_part(self, sender: str, owner: str, case: Case) -> bool:
        return sender in case["participants"] or owner == case["customer"]

    def came_in(
        self,
        reference: str,
        customer: str,
        sender: str,
        at: datetime,
        *,
        channel: str,
        trust: int,
        follows: str = "",
        automatic: bool,
    ) -> None:
        """The hub put it there. A new customer owns the sender's contact point, unless the sender is forged."""
        if customer not in self.points:
            self.points[customer] = set()
            if trust:
                self.owners[sender] = customer
                self.points[customer].add(sender)
        new = reference not in self.cases
        case = self.cases.setdefault(reference, _new_case(customer, channel, at, follows))
        if new:
            case["participants"].add(sender)
        case["last_activity"] = max(case["last_activity"], at)
        if automatic:
            case["automatic_in"] += 1
            return
        case["participants"].add(sender)
        if case["status"] == "closed":
            case.update(status="open", closed_at=None, cycle=case["cycle"] + 1, answered=False)
        case.update(messages_in=case["messages_in"] + 1, wrote_by=channel, wrote_from=sender)
        if case["since"] is None:
            case.update(since=at, level=0, cycle=case["cycle"] + case["answered"])

    # An agent works.

    def ways_to(self, case: Case) -> list[str]:
        """Every contact point that an answer may go to: of those in the channel of the last message, else any."""
        known = self.points[case["customer"]]
        wrote_from = {case["wrote_from"]} if case["wrote_from"] and not known else set()
        kinds = _ANSWERED_BY[case["wrote_by"] or case["channel"]]
        ways = [point for point in sorted(known | wrote_from) if point.partition(":")[0] in ("email", "phone", "app")]
        return [point for point in ways if point.partition(":")[0] in kinds] or ways

    def answered(self, reference: str, entry: str, point: str, at: datetime, *, refused: bool) -> None:
        case = self.cases[reference]
        since, answered = case["since"], case["answered"]
        case.update(since=None, answered=True, messages_out=case["messages_out"] + 1, version=case["version"] + 1)
        case["said"] = case["version"]
        case["last_activity"] = max(case["last_activity"], at)
        kind = point.partition(":")[0]
        if kind == "app":
            self.statuses[entry] = "sent"  # it stands in the thread, whoever is rung
            return
        if kind == "phone" and point in self.owners:
            self.last_sms[point] = reference
        self.statuses[entry] = "failed" if refused else "sent"
        if refused and since:
            case.update(since=since, answered=answered, cycle=case["cycle"] + 1, level=0)

    def closed(self, reference: str, at: datetime) -> None:
        case = self.cases[reference]
        if case["status"] == "open":
            case.update(status="closed", closed_at=at, since=None, version=case["version"] + 1)
            case["last_activity"] = max(case["last_activity"], at)

    def assigned(self, reference: str, assignee: str) -> None:
        self.cases[reference].update(assignee=assignee, version=self.cases[reference]["version"] + 1)

    # Time passes.

    def time_is(self, now: datetime) -> None:
        for case in self.cases.values():
            if case["since"]:
                level = sum(deadline_of(case) + after <= now for after in STEPS)
                case["steps"] += max(0, level - case["level"])
                case["level"] = max(level, case["level"])


def deadline_of(case: Case) -> datetime:
    return after_open_time(case["since"], NEXT_RESPONSE if case["answered"] else FIRST_RESPONSE)


def after_open_time(at: datetime, left: timedelta) -> datetime:
    """Monday to Friday, eight to four, in Warsaw."""
    local = at.astimezone(_WARSAW)
    while True:
        opens = datetime.combine(local.date(), time(8), _WARSAW)
        closes = datetime.combine(local.date(), time(16), _WARSAW)
        start = max(local, opens)
        if local.weekday() < 5 and start < closes:
            if closes - start >= left:
                return (start + left).astimezone(at.tzinfo)
            left -= closes - start
        local = datetime.combine(local.date() + timedelta(days=1), time(0), _WARSAW)


def _new_case(customer: str, channel: str, at: datetime, follows: str) -> Case:
    return {
        "customer": customer,
        "channel": channel,
        "follows": follows,
        "status": "open",
        "closed_at": None,
        "assignee": "",
        "participants": set(),
        "since": None,
        "answered": False,
        "cycle": 1,
        "level": 0,
        "steps": 0,
        "wrote_by": "",
        "wrote_from": "",
        "messages_in": 0,
        "automatic_in": 0,
        "messages_out": 0,
        "notes": 0,
        "version": 0,
        "said": 0,
        "last_activity": at,
    }
