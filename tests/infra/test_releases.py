"""A release: each function published as a version behind an alias, which all callers call and CodeDeploy moves."""

import json
import re

import pytest

from infra.package import ROOT
from infra.releases import ALIAS, SHIFTED, alias_of, release_of, released_as
from infra.template import join_templates
from tests.infra.cloudformation import FUNCTIONS, text_of

# What names a function itself, and why that calls nothing.
NOT_CALLERS = {
    "AWS::Lambda::Version": "a version is published of it",
    "AWS::Lambda::Alias": "an alias is a name of it",
    "AWS::Lambda::EventInvokeConfig": "with the alias as its qualifier",
    "AWS::CloudWatch::Alarm": "errors of all versions are counted under its name",
    "AWS::Logs::LogGroup": "all versions write into one",
}
PACKAGED = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def template(prod_package):
    return prod_package


def names_in(value):
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "Ref":
                yield one
            elif key == "Fn::GetAtt":
                yield one[0]
            elif key == "Fn::Sub":
                text, names = one if isinstance(one, list) else (one, {})
                yield from {*re.findall(r"\$\{(\w+)", text)} - names.keys()
                yield from names_in(names)
            else:
                yield from names_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from names_in(one)


@pytest.mark.package
def test_nobody_calls_a_function_past_its_alias(template):
    naming = {
        (resource["Type"], name)
        for name, resource in template.template["Resources"].items()
        if FUNCTIONS.keys() & {*names_in(resource.get("Properties", {}))}
    }
    assert {kind for kind, _ in naming} == {*NOT_CALLERS}
    for invoked in template.of_type("AWS::Lambda::EventInvokeConfig").values():
        assert invoked["Qualifier"] == ALIAS


@pytest.mark.package
def test_every_caller_that_there_is_calls_the_alias(template):
    aliases = {alias_of(name) for name in FUNCTIONS}
    mapped = template.of_type("AWS::Lambda::EventSourceMapping").values()
    allowed = template.of_type("AWS::Lambda::Permission").values()
    scheduled = [r for r in template.of_type("AWS::Events::Rule").values() if "ScheduleExpression" in r]
    (live,) = (one for one in template.of_type("AWS::ApiGatewayV2::Integration").values() if "IntegrationUri" in one)
    (api,) = template.of_type("AWS::ApiGateway::RestApi").values()
    methods = [one for path in api["Body"]["paths"].values() for one in path.values()]
    uris = [one["x-amazon-apigateway-integration"].get("uri") for one in methods]
    (authorizer,) = api["Body"]["securityDefinitions"].values()
    called = [one["FunctionName"] for one in (*mapped, *allowed)] + [rule["Targets"][0]["Arn"] for rule in scheduled]
    assert {*map(text_of, called)} == {f"${{{alias}}}" for alias in aliases}
    by_uri = [
        *filter(None, uris),
        authorizer["x-amazon-apigateway-authorizer"]["authorizerUri"],
        live["IntegrationUri"],
    ]
    assert len(by_uri) > 100
    named = {re.search(r"functions/\$\{(\w+)\}/invocations$", text_of(uri))[1] for uri in by_uri}
    assert named == {alias_of(name) for name in ("APIHandler", "AuthorizeRequest", "ServeConnection")}


@pytest.mark.package
def test_every_alias_leads_to_the_version_of_this_release_and_is_moved_by_codedeploy_unless_an_alarm_rings(template):
    sha256 = json.loads((template.folder / "package.json").read_text())["sha256"]
    resources = template.template["Resources"]
    groups = template.of_type("AWS::CodeDeploy::DeploymentGroup")
    assert {*template.of_type("AWS::Lambda::Alias")} == {alias_of(name) for name in FUNCTIONS}
    for name in FUNCTIONS:
        alias, version = resources[alias_of(name)], f"{name}Version{sha256[:10]}"
        assert alias["Properties"]["Name"] == ALIAS
        assert alias["Properties"]["FunctionVersion"] == {"Fn::GetAtt": [version, "Version"]}
        assert resources[version]["Properties"]["FunctionName"] == {"Ref": name}
        assert resources[name]["Properties"]["Description"] == sha256  # AWS publishes nothing that did not change
        group = f"{name}DeploymentGroup"
        moved_by = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert moved_by == {
            "ApplicationName": {"Ref": "ServerlessDeploymentApplication"},
            "DeploymentGroupName": {"Ref": group},
        }
        (when, watched, otherwise) = groups[group]["AlarmConfiguration"]["Fn::If"]
        assert (when, watched["Enabled"], otherwise) == ("ShiftsAreGuarded", True, {})
        alarms = [one["Name"]["Ref"] for one in watched["Alarms"]]
        assert alarms[0] == f"{name}Fails"
        assert {resources[one]["Type"] for one in alarms} == {"AWS::CloudWatch::Alarm"}
        assert groups[group]["AutoRollbackConfiguration"]["Enabled"] is True
        assert {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"} <= {
            *groups[group]["AutoRollbackConfiguration"]["Events"]
        }
        assert {resources[one].get("Condition") for one in (alias_of(name), version, group)} == {
            resources[name].get("Condition")
        }


@pytest.mark.package
def test_a_tenth_of_the_calls_goes_first_where_there_are_many_and_all_at_once_where_there_are_few(template):
    chosen = {
        name.removesuffix("DeploymentGroup"): text_of(group["DeploymentConfigName"])
        for name, group in template.of_type("AWS::CodeDeploy::DeploymentGroup").items()
    }
    assert {name for name, how in chosen.items() if how == "CodeDeployDefault.Lambda${TrafficShift}"} == SHIFTED
    assert {how for name, how in chosen.items() if name not in SHIFTED} == {"CodeDeployDefault.LambdaAllAtOnce"}
    assert template.template["Parameters"]["TrafficShift"]["Default"] == "Canary10Percent15Minutes"


@pytest.mark.package
def test_a_first_share_lasts_longer_than_its_alarms_need_to_ring(template):
    alarms = template.of_type("AWS::CloudWatch::Alarm")
    for choice in template.template["Parameters"]["TrafficShift"]["AllowedValues"]:
        counted = re.fullmatch(r"Canary10Percent(\d+)Minutes|Linear10PercentEvery(\d+)Minutes|AllAtOnce", choice)
        lasts = int(counted[1] or 0) or 9 * int(counted[2] or 0)
        if choice != "AllAtOnce":
            assert all(lasts * 60 > alarms[f"{name}Fails"]["Period"] * 2 for name in SHIFTED)


@pytest.mark.package
def test_codedeploy_may_move_the_aliases_of_this_stack_and_look_at_alarms_and_nothing_else(template):
    role = template.of_type("AWS::IAM::Role")["TrafficShifter"]
    groups = template.of_type("AWS::CodeDeploy::DeploymentGroup").values()
    assert {text_of(group["ServiceRoleArn"]) for group in groups} == {"${TrafficShifter.Arn}"}
    assert "ManagedPolicyArns" not in role
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "codedeploy.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    (policy,) = role["Policies"]
    moves, looks = policy["PolicyDocument"]["Statement"]
    assert {*moves["Action"]} == {"lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"}
    assert text_of(moves["Resource"]).endswith(":function:${AWS::StackName}-*")
    assert (looks["Action"], text_of(looks["Resource"]).rsplit("}", 1)[1]) == ("cloudwatch:DescribeAlarms", ":alarm:*")


@pytest.mark.package
def test_another_release_changes_versions_and_nothing_else(template):
    packaged = (template.folder / "template.json").read_text()
    sha256 = json.loads((template.folder / "package.json").read_text())["sha256"]
    released = json.loads(released_as(packaged, sha256, PACKAGED))
    assert {*released["Resources"]} - {*template.template["Resources"]} == {f"{n}Version0123456789" for n in FUNCTIONS}
    assert {released["Resources"][name]["Properties"]["Description"] for name in FUNCTIONS} == {PACKAGED}
    assert released["Parameters"] == template.template["Parameters"]  # where the code lies among them
    assert json.loads(released_as(json.dumps(released), PACKAGED, sha256)) == template.template


def test_a_setting_that_changes_is_a_new_release_and_how_calls_move_is_not():
    release = release_of("template", {"FaxOcr": "none"})
    assert re.fullmatch("[0-9a-f]{64}", release)
    assert release != release_of("template", {"FaxOcr": "textract"})
    assert release != release_of("another", {"FaxOcr": "none"})
    assert release == release_of("template", {"FaxOcr": "none", "TrafficShift": "AllAtOnce"})


def test_a_function_that_is_shifted_is_one_of_the_template():
    assert {*FUNCTIONS} > SHIFTED
    assert {f"{name}Fails" for name in FUNCTIONS} <= join_templates(ROOT / "infra" / "template")["Resources"].keys()
