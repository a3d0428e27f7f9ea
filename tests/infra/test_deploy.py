"""infra/deploy.py: what would change is shown first, and what holds messages is not lost by a deployment."""

from __future__ import annotations

import json
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

from infra.deploy import CALLS_END_WITHIN, TAKES_BACK, Deployment, check_python, deploy, lines_of, losses
from infra.errors import DeploymentError
from infra.package import ROOT
from infra.stages import StageSettings, load_stage, session_for
from infra.template import join_templates

REGION = "eu-central-1"
_FIELDS = ("123456789012", REGION, "splot-test", {"MailDomain": "hub.example"})
SETTINGS = StageSettings(*_FIELDS)
LISTED = SETTINGS.template_parameters.keys() - SETTINGS.parameters.keys()
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "receive"}}
TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "mail"}}


def _no_time_passes(_seconds):
    """CloudFormation here has no delays."""


@pytest.fixture
def said():
    return []


@pytest.fixture
def deployment(said):
    with mock_aws():
        session = boto3.Session(region_name=REGION)
        yield Deployment(SETTINGS, session.client, _no_time_passes, said.append)


def with_alarm(deployment, state="OK", name="splot-test-APIHandlerFails"):
    """moto's CloudFormation makes no alarms."""
    cloudwatch = deployment.clients("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=3,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="it fails")


@pytest.fixture
def asked(deployment):
    """The configuration of roll-backs that each change set is asked for with."""
    found = []

    def clients(service):
        client = deployment.clients(service)
        client.meta.events.register(
            "provide-client-params.cloudformation.CreateChangeSet",
            lambda params, **_: found.append(params["RollbackConfiguration"]),
        )
        return client

    return replace(deployment, clients=clients), found


def packaged(folder, sha256="aa", **resources):
    template = {
        "Parameters": {name: {"Type": "String"} for name in ("MailDomain", "CodeBucket", "AlarmsStopShifts", *LISTED)},
        "Resources": resources,
        "Outputs": {"Domain": {"Value": {"Ref": "MailDomain"}}},
    }
    (folder / "template.json").write_text(json.dumps(template))
    (folder / "deployment.zip").write_bytes(b"zip")
    (folder / "package.json").write_text(json.dumps({"sha256": sha256}))
    return folder


def put(deployment, folder, name="first", accepted=(), *, agreed=True):
    return deploy(deployment, folder, name, accepted, lambda: agreed)


def queues(deployment):
    return deployment.clients("sqs").list_queues().get("QueueUrls", [])


def test_a_first_deployment_shows_what_it_makes_and_makes_it(deployment, said, tmp_path):
    assert put(deployment, packaged(tmp_path, Receive=QUEUE)) is not None
    assert len(queues(deployment)) == 1
    assert any("Add" in line and "Receive" in line for line in said)


def test_the_zip_lies_under_its_hash_in_a_bucket_that_nobody_else_reads(deployment, tmp_path):
    put(deployment, packaged(tmp_path, Receive=QUEUE))
    s3 = deployment.clients("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=SETTINGS.code_bucket)["Contents"]]
    assert len(keys) == 2
    assert "splot/aa.zip" in keys
    block = s3.get_public_access_block(Bucket=SETTINGS.code_bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}


def test_whoever_says_no_changes_nothing(deployment, said, tmp_path):
    assert put(deployment, packaged(tmp_path, Receive=QUEUE), agreed=False) is None
    assert queues(deployment) == []
    assert said[-1] == "nothing was changed"


def test_after_a_no_the_first_deployment_is_still_possible(deployment, tmp_path):
    put(deployment, packaged(tmp_path, Receive=QUEUE), agreed=False)
    put(deployment, tmp_path, "second")
    assert len(queues(deployment)) == 1


def test_a_queue_with_messages_is_not_removed_unless_it_is_named(deployment, tmp_path):
    put(deployment, packaged(tmp_path, Receive=QUEUE, Mail=TOPIC))
    smaller = packaged(tmp_path, "bb", Mail=TOPIC)
    with pytest.raises(DeploymentError, match="Receive"):
        put(deployment, smaller, "second")
    assert len(queues(deployment)) == 1
    put(deployment, smaller, "third", accepted=["Receive"])
    assert queues(deployment) == []


def test_what_may_be_replaced_counts_as_lost_and_what_holds_nothing_does_not():
    changes = [
        {"LogicalResourceId": "Table", "ResourceType": "AWS::DynamoDB::Table", "Action": "Modify", "Replacement": to}
        for to in ("True", "Conditional", "False")
    ] + [{"LogicalResourceId": "Role", "ResourceType": "AWS::IAM::Role", "Action": "Remove"}]
    assert losses(changes) == ["Table", "Table"]
    assert [line.split()[0] for line in lines_of(changes)] == ["Modify", "Modify", "Modify", "Remove"]


def test_the_credentials_of_another_account_deploy_nothing():
    with mock_aws(), pytest.raises(DeploymentError, match="999999999999"):
        session_for(StageSettings("999999999999", REGION, "splot-test", {}))


def test_another_python_than_the_stages_own_packages_nothing():
    check_python(StageSettings(*_FIELDS), "3.11")
    check_python(StageSettings(*_FIELDS, python="3.13"), "3.13")
    with pytest.raises(DeploymentError, match=r"runs under Python 3\.13, and this is 3\.11"):
        check_python(StageSettings(*_FIELDS, python="3.13"), "3.11")


def test_a_stage_without_a_file_says_what_to_copy(tmp_path):
    (tmp_path / "dev.json").write_text("{}")
    with pytest.raises(DeploymentError, match=r"there is: dev.*example\.json"):
        load_stage("prod", tmp_path)
    with pytest.raises(DeploymentError, match="account"):
        load_stage("dev", tmp_path)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"account": "12"}, r"`\$\.account`"),
        ({"region": "Frankfurt"}, r"`\$\.region`"),
        ({"stack": "splot prod"}, r"`\$\.stack`"),
        ({"channels": []}, r"channels are email, sms, web_form"),
        ({"channels": ["mail"]}, r"'mail'.*channels are email, sms, web_form"),
        (
            {"parameters": {"MailDomain": "a.example", "AlarmTopic": "x"}},
            r"AlarmTopic is no parameter.*AlarmTopicArn is",
        ),
    ],
)
def test_a_mistake_in_a_stages_file_is_told_before_anything_is_packaged(tmp_path, changed, said):
    fields = dict(zip(("account", "region", "stack", "parameters"), _FIELDS, strict=True))
    (tmp_path / "dev.json").write_text(json.dumps(fields | changed))
    with pytest.raises(DeploymentError, match=said):
        load_stage("dev", tmp_path)


def test_a_stages_file_that_is_no_json_says_so(tmp_path):
    (tmp_path / "dev.json").write_text('{"account": ')
    with pytest.raises(DeploymentError, match=r"dev\.json is no JSON: .*line 1"):
        load_stage("dev", tmp_path)


def test_the_example_is_a_stage():
    assert load_stage("example").secrets_parameter == "/splot-prod/secrets"


UNGUARDED = {"MonitoringTimeInMinutes": CALLS_END_WITHIN, "RollbackTriggers": []}


def test_a_deployment_is_taken_back_when_an_alarm_of_the_stack_rings_after_it(asked, said, tmp_path):
    deployment, configurations = asked
    put(deployment, packaged(tmp_path, Incoming=TOPIC))
    with_alarm(deployment)
    put(deployment, packaged(tmp_path, "bb", Incoming=TOPIC, Receive=QUEUE), "second")
    first, second = configurations
    assert first == {}  # there is nothing to go back to, and no alarm yet
    (trigger,) = second["RollbackTriggers"]
    assert trigger["Arn"].endswith(":alarm:splot-test-APIHandlerFails")
    assert second["MonitoringTimeInMinutes"] == 15
    assert "taken back if one of 1 alarms rings within 15 minutes" in said


def test_an_alarm_that_rings_already_does_not_take_back_what_may_be_its_mend(asked, said, tmp_path):
    deployment, configurations = asked
    put(deployment, packaged(tmp_path, Incoming=TOPIC))
    with_alarm(deployment, "ALARM")
    put(deployment, packaged(tmp_path, "bb", Incoming=TOPIC, Receive=QUEUE), "second")
    assert configurations == [{}, UNGUARDED]  # without the empty list the alarms of the deployment before would count
    assert "splot-test-APIHandlerFails rings already, so it does not guard this deployment" in said


def test_a_setting_that_changes_is_published_like_code(deployment, tmp_path):
    put(deployment, packaged(tmp_path, Receive=QUEUE))
    settings = StageSettings(*_FIELDS[:3], {"MailDomain": "other.example"})
    other = replace(deployment, settings=settings)
    one, two, again = (each.upload(tmp_path) for each in (deployment, other, deployment))
    assert one != two
    assert again == one


def test_an_alarm_that_rings_already_does_not_stop_the_calls_from_moving_to_its_mend(deployment, said, tmp_path):
    given = []

    def clients(service):
        client = deployment.clients(service)
        client.meta.events.register(
            "provide-client-params.cloudformation.CreateChangeSet",
            lambda params, **_: given.append({p["ParameterKey"]: p["ParameterValue"] for p in params["Parameters"]}),
        )
        return client

    listening = replace(deployment, clients=clients)
    put(listening, packaged(tmp_path, Incoming=TOPIC))
    with_alarm(deployment, "ALARM")
    put(listening, packaged(tmp_path, "bb", Incoming=TOPIC, Receive=QUEUE), "second")
    assert [one["AlarmsStopShifts"] for one in given] == ["true", "false"]
    assert any("no alarm stops the calls" in line for line in said)


def test_an_alarm_of_a_stack_with_a_longer_name_took_the_guard_from_this_ones_deployment(deployment, said, tmp_path):
    with_alarm(deployment, "ALARM", "splot-test-two-APIHandlerFails")
    put(deployment, packaged(tmp_path, Receive=QUEUE))
    assert not any("rings already" in line for line in said)


def test_a_stage_can_do_without_being_watched(asked, tmp_path):
    deployment, configurations = asked
    unwatched = replace(deployment, settings=StageSettings(*_FIELDS, watched_minutes=0))
    put(unwatched, packaged(tmp_path, Incoming=TOPIC))
    with_alarm(unwatched)
    put(unwatched, packaged(tmp_path, "bb", Incoming=TOPIC, Receive=QUEUE), "second")
    assert configurations == [{}, UNGUARDED]


def test_a_version_is_not_deleted_while_a_call_that_began_in_it_may_run():
    """CloudFormation deletes what was replaced when these minutes are over."""
    configured = json.loads((ROOT / ".chalice" / "config.json").read_text())
    limits = [
        configured["lambda_timeout"],
        *(one.get("lambda_timeout", 0) for one in configured["lambda_functions"].values()),
    ]
    assert max(limits) <= CALLS_END_WITHIN * 60


def test_what_takes_a_deployment_back_are_alarms_of_the_template():
    assert {*TAKES_BACK} <= join_templates(ROOT / "infra" / "template")["Resources"].keys()
