"""What a closing adds when the customer is to be asked how satisfied they are: the question, and what it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.content.texts.surveys import survey_message
from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import queued
from chalicelib.domain.errors import NoWayToReach
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.reachability import Purpose, Reachability
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.satisfaction import Survey, is_worth_asking, survey_id_of
from chalicelib.domain.survey_rules import SurveyRules
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.contact_rulings import Intent
from chalicelib.usecases.ports import Change, Create, ThreadStore, Update
from chalicelib.usecases.ways_to_reach import Way, way_to_reach

ASKING_DEPENDS_ON = ("surveyed_at",)


def survey_changes(
    threads: ThreadStore,
    case: Case,
    agent: str,
    configuration: Configuration,
    reply_keys: Callable[[], KeyRing],
    now: datetime,
) -> list[Change]:
    """`case`: as it is before it is closed. None when nobody is to be asked: the operator wants no surveys, the contact
    policy forbids it, or the customer was asked lately. Reads only when surveys are wanted.
    """
    rules = configuration.survey_rules
    if rules is None or not rules.channels or not is_worth_asking(case, rules, None, now):
        return []
    last = threads.get_entry(case.customer_id, case.last_inbound_id) if case.last_inbound_id else None
    try:
        way = way_to_reach(threads, case, last, configuration, reply_keys(), Intent(now, Purpose.SURVEY))
    except NoWayToReach:
        return []
    known = threads.find_reachabilities([way.point]).get(way.point)
    surveyed_at = known.surveyed_at if known else None
    if way.channel not in rules.channels or not is_worth_asking(case, rules, surveyed_at, now):
        return []
    entry = _question(case, way, rules, configuration, now)
    survey = Survey(
        id=survey_id_of(case),
        customer_id=case.customer_id,
        case_id=case.id,
        reference=case.reference,
        team=case.team,
        agent=agent,
        point=way.point,
        entry_id=entry.id,
        asked_at=now,
        until=now + rules.after + rules.answer_within,
        language=case.language,
    )
    asked = replace(known or Reachability(way.point), surveyed_at=now, survey=f"{survey.customer_id}/{survey.id}")
    return [
        Create(survey),
        Create(entry),
        Update(known, asked, ASKING_DEPENDS_ON) if known else Create(asked),
    ]


def _question(case: Case, way: Way, rules: SurveyRules, configuration: Configuration, now: datetime) -> Entry:
    at = now + rules.after
    inbox = configuration.inbox_writing(way.channel, case.inbox, case.team)
    message = survey_message((case.language, inbox.language), way.channel, case.reference, configuration)
    delivery = way.delivery and replace(way.delivery, automatic=True)
    return Entry(
        id=ulid_for(now, "survey", case.id, str(case.cycle)),
        customer_id=case.customer_id,
        case_id=case.id,
        at=now,
        kind=EntryKind.OUTBOUND,
        author="hub",
        channel=way.channel,
        subject=message.subject if way.channel is Channel.EMAIL else "",
        text=message.text,
        delivery=delivery and queued(delivery, now, not_before=max(at, way.not_before or at)),
        facts={"survey": survey_id_of(case)},
    )
