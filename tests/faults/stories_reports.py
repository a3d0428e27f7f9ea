"""Stories of work that is counted while a supervisor reads figures."""

from __future__ import annotations

from datetime import timedelta

from tests.faults import stories_account as account
from tests.faults import stories_merging as merging
from tests.faults.outside import Outside

ANNA = "anna@example.pl"
_DAYS = "since=2026-11-01&until=2026-12-01"


def somebody_counts(outside: Outside) -> None:
    """From now on the statistics are part of the world."""
    outside.ports.statistics.watched = True


def anna_wrote(outside: Outside) -> None:
    somebody_counts(outside)
    outside.mail(ANNA, notifications=1)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=5))


def figures_are_read_while_she_is_answered(outside: Outside) -> None:
    reference = merging.case_of(outside, ANNA).reference
    outside.reply(reference)
    outside.ask("GET", f"/v1/reports/volumes?{_DAYS}", {}, "ewa:supervisor")
    outside.close(reference)
    outside.ask("GET", f"/v1/reports/cases?{_DAYS}", {}, "ewa:supervisor")


def what_was_counted_is_spam(outside: Outside) -> None:
    account.an_agent_marks_spam(outside)
    outside.ask("GET", f"/v1/reports/volumes?{_DAYS}&format=csv", {}, "ewa:supervisor")
