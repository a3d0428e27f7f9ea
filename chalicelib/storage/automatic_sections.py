"""The parts of the configuration document that say what the hub answers by itself, and how much of it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from chalicelib.domain.automatic_answers import AcknowledgementRule, AutomaticBudget
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.templates import TextPurpose

TextName = Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9][a-z0-9_-]{0,39})?$")]
AtMost = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]

# By which channels an inbox may acknowledge. An SMS costs, so somebody has to want it; the app reads what is there.
_POSSIBLE = {
    Channel.EMAIL: (Channel.EMAIL,),
    Channel.WEB_FORM: (Channel.EMAIL, Channel.SMS),
    Channel.SMS: (Channel.SMS,),
    Channel.APP: (Channel.APP,),
}
_ON_BY_ITSELF = (Channel.EMAIL, Channel.WEB_FORM)


class AcknowledgementSection(msgspec.Struct, forbid_unknown_fields=True):
    on: bool = True
    channels: tuple[Channel, ...] = ()
    on_reopening: bool = False
    template: TextName = "acknowledgement"
    sms_template: TextName = "acknowledgement_sms"
    out_of_hours: TextName = "out_of_hours"
    notice: TextName = ""


class AutomaticBudgetSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    per_hour: AtMost = AutomaticBudget().per_hour
    per_day: AtMost = AutomaticBudget().per_day
    typed_per_hour: AtMost = AutomaticBudget().typed_per_hour
    typed_per_day: AtMost = AutomaticBudget().typed_per_day


def acknowledgement_of(
    section: AcknowledgementSection | None, channel: Channel, place: str
) -> AcknowledgementRule | None:
    """`section` None: as the channel has it by itself."""
    if section is None:
        section = AcknowledgementSection(on=channel in _ON_BY_ITSELF)
    if not section.on:
        return None
    possible = _POSSIBLE.get(channel, ())
    if not possible:
        raise WrongConfiguration(f"Configuration: {place}: nothing can be acknowledged by {channel}.", field=place)
    for wanted in section.channels:
        if wanted not in possible:
            there_are = ", ".join(possible)
            raise WrongConfiguration(f"Configuration: {place}.channels: {wanted!r} is not of {there_are}.", field=place)
    return AcknowledgementRule(
        channels=section.channels or possible[:1],
        template=section.template or "acknowledgement",
        sms_template=section.sms_template or "acknowledgement_sms",
        out_of_hours=section.out_of_hours,
        notice=section.notice,
        on_reopening=section.on_reopening,
    )


def budget_of(section: AutomaticBudgetSection) -> AutomaticBudget:
    return AutomaticBudget(section.per_hour, section.per_day, section.typed_per_hour, section.typed_per_day)


def check_acknowledgements(configuration: Configuration) -> None:
    """Raises WrongConfiguration for the name of a text that there is not, or that is for something else."""
    from chalicelib.content.texts.wordings import PURPOSES  # only where a document is saved

    purposes = {**PURPOSES, **{name: one.purpose for name, one in configuration.templates.items()}}
    for at, inbox in enumerate(configuration.inboxes):
        rule = inbox.acknowledgement
        if rule is None:
            continue
        wanted = {
            "template": (rule.template, TextPurpose.ACKNOWLEDGEMENT),
            "sms_template": (rule.sms_template, TextPurpose.ACKNOWLEDGEMENT),
            "out_of_hours": (rule.out_of_hours, TextPurpose.NOTICE),
            "notice": (rule.notice, TextPurpose.NOTICE),
        }
        for member, (name, purpose) in wanted.items():
            if name and purposes.get(name) is not purpose:
                place = f"inbox {inbox.name}: acknowledgement.{member}"
                raise WrongConfiguration(
                    f"Configuration: {place}: there is no text {name!r} for the purpose {purpose}.",
                    field=f"inboxes[{at}].acknowledgement.{member}",
                )
