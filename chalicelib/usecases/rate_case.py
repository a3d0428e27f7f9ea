"""A customer says how satisfied they are, by the link in our question or by a digit: once, and it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.case_transitions import reopened_by_rating
from chalicelib.domain.cases import CLOSING_DEPENDS_ON, Case
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.customers import REOPENING_DEPENDS_ON, with_case_reopened
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.reply_address import keys_named_in
from chalicelib.domain.satisfaction import Rating, Survey, is_still_about, opens_again, parse_rating_token, rated
from chalicelib.domain.threads import event_entry
from chalicelib.usecases.agreements import ConfiguredAgreements
from chalicelib.usecases.case_changes import taken_over_events
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, ReplyKeys, ThreadStore, Update

RATED = "case.rated"
SURVEY_DEPENDS_ON = ("score",)


@dataclass(frozen=True, slots=True)
class RateCase:
    threads: ThreadStore
    configuration: ConfigurationSource
    reply_keys: ReplyKeys
    now: Now

    def look(self, token: str) -> Survey:
        """Raises NotFound for a link that we have not signed, before anything is read."""
        named = parse_rating_token(token, self.reply_keys(keys_named_in([token])))
        if named is None:
            raise NotFound()
        return self.threads.get_survey(*named)

    def language(self, survey: Survey) -> str:
        return survey.language

    def __call__(self, token: str, score: int, comment: str) -> None:
        """The same once more changes nothing. Raises NotFound; Conflict when it was rated otherwise, or is too late."""

        def decide() -> tuple[str, Sequence[Change]]:
            survey, now = self.look(token), self.now()
            if (survey.score, survey.comment) == (score, comment):
                return "", ()
            if survey.is_rated:
                raise Conflict("This has been rated already. Thank you.")
            if not survey.takes_ratings(now):
                raise Conflict("The time for rating this is over.")
            return "", self._changes(survey, score, comment, now)

        change_customers(self.threads, None, decide)

    def _changes(self, survey: Survey, score: int, comment: str, now: datetime) -> list[Change]:
        after = rated(survey, score, comment, Channel.WEB_FORM, now)
        case = get_case_by_reference(self.threads, survey.reference)
        configuration = self.configuration.current()
        changes = rating_changes(Rating(survey, after), case, now)
        return changes + self._reopening(case, after, configuration, now)

    def _reopening(self, case: Case, survey: Survey, configuration: Configuration, now: datetime) -> list[Change]:
        """Whoever is dissatisfied has not been helped: they wait from now on."""
        rules = configuration.survey_rules
        if rules is None or not opens_again(survey, rules) or not is_still_about(survey, case):
            return []
        agreements = ConfiguredAgreements(self.configuration, configuration)
        customer = self.threads.get_customer(case.customer_id)
        waiting = reopened_by_rating(case, now, agreements)
        return [
            Update(case, waiting, CLOSING_DEPENDS_ON),
            Update(customer, with_case_reopened(customer, case), REOPENING_DEPENDS_ON),
            *map(Create, taken_over_events(case, waiting, now)),
        ]


def rating_changes(rating: Rating, case: Case, now: datetime) -> list[Change]:
    """The comment stands in the thread as the customer's own words."""
    survey = rating.after
    facts = {"reference": case.reference, "score": str(survey.score), "by": str(survey.rated_by or "")}
    event = event_entry(ulid_for(now, "rating", survey.customer_id, survey.id), case, now, "customer", RATED, facts)
    return [Update(rating.before, survey, SURVEY_DEPENDS_ON), Create(replace(event, text=survey.comment))]
