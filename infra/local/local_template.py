"""The template that goes to AWS, with the few changes without which it cannot stand on this machine.

Each change is one function here with its reason; everything else is deployed as it is packaged.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

Template = dict[str, Any]

# What MiniStack 1.5.33 does not know. Mail is received by mail_in.py instead.
UNKNOWN_TYPES = frozenset(
    {
        "AWS::SES::ReceiptRuleSet",
        "AWS::SES::ReceiptRule",
        "AWS::CloudWatch::Dashboard",
        "AWS::WAFv2::WebACL",
        "AWS::WAFv2::WebACLAssociation",
        "AWS::Budgets::Budget",
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentGroup",
    }
)
API_ID = "splot"
API_STAGE = "api"  # which Chalice gives it
LIVE_ID = "splot-live"
RETRIED_AFTER_SECONDS = 20


def fit_to_this_machine(template: Template, aws_url: str, console_url: str, *, has_dynoxide: bool) -> Template:
    fitted = copy.deepcopy(template)
    _leave_out_unknown(fitted)
    fitted = _take_out_buckets(fitted)
    _name_the_table(fitted)
    _pin_the_api_address(fitted)
    _pin_the_live_address(fitted, aws_url)
    _take_keys_of_tokens_from(fitted, aws_url)
    _show_forms_from(fitted, console_url)
    _allow_login_with_password(fitted)
    if has_dynoxide:
        _leave_the_stream_to_its_reader(fitted)
    _leave_out_scaling(fitted)
    _repeat_sooner(fitted)
    return fitted


def _leave_out_unknown(template: Template) -> None:
    resources = template["Resources"]
    gone = {
        name
        for name, resource in resources.items()
        if resource["Type"] in UNKNOWN_TYPES or _is_of_the_console(resource)
    }
    for name in gone:
        del resources[name]
    for resource in resources.values():
        resource.pop("UpdatePolicy", None)  # an alias is moved at once where nobody moves it share by share
    # Outputs are for operators on AWS; here `run` prints what there is.
    template.pop("Outputs", None)


def bucket_names(template: Template) -> dict[str, str]:
    """Logical id -> the name that the bucket always has here."""
    resources = template["Resources"]
    buckets = [name for name in resources if resources[name]["Type"] == "AWS::S3::Bucket"]
    return {name: f"splot-local-{name.lower()}" for name in buckets if not _is_of_the_console(resources[name])}


def _is_of_the_console(resource: Template) -> bool:
    """Here a server of our own shows it."""
    return resource.get("Condition") in ("ConsoleIsHere", "ConsoleLogsInHere")


def _take_out_buckets(template: Template) -> Template:
    """They are made beside the stack. CloudFormation would refuse to make a stack anew over buckets that are there, and
    under other names they would be empty.
    """
    names = bucket_names(template)
    without = {name: body for name, body in template["Resources"].items() if name not in names}
    replaced: Template = _replace_references({**template, "Resources": without}, names)
    return replaced


def _replace_references(part: Any, names: Mapping[str, str]) -> Any:
    """Ref, GetAtt of the ARN, and both inside Sub."""
    match part:
        case {"Ref": str(name)} if name in names:
            return names[name]
        case {"Fn::GetAtt": [str(name), "Arn"]} if name in names:
            return _arn(names[name])
        case {"Fn::Sub": str(text)}:
            for name, bucket in names.items():
                text = text.replace(f"${{{name}.Arn}}", _arn(bucket)).replace(f"${{{name}}}", bucket)
            return {"Fn::Sub": text}
        case dict():
            return {key: _replace_references(value, names) for key, value in part.items()}
        case list():
            return [_replace_references(value, names) for value in part]
    return part


def _arn(bucket: str) -> str:
    return f"arn:aws:s3:::{bucket}"


def _name_the_table(template: Template) -> None:
    """Without a name of its own it gets a new one when the stack is made anew, and would be empty under it."""
    for table in _of_type(template, "AWS::DynamoDB::Table"):
        table["TableName"] = "splot-local"


def _pin_the_api_address(template: Template) -> None:
    """The address that was bookmarked yesterday works today."""
    for api in _of_type(template, "AWS::ApiGateway::RestApi"):
        api.setdefault("Tags", []).append({"Key": "ms-custom-id", "Value": API_ID})


def _pin_the_live_address(template: Template, aws_url: str) -> None:
    """The same for WebSockets, which MiniStack takes at a path of its own."""
    for api in _of_type(template, "AWS::ApiGatewayV2::Api"):
        api.setdefault("Tags", {})["ms-custom-id"] = LIVE_ID
    url = f"{aws_url.replace('http', 'ws', 1)}/_aws/execute-api/{LIVE_ID}/${{AWS::StackName}}"
    for function in _of_type(template, "AWS::Lambda::Function"):
        function.setdefault("Environment", {}).setdefault("Variables", {})["LIVE_URL"] = {"Fn::Sub": url}


def _take_keys_of_tokens_from(template: Template, aws_url: str) -> None:
    """Tokens name Cognito's real address as their issuer; its keys are to be had here."""
    for function in _of_type(template, "AWS::Lambda::Function"):
        variables = function.setdefault("Environment", {}).setdefault("Variables", {})
        variables["TOKEN_JWKS_URL"] = {"Fn::Sub": f"{aws_url}/${{UserPool}}/.well-known/jwks.json"}


def _show_forms_from(template: Template, console_url: str) -> None:
    """The console is here, and so is what stands for the makers of captchas: nobody else is asked."""
    for function in _of_type(template, "AWS::Lambda::Function"):
        variables = function.setdefault("Environment", {}).setdefault("Variables", {})
        variables |= {"CONSOLE_ORIGIN": console_url, "CAPTCHA_VERIFIER": f"{console_url}/siteverify"}


def _allow_login_with_password(template: Template) -> None:
    """For `make token`: the flow of the console (SRP) needs a browser."""
    for client in _of_type(template, "AWS::Cognito::UserPoolClient"):
        client["ExplicitAuthFlows"] = [*client.get("ExplicitAuthFlows", ()), "ALLOW_ADMIN_USER_PASSWORD_AUTH"]


def _leave_the_stream_to_its_reader(template: Template) -> None:
    """The table that MiniStack makes stays empty; the real one is dynoxide's, and stream_reader.py reads its stream."""
    for mapping in _of_type(template, "AWS::Lambda::EventSourceMapping"):
        if mapping.get("StartingPosition"):
            mapping["Enabled"] = False


def _leave_out_scaling(template: Template) -> None:
    """MiniStack would compare the parameter, which is a text, with a number, and read no queue any more."""
    for mapping in _of_type(template, "AWS::Lambda::EventSourceMapping"):
        mapping.pop("ScalingConfig", None)


def _repeat_sooner(template: Template) -> None:
    """On AWS a failed message waits six function timeouts and a left-over one a quarter of an hour; here a person does.

    A message may then be given out a second time while a slow function still works on the first: harmless, like every
    repetition.
    """
    for queue in _of_type(template, "AWS::SQS::Queue"):
        if "VisibilityTimeout" in queue:
            queue["VisibilityTimeout"] = RETRIED_AFTER_SECONDS
    for rule in _of_type(template, "AWS::Events::Rule"):
        if rule.get("ScheduleExpression"):
            rule["ScheduleExpression"] = "rate(1 minute)"


def _of_type(template: Template, kind: str) -> list[dict[str, Any]]:
    return [resource["Properties"] for resource in template["Resources"].values() if resource["Type"] == kind]
