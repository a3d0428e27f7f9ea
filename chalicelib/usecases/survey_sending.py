"""A survey's question on its way out: whether it is still to be asked, and the link, which is its reader's alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.content.texts.surveys import with_link
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.satisfaction import Survey, is_still_about, rating_token
from chalicelib.domain.threads import Entry
from chalicelib.usecases.ports import ThreadStore


@dataclass(frozen=True, slots=True)
class Asked:
    """`is_due`: the case is still as it was when the question was kept; else it has gone on, or was rated in the app
    meanwhile, and nobody is asked.
    """

    survey: Survey
    is_due: bool


def find_survey(threads: ThreadStore, entry: Entry) -> Asked | None:
    """What a message asks about; None when it is no survey's question. Two reads for those, none for others."""
    if entry.delivery is None or entry.delivery.purpose is not Purpose.SURVEY or not entry.facts.get("survey"):
        return None
    survey = threads.get_survey(entry.customer_id, entry.facts["survey"])
    case = threads.get_case(entry.customer_id, entry.case_id)
    return Asked(survey, is_due=is_still_about(survey, case) and not survey.is_rated)


def question_with_link(entry: Entry, survey: Survey, public_url: str, ring: KeyRing) -> Entry:
    """The link is stored nowhere: whoever reads the thread must not be able to rate in the customer's place."""
    return replace(entry, text=with_link(entry.text, f"{public_url}/ratings/{rating_token(survey, ring)}"))
