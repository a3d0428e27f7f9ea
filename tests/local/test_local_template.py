"""The template for this machine differs from the packaged one in what is listed, and in nothing else."""

from __future__ import annotations

import copy

import pytest

from infra.local.local_template import bucket_names, fit_to_this_machine

PACKAGED = {
    "Parameters": {"MailDomain": {"Type": "String"}},
    "Outputs": {"Rules": {"Value": {"Ref": "Rules"}}},
    "Resources": {
        "Rules": {"Type": "AWS::SES::ReceiptRuleSet", "Properties": {}},
        "Rule": {"Type": "AWS::SES::ReceiptRule", "Properties": {}},
        "RawBucket": {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}},
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 360}},
        "DeadLetters": {"Type": "AWS::SQS::Queue", "Properties": {"MessageRetentionPeriod": 1}},
        "RestAPI": {"Type": "AWS::ApiGateway::RestApi", "Properties": {}},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": {"A": "b"}}}},
        "Client": {
            "Type": "AWS::Cognito::UserPoolClient",
            "Properties": {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]},
        },
        "Queued": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"BatchSize": 1}},
        "Paced": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {"BatchSize": 10, "ScalingConfig": {"MaximumConcurrency": {"Ref": "DeliverWorkers"}}},
        },
        "Streamed": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"StartingPosition": "TRIM_HORIZON"}},
        "Tick": {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(15 minutes)"}},
        "Group": {"Type": "AWS::CodeDeploy::DeploymentGroup", "Properties": {}},
        "Alias": {
            "Type": "AWS::Lambda::Alias",
            "Properties": {"Name": "live"},
            "UpdatePolicy": {"CodeDeployLambdaAliasUpdate": {"DeploymentGroupName": {"Ref": "Group"}}},
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "Resources": [
                    {"Fn::GetAtt": ["RawBucket", "Arn"]},
                    {"Fn::Sub": "${RawBucket.Arn}/raw/* ${RawBucket} ${AWS::Region}"},
                    {"Ref": "RawBucket"},
                    {"Fn::GetAtt": ["Table", "Arn"]},
                ]
            },
        },
    },
}


@pytest.fixture
def resources():
    return fit_to_this_machine(PACKAGED, "http://127.0.0.1:4566", "", has_dynoxide=True)["Resources"]


def test_what_the_emulator_does_not_know_is_left_out_with_what_refers_to_it(resources):
    assert not {"Rules", "Rule"} & set(resources)
    assert "Outputs" not in fit_to_this_machine(PACKAGED, "", "", has_dynoxide=True)


def test_functions_are_called_by_their_aliases_here_too_which_nobody_moves_share_by_share(resources):
    assert "Group" not in resources
    assert resources["Alias"] == {"Type": "AWS::Lambda::Alias", "Properties": {"Name": "live"}}


def test_buckets_are_no_part_of_the_stack_and_are_referred_to_by_their_names(resources):
    assert bucket_names(PACKAGED) == {"RawBucket": "splot-local-rawbucket"}
    assert "RawBucket" not in resources
    assert resources["Role"]["Properties"]["Resources"] == [
        "arn:aws:s3:::splot-local-rawbucket",
        {"Fn::Sub": "arn:aws:s3:::splot-local-rawbucket/raw/* splot-local-rawbucket ${AWS::Region}"},
        "splot-local-rawbucket",
        {"Fn::GetAtt": ["Table", "Arn"]},
    ]


def test_the_table_and_the_address_of_the_api_are_the_same_when_the_stack_is_made_anew(resources):
    assert resources["Table"]["Properties"]["TableName"] == "splot-local"
    assert resources["RestAPI"]["Properties"]["Tags"] == [{"Key": "ms-custom-id", "Value": "splot"}]


def test_functions_find_the_keys_of_tokens_here(resources):
    variables = resources["Function"]["Properties"]["Environment"]["Variables"]
    assert variables["A"] == "b"
    assert variables["TOKEN_JWKS_URL"] == {"Fn::Sub": "http://127.0.0.1:4566/${UserPool}/.well-known/jwks.json"}


def test_only_the_stream_is_left_to_its_own_reader(resources):
    assert resources["Streamed"]["Properties"]["Enabled"] is False
    assert "Enabled" not in resources["Queued"]["Properties"]


def test_without_dynoxide_the_emulator_reads_the_stream_of_its_own_table():
    fitted = fit_to_this_machine(PACKAGED, "", "", has_dynoxide=False)
    assert "Enabled" not in fitted["Resources"]["Streamed"]["Properties"]


def test_failures_are_repeated_while_somebody_watches(resources):
    assert resources["Queue"]["Properties"]["VisibilityTimeout"] == 20
    assert resources["DeadLetters"]["Properties"] == {"MessageRetentionPeriod": 1}
    assert resources["Tick"]["Properties"]["ScheduleExpression"] == "rate(1 minute)"


def test_a_password_is_enough_to_log_in(resources):
    flows = resources["Client"]["Properties"]["ExplicitAuthFlows"]
    assert flows == ["ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"]


def test_the_packaged_template_itself_is_not_touched():
    before = copy.deepcopy(PACKAGED)
    fit_to_this_machine(PACKAGED, "http://127.0.0.1:4566", "http://127.0.0.1:8030", has_dynoxide=True)
    assert before == PACKAGED


def test_how_many_workers_there_are_is_left_out_because_ministack_would_read_no_queue_over_it(resources):
    assert resources["Paced"]["Properties"] == {"BatchSize": 10}


def test_captchas_are_verified_on_this_machine():
    fitted = fit_to_this_machine(PACKAGED, "http://127.0.0.1:4566", "http://127.0.0.1:8030", has_dynoxide=True)
    functions = [one for one in fitted["Resources"].values() if one["Type"] == "AWS::Lambda::Function"]
    told = [one["Properties"]["Environment"]["Variables"] for one in functions]
    assert {one["CAPTCHA_VERIFIER"] for one in told} == {"http://127.0.0.1:8030/siteverify"}
    assert {one["CONSOLE_ORIGIN"] for one in told} == {"http://127.0.0.1:8030"}
