"""Puts a stage into a company's AWS account: `make deploy STAGE=prod`.

Packages, uploads, shows what would change, and changes it when told to. What holds data is never removed or replaced
unless it is named with `--accept-loss`. Repeating it is harmless.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from msgspec.structs import replace

from infra.console_upload import put_console
from infra.dependencies import PYTHON
from infra.errors import DeploymentError, PackagingError
from infra.local.console_build import NotBuilt, build_console
from infra.package import ROOT, package
from infra.releases import GUARD_PARAMETER, SHIFT_PARAMETER, release_of, released_as
from infra.stages import StageSettings, load_stage, session_for

# What customers said lies here, or is on its way through: to lose one of them is to lose messages.
HOLDS_DATA = frozenset({
    "AWS::Cognito::UserPool", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket", "AWS::SQS::Queue",
})  # fmt: skip
# Minutes from the move of the last calls to the end of the version before: calls may still run in it, and not everybody
# who calls it hears of the move at once. No function may run for longer than five.
CALLS_END_WITHIN = 5
# What a bad version breaks first, and what nobody sees while calls move to it. CloudFormation takes five.
TAKES_BACK = (
    "APIHandlerFails",
    "ReceiveMessageFails",
    "DeliverMessageFails",
    "EscalateOverdueCasesFails",
    "EscalateCasesFails",
)
POLL_SECONDS = 4.0
MOST_POLLS = 900  # an hour; CloudFormation goes on without us
_NOTHING = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class Deployment:
    """`clients`: cloudformation, cloudwatch and s3 by name. `sleep`: seconds. `say`: a line for the operator."""

    settings: StageSettings
    clients: Callable[[str], Any]
    sleep: Callable[[float], None]
    say: Callable[[str], None]

    def upload(self, folder: Path) -> str:
        """The zip of a package under its hash, and its template with the versions of this release. Gives the template's
        address.
        """
        record = json.loads((folder / "package.json").read_text())
        bucket, key = self.settings.code_bucket, f"splot/{record['sha256']}"
        self._make_bucket(bucket)
        self._put(bucket, f"{key}.zip", folder / "deployment.zip")
        packaged = (folder / "template.json").read_text()
        release = release_of(packaged, self.settings.template_parameters)
        template = f"splot/{release}.template.json"
        body = released_as(packaged, record["sha256"], release).encode()
        self.clients("s3").put_object(Bucket=bucket, Key=template, Body=body)
        return f"https://{bucket}.s3.{self.settings.region}.amazonaws.com/{template}"

    def plan(self, template: str, name: str) -> list[dict[str, Any]]:
        """Makes a change set and gives its changes; none when there is nothing to do. Raises DeploymentError."""
        cloudformation = self.clients("cloudformation")
        stack = self.settings.stack
        alarms = self._alarms()
        cloudformation.create_change_set(
            StackName=stack,
            ChangeSetName=name,
            ChangeSetType="UPDATE" if self._exists() else "CREATE",
            TemplateURL=template,
            Parameters=[
                {"ParameterKey": member, "ParameterValue": value}
                for member, value in {
                    **self.settings.template_parameters,
                    "CodeBucket": self.settings.code_bucket,
                    GUARD_PARAMETER: self._guards_shifts(alarms),
                }.items()
            ],
            Capabilities=["CAPABILITY_IAM"],
            Tags=[{"Key": "project", "Value": "splot"}],
            RollbackConfiguration=self._taken_back_on_alarm(alarms),
        )
        for _ in range(MOST_POLLS):
            found = cloudformation.describe_change_set(StackName=stack, ChangeSetName=name)
            if found["Status"] == "CREATE_COMPLETE":
                return [*self._changes(name)]
            if found["Status"] == "FAILED":
                reason = found.get("StatusReason", "")
                cloudformation.delete_change_set(StackName=stack, ChangeSetName=name)
                if any(text in reason for text in _NOTHING):
                    return []
                raise DeploymentError(f"CloudFormation does not accept the template: {reason}")
            self.sleep(POLL_SECONDS)
        raise DeploymentError(f"CloudFormation has not planned the change {name} within an hour. Look at the console.")

    def outputs(self) -> dict[str, str]:
        return outputs_of(self.clients("cloudformation"), self.settings.stack)

    def _alarms(self) -> list[dict[str, Any]]:
        """Those of the stack that say that its functions or its API fail."""
        pages = self.clients("cloudwatch").get_paginator("describe_alarms")
        prefix = f"{self.settings.stack}-"
        found = pages.paginate(AlarmNamePrefix=prefix).search("MetricAlarms[]")
        # Behind the prefix stands a logical id: letters and digits. `splot-` begins the names of `splot-prod`'s, too.
        return [alarm for alarm in found if re.fullmatch(r"[A-Za-z0-9]+Fails", alarm["AlarmName"].removeprefix(prefix))]

    def _guards_shifts(self, alarms: Collection[dict[str, Any]]) -> str:
        """CodeDeploy stops at an alarm that rang before it began, too, so none may be asked then."""
        loud = sorted(alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM")
        if loud:
            self.say(f"{', '.join(loud)} rings already, so no alarm stops the calls from moving to this release")
        return str(not loud).lower()

    def _taken_back_on_alarm(self, alarms: Collection[dict[str, Any]]) -> dict[str, Any]:
        """By the stack's own alarms, as far as they are silent now: CloudFormation takes a deployment back when one of
        them rings while it deploys or in the minutes after. One that rings already would take back every mend.

        Where none is to do that, an empty list says so: without a list those of the deployment before count. After the
        minutes the versions before are deleted, so there are some in any case.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackConfiguration.html
        """
        if not self._exists():
            return {}
        watched = self._silent_guards(alarms) if self.settings.watched_minutes else []
        minutes = max(self.settings.watched_minutes if watched else 0, CALLS_END_WITHIN)
        if watched:
            self.say(f"taken back if one of {len(watched)} alarms rings within {minutes} minutes")
        return {
            "MonitoringTimeInMinutes": minutes,
            "RollbackTriggers": [{"Arn": alarm["AlarmArn"], "Type": "AWS::CloudWatch::Alarm"} for alarm in watched],
        }

    def _silent_guards(self, alarms: Collection[dict[str, Any]]) -> list[dict[str, Any]]:
        names = {f"{self.settings.stack}-{alarm}" for alarm in TAKES_BACK}  # as the template names them
        alarms = [alarm for alarm in alarms if alarm["AlarmName"] in names]
        loud = sorted(alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM")
        for name in loud:
            self.say(f"{name} rings already, so it does not guard this deployment")
        return [alarm for alarm in alarms if alarm["AlarmName"] not in loud]

    def discard(self, name: str) -> None:
        """Of a stack that was never made nothing is left, either."""
        cloudformation, stack = self.clients("cloudformation"), self.settings.stack
        cloudformation.delete_change_set(StackName=stack, ChangeSetName=name)
        if not self._exists():
            cloudformation.delete_stack(StackName=stack)

    def execute(self, name: str) -> dict[str, str]:
        """Gives the stack's outputs. Raises DeploymentError with the first causes; everything is rolled back then."""
        cloudformation, stack = self.clients("cloudformation"), self.settings.stack
        told = {event["EventId"] for event in self._events()}
        cloudformation.execute_change_set(StackName=stack, ChangeSetName=name)
        failed: list[str] = []
        for _ in range(MOST_POLLS):
            for event in self._events():
                if event["EventId"] not in told:
                    told.add(event["EventId"])
                    line = f"{event['ResourceStatus']:28} {event['LogicalResourceId']}"
                    self.say(line)
                    if event["ResourceStatus"].endswith("FAILED"):
                        failed.append(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}")
            (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
            status = found["StackStatus"]
            if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
                return self.outputs()
            if status.endswith(("FAILED", "ROLLBACK_COMPLETE")):
                causes = "\n".join(failed[:3]) or found.get("StackStatusReason", "")
                raise DeploymentError(f"The stack ended as {status}.\n{causes}")
            self.sleep(POLL_SECONDS)
        raise DeploymentError("The stack is still changing after an hour. Look at it in the CloudFormation console.")

    def _exists(self) -> bool:
        """A stack that was only ever planned is there, too, and has to be created all the same."""
        status = deployed_status(self.clients("cloudformation"), self.settings.stack)
        if status == "ROLLBACK_COMPLETE":
            raise DeploymentError(
                f"The first deployment of {self.settings.stack} failed, and CloudFormation wants the rest of it gone: "
                f"aws cloudformation delete-stack --stack-name {self.settings.stack}"
            )
        return status not in ("", "REVIEW_IN_PROGRESS")

    def _changes(self, name: str) -> Iterator[dict[str, Any]]:
        more: dict[str, str] = {}
        while True:
            page = self.clients("cloudformation").describe_change_set(
                StackName=self.settings.stack, ChangeSetName=name, **more
            )
            yield from (change["ResourceChange"] for change in page["Changes"])
            if not page.get("NextToken"):
                return
            more = {"NextToken": page["NextToken"]}

    def _events(self) -> list[dict[str, Any]]:
        """Oldest first: those of the newest page, which a poll every few seconds does not outrun."""
        events = self.clients("cloudformation").describe_stack_events(StackName=self.settings.stack)["StackEvents"]
        return list(reversed(events))

    def _make_bucket(self, bucket: str) -> None:
        s3 = self.clients("s3")
        try:
            s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=self.settings.account)
        except ClientError as error:
            if error.response["Error"]["Code"] != "404":
                raise
        else:
            return
        region = self.settings.region
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **where)
        blocked = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
        self.say(f"made the bucket {bucket} for the code")

    def _put(self, bucket: str, key: str, file: Path) -> None:
        """Under the hash of its content: what is there is the same."""
        s3 = self.clients("s3")
        try:
            s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] != "404":
                raise
            self.say(f"uploading {file.stat().st_size / 1e6:.0f} MB ...")
            s3.upload_file(str(file), bucket, key)


def check_python(settings: StageSettings, running: str) -> None:
    """The functions run under the Python that packages, so another one would change under what they run. Raises
    DeploymentError.
    """
    if settings.python not in ("", running):
        raise DeploymentError(
            f"The stage runs under Python {settings.python}, and this is {running}. "
            f"`make setup PYTHON=python{settings.python}` in a fresh checkout, or change `python` in the stage's file."
        )


def deployed_status(cloudformation: Any, stack: str) -> str:
    """CloudFormation's word for the stack's state; "" when there is none."""
    try:
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return ""
        raise
    return str(found["StackStatus"])


def outputs_of(cloudformation: Any, stack: str) -> dict[str, str]:
    (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}


def losses(changes: Collection[dict[str, Any]]) -> list[str]:
    """What holds data and would be removed or replaced, or might be, by logical id."""
    return sorted(
        change["LogicalResourceId"]
        for change in changes
        if change["ResourceType"] in HOLDS_DATA
        and (change["Action"] == "Remove" or change.get("Replacement") in ("True", "Conditional"))
    )


def lines_of(changes: Collection[dict[str, Any]]) -> Iterator[str]:
    for change in sorted(changes, key=lambda one: (one["Action"], one["LogicalResourceId"])):
        replaced = {"True": " (replaced)", "Conditional": " (may be replaced)"}.get(change.get("Replacement", ""), "")
        yield f"  {change['Action']:7} {change['LogicalResourceId']:40} {change['ResourceType']}{replaced}"


def deploy(
    deployment: Deployment, folder: Path, name: str, accepted: Collection[str], agreed: Callable[[], bool]
) -> dict[str, str] | None:
    """`folder`: of the package; `name`: of the change set; `accepted`: what may be lost. Gives the stack's
    outputs, None for a no.

    Raises DeploymentError.
    """
    changes = deployment.plan(deployment.upload(folder), name)
    if not changes:
        deployment.say("nothing to change")
        return deployment.outputs()
    for line in lines_of(changes):
        deployment.say(line)
    lost = [one for one in losses(changes) if one not in accepted]
    if lost:
        deployment.discard(name)
        raise DeploymentError(
            f"This would remove or replace what holds messages: {', '.join(lost)}. Nothing was changed. If that is "
            "meant, back it up (docs/operations.md) and name each with --accept-loss."
        )
    if not agreed():
        deployment.discard(name)
        deployment.say("nothing was changed")
        return None
    return deployment.execute(name)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description="Deploy a stage.")
    parser.add_argument("--stage", required=True, help="a stage of .chalice/config.json with a file in infra/stages/")
    parser.add_argument("--yes", action="store_true", help="do not ask before changing anything")
    parser.add_argument("--accept-loss", action="append", default=[], metavar="LOGICAL_ID")
    parser.add_argument("--at-once", action="store_true", help="a mend that cannot wait: all calls at once")
    options = parser.parse_args(arguments)
    try:
        settings = load_stage(options.stage)
        check_python(settings, PYTHON)
        if options.at_once:
            settings = replace(settings, parameters={**settings.parameters, SHIFT_PARAMETER: "AllAtOnce"})
        session = session_for(settings)
        folder = ROOT / ".build" / options.stage
        package(options.stage, folder)
        deployment = Deployment(settings, session.client, time.sleep, lambda line: print(line, flush=True))
        name = f"splot-{int(time.time())}"
        outputs = deploy(
            deployment,
            folder,
            name,
            options.accept_loss,
            lambda: options.yes or input(f"Change {settings.stack} in {settings.account} like this? [y/N] ") == "y",
        )
        if outputs and "ConsoleBucketName" in outputs:
            put_console(session.client("s3"), settings, outputs, build_console(), deployment.say)
    except NotBuilt as reason:
        sys.exit(f"error: the stack is deployed, and the console is as it was: {reason}")
    except (DeploymentError, PackagingError, ClientError, BotoCoreError) as error:
        sys.exit(f"error: {error}")
    for key, value in (outputs or {}).items():
        print(f"  {key:24} {value}")
    print(f"`make doctor STAGE={options.stage}` says what is still missing.")


if __name__ == "__main__":
    main()
