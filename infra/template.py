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


def render_cloudformation(sam: Template) -> Template:
    """The SAM template as plain CloudFormation, offline. The code's bucket and key become parameters."""
    import boto3
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    for function in _of_type(sam, "AWS::Serverless::Function"):
        function["CodeUri"] = {"Bucket": "code", "Key": "code"}
    translator = Translator(
        managed_policy_map={}, sam_parser=Parser(), boto_session=boto3.Session(region_name=_ANY_REGION)
    )
    try:
        plain: Template = translator.translate(sam_template=sam, parameter_values={})
    except InvalidDocumentException as error:
        causes = "\n".join(str(cause.message) for cause in error.causes)
        raise PackagingError(f"SAM does not accept the template:\n{causes}") from error
    for function in _of_type(plain, "AWS::Lambda::Function"):
        function["Code"] = {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Ref": "CodeKey"}}
    plain["Parameters"] |= {
        "CodeBucket": {"Type": "String", "Description": "The bucket that holds the deployment zip."},
        "CodeKey": {"Type": "String", "Description": "The zip's key there; a new zip needs a new key."},
    }
    return plain


def _of_type(template: Template, kind: str) -> list[dict[str, Any]]:
    return [resource["Properties"] for resource in template["Resources"].values() if resource.get("Type") == kind]
