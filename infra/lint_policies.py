"""Has the policies of a packaged template judged by parliament: `make lint-policies STAGE=dev`.

It knows which resources and conditions each action can have (AWS's service authorization reference), which cfn-lint
does not look at: an action that takes no such resource is denied, however well the policy reads. It reads policies
without CloudFormation's functions, so they are replaced by names of the kind that they stand for. Who may take a role
is left to cfn-lint.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.errors import PackagingError
from infra.package import ROOT, package
from infra.template import Template

_ACCOUNT = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::StackName": "splot",
    "AWS::URLSuffix": "amazonaws.com",
}
_HERE = "{}:eu-central-1:123456789012"
_ARNS = {
    "AWS::DynamoDB::Table": f"arn:aws:{_HERE.format('dynamodb')}:table/some",
    "AWS::Events::EventBus": f"arn:aws:{_HERE.format('events')}:event-bus/some",
    "AWS::Events::Rule": f"arn:aws:{_HERE.format('events')}:rule/some",
    "AWS::KinesisFirehose::DeliveryStream": f"arn:aws:{_HERE.format('firehose')}:deliverystream/some",
    "AWS::KMS::Key": f"arn:aws:{_HERE.format('kms')}:key/some",
    "AWS::OpenSearchServerless::Collection": f"arn:aws:{_HERE.format('aoss')}:collection/some",
    "AWS::S3::Bucket": "arn:aws:s3:::some",
    "AWS::SNS::Topic": f"arn:aws:{_HERE.format('sns')}:some",
    "AWS::SQS::Queue": f"arn:aws:{_HERE.format('sqs')}:some",
}


def policies_in(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each policy document with the name of its resource, all conditions of the stack taken as met."""
    resources = template["Resources"]
    kinds = {name: resource["Type"] for name, resource in resources.items()}
    for name, resource in sorted(resources.items()):
        properties = resource.get("Properties", {})
        documents = [one["PolicyDocument"] for one in properties.get("Policies", ()) if isinstance(one, dict)]
        documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
        for document in documents:
            yield name, _plain(document, kinds)
        if "KeyPolicy" in properties:
            policy = _plain(properties["KeyPolicy"], kinds)
            # In a key's own policy the star is this key; that roles decide (kms:*) is how AWS makes every key.
            named = [
                {**one, "Resource": _ARNS["AWS::KMS::Key"]} for one in policy["Statement"] if one["Action"] != "kms:*"
            ]
            yield name, {**policy, "Statement": named}


def _plain(value: Any, kinds: dict[str, str]) -> Any:
    match value:
        case {"Fn::If": [_, met, _]}:
            return _plain(met, kinds)
        case {"Ref": str(name)}:
            return _ACCOUNT.get(name) or _ARNS.get(kinds.get(name, ""), "some")
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return _arn(name, attribute, kinds)
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), _]}:
            return re.sub(r"\$\{([^}]+)\}", lambda found: _named(found[1], kinds), text)
    if isinstance(value, list):
        return [_plain(one, kinds) for one in value]
    return {key: _plain(one, kinds) for key, one in value.items()} if isinstance(value, dict) else value


def _arn(name: str, attribute: str, kinds: dict[str, str]) -> str:
    """Raises PackagingError for a kind of resource that no policy has named so far."""
    if kinds[name] not in _ARNS:
        raise PackagingError(f"infra/lint_policies.py does not know what the ARN of a {kinds[name]} ({name}) is like.")
    return _ARNS[kinds[name]] + ("/stream/2026" if attribute == "StreamArn" else "")


def _named(reference: str, kinds: dict[str, str]) -> str:
    name, _, attribute = reference.partition(".")
    return _arn(name, attribute, kinds) if attribute else _ACCOUNT.get(name, "some")


_JUDGE = """
import json, sys, warnings
warnings.simplefilter("ignore")
import parliament
for name, document in json.load(sys.stdin):
    for found in parliament.analyze_policy_string(json.dumps(document)).findings:
        told = parliament.enhance_finding(found)
        print(name, told.severity, told.issue, told.detail, told.location.get("actions", ""))
"""


def findings(template: Template, python: Path) -> list[str]:
    """One line each. `python`: of an environment with requirements-policies.txt. Raises PackagingError."""
    policies = json.dumps([*policies_in(template)])
    done = subprocess.run([python, "-c", _JUDGE], input=policies, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackagingError(f"The linter did not run:\n{done.stderr.strip()}")
    return done.stdout.splitlines()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.lint_policies", description="Lint a stage's policies.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--python", required=True, type=Path, help="of an environment with requirements-policies.txt")
    options = parser.parse_args(arguments)
    folder = ROOT / ".build" / options.stage
    try:
        package(options.stage, folder)
        template = json.loads((folder / "template.json").read_text())
        found = findings(template, options.python)
    except PackagingError as error:
        sys.exit(f"error: {error}")
    print(*found, f"{sum(1 for _ in policies_in(template))} policies, {len(found)} findings", sep="\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
