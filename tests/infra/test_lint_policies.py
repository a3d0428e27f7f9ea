"""infra/lint_policies.py: what the linter gets to read; its judgement is `make lint-policies`."""

import sys
from pathlib import Path

import pytest

from infra.errors import PackagingError
from infra.lint_policies import findings, policies_in


def template(resource, condition=None):
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": resource}
    document = {"Statement": [{"Fn::If": [condition, statement, {"Ref": "AWS::NoValue"}]} if condition else statement]}
    return {
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Pool": {"Type": "AWS::Cognito::UserPool"},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": document}]}},
        }
    }


def resource_in(template):
    [(name, document)] = policies_in(template)
    assert name == "Role"
    return document["Statement"][0]["Resource"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:aws:sqs:eu-central-1:123456789012:some"),
        ({"Fn::Sub": "${Queue.Arn}/x"}, "arn:aws:sqs:eu-central-1:123456789012:some/x"),
        ({"Fn::Sub": "arn:${AWS::Partition}:ses:${AWS::Region}:${Domain}"}, "arn:aws:ses:eu-central-1:some"),
        ("*", "*"),
    ],
)
def test_a_function_of_cloudformation_becomes_a_name_of_the_kind_that_it_stands_for(written, read):
    assert resource_in(template(written)) == read
    assert resource_in(template(written, "SomeCondition")) == read


def test_what_it_cannot_name_is_refused_instead_of_passed():
    with pytest.raises(PackagingError, match="Cognito"):
        [*policies_in(template({"Fn::GetAtt": ["Pool", "Arn"]}))]


@pytest.mark.package
def test_the_linter_gets_every_policy_of_the_package_to_read(prod_package):
    names = {name for name, _ in policies_in(prod_package.template)}
    assert set(prod_package.of_type("AWS::IAM::Role")) <= names


def test_a_linter_that_does_not_run_is_no_silence():
    with pytest.raises(PackagingError, match="did not run"):
        findings(template("*"), Path(sys.executable))  # here is no parliament
