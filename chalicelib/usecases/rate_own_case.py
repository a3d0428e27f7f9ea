"""A user of the app says how satisfied they are with how their case was settled, whether or not we have asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.errors import Conflict
from chalicelib.domain.satisfaction import Rating, rateable_until, rated, rules_for_ratings, unasked
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.own_ratings import find_surveys_of
from chalicelib.usecases.ports import Change, Update
from chalicelib.usecases.rate_case import require_unrated
from chalicelib.usecases.rating_changes import rating_changes, reopening_changes
from chalicelib.usecases.read_own_thread import ReadOwnThread

# It is rated as it is now: closed, and still theirs. A case that is deleted meanwhile gets no rating that nobody would
# delete.
OWN_CASE_DEPENDS_ON = ("status", "cycle")


@dataclass(frozen=True, slots=True)
class RateOwnCase:
    own: ReadOwnThread

    def __call__(
        self, principal_id: str, reference: str, score: int, comment: str, *, once: Once | None = None
    ) -> None:
        """The same once more changes nothing. Raises NotFound for a case that they do not see; Conflict when it was
        rated otherwise, also by the link of our question, when there is nothing to rate, or when it is too late.
        """
        own, login = self.own, ContactPoint(PointKind.APP, principal_id)

        def decide() -> tuple[str, Sequence[Change]]:
            case, now = own.get_case(principal_id, reference), own.now()
            known = find_surveys_of(own.threads, [case]).get(case.id)
            if known and known.customer_id == case.customer_id:
                if (known.score, known.comment) == (score, comment):
                    return "", remember(once, "", now)
                require_unrated(known)
            rules = rules_for_ratings(own.configuration.current().survey_rules)
            until = rateable_until(case, known, rules, now)
            if until is None:
                raise Conflict("There is nothing to rate in this case now.")
            survey = known or unasked(case, login, until, now)
            after = replace(rated(survey, score, comment, Channel.APP, now), point=login)
            rating = Rating(known, after)
            reopening = reopening_changes(own.threads, own.configuration, rating, case, now)
            return "", [
                *rating_changes(rating, case, now),
                *(reopening or [Update(case, case, OWN_CASE_DEPENDS_ON)]),
                *remember(once, "", now),
            ]

        change_customers(own.threads, once, decide)
