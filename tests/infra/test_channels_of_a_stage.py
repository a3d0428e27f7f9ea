"""A channel that the stage does not list has no resource, no right and no question in it."""

import json
import re
from itertools import product

import pytest

from chalicelib.domain.contact_points import Channel
from infra.errors import DeploymentError
from infra.stages import StageSettings, load_stage
from tests.infra.cloudformation import listed
from tests.infra.conditions import StoodUp

EVERY = {
    "MailDomain": "hub.example",
    "ConnectInstanceArn": "arn:aws:connect:eu-central-1:123456789012:instance/a",
    "PushApnsApplicationArn": "arn:aws:sns:eu-central-1:123456789012:app/APNS/a",
    "SmsConfigurationSet": "texts",
}
MAIL_IN = {
    *("IncomingMailTopic", "IncomingMailTopicPolicy", "IncomingMailSubscription"),
    *("ReceiptRule", "ReceiptRuleSet", "MailNotStored"),
}
SMS = {
    *("IncomingSmsTopic", "IncomingSmsTopicPolicy", "IncomingSmsSubscription"),
    *("SentSmsTopic", "SentSmsTopicPolicy", "SentSmsSubscription"),
    *("SmsTee", "SmsTeeSubscription", "SmsTeeCaller", "SmsTeeWriter"),
}
FAX = {
    *("ReadFax", "ReadFaxRole", "ReadFaxLogGroup", "ReadFaxReadFaxSqsEventSource", "ReadFaxFails"),
    *("ReadFaxVersion", "ReadFaxAliaslive", "ReadFaxDeploymentGroup"),
    *("ReadFaxQueue", "ReadFaxDeadLetters", "ReadFaxDeadLettersFill"),
}
CALLS = {"EndedCallsRule", "ToldCallsRule"}
MAIL_OUT = {"ConfigurationSet", "MailReports", "SentMailTopic", "SentMailTopicPolicy", "SentMailSubscription"}
REPORTS = {
    *("RecordReceipt", "RecordReceiptRole", "RecordReceiptLogGroup", "RecordReceiptRecordReceiptSqsEventSource"),
    *("ReceiptsQueue", "ReceiptsDeadLetters", "ReceiptsQueuePolicy", "ReceiptsDeadLettersPolicy"),
    *("RecordReceiptFails", "ReceiptsDeadLettersFill", "SendingQuotaUsedUp"),
    *("RecordReceiptVersion", "RecordReceiptAliaslive", "RecordReceiptDeploymentGroup"),
}
NEEDS_A_DOMAIN = {Channel.EMAIL, Channel.FAX, Channel.WEB_FORM}


def stood_up(package, *channels, **parameters):
    stage = StageSettings("123456789012", "eu-central-1", "splot-test", parameters, channels=channels)
    return StoodUp(package.template, **stage.template_parameters)


def without(package, *channels, **parameters):
    """What is not there that is there when every channel is listed, and the stack without it."""
    everything = stood_up(package, *Channel, **EVERY)
    stack = stood_up(package, *(one for one in Channel if one not in channels), **{**EVERY, **parameters})
    assert {*stack.resources} <= {*everything.resources}
    gone = {*everything.resources} - {*stack.resources}
    return {re.sub(r"Version[0-9a-f]{10}$", "Version", name) for name in gone}, stack


def rights(stack, function):
    role = stack.properties(f"{function}Role")
    statements = [one for policy in role["Policies"] for one in policy["PolicyDocument"]["Statement"]]
    return {action for statement in statements for action in listed(statement["Action"])}


def settings(stack, function="APIHandler"):
    return stack.properties(function)["Environment"]["Variables"]


@pytest.mark.package
@pytest.mark.parametrize(
    ("channels", "gone"),
    [
        ((Channel.SMS,), SMS),
        ((Channel.FAX,), FAX),
        ((Channel.EMAIL,), set()),  # a gateway's faxes still come by mail
        ((Channel.EMAIL, Channel.FAX), MAIL_IN | FAX),  # forms are still answered by mail
        ((Channel.PHONE,), CALLS),
        ((Channel.APP,), set()),
        ((Channel.WEB_FORM,), set()),
        ((Channel.LETTER,), set()),
        ((Channel.IN_PERSON,), set()),
    ],
)
def test_what_is_not_listed_has_no_resource_and_the_rest_has_all_of_its_own(prod_package, channels, gone):
    missing, _ = without(prod_package, *channels)
    assert missing == gone


@pytest.mark.package
def test_a_hub_that_nobody_writes_to_by_a_carrier_has_none_of_what_carriers_need(prod_package):
    missing, stack = without(prod_package, *Channel, MailDomain="", ConnectInstanceArn="")
    policies = {"ReceiveQueuePolicy", "ReceiveDeadLettersPolicy"}
    assert missing == MAIL_IN | MAIL_OUT | SMS | FAX | CALLS | REPORTS | policies
    assert stack.of_type("AWS::SNS") == stack.of_type("AWS::SES") == set()
    assert not any(one.startswith(("ses:", "sms-voice:", "sns:")) for one in rights(stack, "DeliverMessage"))
    assert not {"IncomingMailTopicArn", "IncomingSmsTopicArn", "SentSmsTopicArn", "ReceiptRuleSetName"} & {
        *stack.outputs
    }


@pytest.mark.package
def test_the_senders_rights_are_those_of_the_channels_that_are_listed(prod_package):
    by_app = rights(stood_up(prod_package, Channel.APP), "DeliverMessage")
    assert {one for one in by_app if one.startswith(("ses:", "sms", "sns"))} == {
        "sns:Publish",
        "sns:CreatePlatformEndpoint",
    }
    by_sms = rights(stood_up(prod_package, Channel.SMS), "DeliverMessage")
    assert {one for one in by_sms if one.startswith(("ses:", "sms", "sns"))} == {"sms-voice:SendTextMessage"}


@pytest.mark.package
def test_the_functions_are_told_of_nothing_that_is_not_there(prod_package):
    told = settings(stood_up(prod_package, Channel.WEB_FORM, MailDomain="hub.example"))
    assert [told[name] for name in ("READ_FAX_QUEUE_URL", "SMS_CONFIGURATION_SET", "CONNECT_INSTANCE_ARN")] == [""] * 3
    assert (told["FAX_OCR"], told["TEXT_CODES_PER_DAY"]) == ("none", 0)
    assert told["RECEIPTS_QUEUE_URL"] == {"Ref": "ReceiptsQueue"}


@pytest.mark.package
def test_no_choice_of_channels_leaves_a_reference_to_what_is_not_there(prod_package):
    of_their_own = (Channel.EMAIL, Channel.SMS, Channel.FAX, Channel.APP, Channel.PHONE)
    for listed_ones, domain in product(product((True, False), repeat=5), ("", "hub.example")):
        channels = [channel for channel, is_listed in zip(of_their_own, listed_ones, strict=True) if is_listed]
        if domain or not NEEDS_A_DOMAIN.intersection(channels):
            stack = stood_up(prod_package, *channels, MailDomain=domain, ConnectInstanceArn="arn")
            empty = [
                n
                for n, r in stack.resources.items()
                if r.get("Properties", {}).get("PolicyDocument", {}).get("Statement") == []
            ]
            assert not empty, channels


def stage(tmp_path, **members):
    file = {"account": "123456789012", "region": "eu-central-1", "stack": "splot", "parameters": {}, **members}
    (tmp_path / "dev.json").write_text(json.dumps(file))
    return load_stage("dev", tmp_path)


@pytest.mark.parametrize("channel", sorted(NEEDS_A_DOMAIN))
def test_a_channel_that_sends_mail_asks_for_the_domain(tmp_path, channel):
    with pytest.raises(DeploymentError, match=f"{channel} needs the parameter MailDomain"):
        stage(tmp_path, channels=[channel])
    assert stage(tmp_path, channels=[channel], parameters={"MailDomain": "hub.example"})


def test_what_belongs_to_a_channel_that_is_not_listed_is_not_asked_for_and_not_ignored_either(tmp_path):
    assert stage(tmp_path, channels=["app", "sms"]).template_parameters == {
        "EmailChannel": "false",
        "SmsChannel": "true",
        "FaxChannel": "false",
        "AppChannel": "true",
        "PhoneChannel": "false",
    }
    with pytest.raises(DeploymentError, match="ConnectInstanceArn is given, and phone is not among the channels"):
        stage(tmp_path, channels=["app"], parameters={"ConnectInstanceArn": "arn"})
    with pytest.raises(DeploymentError, match="SmsChannel is said by the member channels"):
        stage(tmp_path, channels=["app"], parameters={"SmsChannel": "true"})
    with pytest.raises(DeploymentError, match="pigeon"):
        stage(tmp_path, channels=["pigeon"])
