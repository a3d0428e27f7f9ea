"""Webhooks of a stage: which address may be one, what is made of it, its keys, and what was not delivered."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.domain.webhook_signatures import SIGNATURES, sign
from chalicelib.gateways.secrets import parse_secrets
from infra.errors import DeploymentError
from infra.keys import make, read
from infra.stages import FOLDER, StageSettings, WebhookSettings
from infra.webhook_template import check_webhook, event_pattern, webhook_template
from infra.webhooks import Webhooks, retired, rotated, with_key
from tests.infra.test_keys import Random

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CRM = WebhookSettings("https://crm.example.com/hooks/splot", ("message.received", "case.*"))
SETTINGS = StageSettings(
    "123456789012", "eu-central-1", "splot-prod", {"AlarmTopicArn": "arn:aws:sns:eu-central-1:123456789012:on-call"},
    webhooks={"crm": CRM},
)  # fmt: skip
EVENT = {
    "id": "e1",
    "detail-type": "case.closed",
    "source": "splot",
    "time": "2026-11-20T09:00:00Z",
    "detail": {"version": 1, "id": "01E.case.closed", "facts": {}, SIGNATURES: {"crm": "t=1,v1=00"}},
}


@pytest.mark.parametrize("url", ["https://crm.example.com/a?b=c", "https://xn--bcher-kva.example.de:443/hook"])
def test_a_public_name_on_https_may_be_called(url):
    check_webhook("crm", WebhookSettings(url, ("*",)))


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example.com/hook",
        "ftp://crm.example.com/hook",
        "//crm.example.com/hook",
        "https:crm.example.com",
        "https://user:secret@crm.example.com/hook",
        "https://crm.example.com@evil.example.com/hook",
        "https://crm.example.com/hook#part",
        "https://crm.example.com/*/hook",
        "https://crm.example.com\\@evil.example.com/",
        "https://crm.example.com:8443/hook",
        "https://crm.example.com:port/hook",
        "https://localhost/hook",
        "https://crm/hook",
        "https://crm.local/hook",
        "https://ip-10-0-0-1.eu-central-1.compute.internal/hook",
        "https://127.0.0.1/hook",
        "https://10.0.0.1/hook",
        "https://192.168.1.1/hook",
        "https://169.254.169.254/latest/meta-data/",
        "https://8.8.8.8/hook",
        "https://2130706433/hook",
        "https://0x7f.0.0.1/hook",
        "https://0177.0.0.1/hook",
        "https://127.1/hook",
        "https://[::1]/hook",
        "https://[fd00::1]/hook",
        "https://[::ffff:10.0.0.1]/hook",
        "https://[::1/hook",
        "https://crm.example.com./hook",
        "https://crm_1.example.com/hook",
        "https://crm.exam ple.com/hook",
        "https://crm.example.com/ho\nok",
        "https://bücher.example/hook",
        "https://",
        "",
    ],
)
def test_what_is_no_public_name_on_https_is_not_called(url):
    with pytest.raises(DeploymentError):
        check_webhook("crm", WebhookSettings(url, ("*",)))


@pytest.mark.parametrize("name", ["", "CRM", "1crm", "crm_1", "c" * 33, "crm/../x"])
def test_a_name_that_would_name_something_else_is_refused(name):
    with pytest.raises(DeploymentError):
        check_webhook(name, CRM)


@pytest.mark.parametrize("event", ["case.exploded", "cases.*", "", "case"])
def test_an_event_that_there_is_not_is_refused(event):
    with pytest.raises(DeploymentError, match="there is no event"):
        check_webhook("crm", WebhookSettings(CRM.url, (event,)))


def test_the_example_of_a_stage_has_a_webhook_that_may_be_one():
    settings = msgspec.convert(json.loads((FOLDER / "example.json").read_text()), StageSettings)
    for name, webhook in settings.webhooks.items():
        check_webhook(name, webhook)


@pytest.mark.parametrize(
    ("event", "heard"),
    [
        ({"source": "splot", "detail-type": "case.closed"}, True),
        ({"source": "splot", "detail-type": "message.received"}, True),
        ({"source": "splot", "detail-type": "message.sent"}, False),
        ({"source": "aws.s3", "detail-type": "case.closed"}, False),
        ({"source": "splot.again", "detail-type": "case.closed", "resources": ["webhook:crm"]}, True),
        ({"source": "splot.again", "detail-type": "case.closed", "resources": ["webhook:bi"]}, False),
        ({"source": "splot.again", "detail-type": "case.closed"}, False),
    ],
)
def test_it_hears_what_it_wants_and_what_is_sent_again_to_it_alone(event, heard):
    def fits(pattern):
        return all(any(one(wanted, event.get(key)) for wanted in options) for key, options in pattern.items())

    def one(wanted, value):
        if isinstance(wanted, dict):
            return value.startswith(wanted["prefix"])
        return wanted in value if isinstance(value, list) else wanted == value

    assert any(map(fits, event_pattern("crm", CRM.events)["$or"])) == heard


def test_it_is_tried_for_a_day_and_what_failed_is_kept_where_only_its_own_rule_may_put_it():
    resources = webhook_template("crm", CRM, SETTINGS)["Resources"]
    (target,) = resources["Rule"]["Properties"]["Targets"]
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] == 86_400
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] == "Undelivered"
    assert resources["Undelivered"]["Properties"]["MessageRetentionPeriod"] == 14 * 86_400
    for policy in (
        resources["UndeliveredPolicy"]["Properties"]["PolicyDocument"],
        resources["Role"]["Properties"]["AssumeRolePolicyDocument"],
    ):
        (statement,) = policy["Statement"]
        assert statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(":rule/splot-prod/crm")
        assert "aws:SourceAccount" in statement["Condition"]["StringEquals"]
    (allowed,) = resources["Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert (allowed["Action"], allowed["Resource"]) == (
        "events:InvokeApiDestination",
        {"Fn::GetAtt": ["Destination", "Arn"]},
    )


@pytest.mark.package
def test_cfn_lint_has_nothing_to_say_of_a_webhook(tmp_path):
    (tmp_path / "webhook.json").write_text(json.dumps(webhook_template("crm", CRM, SETTINGS)))
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([linter, "-t", tmp_path / "webhook.json"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_keys_are_exchanged_without_a_moment_at_which_the_receiver_knows_none():
    random = Random()
    first = with_key({}, "crm", random)
    assert with_key(first, "crm", random) == first
    both = rotated(first, "crm", random)
    (old,), (new, kept) = first["webhook_keys"]["crm"], both["webhook_keys"]["crm"]
    assert kept == old != new
    with pytest.raises(DeploymentError, match="two keys"):
        rotated(both, "crm", random)
    assert retired(both, "crm")["webhook_keys"]["crm"] == [new]
    with pytest.raises(DeploymentError, match="one key"):
        retired(first, "crm")
    with pytest.raises(DeploymentError, match="no key"):
        rotated(first, "bi", random)


class Stacks:
    """CloudFormation as far as it is asked, with the queue that a stack would have made."""

    class exceptions:  # noqa: N801  # as botocore calls it
        AlreadyExistsException = type("AlreadyExistsException", (ClientError,), {})

    def __init__(self, queue):
        self.queue = queue
        self.made = {}

    def create_stack(self, **said):
        if said["StackName"] in self.made:
            raise self.exceptions.AlreadyExistsException({"Error": {"Code": "AlreadyExists"}}, "CreateStack")
        self.made[said["StackName"]] = said["TemplateBody"]

    def update_stack(self, **said):
        if self.made[said["StackName"]] == said["TemplateBody"]:
            error = {"Code": "ValidationError", "Message": "No updates are to be performed."}
            raise ClientError({"Error": error}, "UpdateStack")
        self.made[said["StackName"]] = said["TemplateBody"]

    def get_waiter(self, _name):
        return type("Waiter", (), {"wait": lambda _, **__: None})()

    def describe_stack_resource(self, **_said):
        return {"StackResourceDetail": {"PhysicalResourceId": self.queue}}


class Stage:
    def __init__(self, settings=SETTINGS):
        self.aws = {name: boto3.client(name, region_name="eu-central-1") for name in ("sqs", "ssm", "events")}
        self.queue = self.aws["sqs"].create_queue(QueueName="undelivered")["QueueUrl"]
        self.aws["cloudformation"] = Stacks(self.queue)
        self.aws["events"].create_event_bus(Name="splot-prod")
        make(self.aws["ssm"], settings.secrets_parameter, Random())
        self.said = []
        self.webhooks = Webhooks(settings, self.aws.__getitem__, lambda: NOW, self.said.append)

    def secrets(self):
        return read(self.aws["ssm"], SETTINGS.secrets_parameter)

    def hears_again(self):
        """What is sent again, in a queue of its own."""
        queue = self.aws["sqs"].create_queue(QueueName="tap")["QueueUrl"]
        arn = self.aws["sqs"].get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        pattern = json.dumps({"source": ["splot.again"], "resources": ["webhook:crm"]})
        self.aws["events"].put_rule(Name="tap", EventBusName="splot-prod", EventPattern=pattern)
        self.aws["events"].put_targets(Rule="tap", EventBusName="splot-prod", Targets=[{"Id": "1", "Arn": arn}])
        return lambda: [
            json.loads(message["Body"])
            for message in self.aws["sqs"].receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", ())
        ]

    def left(self):
        attributes = self.aws["sqs"].get_queue_attributes(QueueUrl=self.queue, AttributeNames=["All"])["Attributes"]
        waiting, looked_at = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
        return int(attributes[waiting]) + int(attributes[looked_at])


@pytest.fixture
def stage():
    with mock_aws():
        yield Stage()


def test_deploying_again_changes_neither_a_stack_nor_a_key(stage):
    assert stage.webhooks.deploy(Random())
    before = stage.secrets()
    assert not stage.webhooks.deploy(Random())
    assert stage.secrets() == before
    assert [*stage.aws["cloudformation"].made] == ["splot-prod-webhook-crm"]
    assert stage.said[-1] == "crm: as it was"


def test_one_webhook_that_may_not_be_stops_all_before_anything_is_made():
    with mock_aws():
        bad = {**SETTINGS.webhooks, "bad": WebhookSettings("http://10.0.0.1/", ("*",))}
        stage = Stage(msgspec.structs.replace(SETTINGS, webhooks=bad))
        with pytest.raises(DeploymentError, match="bad"):
            stage.webhooks.deploy(Random())
        assert stage.aws["cloudformation"].made == {}
        assert "webhook_keys" not in stage.secrets()


def test_what_was_not_delivered_is_listed_and_stays(stage):
    reason = {"ERROR_CODE": {"DataType": "String", "StringValue": "SDK_CLIENT_ERROR"}}
    stage.aws["sqs"].send_message(QueueUrl=stage.queue, MessageBody=json.dumps(EVENT), MessageAttributes=reason)
    ((_, event, said),) = stage.webhooks.undelivered("crm").listed()
    assert (event["detail"]["id"], said["ERROR_CODE"]) == ("01E.case.closed", "SDK_CLIENT_ERROR")
    assert stage.left() == 1


def test_what_was_just_listed_can_be_sent_again_at_once(stage):
    stage.webhooks.deploy(Random())
    assert [*stage.webhooks.undelivered("crm").lines()] == ["Nothing is undelivered."]
    for number in range(12):
        event = {**EVENT, "detail": {**EVENT["detail"], "id": f"{number}.case.closed"}}
        stage.aws["sqs"].send_message(QueueUrl=stage.queue, MessageBody=json.dumps(event))
    assert len([*stage.webhooks.undelivered("crm").lines()]) == 12
    assert stage.webhooks.replay("crm") == 12


def test_it_is_sent_again_to_its_webhook_under_the_same_id_and_signed_anew(stage):
    stage.webhooks.deploy(Random())
    heard = stage.hears_again()
    stage.aws["sqs"].send_message(QueueUrl=stage.queue, MessageBody=json.dumps(EVENT))
    assert stage.webhooks.replay("crm") == 1
    assert stage.left() == 0
    (event,) = heard()
    keys = parse_secrets(json.dumps(stage.secrets())).webhook_keys["crm"]
    assert event["detail"]["id"] == EVENT["detail"]["id"]
    assert event["detail"][SIGNATURES]["crm"] == sign("case.closed", EVENT["detail"], NOW, keys)


def test_what_the_bus_does_not_take_stays_undelivered(stage):
    stage.webhooks.deploy(Random())
    stage.aws["events"] = type("Busy", (), {"put_events": lambda _, **__: {"FailedEntryCount": 1}})()
    stage.aws["sqs"].send_message(QueueUrl=stage.queue, MessageBody=json.dumps(EVENT))
    with pytest.raises(DeploymentError, match="stays undelivered"):
        stage.webhooks.replay("crm")
    assert stage.left() == 1


class Refusing:
    """A receiver that refuses for good: what is put on the bus lies in the queue of the undelivered at once."""

    def __init__(self, stage, heard):
        self.stage, self.heard = stage, heard

    def put_events(self, Entries):  # noqa: N803  # boto's name
        (entry,) = Entries
        self.heard.append(entry)
        event = {**EVENT, "source": entry["Source"], "detail": json.loads(entry["Detail"])}
        self.stage.aws["sqs"].send_message(QueueUrl=self.stage.queue, MessageBody=json.dumps(event))
        return {"FailedEntryCount": 0}


def test_what_is_refused_for_good_once_more_is_sent_once_and_not_round_and_round(stage):
    stage.webhooks.deploy(Random())
    heard = []
    stage.aws["events"] = Refusing(stage, heard)
    for number in range(12):
        event = {**EVENT, "detail": {**EVENT["detail"], "id": f"{number}.case.closed"}}
        stage.aws["sqs"].send_message(QueueUrl=stage.queue, MessageBody=json.dumps(event))
    assert stage.webhooks.replay("crm") == len(heard) == 12
    assert stage.left() == 12
