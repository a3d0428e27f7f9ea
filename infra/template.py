"""The stack's template: our files joined, Chalice's functions merged in, translated to plain CloudFormation.

Chalice writes a SAM template and takes one file to merge into it. What is checked and deployed is the plain template:
cfn-lint sees in it what it does not see in SAM (circular dependencies, references to what SAM has renamed).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.errors import PackagingError
from infra.releases import choose_shifts, publish

Template = dict[str, Any]

# AWS wants a region to choose its partition. It is not to be found in the result, which a test asserts.
_ANY_REGION = "eu-central-1"


def join_templates(folder: Path) -> Template:
    """All `*.yaml` of the folder as one template. Raises PackagingError when two files describe the same thing."""
    from samtranslator.yaml_helper import yaml_parse

    joined: Template = {}
    origins: dict[tuple[str, str], str] = {}
    for path in sorted(folder.glob("*.yaml")):
        for section, members in yaml_parse(path.read_text()).items():
            for name, body in members.items():
                other = origins.setdefault((section, name), path.name)
                if other != path.name:
                    raise PackagingError(f"{path.name} and {other} both describe {section}.{name}; keep one of them.")
                joined.setdefault(section, {})[name] = body
    return joined


def run_chalice(project: Path, stage: str, merge: Template, out: Path) -> Template:
    """The SAM template of the project's app with ours merged in; Chalice's own zip lands in `out` beside it.

    A process of its own, because it imports the project's app.py and sets the stage's environment variables.
    """
    merge_file = out / "merge.json"
    merge_file.write_text(json.dumps(merge))
    # Nothing of the operator's own AWS settings; and no bytecode, which Chalice would pack along with the sources.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_DEFAULT_REGION": _ANY_REGION, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "infra.run_chalice", str(project.resolve()), stage, str(merge_file), str(out)]
    root = Path(__file__).parent.parent
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackagingError(f"Chalice could not package the app:\n{done.stderr.strip() or done.stdout.strip()}")
    template: Template = json.loads((out / "sam.json").read_text())
    return template


def render_cloudformation(sam: Template, release: str) -> Template:
    """The SAM template as plain CloudFormation, offline. The code's bucket and key become parameters.

    `release`: the hash of the code, 64 hexadecimal digits.
    """
    import boto3
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    for function in _of_type(sam, "AWS::Serverless::Function"):
        function["CodeUri"] = {"Bucket": "code", "Key": "code"}
    publish(sam, release)
    translator = Translator(
        managed_policy_map={}, sam_parser=Parser(), boto_session=boto3.Session(region_name=_ANY_REGION)
    )
    try:
        plain: Template = translator.translate(sam_template=sam, parameter_values={})
    except InvalidDocumentException as error:
        causes = "\n".join(str(cause.message) for cause in error.causes)
        raise PackagingError(f"SAM does not accept the template:\n{causes}") from error
    choose_shifts(plain)
    for function in _of_type(plain, "AWS::Lambda::Function"):
        function["Code"] = {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Ref": "CodeKey"}}
    if "Table" in plain["Resources"]:
        plain |= {section: _with_table_of_choice(plain[section]) for section in ("Resources", "Outputs")}
    plain["Parameters"] |= {
        "CodeBucket": {"Type": "String", "Description": "The bucket that holds the deployment zip."},
        "CodeKey": {"Type": "String", "Description": "The zip's key there; a new zip needs a new key."},
    }
    return plain


_ARN = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${RestoredTable}"


def _with_table_of_choice(value: Any) -> Any:
    """A table that was restored from a backup has another name, and its stack goes on with it: whatever refers to the
    table refers to the one that the parameter RestoredTable names, if it names one.
    """
    if isinstance(value, list):
        return [_with_table_of_choice(one) for one in value]
    if not isinstance(value, dict):
        return value
    if restored := _restored(value):
        return {"Fn::If": ["TableIsRestored", restored, value]}
    match value:
        case {"Fn::Sub": [str(text), dict(names)]} if "${Table}" in text:
            named = {**names, "TheTable": _with_table_of_choice({"Ref": "Table"})}
            return {"Fn::Sub": [text.replace("${Table}", "${TheTable}"), named]}
    return {key: _with_table_of_choice(one) for key, one in value.items()}


def _restored(reference: dict[str, Any]) -> dict[str, Any] | None:
    """What stands for it after a restore; None for what does not refer to the table."""
    match reference:
        case {"Ref": "Table"}:
            return {"Ref": "RestoredTable"}
        case {"Fn::GetAtt": ["Table", "Arn"]}:
            return {"Fn::Sub": _ARN}
        case {"Fn::GetAtt": ["Table", "StreamArn"]}:
            return {"Fn::Sub": f"{_ARN}/stream/${{RestoredTableStream}}"}
        case {"Fn::Sub": str(text)} if "${Table" in text:
            return {"Fn::Sub": text.replace("${Table.Arn}", _ARN).replace("${Table}", "${RestoredTable}")}
    return None


def _of_type(template: Template, kind: str) -> list[dict[str, Any]]:
    return [resource["Properties"] for resource in template["Resources"].values() if resource.get("Type") == kind]
