"""A customer says how satisfied they are, by the link in our question: once, and it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.reply_address import keys_named_in
from chalicelib.domain.satisfaction import Rating, Survey, parse_rating_token, rated
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.ports import Change, ConfigurationSource, Now, ReplyKeys, ThreadStore
from chalicelib.usecases.rating_changes import rating_changes, reopening_changes


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
            require_unrated(survey)
            if not survey.takes_ratings(now):
                raise Conflict("The time for rating this is over.")
            return "", self._changes(survey, score, comment, now)

        change_customers(self.threads, None, decide)

    def _changes(self, survey: Survey, score: int, comment: str, now: datetime) -> list[Change]:
        rating = Rating(survey, rated(survey, score, comment, Channel.WEB_FORM, now))
        case = get_case_by_reference(self.threads, survey.reference)
        return [
            *rating_changes(rating, case, now),
            *reopening_changes(self.threads, self.configuration, rating, case, now),
        ]


def require_unrated(survey: Survey) -> None:
    """Raises Conflict: whichever rating came first counts."""
    if survey.is_rated:
        raise Conflict("This has been rated already. Thank you.")
