"""The section `surveys` of the configuration: whether customers are asked how satisfied they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.survey_rules import SURVEYED, SurveyRules


class SurveySection(msgspec.Struct, forbid_unknown_fields=True):
    after_minutes: Annotated[int, msgspec.Meta(ge=0, le=43_200)] = 120
    answer_within_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 14
    at_most_every_days: Annotated[int, msgspec.Meta(ge=0, le=730)] = 30
    bad_up_to: Annotated[int, msgspec.Meta(ge=0, le=4)] = 2
    channels: tuple[Channel, ...] = SURVEYED


def survey_rules_of(section: SurveySection | None, public_url: str) -> SurveyRules | None:
    if section is None:
        return None
    for at, channel in enumerate(section.channels):
        if channel not in SURVEYED:
            raise WrongConfiguration.at(f"surveys.channels[{at}]", f"by {channel} nobody can answer the question")
        if channel is not Channel.SMS and not public_url:
            raise WrongConfiguration.at(
                f"surveys.channels[{at}]", f"by {channel} it is a link, so public_url is needed"
            )
    return SurveyRules(
        after=timedelta(minutes=section.after_minutes),
        answer_within=timedelta(days=section.answer_within_days),
        at_most_every=timedelta(days=section.at_most_every_days),
        bad_up_to=section.bad_up_to,
        channels=section.channels,
    )
