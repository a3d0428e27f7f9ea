"""Agents who are there, and cases that are theirs."""

from __future__ import annotations

from chalicelib.domain.agents import Agent, Presence
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.usecases.ports import Create


def staff(hub, *subjects, **fields):
    """Members of the team `care` who are there, unless `fields` say otherwise."""
    for subject in subjects:
        agent = Agent(subject, **{"teams": ("care",), "presence": Presence.PRESENT, **fields})
        hub.threads.commit([Create(agent)])


def cases_of(hub, subject, count):
    """Each of a customer of its own."""
    cases = []
    for number in range(count):
        sender = ContactPoint(PointKind.EMAIL, f"{subject}-{number}@example.pl")
        cases.append(hub.case(hub.write(sender=sender)))
        hub.assign(cases[-1].reference, subject, subject)
    return cases
