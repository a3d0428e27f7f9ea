"""After a case is closed its customer is asked once, in their channel, and what they say is heard."""

import re
from dataclasses import replace
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
from chalicelib.usecases.once import Once
from chalicelib.usecases.ports import Create, Delete, Update
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK, RING
from tests.fakes.memory_store import Moment
from tests.usecases.test_read_own_thread import APP, LOGIN, own_case, proved, writes_in_the_app

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


# In the app


@pytest.fixture
def in_the_app(hub):
    """A case of the app, answered and closed. Nobody asks there: there is no link and no digit."""
    return closed(hub, answered(hub, hub.case(writes_in_the_app(hub))))


def ratings(hub, case):
    entries = hub.thread(case.customer_id, EntryKind.EVENT)
    return [(entry.facts["score"], entry.facts["by"], entry.text) for entry in entries if entry.event == "case.rated"]


@pytest.mark.parametrize("rules", [RULES, SurveyRules(channels=()), None], ids=["asks", "asks nowhere", "no surveys"])
def test_a_user_of_the_app_rates_without_having_been_asked(hub, in_the_app, rules):
    hub.configured(survey_rules=rules)
    assert question(hub, in_the_app) is None
    until = own_case(hub, in_the_app.reference).rateable_until
    assert until == in_the_app.closed_at + timedelta(hours=2, days=14)
    hub.rate_own(LOGIN, in_the_app.reference, 5, "Miło")
    assert ratings(hub, in_the_app) == [("5", "app", "Miło")]
    kept = survey(hub, in_the_app)
    assert (kept.score, kept.comment, kept.rated_by, kept.point, kept.entry_id) == (5, "Miło", Channel.APP, APP, "")
    shown = own_case(hub, in_the_app.reference)
    assert (shown.rateable_until, shown.rated.score, shown.rated.comment) == (None, 5, "Miło")
    assert now(hub, in_the_app) == in_the_app


@pytest.mark.parametrize("rules", [RULES, None], ids=["asks", "no surveys"])
def test_a_bad_rating_in_the_app_opens_the_case_as_by_the_link(hub, in_the_app, rules):
    hub.configured(survey_rules=rules)
    hub.rate_own(LOGIN, in_the_app.reference, 2, "Nic nie poprawiono!")
    again = now(hub, in_the_app)
    assert (again.status, again.awaiting_since, again.cycle) == (CaseStatus.OPEN, hub.now(), in_the_app.cycle + 1)
    assert case_ids_open(hub, in_the_app) == {in_the_app.id}
    shown = own_case(hub, in_the_app.reference)
    assert (shown.rateable_until, shown.rated) == (None, None)
    answered(hub, again)
    closed(hub, again)
    assert own_case(hub, in_the_app.reference).rateable_until is not None
    hub.rate_own(LOGIN, in_the_app.reference, 4, "Teraz tak.")
    assert [score for score, *_ in ratings(hub, in_the_app)] == ["2", "4"]


def test_where_the_operator_wants_no_reopening_a_bad_rating_in_the_app_opens_nothing(hub, in_the_app):
    hub.configured(survey_rules=SurveyRules(bad_up_to=0))
    hub.rate_own(LOGIN, in_the_app.reference, 1, "")
    assert now(hub, in_the_app) == in_the_app


def test_the_same_rating_once_more_changes_nothing_and_another_is_refused(hub, in_the_app):
    hub.rate_own(LOGIN, in_the_app.reference, 4, "")
    hub.rate_own(LOGIN, in_the_app.reference, 4, "")
    with pytest.raises(Conflict):
        hub.rate_own(LOGIN, in_the_app.reference, 5, "")
    assert ratings(hub, in_the_app) == [("4", "app", "")]


def test_a_repeated_bad_rating_is_answered_as_before_though_the_case_is_open_again(hub, in_the_app):
    once = Once(LOGIN, "key-1", "0f" * 32)
    for _ in range(2):
        hub.rate_own(LOGIN, in_the_app.reference, 1, "", once=once)
    assert ratings(hub, in_the_app) == [("1", "app", "")]


def test_only_what_is_closed_and_was_answered_by_a_person_is_rated(hub):
    case = hub.case(writes_in_the_app(hub))
    hub.close(case.reference, "ewa")
    unanswered = own_case(hub, case.reference)
    assert (unanswered.case.status, unanswered.rateable_until) == (CaseStatus.CLOSED, None)
    with pytest.raises(Conflict):
        hub.rate_own(LOGIN, case.reference, 5, "")
    hub.later(days=40)
    second = answered(hub, hub.case(writes_in_the_app(hub)))
    assert own_case(hub, second.reference).rateable_until is None
    with pytest.raises(Conflict):
        hub.rate_own(LOGIN, second.reference, 5, "")


def test_after_its_time_nothing_is_rated_in_the_app_either(hub, in_the_app):
    hub.later(days=15)
    assert own_case(hub, in_the_app.reference).rateable_until is None
    with pytest.raises(Conflict):
        hub.rate_own(LOGIN, in_the_app.reference, 5, "")


def test_a_case_that_is_somebody_elses_or_not_shown_is_not_there(hub, in_the_app):
    theirs = closed(hub, answered(hub, hub.case(hub.write(sender=BARTEK, message_id="b@example.pl"))))
    hub.threads.commit([Update(theirs, replace(theirs, participants=(BARTEK, APP)), ())])  # in copy there
    texts = set()
    for login, reference in (
        (LOGIN, theirs.reference),
        ("https://issuer.example|jan", in_the_app.reference),
        (LOGIN, "K7Q2M-9DXM3-Q"),
    ):
        with pytest.raises(NotFound) as refused:
            hub.rate_own(login, reference, 5, "")
        texts.add(refused.value.text)
    assert len(texts) == 1
    assert ratings(hub, theirs) == ratings(hub, in_the_app) == []


def test_a_case_of_an_address_that_an_agent_took_for_theirs_is_not_there_to_be_rated(hub, in_the_app):
    hub.add_contact_point(in_the_app.customer_id, "ewa", BARTEK)
    theirs = closed(hub, answered(hub, hub.case(hub.write(sender=BARTEK, message_id="b@example.pl"))))
    assert theirs.customer_id == in_the_app.customer_id
    with pytest.raises(NotFound):
        hub.rate_own(LOGIN, theirs.reference, 5, "")


@pytest.fixture
def by_mail(hub):
    """A case of a mail, whose sender has the app too, is closed: the question with its link goes by mail."""
    writes_in_the_app(hub)
    proved(hub)
    case = answered(hub, hub.case(hub.write(subject="Reklamacja", message_id="other@example.pl")))
    assert own_case(hub, case.reference).is_known
    return case


def test_who_rated_by_the_link_has_rated_and_the_app_says_so(hub, by_mail):
    closed(hub, by_mail)
    assert own_case(hub, by_mail.reference).rateable_until == survey(hub, by_mail).until
    hub.rate(link_in(hub), 5, "Z poczty")
    shown = own_case(hub, by_mail.reference)
    assert (shown.rateable_until, shown.rated.score, shown.rated.comment) == (None, 5, "Z poczty")
    with pytest.raises(Conflict):
        hub.rate_own(LOGIN, by_mail.reference, 1, "")
    assert now(hub, by_mail).status is CaseStatus.CLOSED


def test_who_rated_in_the_app_has_rated_and_the_link_says_so(hub, by_mail):
    closed(hub, by_mail)
    hub.rate_own(LOGIN, by_mail.reference, 5, "")
    with pytest.raises(Conflict):
        hub.rate(link_in(hub), 1, "")
    assert ratings(hub, by_mail) == [("5", "app", "")]
    assert now(hub, by_mail).status is CaseStatus.CLOSED


def test_whoever_rated_in_the_app_before_the_question_went_out_is_not_asked(hub, by_mail):
    shut = closed(hub, by_mail, wait=False)
    hub.rate_own(LOGIN, by_mail.reference, 5, "")
    before = len(hub.mail.sent)
    hub.later(hours=2, minutes=1)
    hub.sweep()
    hub.deliver_all()
    assert question(hub, shut).delivery.status is DeliveryStatus.WITHDRAWN
    assert len(hub.mail.sent) == before


def test_a_rating_by_a_link_that_went_to_an_unproved_address_is_not_shown_in_the_app(hub, by_mail):
    shut = closed(hub, by_mail)
    asked = survey(hub, shut)
    hub.threads.commit([Delete(asked)])
    hub.threads.commit([Create(replace(asked, point=BARTEK, score=3, comment="Od kogoś innego"))])
    shown = own_case(hub, by_mail.reference)
    assert (shown.rateable_until, shown.rated) == (None, None)


def test_what_was_asked_at_an_unproved_address_and_rated_in_the_app_is_shown_there(hub, by_mail):
    shut = closed(hub, by_mail)
    asked = survey(hub, shut)
    hub.threads.commit([Update(asked, replace(asked, point=BARTEK), ())])
    hub.rate_own(LOGIN, by_mail.reference, 3, "Od niej")
    assert own_case(hub, by_mail.reference).rated.comment == "Od niej"


def test_a_case_that_was_moved_after_its_customer_was_asked_is_not_rated_a_second_time(hub, by_mail):
    asked = closed(hub, answered(hub, hub.case(hub.write(sender=BARTEK, message_id="b@example.pl"))))
    assert survey(hub, asked).customer_id == asked.customer_id != by_mail.customer_id
    hub.move_case(asked.reference, "ewa", by_mail.customer_id, "to jej sprawa")
    moved = hub.threads.get_case(by_mail.customer_id, asked.id)
    hub.threads.commit([Update(moved, replace(moved, participants=(APP,)), ())])
    shown = own_case(hub, asked.reference)
    assert (shown.case.status, shown.rateable_until, shown.rated) == (CaseStatus.CLOSED, None, None)
    with pytest.raises(Conflict):
        hub.rate_own(LOGIN, asked.reference, 5, "")
    hub.rate(link_in(hub), 3, "")
    assert ratings(hub, moved) == [("3", "web_form", "")]
    assert own_case(hub, asked.reference).rated is None


def test_a_case_that_goes_on_at_the_very_moment_is_not_rated_any_more(hub, in_the_app):
    def she_writes_first(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            hub.threads.hook = lambda _call: None
            writes_in_the_app(hub, "Jeszcze jedno", case_reference=in_the_app.reference)

    hub.threads.hook = she_writes_first
    with pytest.raises(Conflict):
        hub.rate_own(LOGIN, in_the_app.reference, 5, "")
    assert ratings(hub, in_the_app) == []


def test_of_two_ratings_in_the_app_at_the_very_moment_the_first_counts(hub, in_the_app):
    def on_the_other_device(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            hub.threads.hook = lambda _call: None
            hub.rate_own(LOGIN, in_the_app.reference, 4, "")

    hub.threads.hook = on_the_other_device
    with pytest.raises(Conflict):
        hub.rate_own(LOGIN, in_the_app.reference, 5, "")
    assert [score for score, *_ in ratings(hub, in_the_app)] == ["4"]


def test_a_closed_case_that_was_taken_for_spam_for_a_while_is_not_rated_a_second_time(hub, by_mail):
    closed(hub, by_mail)
    hub.rate_own(LOGIN, by_mail.reference, 5, "Miło")
    hub.mark_spam(by_mail.reference, "ewa", "pomyłka", is_spam=True)
    hub.mark_spam(by_mail.reference, "ewa", "to nie był spam", is_spam=False)
    assert own_case(hub, by_mail.reference).rateable_until is None
    with pytest.raises(Conflict):
        hub.rate_own(LOGIN, by_mail.reference, 1, "")
    assert [score for score, *_ in ratings(hub, by_mail)] == ["5"]


def test_the_question_about_a_closed_case_stands_after_it_was_taken_for_spam_for_a_while(hub, case):
    closed(hub, case)
    for is_spam in (True, False):
        hub.mark_spam(case.reference, "ewa", "pomyłka", is_spam=is_spam)
    hub.rate(link_in(hub), 1, "Nic nie działa.")
    assert now(hub, case).status is CaseStatus.OPEN
