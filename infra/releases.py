"""How a new version of the functions takes the place of the old one: published, behind an alias, share by share.

Everything that calls a function calls its alias. What a deployment changes is a release: a version of every function,
which never changes again, and the alias is moved to it by CodeDeploy, which moves it back when an alarm rings
(docs/decisions/0040-functions-are-called-by-an-alias.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

Template = dict[str, Any]

ALIAS = "live"
# They are asked many times a minute, so a tenth of it soon shows what a version is worth; the others change at once.
SHIFTED = frozenset({
    "APIHandler", "AuthorizeRequest", "DeliverMessage", "PublishChanges", "ReceiveMessage", "RecordReceipt",
})  # fmt: skip
SHIFT_PARAMETER = "TrafficShift"
GUARD_PARAMETER = "AlarmsStopShifts"
_FURTHER_ALARMS = {"APIHandler": ["ApiFails"], "AuthorizeRequest": ["ApiFails"]}
_AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce"
_LETTERS = 10  # of a release in the names of its versions, as SAM takes them
# What names a function and is not written by SAM, which sees to the events of functions itself.
_CALLERS = frozenset({"AWS::Serverless::Api", "AWS::Lambda::Permission", "AWS::ApiGatewayV2::Integration"})


def publish(sam: Template, release: str) -> None:
    """Every function as a version behind its alias, which everything calls. `release`: 64 hexadecimal digits."""
    functions = {n: r["Properties"] for n, r in sam["Resources"].items() if r["Type"] == "AWS::Serverless::Function"}
    for name, function in functions.items():
        function |= {
            "AutoPublishAlias": ALIAS,
            # SAM puts it into the description, too: AWS publishes no version of a function that is as it was.
            "AutoPublishCodeSha256": release,
            # When everything has been moved and watched, the version before goes: each takes room of the account's.
            "VersionDeletionPolicy": "Delete",
            "DeploymentPreference": _preference(name),
        }
    for resource in sam["Resources"].values():
        if resource.get("Type") in _CALLERS:
            resource["Properties"] = _by_alias(resource["Properties"], {*functions})


def choose_shifts(plain: Template) -> None:
    """How the calls of each function move. SAM would put the default in the place of the parameter."""
    for name, resource in plain["Resources"].items():
        if resource["Type"] == "AWS::CodeDeploy::DeploymentGroup":
            is_shifted = name.removesuffix("DeploymentGroup") in SHIFTED
            by_parameter = {"Fn::Sub": f"CodeDeployDefault.Lambda${{{SHIFT_PARAMETER}}}"}
            resource["Properties"]["DeploymentConfigName"] = by_parameter if is_shifted else _AT_ONCE


def alias_of(function: str) -> str:
    """The logical id that SAM gives it."""
    return f"{function}Alias{ALIAS}"


def release_of(template: str, parameters: Mapping[str, str]) -> str:
    """Of a packaged template as a stage deploys it: code, settings and parameters are one release, so that no version
    goes on with a setting from before. How traffic is moved to it is no part of it.
    """
    told = sorted((name, value) for name, value in parameters.items() if name != SHIFT_PARAMETER)
    return sha256(f"{template}{told}".encode()).hexdigest()


def released_as(template: str, packaged: str, release: str) -> str:
    """The text of a packaged template with the versions of another release. `packaged`: the hash in it."""
    described = re.sub(rf'("Description": ?"){packaged}"', rf'\g<1>{release}"', template)
    return re.sub(rf"Version{packaged[:_LETTERS]}\b", f"Version{release[:_LETTERS]}", described)


def _preference(function: str) -> dict[str, Any]:
    alarms = [{"Ref": name} for name in (f"{function}Fails", *_FURTHER_ALARMS.get(function, ()))]
    return {
        "Type": "AllAtOnce",
        "Alarms": {"Fn::If": ["ShiftsAreGuarded", alarms, [{"Ref": "AWS::NoValue"}]]},
        "Role": {"Fn::GetAtt": ["TrafficShifter", "Arn"]},
        "PassthroughCondition": True,
    }


def _by_alias(value: Any, functions: set[str]) -> Any:
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), "Arn"]} if name in functions:
            return {"Ref": alias_of(name)}
        case {"Fn::Sub": str(text)}:
            named = re.sub(r"\$\{(\w+)\.Arn\}", lambda one: _alias_in_text(one, functions), text)
            return {"Fn::Sub": named}
        case dict():
            return {key: _by_alias(one, functions) for key, one in value.items()}
        case list():
            return [_by_alias(one, functions) for one in value]
    return value


def _alias_in_text(reference: re.Match[str], functions: set[str]) -> str:
    return f"${{{alias_of(reference[1])}}}" if reference[1] in functions else reference[0]
