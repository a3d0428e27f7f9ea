"""infra/doctor.py: what a stage lacks is named, each with what to do, and one check that fails hides no other."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import WrongConfiguration
from chalicelib.storage.schema import EXPIRY, table_description
from infra import doctor
from infra.doctor import Finding, Stage, examine
from infra.keys import make
from infra.stages import StageSettings
from tests.domain.making import FAXES, SUPPORT, TEXTS, configuration

REGION = "eu-central-1"
SETTINGS = StageSettings("123456789012", REGION, "splot-test", {"MailDomain": "hub.example"})
OUTPUTS = {"TableName": "hub", "ReceiptRuleSetName": "splot-test", "IncomingSmsTopicArn": "arn:sms", "UserPoolId": "p"}


class Numbers:
    """The numbers of End User Messaging, which moto does not know."""

    def __init__(self, *numbers):
        self.numbers = numbers

    def get_paginator(self, _name):
        return self

    def paginate(self):
        return [{"PhoneNumbers": [*self.numbers]}]


@pytest.fixture
def numbers():
    return []


@pytest.fixture
def stage(numbers):
    with mock_aws():
        session = boto3.Session(region_name=REGION)

        def clients(service):
            return Numbers(*numbers) if service == "pinpoint-sms-voice-v2" else session.client(service)

        found = Stage(SETTINGS, clients, lambda _table: configuration(), lambda _address: b'{"keys": [{}]}')
        found.__dict__["outputs"] = OUTPUTS  # of a stack that is not worth making here
        yield found


def with_configuration(stage, **parts):
    return changed(stage, load=lambda _table: configuration(**parts))


def changed(stage, **parts):
    other = replace(stage, **parts)
    other.__dict__["outputs"] = OUTPUTS
    return other


def test_without_a_stack_there_is_nothing_else_to_look_at(stage):
    assert [*examine(stage)] == [Finding("stack", "not deployed", "make deploy STAGE=...")]


def test_keys_are_missing_until_they_are_made(stage):
    (missing,) = doctor.check_keys(stage)
    assert "infra.keys make" in missing.do
    make(stage.clients("ssm"), SETTINGS.secrets_parameter, lambda number: b"k" * number)
    (there,) = doctor.check_keys(stage)
    assert there == Finding("keys", "there")


def test_a_table_without_recovery_expiry_stream_or_protection_is_named_as_a_restored_one_is(stage):
    dynamodb = stage.clients("dynamodb")
    dynamodb.create_table(**{**table_description("hub"), "StreamSpecification": {"StreamEnabled": False}})
    (missing,) = doctor.check_table(stage)
    assert missing.said == "hub lacks point-in-time recovery, expiry, a stream, deletion protection"
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    dynamodb.update_table(TableName="hub", DeletionProtectionEnabled=True, StreamSpecification=stream)
    expiry = {"Enabled": True, "AttributeName": EXPIRY}
    dynamodb.update_time_to_live(TableName="hub", TimeToLiveSpecification=expiry)
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName="hub", PointInTimeRecoverySpecification=recovery)
    (well,) = doctor.check_table(stage)
    assert well == Finding("table", "hub")


def test_a_configuration_that_was_never_saved_says_how_to_save_one(stage):
    def none(_table):
        raise WrongConfiguration("No configuration has been saved yet.")

    (missing,) = doctor.check_configuration(changed(stage, load=none))
    assert missing.do == "python -m infra.configure FILE --table hub"
    (there,) = doctor.check_configuration(stage)
    assert not there.do


def test_the_mail_domain_has_to_be_an_identity_that_is_verified_and_signs(stage):
    (missing,) = doctor.check_domain(stage)
    assert "create-email-identity" in missing.do
    stage.clients("sesv2").create_email_identity(EmailIdentity="hub.example")
    (there,) = doctor.check_domain(stage)
    assert "hub.example" in there.said


@pytest.mark.parametrize(
    ("account", "well"),
    [
        ({"ProductionAccessEnabled": True, "SendingEnabled": True}, True),
        ({"ProductionAccessEnabled": False, "SendingEnabled": True}, False),
        ({"ProductionAccessEnabled": True, "SendingEnabled": False}, False),
    ],
)
def test_ses_has_to_send_to_everybody(stage, account, well):
    asked = changed(stage, clients=lambda _service: SimpleNamespace(get_account=lambda: account))
    (found,) = doctor.check_sending(asked)
    assert (found.do == "") is well


def test_a_plan_of_ses_is_told_because_a_mail_costs_more_in_it(stage):
    account = {
        "ProductionAccessEnabled": True,
        "SendingEnabled": True,
        "PricingAttributes": {"CurrentPlan": "ESSENTIALS"},
    }
    asked = changed(stage, clients=lambda _service: SimpleNamespace(get_account=lambda: account))
    _, told = doctor.check_sending(asked)
    assert "ESSENTIALS" in told.said
    assert not told.do


def test_the_active_rule_set_has_to_be_ours(stage):
    (missing,) = doctor.check_receiving(stage)
    assert "set-active-receipt-rule-set --rule-set-name splot-test" in missing.do
    ses = stage.clients("ses")
    ses.create_receipt_rule_set(RuleSetName="splot-test")
    ses.set_active_receipt_rule_set(RuleSetName="splot-test")
    (there,) = doctor.check_receiving(stage)
    assert not there.do


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ({"PhoneNumber": "+48123123123"}, "is no number of this account"),
        ({"PhoneNumber": TEXTS.address}, "does not hand its messages to the hub"),
        (
            {"PhoneNumber": TEXTS.address, "TwoWayEnabled": True, "TwoWayChannelArn": "arn:other"},
            "does not hand its messages to the hub",
        ),
    ],
)
def test_a_number_has_to_hand_its_messages_to_the_hub(stage, numbers, number, said):
    numbers.append(number)
    (missing,) = doctor.check_numbers(with_configuration(stage, inboxes=(SUPPORT, TEXTS)))
    assert said in missing.said
    assert missing.do


def test_a_number_that_does_is_well_and_without_sms_none_is_asked_for(stage, numbers):
    numbers.append({"PhoneNumber": TEXTS.address, "TwoWayEnabled": True, "TwoWayChannelArn": "arn:sms"})
    (well,) = doctor.check_numbers(with_configuration(stage, inboxes=(SUPPORT, TEXTS)))
    assert not well.do
    assert [*doctor.check_numbers(with_configuration(stage, inboxes=(SUPPORT,)))] == []


def test_nothing_is_asked_of_a_channel_that_is_not_listed_but_an_inbox_for_it_is_named(stage):
    settings = StageSettings("123456789012", REGION, "splot-test", {}, channels=(Channel.APP,))
    found = changed(stage, settings=settings, load=lambda _table: configuration(inboxes=(SUPPORT, TEXTS, FAXES)))
    asked = (doctor.check_domain, doctor.check_sending, doctor.check_receiving, doctor.check_numbers, doctor.check_fax)
    assert [finding for check in asked for finding in check(found)] == []
    named = [finding.said for finding in doctor.check_configuration(found) if finding.do]
    assert named == [
        f"{one.name} is an inbox for {one.channel}, which is not listed" for one in (SUPPORT, TEXTS, FAXES)
    ]


def test_a_fax_inbox_that_believes_no_gateway_is_named(stage):
    silent = replace(FAXES, gateways=())
    (missing,) = doctor.check_fax(with_configuration(stage, inboxes=(SUPPORT, silent)))
    assert missing.do
    (well,) = doctor.check_fax(with_configuration(stage, inboxes=(SUPPORT, FAXES)))
    assert not well.do


@pytest.mark.parametrize("body", [b"{}", b"no json", b'{"keys": []}'])
def test_an_issuer_without_keys_is_named(stage, body):
    foreign = StageSettings("123456789012", REGION, "splot-test", {"TokenIssuer": "https://login.example"})
    (missing,) = doctor.check_logins(changed(stage, settings=foreign, fetch=lambda _address: body))
    assert missing.do


def test_an_alarm_that_nobody_hears_is_missing(stage):
    (missing,) = doctor.check_alarms(stage)
    assert "AlarmTopicArn" in missing.do
    topic = stage.clients("sns").create_topic(Name="on-call")["TopicArn"]
    told = StageSettings("123456789012", REGION, "splot-test", {"AlarmTopicArn": topic})
    (silent,) = doctor.check_alarms(changed(stage, settings=told))
    assert "subscribe" in silent.do


def test_a_check_that_cannot_be_made_is_a_finding_and_hides_no_other(stage):
    stage.clients("cloudformation").create_stack(
        StackName="splot-test", TemplateBody=json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    )

    def broken(_stage):
        raise EndpointConnectionError(endpoint_url="https://ses")

    broken.__name__ = "check_domain"
    found = [*examine(stage, (broken, doctor.check_keys))]
    assert [finding.check for finding in found] == ["stack", "domain", "keys"]
    assert "could not be looked at" in found[1].said
