"""Which of their cases a user of the app may rate now, and what was rated."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.satisfaction import Survey, rateable_until, survey_id_of
from chalicelib.domain.survey_rules import SurveyRules
from chalicelib.usecases.ports import ThreadStore
from chalicelib.usecases.read_own_thread import OwnCase


def find_surveys_of(threads: ThreadStore, cases: Iterable[Case]) -> Mapping[str, Survey]:
    """By case, those of the cycle that it is in: one round trip, none where nothing can be rated. Of a case that was
    moved after it was closed it may be the one by which the customer before was asked.
    """
    settled = [case for case in cases if case.status is CaseStatus.CLOSED and case.answered]
    names = {holder: None for case in settled for holder in _names_of(case)}
    found = threads.find_surveys(names) if names else {}
    return {case.id: found[name] for case in settled for name in reversed(_names_of(case)) if name in found}


def with_ratings(
    threads: ThreadStore,
    shown: Sequence[OwnCase],
    proved: Collection[ContactPoint],
    rules: SurveyRules,
    now: datetime,
) -> tuple[OwnCase, ...]:
    """What was rated where a question went is shown only of points that are proved to be theirs: another may be a
    stranger's, and so what they said.
    """
    surveys = find_surveys_of(threads, (own.case for own in shown))
    return tuple(
        replace(
            own,
            rateable_until=rateable_until(own.case, survey, rules, now),
            rated=survey if survey and survey.is_rated and survey.point in proved else None,
        )
        for own in shown
        for survey in (surveys.get(own.case.id),)
    )


def _names_of(case: Case) -> tuple[tuple[str, str], ...]:
    return tuple((holder, survey_id_of(case)) for holder in dict.fromkeys((case.customer_id, case.signed_for)))
