"""infra/deploy.py: what would change is shown first, and what holds messages is not lost by a deployment."""

from __future__ import annotations

import json

import boto3
import pytest
from moto import mock_aws

from infra.deploy import Deployment, deploy, lines_of, losses
from infra.errors import DeploymentError
from infra.stages import StageSettings, load_stage, session_for

REGION = "eu-central-1"
SETTINGS = StageSettings("123456789012", REGION, "splot-test", {"MailDomain": "hub.example"})
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


def packaged(folder, sha256="aa", **resources):
    template = {
        "Parameters": {name: {"Type": "String"} for name in ("MailDomain", "CodeBucket")},
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
    assert keys == ["splot/aa.template.json", "splot/aa.zip"]
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


def test_a_stage_without_a_file_says_what_to_copy(tmp_path):
    (tmp_path / "dev.json").write_text("{}")
    with pytest.raises(DeploymentError, match=r"there is: dev.*example\.json"):
        load_stage("prod", tmp_path)
    with pytest.raises(DeploymentError, match="account"):
        load_stage("dev", tmp_path)


def test_the_example_is_a_stage():
    assert load_stage("example").secrets_parameter == "/splot-prod/secrets"
