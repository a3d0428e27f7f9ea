"""Whether a text message is nothing but the digit that we asked for, and what it then belongs to."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.messages import InboundMessage, Receipt
from chalicelib.domain.reachability import Reachability
from chalicelib.domain.remarks import remark
from chalicelib.domain.satisfaction import Rating, opens_again, rated, rules_for_ratings, score_in
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.hear_wish import Heard
from chalicelib.usecases.inbound_changes import Place
from chalicelib.usecases.ports import ThreadStore

SURVEY_ANSWER = "survey_answer"


def hear_rating(
    threads: ThreadStore,
    message: InboundMessage,
    receipt: Receipt,
    known: Reachability | None,
    configuration: Configuration,
) -> Heard | None:
    """`known`: of the number that it came from. A good rating needs no answer; a bad one is a message like any other,
    so it opens the case again, and the customer waits.
    """
    score = score_in(message.visible_text) if message.channel is Channel.SMS else 0
    if not score or known is None or not known.survey:
        return None
    survey = threads.get_survey(*known.survey.split("/"))
    if not survey.takes_ratings(receipt.received_at):
        return None
    after = rated(survey, score, "", Channel.SMS, receipt.received_at)
    case = get_case_by_reference(threads, survey.reference)
    if not opens_again(after, rules_for_ratings(configuration.survey_rules)):
        message = replace(message, automatic="it rates a case and says nothing else")
    place = Place(
        SURVEY_ANSWER,
        remark("asked_rating"),
        case=case,
        customer=threads.get_customer(case.customer_id),
    )
    return Heard(message, place, rating=Rating(survey, after))
