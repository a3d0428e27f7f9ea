"""Puts the package on the emulators and makes everything there that a first message needs.

    python -m infra.local.deployment FOLDER

Each step finds out what is there already, so it can be repeated at any time, and is: after MiniStack was started again.
Runs in the stack's `environment()`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.errors import WrongConfiguration
from infra.local.accounts import MAIL_DOMAIN, make_users, put_secrets
from infra.local.configuration import local_configuration
from infra.local.dynoxide import keep_stream_quick
from infra.local.hub import HubPorts
from infra.local.local_template import API_STAGE, Template, bucket_names, fit_to_this_machine
from infra.local.push import APPLICATIONS
from infra.local.stack import PROJECT, REGION, Deployed, LocalStack, write_whole
from infra.releases import released_as

BUILD = PROJECT / ".build" / "local"
STACK_NAME = "splot"
CODE_BUCKET = "splot-local-code"
DEPLOYED_WITHIN_SECONDS = 120
SMS_CONFIGURATION_SET = "splot-local"


class DeploymentFailed(Exception):
    """The text says what stood in the way."""


def deploy(stack: LocalStack) -> None:
    """Raises DeploymentFailed."""
    stack.folder.mkdir(parents=True, exist_ok=True)
    with (stack.folder / "deployment.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `run` and the supervisor may both be at it
        packaged = json.loads((BUILD / "template.json").read_text())
        template = fit_to_this_machine(
            packaged, stack.url("aws"), stack.url("console"), has_dynoxide=stack.has_dynoxide
        )
        fingerprint = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()
        known = stack.deployed
        if not known or known.fingerprint != fingerprint or not find_stack(stack.client("cloudformation")):
            print("deploying ...", flush=True)
            _deploy_anew(stack, template, fingerprint, bucket_names(packaged).values())
        if stack.has_dynoxide:
            keep_stream_quick(stack.table_file)
        configure(stack)


def _deploy_anew(stack: LocalStack, template: Template, fingerprint: str, buckets: Iterable[str]) -> None:
    stack.unfinished_deployment.touch()
    for bucket in (CODE_BUCKET, *buckets):
        make_bucket(stack, bucket)
    if stack.has_dynoxide:
        make_table(stack, _properties(template, "AWS::DynamoDB::Table"))
    deployed = _deploy_template(stack, template, fingerprint)
    put_secrets(stack, deployed.environment["SECRETS_PARAMETER"])
    make_users(stack, deployed.resources["UserPool"])
    _wait_until_saved(stack)
    write_whole(stack.folder / "deployed.json", json.dumps(asdict(deployed), indent=1))
    stack.unfinished_deployment.unlink()


def make_bucket(stack: LocalStack, name: str) -> None:
    s3 = stack.client("s3")
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})


def make_table(stack: LocalStack, properties: Mapping[str, Any]) -> None:
    """The table of the template, on dynoxide. Raises DeploymentFailed if an older one differs from it."""
    table = stack.client("dynamodb")
    name = properties["TableName"]
    indexes = properties.get("GlobalSecondaryIndexes", [])
    try:
        table.create_table(
            TableName=name,
            BillingMode=properties["BillingMode"],
            AttributeDefinitions=properties["AttributeDefinitions"],
            KeySchema=properties["KeySchema"],
            StreamSpecification={"StreamEnabled": True, **properties["StreamSpecification"]},
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )
    except table.exceptions.ResourceInUseException:
        there = table.describe_table(TableName=name)["Table"].get("GlobalSecondaryIndexes", ())
        if sorted(map(_shape, there)) != sorted(map(_shape, indexes)):
            raise DeploymentFailed(
                "The local table has other indexes than the template. `make reset` makes a new, empty one."
            ) from None
    else:
        table.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])


def _shape(index: Mapping[str, Any]) -> str:
    projected = sorted(index["Projection"].get("NonKeyAttributes", ()))
    return json.dumps([index["IndexName"], index["KeySchema"], projected], sort_keys=True)


def _deploy_template(stack: LocalStack, template: Template, fingerprint: str) -> Deployed:
    key = template["Parameters"]["CodeKey"]["Default"]
    parameters = {"CodeBucket": CODE_BUCKET, "CodeKey": key, "MailDomain": MAIL_DOMAIN, "FaxOcr": "tesseract"}
    parameters |= {"LivePush": "yes"}
    parameters |= {**APPLICATIONS, "SmsConfigurationSet": SMS_CONFIGURATION_SET}
    packaged = key.removeprefix("splot/").removesuffix(".zip")
    template_url = _upload(stack, key, released_as(json.dumps(template), packaged, fingerprint))
    cloudformation = stack.client("cloudformation")
    change = cloudformation.update_stack if find_stack(cloudformation) else cloudformation.create_stack
    try:
        change(
            StackName=STACK_NAME,
            TemplateURL=template_url,
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
    except ClientError as error:
        if "cannot be updated" in str(error):
            raise DeploymentFailed(
                f"What is deployed can be changed no more: an earlier change failed half-way ({stack.log('aws')}).\n"
                f"Do `make stop`, remove {stack.folder / 'aws'} and `make run`: table, messages and keys stay."
            ) from error
        if "No updates are to be performed" not in str(error):
            raise
    _wait_for_stack(cloudformation)
    found = cloudformation.describe_stack_resources(StackName=STACK_NAME)["StackResources"]
    resources = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}
    function = stack.client("lambda").get_function_configuration(FunctionName=resources["ReceiveMessage"])
    return Deployed(
        fingerprint=fingerprint,
        resources=resources,
        environment=function["Environment"]["Variables"],
        api_url=f"{stack.url('aws')}/{API_STAGE}",
    )


def find_stack(cloudformation: Any) -> Mapping[str, Any] | None:
    try:
        (found,) = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    stack: Mapping[str, Any] = found
    return stack


def _wait_for_stack(cloudformation: Any) -> None:
    deadline = time.monotonic() + DEPLOYED_WITHIN_SECONDS
    while time.monotonic() < deadline:
        status = (find_stack(cloudformation) or {}).get("StackStatus", "")
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return
        if not status.endswith("_IN_PROGRESS"):
            break
        time.sleep(0.3)
    events = cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    failed = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED")
    ]
    raise DeploymentFailed("\n".join([f"The stack did not come up ({status}).", *failed]))


def _upload(stack: LocalStack, key: str, template: str) -> str:
    """The zip and the template; gives the template's address. It is too long to be sent along (51,200 bytes)."""
    s3 = stack.client("s3")
    for old in s3.list_objects_v2(Bucket=CODE_BUCKET).get("Contents", ()):
        s3.delete_object(Bucket=CODE_BUCKET, Key=old["Key"])  # MiniStack has a copy of what its functions run
    s3.upload_file(str(BUILD / "deployment.zip"), CODE_BUCKET, key)
    s3.put_object(Bucket=CODE_BUCKET, Key="template.json", Body=template.encode())
    return f"{stack.url('aws')}/{CODE_BUCKET}/template.json"


def configure(stack: LocalStack) -> None:
    """The configuration to start with, unless there is one: what an operator has saved is never overwritten."""
    with suppress(WrongConfiguration):
        HubPorts(stack).configuration()
        return
    file = stack.folder / "configuration.json"
    if not file.exists():
        file.write_text(json.dumps(local_configuration(), indent=2, ensure_ascii=False))
    save_configuration(stack)


def save_configuration(stack: LocalStack) -> None:
    """What stands in `configuration.json` of the stack's folder. Raises DeploymentFailed if it is not accepted."""
    file = stack.folder / "configuration.json"
    command = [sys.executable, "-m", "infra.configure", str(file)]
    if subprocess.run(command, env=stack.hub_environment(), cwd=PROJECT, check=False).returncode:
        raise DeploymentFailed(f"{file} was not accepted as configuration.")


def _wait_until_saved(stack: LocalStack) -> None:
    """Until MiniStack has written down what was just made: a kill right afterwards then costs nothing."""
    saved = stack.folder / "aws" / "saved"
    # The save that is under way may have passed a service before it was changed; only the next one counts.
    for _ in range(2):
        asked = time.time()
        deadline = time.monotonic() + DEPLOYED_WITHIN_SECONDS
        while not saved.exists() or saved.stat().st_mtime <= asked:
            if time.monotonic() > deadline:
                raise DeploymentFailed(f"MiniStack does not save its state; see {stack.log('aws')}")
            time.sleep(0.1)


def _properties(template: Template, kind: str) -> dict[str, Any]:
    (found,) = (resource["Properties"] for resource in template["Resources"].values() if resource["Type"] == kind)
    properties: dict[str, Any] = found
    return properties


def wait_until_answering(stack: LocalStack, within_seconds: float = 60) -> None:
    """Raises DeploymentFailed."""
    deadline = time.monotonic() + within_seconds
    while True:
        try:
            stack.client("dynamodb").list_tables()
            stack.client("sqs").list_queues()
        except Exception as error:  # whatever it is, it is not up yet
            if time.monotonic() > deadline:
                raise DeploymentFailed(f"The emulators do not answer; see {stack.folder / 'log'}. {error}") from error
            time.sleep(0.3)
        else:
            return


def main(folder: str) -> None:
    stack = LocalStack(Path(folder))
    try:
        wait_until_answering(stack)
        deploy(stack)
    except DeploymentFailed as error:
        sys.exit(f"{datetime.now(UTC):%H:%M:%S} error: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
