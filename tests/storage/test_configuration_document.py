from __future__ import annotations

import copy
import json
from datetime import date, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.automatic_answers import AcknowledgementRule
from chalicelib.domain.broadcasts import BroadcastRules
from chalicelib.domain.business_hours import BusinessHours, Slot
from chalicelib.domain.captcha import Captcha, Verifier
from chalicelib.domain.case_kinds import LegalTerm
from chalicelib.domain.configuration import Inbox, Routing, Team
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.fax_sending import (
    FaxByMail,
    FaxOutcome,
    FaxOverHttps,
    FaxReports,
    FaxSending,
    NumberForm,
    ReportProof,
    RequestForm,
)
from chalicelib.domain.faxes import FaxExample, FaxGateway
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.sla import ClockName, EscalationStep, PolicyRule, SlaPolicy, StepAction
from chalicelib.domain.sms import SmsTransport
from chalicelib.storage.configuration_document import check_examples, parse_configuration

DOCUMENT = {
    "inboxes": [
        {
            "name": "support",
            "channel": "email",
            "address": "pomoc@hub.example",
            "team": "care",
            "country": "PL",
            "language": "pl",
            "display_name": "Pomoc",
            "continuity_days": 14,
            "reopen_days": 30,
            "gateways": [],
        },
        {"name": "texts", "channel": "sms", "address": "+48700100200", "team": "care"},
        {
            "name": "fax",
            "channel": "fax",
            "address": "fax@hub.example",
            "team": "care",
            "gateways": ["gateway.example"],
        },
        {"name": "contact", "channel": "web_form", "team": "care"},
    ],
    "teams": [
        {
            "name": "care",
            "calendar": "poland",
            "policy": "standard",
            "email": "care@company.example",
            "supervisor_email": "supervisor@company.example",
            "inbox": "support",
        }
    ],
    "calendars": [
        {
            "name": "poland",
            "zone": "Europe/Warsaw",
            "week": {"mon": ["12:00-16:00", "08:00-11:30"], "sun": ["22:00-00:00"]},
            "closed": ["2026-12-25"],
            "open": {"2026-12-05": ["09:00-13:00"]},
            "holidays": {"country": "PL"},
        }
    ],
    "policies": [
        {
            "name": "standard",
            "first_response_minutes": 240,
            "next_response_minutes": 480,
            "steps": [{"action": "escalate", "minutes": 0}, {"action": "remind", "minutes": -30}],
        }
    ],
}


def changed(*path, to):
    """The document with one place changed; `...` takes the place away."""
    document = copy.deepcopy(DOCUMENT)
    place = document
    for step in path[:-1]:
        place = place[step]
    if to is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return json.dumps(document)


def test_the_document_becomes_what_the_domain_works_with():
    configuration = parse_configuration(json.dumps(DOCUMENT), "000007")
    assert configuration.version == "000007"
    assert configuration.get_inbox("support") == Inbox(
        "support",
        Channel.EMAIL,
        "care",
        address="pomoc@hub.example",
        display_name="Pomoc",
        reopen_within=timedelta(days=30),
        acknowledgement=AcknowledgementRule((Channel.EMAIL,)),
    )
    assert configuration.get_inbox("fax").gateways == ("gateway.example",)
    assert configuration.get_team("care") == Team(
        "care", "poland", "standard", "care@company.example", "supervisor@company.example", "support"
    )
    assert configuration.hours_for("care") == BusinessHours(
        ZoneInfo("Europe/Warsaw"),
        {0: (Slot(time(8), time(11, 30)), Slot(time(12), time(16))), 6: (Slot(time(22), time(0)),)},
        closed=frozenset({date(2026, 12, 25)}),
        open_days={date(2026, 12, 5): (Slot(time(9), time(13)),)},
        holidays_until=date(2026, 12, 25),
    )
    assert configuration.policies["standard"] == SlaPolicy(
        "standard",
        timedelta(minutes=240),
        timedelta(minutes=480),
        (
            EscalationStep(StepAction.REMIND, timedelta(minutes=-30)),
            EscalationStep(StepAction.ESCALATE, timedelta(0)),
        ),
    )


def test_a_call_and_a_letter_have_a_time_of_their_own_if_the_policy_says_so():
    assert parse_configuration(json.dumps(DOCUMENT), "1").policies["standard"].call_back_within is None
    document = copy.deepcopy(DOCUMENT)
    document["policies"][0] |= {"call_back_minutes": 120, "letter_minutes": 2400, "own_steps": {"call_back": []}}
    policy = parse_configuration(json.dumps(document), "1").policies["standard"]
    assert (policy.call_back_within, policy.letter_within) == (timedelta(hours=2), timedelta(hours=40))
    assert policy.steps_of(ClockName.CALL_BACK) == ()


def test_clocks_steps_rules_and_kinds_are_read():
    document = copy.deepcopy(DOCUMENT)
    document["policies"][0] |= {
        "resolution_minutes": 2400,
        "own_steps": {"legal": [{"action": "escalate", "minutes": -1440, "business": True}]},
    }
    document["policy_rules"] = [{"policy": "standard", "kind": "outage", "channel": "sms"}]
    document["kinds"] = [{"name": "outage", "legal": {"days": 3, "durable": ["letter"]}}]
    configuration = parse_configuration(json.dumps(document), "1")
    policy = configuration.policies["standard"]
    assert (policy.resolution_within, policy.update_within) == (timedelta(minutes=2400), None)
    assert policy.steps_of(ClockName.LEGAL) == (EscalationStep(StepAction.ESCALATE, timedelta(days=-1), business=True),)
    assert policy.steps_of(ClockName.PROMISE) == policy.steps
    assert configuration.policy_rules == (PolicyRule("standard", kind="outage", channel="sms"),)
    assert configuration.kind_named("outage").legal == LegalTerm(days=3, durable=(Channel.LETTER,))
    assert configuration.kind_named("complaint").legal is not None


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (changed("policies", 0, "own_steps", to={"update": []}), "policies[0].own_steps.update"),
        (changed("policies", 0, "steps", 0, "action", to="shout"), "policies[0].steps[0].action"),
        (changed("kinds", to=[{"name": "outage", "legal": {}}]), "kinds[0].legal"),
        (changed("kinds", to=[{"name": "x", "legal": {"days": 30, "longest_days": 14}}]), "kinds[0].legal"),
        (changed("inboxes", 0, "channel", to="pigeon"), "inboxes[0].channel"),
        (changed("inboxes", 0, "chanel", to="email"), "inboxes[0]"),
        (changed("inboxes", 1, "address", to="700 100 200"), "inboxes[1].address"),
        (changed("inboxes", 0, "address", to="Pomoc@Hub.example"), "inboxes[0].address"),
        (changed("inboxes", 0, "address", to=""), "inboxes[0].address"),
        (changed("inboxes", 3, "address", to="contact"), "inboxes[3].address"),
        (changed("inboxes", 0, "continuity_days", to=-1), "inboxes[0].continuity_days"),
        (changed("inboxes", 0, "continuity_days", to="14"), "inboxes[0].continuity_days"),
        (changed("inboxes", 0, "country", to="Poland"), "inboxes[0].country"),
        (changed("teams", 0, "email", to=...), "teams[0]"),
        (changed("teams", 0, "supervisor_email", to="nobody"), "teams[0].supervisor_email"),
        (changed("teams", to=[*DOCUMENT["teams"], *DOCUMENT["teams"]]), "teams[1].name"),
        (changed("calendars", 0, "zone", to="Europe/Radom"), "calendars[0].zone"),
        (changed("calendars", 0, "zone", to="../../etc/passwd"), "calendars[0].zone"),
        (changed("calendars", 0, "zone", to=""), "calendars[0].zone"),
        (changed("calendars", 0, "week", "tues", to=[]), "calendars[0].week"),
        (changed("calendars", 0, "week", "mon", to=["8-16"]), "calendars[0].week[...][0]"),
        (changed("calendars", 0, "week", "mon", to=["16:00-08:00"]), "calendars[0].week.mon"),
        (changed("calendars", 0, "week", "mon", to=["08:00-12:00", "11:00-16:00"]), "calendars[0].week.mon"),
        (changed("calendars", 0, "week", "mon", to=["08:00-00:00", "11:00-16:00"]), "calendars[0].week.mon"),
        (changed("calendars", 0, "open", "2026-12-05", to=["9-13"]), "calendars[0].open[...][0]"),
        (changed("calendars", 0, "closed", to=["2026-02-30"]), "calendars[0].closed[0]"),
        (changed("policies", 0, "first_response_minutes", to=0), "policies[0].first_response_minutes"),
        (changed("policies", 0, "call_back_minutes", to=0), "policies[0].call_back_minutes"),
        (changed("robots", to=[]), None),
        (changed("teams", to=...), None),
        ("{", None),
        ("[]", None),
    ],
)
def test_a_mistake_is_named_with_its_place(text, field):
    with pytest.raises(WrongConfiguration) as mistake:
        parse_configuration(text, "1")
    assert mistake.value.field == field
    assert (field or "the document") in mistake.value.public_text
    assert not mistake.value.public_text.endswith("..")


def test_a_name_that_does_not_exist_elsewhere_is_named():
    with pytest.raises(WrongConfiguration, match="calendar: 'moon' does not exist"):
        parse_configuration(changed("teams", 0, "calendar", to="moon"), "1")


def test_the_holidays_member_is_let_through_whatever_it_holds():
    parse_configuration(changed("calendars", 0, "holidays", to={"country": "PL", "subdivision": 7}), "1")


GATEWAY = {
    "name": "pbx",
    "senders": ["pbx.example"],
    "subjects": ["Faks z {caller}"],
    "lines": ["Stron: {pages}"],
    "reports": ["Raport"],
    "example": {"sender": "fax@pbx.example", "subject": "Faks z 22 111 22 33", "number": "+48221112233"},
}


def with_gateway(**parts):
    return json.dumps({**DOCUMENT, "fax_gateways": [{**GATEWAY, **parts}]})


def test_a_fax_gateway_of_the_operators_is_known_to_every_fax_inbox_and_to_no_other():
    configuration = parse_configuration(with_gateway(), "1")
    (gateway,) = configuration.get_inbox("fax").fax_gateways
    assert gateway == FaxGateway(
        name="pbx",
        subjects=("Faks z {caller}",),
        senders=("pbx.example",),
        lines=("Stron: {pages}",),
        reports=("Raport",),
        example=FaxExample("fax@pbx.example", "Faks z 22 111 22 33", number="+48221112233"),
    )
    assert configuration.get_inbox("support").fax_gateways == ()


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"subjects": ["Faks z {numer}"]}, "fax_gateways[0].subjects[0]"),
        ({"lines": ["ok: {pages}", "{pages}"]}, "fax_gateways[0].lines[1]"),
        ({"reports": ["{name}{number}"]}, "fax_gateways[0].reports[0]"),
        ({"subjects": []}, "fax_gateways[0].subjects"),
        ({"senders": []}, "fax_gateways[0].senders"),
        ({"senders": ["*"]}, "fax_gateways[0].senders[0]"),
        ({"example": {"subject": "x"}}, "fax_gateways[0].example"),
    ],
)
def test_a_mistake_in_a_fax_gateway_is_named_with_its_place(parts, place):
    with pytest.raises(WrongConfiguration) as wrong:
        parse_configuration(with_gateway(**parts), "1")
    assert wrong.value.field == place


def test_an_example_is_tried_where_a_document_is_saved_and_not_where_it_is_used():
    wrong = with_gateway(example={**GATEWAY["example"], "number": "+48229998877"})
    configuration = parse_configuration(wrong, "1")
    with pytest.raises(WrongConfiguration, match=r"read as '\+48221112233'") as told:
        check_examples(configuration)
    assert told.value.field == "fax_gateways[0].example"
    check_examples(parse_configuration(with_gateway(), "1"))


def test_colleagues_are_addresses_and_domains_in_lower_case():
    listed = DOCUMENT | {"colleagues": ["company.example", "jan@partner.example"]}
    assert parse_configuration(json.dumps(listed), "1").colleagues == {"company.example", "jan@partner.example"}
    for wrong in ("Company.example", "company", "@company.example", "a b@company.example"):
        with pytest.raises(WrongConfiguration, match="colleagues"):
            parse_configuration(json.dumps(DOCUMENT | {"colleagues": [wrong]}), "1")


def test_a_calendar_that_never_opens_is_refused_when_it_is_saved():
    document = copy.deepcopy(DOCUMENT)
    document["calendars"][0] |= {"week": {"mon": []}, "open": {}}
    with pytest.raises(WrongConfiguration) as wrong:
        parse_configuration(json.dumps(document), "1")
    assert wrong.value.field == "calendars[0].week"


def test_the_undo_window_is_at_most_ten_minutes_and_none_by_default():
    assert parse_configuration(json.dumps(DOCUMENT), "1").undo_window == timedelta(0)
    assert parse_configuration(json.dumps(DOCUMENT | {"undo_seconds": 20}), "1").undo_window == timedelta(seconds=20)
    for wrong in (-1, 601):
        with pytest.raises(WrongConfiguration, match="undo_seconds"):
            parse_configuration(json.dumps(DOCUMENT | {"undo_seconds": wrong}), "1")


def test_the_contact_policy_is_read_and_has_defaults_that_let_nobody_be_woken():
    rules = parse_configuration(json.dumps(DOCUMENT), "1").contact_rules
    assert str(rules.quiet_hours) == "21:00-08:00"
    assert rules.bound[Purpose.SERVICE] == {Channel.SMS, Channel.FAX}
    said = {"quiet_hours": "none", "quiet_channels": {"survey": ["email"]}, "no_reply": ["automat"]}
    rules = parse_configuration(json.dumps(DOCUMENT | {"contact_policy": said}), "1").contact_rules
    assert (rules.quiet_hours, rules.no_reply) == (None, {"automat"})
    assert rules.bound[Purpose.SURVEY] == {Channel.EMAIL}


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_hours": "21:00"},
        {"quiet_hours": "08:00-08:00"},
        {"quiet_channels": {"spam": ["sms"]}},
        {"no_reply": ["Auto@mat"]},
    ],
)
def test_a_mistake_in_the_contact_policy_is_named(wrong):
    with pytest.raises(WrongConfiguration, match="contact_policy"):
        parse_configuration(json.dumps(DOCUMENT | {"contact_policy": wrong}), "1")


@pytest.mark.parametrize("wrong", ["http://api.example.com/v1", "https://api.example.com/v1/"])
def test_links_lead_to_an_address_that_is_encrypted_and_has_one_slash_before_what_follows(wrong):
    with pytest.raises(WrongConfiguration, match="public_url"):
        parse_configuration(json.dumps(DOCUMENT | {"public_url": wrong}), "1")


@pytest.mark.parametrize(
    ("section", "place"),
    [
        ({}, r"surveys.channels\[0\]"),
        ({"channels": ["fax"]}, r"surveys.channels\[0\]"),
        ({"bad_up_to": 5}, "bad_up_to"),
    ],
)
def test_a_survey_that_nobody_could_answer_is_refused(section, place):
    with pytest.raises(WrongConfiguration, match=place):
        parse_configuration(json.dumps(DOCUMENT | {"surveys": section}), "1")


def test_a_survey_by_text_message_needs_no_link():
    rules = parse_configuration(
        json.dumps(DOCUMENT | {"surveys": {"channels": ["sms"], "after_minutes": 5}}), "1"
    ).survey_rules
    assert (rules.after, rules.channels) == (timedelta(minutes=5), (Channel.SMS,))
    assert parse_configuration(json.dumps(DOCUMENT), "1").survey_rules is None


def test_ratings_in_the_app_have_rules_where_nobody_is_asked():
    rules = parse_configuration(json.dumps(DOCUMENT | {"surveys": {"channels": [], "bad_up_to": 0}}), "1").survey_rules
    assert (rules.bad_up_to, rules.channels) == (0, ())


def with_sms(**member):
    document = copy.deepcopy(DOCUMENT)
    document["inboxes"][1]["sms"] = member
    return document


def test_an_inbox_says_how_its_text_messages_are_carried():
    member = {"max_price": "0.25", "valid_for_seconds": 14_400, "protect_configuration": "protect-1"}
    inbox = parse_configuration(json.dumps(with_sms(**member, configuration_set="ours")), "1").get_inbox("texts")
    assert inbox.sms == SmsTransport("0.25", timedelta(hours=4), "protect-1", "ours")
    assert parse_configuration(json.dumps(DOCUMENT), "1").get_inbox("texts").sms == SmsTransport()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("max_price", "1"),
        ("max_price", "100.00"),
        ("max_price", "0.123456"),
        ("max_price", "0.0"),
        ("max_price", "0.25\n"),
        ("max_price", 0.25),
        ("valid_for_seconds", 4),
        ("valid_for_seconds", 259_201),
        ("protect_configuration", "protect 1"),
        ("configuration_set", "x" * 257),
    ],
)
def test_what_the_service_would_not_take_is_refused_when_it_is_saved(member, value):
    with pytest.raises(WrongConfiguration) as error:
        parse_configuration(json.dumps(with_sms(**{member: value})), "1")
    assert error.value.field == f"inboxes[1].sms.{member}"


def test_only_an_inbox_for_text_messages_says_how_they_are_carried():
    document = copy.deepcopy(DOCUMENT)
    document["inboxes"][0]["sms"] = {"max_price": "0.25"}
    with pytest.raises(WrongConfiguration) as error:
        parse_configuration(json.dumps(document), "1")
    assert error.value.field == "inboxes[0].sms"


def with_form(*origins):
    form = {"name": "a-form", "channel": "web_form", "team": "care", "allowed_origins": origins}
    return json.dumps({**DOCUMENT, "inboxes": [*DOCUMENT["inboxes"], form]})


def test_a_form_names_the_sites_whose_pages_may_post_it():
    sites = ("https://www.shop.example", "https://shop.example:8443", "http://localhost:8030", "http://127.0.0.1")
    assert parse_configuration(with_form(*sites), "1").inboxes[-1].allowed_origins == sites


@pytest.mark.parametrize(
    "site",
    ["*", "null", "https://*.shop.example", "https://Shop.example", "https://shop.example/", "http://shop.example",
     "https://shop.example\n", "https://shop", "shop.example", "https://shop.example:0"],
)  # fmt: skip
def test_what_no_browser_sends_as_an_origin_is_refused_when_it_is_saved(site):
    with pytest.raises(WrongConfiguration) as error:
        parse_configuration(with_form("https://www.shop.example", site), "1")
    assert error.value.field == f"inboxes[{len(DOCUMENT['inboxes'])}].allowed_origins[1]"


def test_only_an_inbox_for_forms_names_sites():
    document = copy.deepcopy(DOCUMENT)
    document["inboxes"][0]["allowed_origins"] = ["https://www.shop.example"]
    with pytest.raises(WrongConfiguration) as error:
        parse_configuration(json.dumps(document), "1")
    assert error.value.field == "inboxes[0].allowed_origins"


@pytest.mark.parametrize(
    ("keys", "field"), [(["shop"], "form_keys[0]"), (["shop-2026-11", "a b c d e f"], "form_keys[1]")]
)
def test_a_key_of_a_form_is_long_enough_and_stands_in_an_address(keys, field):
    form = {"name": "a-form", "channel": "web_form", "team": "care", "form_keys": keys}
    with pytest.raises(WrongConfiguration) as error:
        parse_configuration(json.dumps({**DOCUMENT, "inboxes": [*DOCUMENT["inboxes"], form]}), "1")
    assert error.value.field == f"inboxes[{len(DOCUMENT['inboxes'])}].{field}"


def test_only_a_form_has_keys():
    document = copy.deepcopy(DOCUMENT)
    document["inboxes"][0]["form_keys"] = ["shop-2026-11"]
    with pytest.raises(WrongConfiguration) as error:
        parse_configuration(json.dumps(document), "1")
    assert error.value.field == "inboxes[0].form_keys"


def test_a_form_names_the_check_of_its_visitors_and_only_a_form_has_one():
    captcha = {"verifier": "turnstile", "site_key": "0x4AAA", "credential": "shop"}
    document = json.loads(with_form())
    document["inboxes"][-1]["captcha"] = captcha
    found = parse_configuration(json.dumps(document), "1").inboxes[-1].captcha
    assert found == Captcha(Verifier.TURNSTILE, "0x4AAA", "shop")
    document["inboxes"][-1]["captcha"] = {**captcha, "verifier": "https://verifier.example"}
    with pytest.raises(WrongConfiguration):
        parse_configuration(json.dumps(document), "1")
    document["inboxes"][-1]["captcha"] = None
    document["inboxes"][0]["captcha"] = captcha
    with pytest.raises(WrongConfiguration) as error:
        parse_configuration(json.dumps(document), "1")
    assert error.value.field == "inboxes[0].captcha"


def test_how_far_the_holidays_reach_is_read_and_of_older_documents_it_is_the_last_closed_day():
    older = parse_configuration(json.dumps(DOCUMENT), "1")
    assert older.calendars["poland"].holidays_until == date(2026, 12, 25)
    said = changed("calendars", 0, "holidays_until", to="2029-12-31")
    assert parse_configuration(said, "1").holidays_until == date(2029, 12, 31)
    without = changed("calendars", 0, "holidays", to=...)
    assert parse_configuration(without, "1").holidays_until is None


def the_team(**members):
    document = copy.deepcopy(DOCUMENT)
    document["teams"][0] |= members
    return parse_configuration(json.dumps(document), "1").teams["care"]


def test_a_team_takes_its_cases_by_hand_unless_it_says_otherwise():
    assert (the_team().routing, the_team().away_after) == (Routing.MANUAL, timedelta(hours=4))
    team = the_team(routing="by_load", away_minutes=30)
    assert (team.routing, team.away_after) == (Routing.BY_LOAD, timedelta(minutes=30))
    with pytest.raises(WrongConfiguration) as refused:
        the_team(routing="by_mood")
    assert refused.value.field == "teams[0].routing"


def test_what_goes_to_many_has_a_rate_and_prices_in_a_currency():
    said = {"per_minute": 120, "prices": {"sms": "0.17", "email": "0.0004"}, "currency": "PLN"}
    rules = parse_configuration(json.dumps(DOCUMENT | {"broadcasts": said}), "1").broadcasts
    assert (rules.per_minute, rules.currency) == (120, "PLN")
    assert rules.prices == {"sms": Decimal("0.17"), "email": Decimal("0.0004")}
    assert parse_configuration(json.dumps(DOCUMENT), "1").broadcasts == BroadcastRules()


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"per_minute": 0}, "broadcasts.per_minute"),
        ({"per_minute": 401}, "broadcasts.per_minute"),
        ({"prices": {"sms": "0.17"}}, "broadcasts.currency"),
        ({"prices": {"sms": "-1"}, "currency": "PLN"}, "broadcasts.prices"),
        ({"prices": {"sms": 0.17}, "currency": "PLN"}, "broadcasts.prices"),
        ({"prices": {"letter": "1"}, "currency": "PLN"}, "broadcasts.prices"),
        ({"currency": "zł"}, "broadcasts.currency"),
    ],
)
def test_a_rate_or_a_price_that_cannot_be_is_refused_with_its_place(said, place):
    with pytest.raises(WrongConfiguration, match=place):
        parse_configuration(json.dumps(DOCUMENT | {"broadcasts": said}), "1")


def with_fax(**parts):
    document = copy.deepcopy(DOCUMENT)
    document["company"] = "Firma Łódź"
    (inbox,) = (one for one in document["inboxes"] if one["name"] == "fax")
    inbox["fax"] = {"by": "mail", "to": "{number}@gateway.example", **parts}
    return json.dumps(document)


def test_a_fax_inbox_says_by_which_gateway_it_sends():
    inbox = parse_configuration(with_fax(number_form="zeros", own_number="+48222002003"), "1").get_inbox("fax")
    assert inbox.fax == FaxSending(
        FaxByMail("{number}@gateway.example"),
        number_form=NumberForm.ZEROS,
        own_number="+48222002003",
        zone="Europe/Warsaw",
    )
    assert inbox.display_name == "Firma Łódź"
    assert parse_configuration(json.dumps(DOCUMENT), "1").get_inbox("fax").fax is None


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"by": "pigeon"}, "inboxes[2].fax.by"),
        ({"to": "fax@gateway.example"}, "inboxes[2].fax.to"),
        ({"to": "{number}@{number}"}, "inboxes[2].fax.to"),
        ({"subject": "a\nBcc: b@c.example"}, "inboxes[2].fax.subject"),
        ({"subject": "{pin}"}, "inboxes[2].fax.subject"),
        ({"text": "{number"}, "inboxes[2].fax.text"),
        ({"sender": "nobody"}, "inboxes[2].fax.sender"),
        ({"most_pages": 1}, "inboxes[2].fax.most_pages"),
        ({"own_number": "22 111"}, "inboxes[2].fax.own_number"),
        ({"pin": "1"}, "inboxes[2].fax"),
    ],
)
def test_a_mistake_in_how_faxes_leave_is_named_with_its_place(parts, place):
    with pytest.raises(WrongConfiguration) as told:
        parse_configuration(with_fax(**parts), "1")
    assert told.value.field == place


def test_only_a_fax_inbox_sends_faxes():
    document = copy.deepcopy(DOCUMENT)
    document["inboxes"][0]["fax"] = {"by": "mail", "to": "{number}@gateway.example"}
    with pytest.raises(WrongConfiguration) as told:
        parse_configuration(json.dumps(document), "1")
    assert told.value.field == "inboxes[0].fax"


def over_https(**parts):
    return with_fax(**{"by": "https", "to": None, "url": "https://fax.example/v1/faxes", **parts}).replace(
        '"to": null, ', ""
    )


def test_a_fax_inbox_may_send_over_https():
    said = over_https(
        credential="office", form="json", number="recipient", fields={"from": "Firma"}, answer_id="data.id"
    )
    assert parse_configuration(said, "1").get_inbox("fax").fax.https == FaxOverHttps(
        "https://fax.example/v1/faxes",
        "office",
        form=RequestForm.JSON,
        number="recipient",
        fields=(("from", "Firma"),),
        answer_id="data.id",
    )


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"url": "http://fax.example"}, "inboxes[2].fax.url"),
        ({"url": "https://user:pass@fax.example/"}, "inboxes[2].fax.url"),
        ({"credential": "Bearer x"}, "inboxes[2].fax.credential"),
        ({"scheme": "a b"}, "inboxes[2].fax.scheme"),
        ({"fields": {"to": "x"}}, "inboxes[2].fax"),
        ({"fields": {"from": "a\nb"}}, "inboxes[2].fax.fields[...]"),
        ({"form": "xml"}, "inboxes[2].fax.form"),
    ],
)
def test_a_mistake_in_a_gateway_over_https_is_named_with_its_place(parts, place):
    with pytest.raises(WrongConfiguration) as told:
        parse_configuration(over_https(**parts), "1")
    assert told.value.field == place


REPORTS = {"credential": "office"}


def test_how_a_gateway_reports_stands_with_how_it_is_sent_to():
    said = over_https(reports={**REPORTS, "proof": "hmac_sha256", "words": {"E17": "technical"}})
    reports = parse_configuration(said, "1").get_inbox("fax").fax.reports
    assert reports == FaxReports("office", ReportProof.HMAC_SHA256, words={"e17": FaxOutcome.TECHNICAL})
    assert parse_configuration(with_fax(reports=REPORTS), "1").get_inbox("fax").fax.reports == FaxReports("office")


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"credential": ""}, "inboxes[2].fax.reports.credential"),
        ({"proof": "none"}, "inboxes[2].fax.reports.proof"),
        ({"header": "a:b"}, "inboxes[2].fax.reports.header"),
        ({"status": ""}, "inboxes[2].fax.reports.status"),
        ({"reference": ""}, "inboxes[2].fax.reports"),
        ({"words": {"x": "lost"}}, "inboxes[2].fax.reports.words[...]"),
    ],
)
def test_a_mistake_in_how_a_gateway_reports_is_named_with_its_place(parts, place):
    with pytest.raises(WrongConfiguration) as told:
        parse_configuration(with_fax(reports={**REPORTS, **parts}), "1")
    assert told.value.field == place
