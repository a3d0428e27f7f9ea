"""Webhooks of a stage: `python -m infra.webhooks deploy|key|rotate|retire|undelivered|replay --stage STAGE`.

They stand in the stage's file and become EventBridge API destinations, one small stack for each, made with the rights
of whoever runs this: no function of the hub may make a destination, and none fetches an address that somebody gave it.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from chalicelib.gateways.secrets import parse_secrets
from infra.errors import DeploymentError
from infra.keys import KEY_BYTES, Random, Secrets, read, wait_until_read, write
from infra.stages import StageSettings, load_stage, session_for
from infra.undelivered import Undelivered
from infra.webhook_template import Template, check_webhook, webhook_template


def with_key(secrets: Secrets, name: str, random: Random) -> Secrets:
    """With a key for the webhook, if it has none."""
    return secrets if name in secrets.get("webhook_keys", {}) else _with_keys(secrets, name, [_key(random)])


def rotated(secrets: Secrets, name: str, random: Random) -> Secrets:
    """With a second key in front. Raises DeploymentError while two are live, or if there is none."""
    keys = _keys_of(secrets, name)
    if len(keys) > 1:
        raise DeploymentError(f"{name} has two keys already. Once its receiver knows the newer one, retire the older.")
    return _with_keys(secrets, name, [_key(random), *keys])


def retired(secrets: Secrets, name: str) -> Secrets:
    """Without the older of two keys. Raises DeploymentError."""
    keys = _keys_of(secrets, name)
    if len(keys) < 2:
        raise DeploymentError(f"{name} has one key. Rotate first.")
    return _with_keys(secrets, name, keys[:1])


def _keys_of(secrets: Secrets, name: str) -> list[str]:
    keys: list[str] = secrets.get("webhook_keys", {}).get(name, [])
    if not keys:
        raise DeploymentError(f"{name} has no key. Deploy the webhooks first.")
    return keys


def _with_keys(secrets: Secrets, name: str, keys: list[str]) -> Secrets:
    return {**secrets, "webhook_keys": {**secrets.get("webhook_keys", {}), name: keys}}


def _key(random: Random) -> str:
    return base64.b64encode(random(KEY_BYTES)).decode()


@dataclass(frozen=True)
class Webhooks:
    """Those of one stage. `client`: cloudformation, events, sqs and ssm by name."""

    settings: StageSettings
    client: Callable[[str], Any]
    now: Callable[[], datetime]
    say: Callable[[str], None]

    def deploy(self, random: Random) -> bool:
        """All that the stage's file names, after all were checked. Gives whether there are new keys."""
        for name, webhook in self.settings.webhooks.items():
            check_webhook(name, webhook)
        before = read(self.client("ssm"), self.settings.secrets_parameter)
        secrets = before
        for name in self.settings.webhooks:
            secrets = with_key(secrets, name, random)
        if secrets != before:
            write(self.client("ssm"), self.settings.secrets_parameter, secrets)
        for name, webhook in self.settings.webhooks.items():
            self._deploy_one(name, webhook_template(name, webhook, self.settings))
        return secrets != before

    def _deploy_one(self, name: str, template: Template) -> None:
        stacks, stack = self.client("cloudformation"), self.stack_of(name)
        said = {"StackName": stack, "TemplateBody": json.dumps(template), "Capabilities": ["CAPABILITY_IAM"]}
        try:
            stacks.create_stack(**said)
            done = "stack_create_complete"
        except stacks.exceptions.AlreadyExistsException:
            try:
                stacks.update_stack(**said)
            except ClientError as error:
                if "No updates are to be performed" not in str(error):
                    raise
                self.say(f"{name}: as it was")
                return
            done = "stack_update_complete"
        stacks.get_waiter(done).wait(StackName=stack)
        self.say(f"{name}: {stack} is there")

    def stack_of(self, name: str) -> str:
        return f"{self.settings.stack}-webhook-{name}"

    def undelivered(self, name: str) -> Undelivered:
        return Undelivered(
            name, self._queue_of(name), self.settings.stack, self.client("sqs"), self.client("events"), self.now
        )

    def replay(self, name: str) -> int:
        """How many were sent again. Raises DeploymentError."""
        secrets = parse_secrets(json.dumps(read(self.client("ssm"), self.settings.secrets_parameter)))
        return self.undelivered(name).replay(secrets.webhook_keys.get(name, ()))

    def _queue_of(self, name: str) -> str:
        resource = self.client("cloudformation").describe_stack_resource(
            StackName=self.stack_of(name), LogicalResourceId="Undelivered"
        )
        url: str = resource["StackResourceDetail"]["PhysicalResourceId"]
        return url


def _run(command: str, name: str, webhooks: Webhooks, wait: Callable[[], None]) -> None:
    ssm, parameter = webhooks.client("ssm"), webhooks.settings.secrets_parameter
    if command == "deploy":
        if webhooks.deploy(os.urandom):
            wait()
    elif command == "key":
        print("\n".join(_keys_of(read(ssm, parameter), name)))
    elif command == "rotate":
        write(ssm, parameter, rotated(read(ssm, parameter), name, os.urandom))
        wait()
        print("Both keys sign now. Give the first line of `key` to the receiver, then retire the other.")
    elif command == "retire":
        write(ssm, parameter, retired(read(ssm, parameter), name))
        wait()
    elif command == "undelivered":
        for line in webhooks.undelivered(name).lines():
            print(line)
    else:
        print(f"{webhooks.replay(name)} sent again")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.webhooks", description="The webhooks of a stage.")
    parser.add_argument("command", choices=("deploy", "key", "rotate", "retire", "undelivered", "replay"))
    parser.add_argument("--stage", required=True)
    parser.add_argument("--name", default="", help="of the webhook")
    options = parser.parse_args(arguments)
    if options.command != "deploy" and not options.name:
        parser.error("say which webhook: --name NAME")
    try:
        settings = load_stage(options.stage)
        session = session_for(settings)
        _run(
            options.command,
            options.name,
            Webhooks(settings, session.client, lambda: datetime.now(UTC), print),
            lambda: wait_until_read(time.sleep, print),
        )
    except (DeploymentError, ClientError, BotoCoreError, WaiterError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
