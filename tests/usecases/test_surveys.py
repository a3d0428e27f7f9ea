"""After a case is closed its customer is asked once, in their channel, and what they say is heard."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from types import MappingProxyType

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.reachability import OptOut, Purpose, Reachability
from chalicelib.domain.satisfaction import rating_token, survey_id_of
from chalicelib.domain.survey_rules import SurveyRules
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.ports import Create
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, ANNAS_PHONE, RING

RULES = SurveyRules(after=timedelta(hours=2))
URL = "https://api.example.com/v1"


@pytest.fixture
def hub(hub):
    hub.configured(survey_rules=RULES, public_url=URL)
    return hub


@pytest.fixture
def case(hub):
    return answered(hub, hub.case(hub.write(subject="Faktura", message_id="first@example.pl")))


def answered(hub, case):
    hub.reply(case.reference, "ewa", Answer("Poprawiliśmy."))
    hub.deliver_all()
    return now(hub, case)


def now(hub, case):
    return hub.threads.get_case(case.customer_id, case.id)


def question(hub, case):
    asked = [entry for entry in hub.thread(case.customer_id, EntryKind.OUTBOUND) if entry.facts.get("survey")]
    return asked[-1] if asked else None


def survey(hub, case):
    return hub.threads.get_survey(case.customer_id, survey_id_of(case))


def link_in(hub):
    text = message_from_bytes(hub.mail.sent[-1].raw, policy=default).get_body(("plain",)).get_content()
    return re.search(r"https://api\.example\.com/v1/ratings/(\S+)", text)[1]


def write_again(hub):
    hub.write(in_reply_to=("first@example.pl",), message_id="again@example.pl")


def closed(hub, case, *, wait=True):
    hub.close(case.reference, "ewa")
    if wait:
        hub.later(hours=2, minutes=1)
        hub.sweep()
        hub.deliver_all()
    return now(hub, case)


def test_whoever_was_answered_is_asked_some_time_after_the_closing(hub, case):
    after = closed(hub, case, wait=False)
    hub.sweep()
    hub.deliver_all()
    assert len(hub.mail.sent) == 1
    hub.later(hours=2, minutes=1)
    hub.sweep()
    assert hub.deliver_all() == ["sent"]
    assert link_in(hub) == rating_token(survey(hub, after), RING)
    assert after.messages_out == case.messages_out + 1


def test_the_link_is_in_the_mail_and_not_in_the_thread(hub, case):
    after = closed(hub, case)
    assert "ratings" not in question(hub, after).text
    assert question(hub, after).delivery.status is DeliveryStatus.SENT


def test_without_rules_nobody_is_asked(hub, case):
    hub.configured(survey_rules=None)
    assert question(hub, closed(hub, case)) is None


def test_whoever_wrote_again_meanwhile_is_not_asked(hub, case):
    shut = closed(hub, case, wait=False)
    write_again(hub)
    hub.later(hours=2, minutes=1)
    hub.sweep()
    hub.deliver_all()
    assert question(hub, shut).delivery.status is DeliveryStatus.WITHDRAWN
    assert len(hub.mail.sent) == 1


def test_an_address_is_not_asked_again_before_its_time(hub, case):
    closed(hub, case)
    other = answered(hub, hub.case(hub.write(subject="Druga sprawa", message_id="second@example.pl")))
    assert other.id != case.id
    assert question(hub, closed(hub, other)).facts["survey"].startswith(case.id)
    hub.later(days=31)
    third = answered(hub, hub.case(hub.write(subject="Trzecia", message_id="third@example.pl")))
    assert question(hub, closed(hub, third)).facts["survey"].startswith(third.id)


def test_whoever_opted_out_of_surveys_is_not_asked(hub, case):
    no_surveys = {Purpose.SURVEY: OptOut(hub.now(), "customer", "mail")}
    hub.threads.commit([Create(Reachability(ANNA, MappingProxyType(no_surveys)))])
    assert question(hub, closed(hub, case)) is None


def test_a_good_rating_is_kept_with_its_comment_and_leaves_the_case_closed(hub, case):
    after = closed(hub, case)
    hub.rate(link_in(hub), 5, "Bardzo miło")
    event = hub.thread(case.customer_id, EntryKind.EVENT)[-1]
    assert (event.event, event.author, event.text, event.facts["score"]) == (
        "case.rated",
        "customer",
        "Bardzo miło",
        "5",
    )
    kept = survey(hub, after)
    assert (kept.score, kept.comment, kept.rated_by, kept.agent) == (5, "Bardzo miło", Channel.WEB_FORM, "ewa")
    assert now(hub, case).status is CaseStatus.CLOSED


def test_a_bad_rating_opens_the_case_and_the_customer_waits(hub, case):
    after = closed(hub, case)
    hub.rate(link_in(hub), 1, "Nic nie poprawiono!")
    again = now(hub, case)
    assert (again.status, again.awaiting_since, again.cycle) == (CaseStatus.OPEN, hub.now(), after.cycle + 1)
    assert case.id in hub.threads.get_customer(case.customer_id).open_cases


def test_the_first_rating_counts_and_the_same_once_more_changes_nothing(hub, case):
    closed(hub, case)
    token = link_in(hub)
    hub.rate(token, 4, "")
    hub.rate(token, 4, "")
    with pytest.raises(Conflict):
        hub.rate(token, 5, "")
    events = [entry.event for entry in hub.thread(case.customer_id, EntryKind.EVENT)]
    assert events.count("case.rated") == 1


def test_after_its_time_nothing_is_rated(hub, case):
    closed(hub, case)
    token = link_in(hub)
    hub.later(days=15)
    with pytest.raises(Conflict):
        hub.rate(token, 5, "")


def test_a_link_that_we_did_not_sign_is_none(hub, case):
    closed(hub, case)
    token = link_in(hub)
    with pytest.raises(NotFound):
        hub.rate.look(token[:-1] + ("a" if token[-1] != "a" else "b"))


def test_a_bad_rating_of_a_case_that_goes_on_already_opens_nothing_twice(hub, case):
    closed(hub, case)
    token = link_in(hub)
    write_again(hub)
    before = now(hub, case)
    hub.rate(token, 1, "")
    after = now(hub, case)
    assert (after.cycle, after.awaiting_since) == (before.cycle, before.awaiting_since)


@pytest.fixture
def texted(hub):
    """A case of text messages, closed and asked about."""
    case = answered(hub, hub.case(hub.write_sms(ANNAS_PHONE)))
    return closed(hub, case)


def test_by_text_message_the_question_asks_for_a_digit(hub, texted):
    assert "5" in hub.sms.sent[-1].text
    assert "http" not in hub.sms.sent[-1].text


def test_a_digit_is_the_rating_and_nobody_has_to_answer_it(hub, texted):
    outcome = hub.write_sms(ANNAS_PHONE, "5")
    assert (outcome.reference, outcome.rule) == (texted.reference, "survey_answer")
    assert (survey(hub, texted).score, survey(hub, texted).rated_by) == (5, Channel.SMS)
    after = now(hub, texted)
    assert (after.status, after.awaiting_since, after.automatic_in) == (CaseStatus.CLOSED, None, 1)


def test_a_bad_digit_is_a_message_that_opens_the_case(hub, texted):
    hub.write_sms(ANNAS_PHONE, "1")
    assert survey(hub, texted).score == 1
    after = now(hub, texted)
    assert (after.status, after.awaiting_since) == (CaseStatus.OPEN, hub.now())
    assert case_ids_open(hub, texted) == {texted.id}


def test_a_second_digit_and_one_that_nobody_asked_for_are_messages_like_any_other(hub, texted):
    hub.write_sms(ANNAS_PHONE, "5")
    assert hub.write_sms(ANNAS_PHONE, "4").rule != "survey_answer"
    assert survey(hub, texted).score == 5
    assert hub.write_sms(ContactPoint(PointKind.PHONE, "+48699999999"), "4").rule == "new_case"


def test_a_sentence_after_the_question_is_a_message_like_any_other(hub, texted):
    assert hub.write_sms(ANNAS_PHONE, "5 dni czekałam!").rule != "survey_answer"
    assert survey(hub, texted).score == 0


def case_ids_open(hub, case):
    return {*hub.threads.get_customer(case.customer_id).open_cases}
