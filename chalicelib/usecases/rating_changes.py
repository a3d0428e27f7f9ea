"""What a rating changes, by whichever way it came: the survey, the thread, and a bad one the case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.case_transitions import reopened_by_rating
from chalicelib.domain.cases import CLOSING_DEPENDS_ON, Case
from chalicelib.domain.customers import REOPENING_DEPENDS_ON, with_case_reopened
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.satisfaction import Rating, is_still_about, opens_again, rules_for_ratings
from chalicelib.domain.threads import event_entry
from chalicelib.usecases.agreements import ConfiguredAgreements
from chalicelib.usecases.case_changes import taken_over_events
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, ThreadStore, Update

RATED = "case.rated"
SURVEY_DEPENDS_ON = ("score",)


def rating_changes(rating: Rating, case: Case, now: datetime) -> list[Change]:
    """The comment stands in the thread as the customer's own words. Of two ratings at once the second is refused: the
    record of both is the same one.
    """
    survey = rating.after
    facts = {"reference": case.reference, "score": str(survey.score), "by": str(survey.rated_by or "")}
    event = event_entry(ulid_for(now, "rating", survey.customer_id, survey.id), case, now, "customer", RATED, facts)
    kept = Update(rating.before, survey, SURVEY_DEPENDS_ON) if rating.before else Create(survey)
    return [kept, Create(replace(event, text=survey.comment))]


def reopening_changes(
    threads: ThreadStore, source: ConfigurationSource, rating: Rating, case: Case, now: datetime
) -> list[Change]:
    """Whoever is dissatisfied has not been helped: they wait from now on."""
    configuration = source.current()
    rules = rules_for_ratings(configuration.survey_rules)
    if not opens_again(rating.after, rules) or not is_still_about(rating.after, case):
        return []
    customer = threads.get_customer(case.customer_id)
    waiting = reopened_by_rating(case, now, ConfiguredAgreements(source, configuration))
    return [
        Update(case, waiting, CLOSING_DEPENDS_ON),
        Update(customer, with_case_reopened(customer, case), REOPENING_DEPENDS_ON),
        *map(Create, taken_over_events(case, waiting, now)),
    ]
