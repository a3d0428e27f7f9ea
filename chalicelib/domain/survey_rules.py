"""What the operator decides about asking customers how satisfied they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.contact_points import Channel

SURVEYED = (Channel.EMAIL, Channel.SMS)
"""In which channels the question can be answered: by a link, or by a digit."""


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """`after`: how long after the closing the question goes out; a case that is opened again before is not asked about.
    `answer_within`: how long the link and the digit hold. `at_most_every`: nobody is asked more often, whatever their
    cases. `bad_up_to`: such a rating opens the case again; 0 for never. `channels`: in which it is asked; where there
    is none, nobody is, and the rest holds for what users of the app say of their own accord.
    """

    after: timedelta = timedelta(hours=2)
    answer_within: timedelta = timedelta(days=14)
    at_most_every: timedelta = timedelta(days=30)
    bad_up_to: int = 2
    channels: tuple[Channel, ...] = SURVEYED


NOBODY_IS_ASKED = SurveyRules(channels=())
"""What holds for ratings where the operator has said nothing about them."""
