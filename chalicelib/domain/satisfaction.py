"""After a case was closed the customer is asked one question, once in a cycle: how satisfied they are, from 1 to 5.

The link in the question is signed for one survey. A user of the app says it there, asked or not. Of all ratings of one
cycle the first counts: there is one record of them.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.survey_rules import NOBODY_IS_ASKED, SurveyRules

WORST, BEST = 1, 5
LONGEST_COMMENT = 2_000

_ULID = "[0-9A-HJKMNP-TV-Z]{26}"
_TOKEN = re.compile(
    rf"(?P<customer>{_ULID})\.(?P<survey>{_ULID}\.[0-9]{{1,6}})\.(?P<key>[0-9a-z])(?P<mac>[a-z2-7]{{20}})"
)
# A digit alone, as it is typed on a telephone, perhaps with a mark behind it.
_DIGIT = re.compile(rf"[{WORST}-{BEST}][.!]?")


@dataclass(frozen=True, slots=True)
class Survey:
    """One question and what became of it. `id` is `survey_id_of(case)`. `entry_id`: the message that asks, "" where
    nobody asked. `agent`: who closed the case; where nobody asked, whose it was. `point`: where it was asked, and the
    login of a rating in the app. `until`: when the question is over. `score` 0: not rated. `rated_by`: the channel of
    the rating.
    """

    id: str
    customer_id: str
    case_id: str
    reference: str
    team: str
    agent: str
    point: ContactPoint
    entry_id: str
    asked_at: datetime
    until: datetime
    language: str = ""
    score: int = 0
    comment: str = ""
    rated_at: datetime | None = None
    rated_by: Channel | None = None

    @property
    def is_rated(self) -> bool:
        return self.score > 0

    def takes_ratings(self, now: datetime) -> bool:
        return not self.is_rated and now < self.until


@dataclass(frozen=True, slots=True)
class Rating:
    """A survey before and after it was rated. `before` None: nobody had asked."""

    before: Survey | None
    after: Survey


def survey_id_of(case: Case) -> str:
    """One for each cycle."""
    return f"{case.id}.{case.cycle}"


def is_worth_asking(case: Case, rules: SurveyRules, surveyed_at: datetime | None, now: datetime) -> bool:
    """Whoever was never answered by a person has nothing to rate. `surveyed_at`: when that address was asked last."""
    if case.status is not CaseStatus.OPEN or not case.answered:
        return False
    return surveyed_at is None or now - surveyed_at >= rules.at_most_every


def is_still_about(survey: Survey, case: Case) -> bool:
    """Not once the case goes on: then the customer has said what they think of it."""
    return case.status is CaseStatus.CLOSED and survey.id == survey_id_of(case)


def rateable_until(case: Case, known: Survey | None, rules: SurveyRules, now: datetime) -> datetime | None:
    """Until when the customer may rate in the app how their case was settled, asked or not. None: not now, because it
    goes on, nobody has answered them, it was rated, or the time is over. `known`: the survey of this cycle; a case that
    was moved since to somebody else has that of the customer who was asked, and is rated once all the same.
    """
    if case.status is not CaseStatus.CLOSED or case.closed_at is None or not case.answered:
        return None
    if known:
        return known.until if known.customer_id == case.customer_id and known.takes_ratings(now) else None
    until = case.closed_at + rules.after + rules.answer_within
    return until if now < until else None


def unasked(case: Case, login: ContactPoint, until: datetime, now: datetime) -> Survey:
    return Survey(
        id=survey_id_of(case),
        customer_id=case.customer_id,
        case_id=case.id,
        reference=case.reference,
        team=case.team,
        agent=case.assignee,
        point=login,
        entry_id="",
        asked_at=now,
        until=until,
        language=case.language,
    )


def rated(survey: Survey, score: int, comment: str, by: Channel, now: datetime) -> Survey:
    return replace(survey, score=score, comment=comment, rated_at=now, rated_by=by)


def opens_again(survey: Survey, rules: SurveyRules) -> bool:
    return 0 < survey.score <= rules.bad_up_to


def rules_for_ratings(configured: SurveyRules | None) -> SurveyRules:
    """What was asked is over by the rules of then; what becomes of a rating is decided by those of now."""
    return configured or NOBODY_IS_ASKED


def score_in(text: str) -> int:
    """Of a text message that is nothing but a rating; 0 for any other."""
    digit = text.strip()
    return int(digit[0]) if _DIGIT.fullmatch(digit) else 0


def rating_token(survey: Survey, ring: KeyRing) -> str:
    mac = _mac(ring, ring.current, survey.customer_id, survey.id)
    return f"{survey.customer_id}.{survey.id}.{ring.current}{mac}"


def parse_rating_token(token: str, ring: KeyRing) -> tuple[str, str] | None:
    """Customer and survey, if we have made it."""
    found = _TOKEN.fullmatch(token)
    if found is None or found["key"] not in ring.keys:
        return None
    genuine = hmac.compare_digest(_mac(ring, found["key"], found["customer"], found["survey"]), found["mac"])
    return (found["customer"], found["survey"]) if genuine else None


def _mac(ring: KeyRing, key: str, customer_id: str, survey_id: str) -> str:
    said = "\x1f".join(("splot-rating-1", key, customer_id, survey_id)).encode()
    return base64.b32encode(hmac.digest(ring.keys[key], said, "sha256"))[:20].decode().lower()
