"""A configuration that mentions what does not exist cannot be made."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.case_kinds import CaseKind
from chalicelib.domain.cases import Priority
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import NotFound, WrongConfiguration
from chalicelib.domain.sla import ClockName, EscalationStep, PolicyRule, StepAction
from tests.domain.making import BILLING, FORM, POLICY, SUPPORT, TEXTS, case, configuration

CARE = configuration().teams["care"]
BY_SMS = EscalationStep(StepAction.ESCALATE, timedelta(0), by=Channel.SMS)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"inboxes": (replace(SUPPORT, team="nobody"),)}, "nobody"),
        ({"teams": {"care": replace(CARE, calendar="lunar")}}, "lunar"),
        ({"teams": {"care": replace(CARE, policy="lax")}}, "lax"),
        ({"teams": {"care": replace(CARE, inbox="gone")}}, "gone"),
        ({"inboxes": (SUPPORT, SUPPORT)}, "there twice"),
        ({"inboxes": (replace(SUPPORT, kind="riddle"),)}, "riddle"),
        ({"teams": {"care": replace(CARE, fallback="nobody")}}, "nobody"),
        ({"policy_rules": (PolicyRule("lax"),)}, "lax"),
        ({"policy_rules": (PolicyRule("standard", kind="riddle"),)}, "riddle"),
        ({"policies": {"standard": replace(POLICY, steps=(BY_SMS,))}}, "supervisor_phone"),
        (
            {
                "policies": {"standard": replace(POLICY, own_steps={ClockName.LEGAL: (BY_SMS,)})},
                "teams": {"care": replace(CARE, supervisor_phone="+48700000001")},
                "inboxes": (SUPPORT,),
            },
            "no inbox for SMS",
        ),
    ],
)
def test_the_error_names_what_is_missing(changed, named):
    with pytest.raises(WrongConfiguration, match=named):
        configuration(**changed)


def test_unknown_names_are_not_found():
    with pytest.raises(NotFound):
        configuration().get_team("nobody")
    with pytest.raises(NotFound):
        configuration().get_inbox("nobody")


def test_the_inbox_that_writes_is_the_cases_own_then_the_teams_then_any():
    known = configuration()
    assert known.inbox_writing(Channel.EMAIL, "billing", "care") == BILLING
    assert known.inbox_writing(Channel.EMAIL, "contact", "care") == SUPPORT
    assert known.inbox_writing(Channel.SMS, "support", "care") == TEXTS
    without = configuration(teams={"care": replace(CARE, inbox="")})
    assert without.inbox_writing(Channel.EMAIL, "contact", "care") == SUPPORT


def test_writing_by_a_channel_that_nobody_set_up_is_an_error_for_the_operator():
    with pytest.raises(WrongConfiguration, match="sms"):
        configuration(inboxes=(SUPPORT, FORM)).inbox_writing(Channel.SMS, "support", "care")


def test_colleagues_are_those_listed_by_address_or_domain_and_the_teams_themselves():
    known = configuration(colleagues=frozenset({"firm.example", "jan@partner.example"}))
    asked = ["ola@firm.example", "jan@partner.example", "care@company.example", "boss@company.example"]
    others = ["ola@sub.firm.example", "ola@partner.example", "ola@company.example", "firm.example@evil.example"]
    assert [known.is_colleague(address) for address in asked + others] == [True] * 4 + [False] * 4


def test_the_first_policy_rule_that_fits_decides_and_else_the_team():
    known = configuration(
        policies={"standard": POLICY, "quick": replace(POLICY, name="quick"), "legal": replace(POLICY, name="legal")},
        policy_rules=(PolicyRule("legal", kind="complaint"), PolicyRule("quick", priority="urgent", channel="email")),
    )
    urgent = case(priority=Priority.URGENT)
    assert known.agreement_for(case()).policy.name == "standard"
    assert known.agreement_for(urgent).policy.name == "quick"
    assert known.agreement_for(replace(urgent, channel=Channel.SMS)).policy.name == "standard"
    assert known.agreement_for(replace(urgent, kind="complaint")).policy.name == "legal"


def test_a_kind_that_is_gone_has_no_legal_term():
    assert configuration().kind_named("complaint").legal is not None
    assert configuration(kinds={"question": CaseKind("question")}).kind_named("complaint").legal is None
