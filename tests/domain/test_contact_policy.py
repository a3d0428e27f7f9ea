"""May we write there, now, for that? Each rule alone, in its order, and what it says."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contact_policy import (
    LineKind,
    PhoneLine,
    Rule,
    Sending,
    is_no_reply,
    may_be_answered_all_the_same,
    ruling_on,
)
from chalicelib.domain.contact_rules import ContactRules, QuietHours
from chalicelib.domain.reachability import OptOut, Purpose, Reachability
from tests.domain.making import ANNA, ANNAS_PHONE, MONDAY_TEN

WARSAW = ZoneInfo("Europe/Warsaw")
OURS = frozenset({"pomoc@hub.example", "+48700100200"})
NIGHT = QuietHours(time(21), time(8))
AT_NIGHT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # half past eleven in Warsaw
MOBILE = PhoneLine("PL", LineKind.MOBILE)


def mail(**changed):
    return replace(Sending(Channel.EMAIL, ANNA.value, Purpose.SERVICE, MONDAY_TEN, WARSAW, OURS), **changed)


def text(**changed):
    sms = mail(channel=Channel.SMS, address=ANNAS_PHONE.value, line=MOBILE, countries=frozenset({"PL"}))
    return replace(sms, **changed)


def opted_out(*purposes, at=MONDAY_TEN, evidence="STOP"):
    return Reachability(ANNAS_PHONE, {purpose: OptOut(at, "customer", evidence) for purpose in purposes})


def test_an_ordinary_answer_may_go():
    assert ruling_on(mail()).rule is None
    assert ruling_on(text()).rule is None


@pytest.mark.parametrize(
    ("sending", "rule", "said"),
    [
        (mail(address="<>"), Rule.NULL_SENDER, "null sender"),
        (mail(address=""), Rule.NULL_SENDER, "null sender"),
        (mail(address="Pomoc@hub.example"), Rule.OWN_ADDRESS, "of ours"),
        (mail(address="pomoc+sklep@hub.example"), Rule.OWN_ADDRESS, "of ours"),
        (mail(address="reply+k7q2m9dxm3q.aabc@hub.example"), Rule.OWN_ADDRESS, "of ours"),
        (text(address="+48700100200"), Rule.OWN_ADDRESS, "of ours"),
        (mail(address="no-reply@shop.example"), Rule.NO_REPLY, "nobody reads"),
        (text(line=PhoneLine("PL", LineKind.PREMIUM)), Rule.PREMIUM_NUMBER, "costs more"),
        (text(line=PhoneLine("DE", LineKind.MOBILE)), Rule.FOREIGN_NUMBER, "of DE, and text messages go to PL"),
        (text(line=PhoneLine("", LineKind.MOBILE)), Rule.FOREIGN_NUMBER, "of no country"),
        (text(line=PhoneLine("PL", LineKind.FIXED)), Rule.CANNOT_RECEIVE, "no mobile"),
        (text(reachability=opted_out(Purpose.SERVICE)), Rule.OPTED_OUT, "all messages on 2026-11-23 (STOP)"),
        (mail(purpose=Purpose.SURVEY, no_surveys=True), Rule.NO_SURVEYS, "no surveys"),
        (mail(purpose=Purpose.MARKETING), Rule.NO_CONSENT, "no consent to marketing by email"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, (str, Rule)) else "",
)
def test_a_rule_that_refuses_is_named_and_says_why(sending, rule, said):
    ruling = ruling_on(sending)
    assert (ruling.rule, ruling.refuses) == (rule, True)
    assert said in ruling.why


def test_what_the_inbox_allows_may_go():
    assert ruling_on(text(line=PhoneLine("DE", LineKind.MOBILE), countries=frozenset({"PL", "DE"}))).rule is None
    assert ruling_on(text(line=PhoneLine("PL", LineKind.PREMIUM), premium=True)).rule is None
    assert ruling_on(mail(purpose=Purpose.MARKETING, consented=True)).rule is None


def test_a_fax_goes_to_any_kind_of_line_of_the_countries_that_the_inbox_writes_to():
    assert ruling_on(fax(line=PhoneLine("PL", LineKind.FIXED))).rule is None
    assert ruling_on(fax(line=PhoneLine("PL", LineKind.OTHER))).rule is None
    assert ruling_on(fax(line=PhoneLine("PL", LineKind.PREMIUM))).rule is Rule.PREMIUM_NUMBER
    abroad = ruling_on(fax(line=PhoneLine("DE", LineKind.FIXED)))
    assert (abroad.rule, "faxes go to PL" in abroad.why) == (Rule.FOREIGN_NUMBER, True)


def fax(**said):
    return replace(text(**said), channel=Channel.FAX, address="+48221112233")


def test_a_suppressed_address_gets_nothing_until_then():
    known = Reachability(ANNA, suppressed_until=MONDAY_TEN + timedelta(days=1), suppressed_by="a bounce (5.1.1)")
    ruling = ruling_on(mail(reachability=known))
    assert (ruling.rule, ruling.not_before) == (Rule.SUPPRESSED, None)
    assert ruling.why == ("because of a bounce (5.1.1), nothing goes to anna@example.pl until 2026-11-24 09:00 UTC")
    assert ruling_on(mail(reachability=known, now=MONDAY_TEN + timedelta(days=1))).rule is None


def test_an_opt_out_holds_for_its_purpose_alone():
    known = opted_out(Purpose.MARKETING)
    assert ruling_on(text(reachability=known, purpose=Purpose.MARKETING)).rule is Rule.OPTED_OUT
    assert ruling_on(text(reachability=known)).rule is None
    assert ruling_on(text(reachability=known, purpose=Purpose.SURVEY)).rule is None


@pytest.mark.parametrize("purpose", [Purpose.NOTICE, Purpose.SURVEY, Purpose.MARKETING])
def test_whoever_wants_no_answers_wants_nothing_else_either(purpose):
    assert ruling_on(text(reachability=opted_out(Purpose.SERVICE), purpose=purpose)).rule is Rule.OPTED_OUT


def test_that_it_was_heard_may_be_said_to_whoever_has_opted_out_at_any_hour():
    known = opted_out(*(purpose for purpose in Purpose if purpose is not Purpose.CONFIRMATION))
    said = text(reachability=known, purpose=Purpose.CONFIRMATION, now=AT_NIGHT, quiet_hours=NIGHT)
    assert ruling_on(said).rule is None


def test_whoever_writes_again_after_stop_is_answered_by_a_person_and_by_nobody_else():
    wrote_again = text(reachability=opted_out(Purpose.SERVICE), wrote_at=MONDAY_TEN + timedelta(minutes=1))
    by_person = replace(wrote_again, by_person=True)
    assert ruling_on(by_person).rule is None
    assert may_be_answered_all_the_same(by_person)
    assert ruling_on(wrote_again).rule is Rule.OPTED_OUT
    assert ruling_on(replace(by_person, purpose=Purpose.SURVEY)).rule is Rule.OPTED_OUT


def test_what_was_asked_before_stop_is_not_answered_by_text_any_more():
    before = text(reachability=opted_out(Purpose.SERVICE), wrote_at=MONDAY_TEN, by_person=True)
    assert ruling_on(before).rule is Rule.OPTED_OUT


def test_stop_does_not_keep_a_person_from_calling_back():
    assert ruling_on(mail(channel=Channel.PHONE, reachability=opted_out(Purpose.SERVICE), by_person=True)).rule is None


def test_at_night_a_text_waits_until_morning_and_a_mail_does_not():
    rules = ContactRules(quiet_hours=NIGHT)
    ruling = ruling_on(text(now=AT_NIGHT, rules=rules))
    assert (ruling.rule, ruling.refuses) == (Rule.QUIET_HOURS, False)
    assert ruling.not_before == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert ruling.why == "the customer is not disturbed before 2026-11-24 08:00 (Europe/Warsaw)"
    assert ruling_on(mail(now=AT_NIGHT, rules=rules)).rule is None
    assert ruling_on(mail(now=AT_NIGHT, rules=rules, purpose=Purpose.MARKETING, consented=True)).not_before
    assert ruling_on(text(now=AT_NIGHT, rules=rules, urgent=True)).rule is None


def test_the_customers_own_hours_and_zone_come_before_the_companys():
    rules = ContactRules(quiet_hours=NIGHT)
    assert ruling_on(text(now=AT_NIGHT, rules=rules, zone=ZoneInfo("America/New_York"))).rule is None
    own = QuietHours(time(9), time(12))
    assert ruling_on(text(now=AT_NIGHT, rules=rules, quiet_hours=own)).rule is None
    assert ruling_on(text(now=MONDAY_TEN, rules=rules, quiet_hours=own)).not_before == datetime(
        2026, 11, 23, 11, 0, tzinfo=UTC
    )


def test_what_is_forbidden_does_not_wait_for_the_morning():
    known = opted_out(Purpose.SERVICE)
    assert ruling_on(text(now=AT_NIGHT, quiet_hours=NIGHT, reachability=known)).refuses


@pytest.mark.parametrize(
    "address",
    [
        *("noreply@a.example", "no-reply@a.example", "no.reply@a.example", "No_Reply@a.example", "noreply2@a.example"),
        *("no-reply-shop@a.example", "shop.noreply@a.example", "noreply+x1@a.example", "donotreply@a.example"),
        *("nie-odpowiadaj@a.example", "mailer-daemon@a.example"),
    ],
)
def test_nobody_reads_what_comes_there(address):
    assert is_no_reply(address)


@pytest.mark.parametrize(
    "address", ["groot@a.example", "reply@a.example", "norbert@a.example", "eno.replyka@a.example", "info@noreply.pl"]
)
def test_a_name_that_only_sounds_like_it_is_answered(address):
    assert not is_no_reply(address)


def test_an_operator_knows_further_ones():
    assert is_no_reply("automat@bank.example", frozenset({"automat"}))


ZONES = st.sampled_from([ZoneInfo(name) for name in ("Europe/Warsaw", "America/New_York", "Australia/Lord_Howe")])
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
HOURS = st.tuples(TIMES, TIMES).filter(lambda two: two[0] != two[1]).map(lambda two: QuietHours(*two))
INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: MONDAY_TEN + timedelta(minutes=minutes))


@given(HOURS, INSTANTS, ZONES)
def test_quiet_hours_end_later_than_now_within_a_day_and_stay_quiet_until_then(hours, now, zone):
    until = hours.end_of(now, zone)
    if until is None:
        return
    assert now < until <= now + timedelta(hours=26)  # the clocks may have been changed
    halfway = now + (until - now) / 2
    assert hours.end_of(halfway, zone) == until


@given(HOURS, INSTANTS, ZONES)
def test_away_from_a_change_of_clocks_it_is_quiet_exactly_between_the_two_times(hours, now, zone):
    offsets = {(now + timedelta(hours=by)).astimezone(zone).utcoffset() for by in (-49, 0, 49)}
    if len(offsets) > 1:
        return
    wall = now.astimezone(zone).time()
    over_midnight = hours.starts > hours.ends
    between = wall >= hours.starts or wall < hours.ends if over_midnight else hours.starts <= wall < hours.ends
    assert (hours.end_of(now, zone) is not None) is between


def test_quiet_hours_that_end_in_an_hour_that_comes_twice_end_the_second_time():
    ends = QuietHours(time(22), time(2, 30)).end_of(datetime(2026, 10, 24, 21, tzinfo=UTC), WARSAW)
    assert ends == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
