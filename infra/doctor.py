"""Says what a deployed stage still lacks: `make doctor STAGE=prod`. It reads, and changes nothing.

Each check says what it found and, where something is missing, what to do. `docs/deploy.md` is the way through them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import HubError
from chalicelib.gateways.secrets import parse_secrets
from chalicelib.storage.configuration_table import ConfigurationTable
from chalicelib.storage.table import Table
from infra.deploy import deployed_status, outputs_of
from infra.errors import DeploymentError
from infra.stages import StageSettings, load_stage, session_for


@dataclass(frozen=True)
class Finding:
    """`do`: what to do about it; "" when all is well."""

    check: str
    said: str
    do: str = ""


@dataclass(frozen=True)
class Stage:
    """A deployed stage, as the checks see it. `load`: the configuration in a table, by the table's name. `fetch`: the
    body behind an address of the operator's own choice.
    """

    settings: StageSettings
    clients: Callable[[str], Any]
    load: Callable[[str], Configuration]
    fetch: Callable[[str], bytes]

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        return outputs_of(self.clients("cloudformation"), self.settings.stack)

    @cached_property
    def configuration(self) -> Configuration:
        """Raises WrongConfiguration, also when none was ever saved."""
        return self.load(self.outputs["TableName"])

    def parameter(self, name: str) -> str:
        return self.settings.parameters.get(name, "")

    def lists(self, *channels: Channel) -> bool:
        return any(channel in channels for channel in self.settings.channels)


Check = Callable[[Stage], Iterator[Finding]]


def check_stack(stage: Stage) -> Iterator[Finding]:
    status = deployed_status(stage.clients("cloudformation"), stage.settings.stack)
    well = status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    yield Finding("stack", status or "not deployed", "" if well else "make deploy STAGE=...")


def check_keys(stage: Stage) -> Iterator[Finding]:
    do = "python -m infra.keys make --stage ..."
    ssm = stage.clients("ssm")
    try:
        answer = ssm.get_parameter(Name=stage.settings.secrets_parameter, WithDecryption=True)
        parse_secrets(answer["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        yield Finding("keys", f"{stage.settings.secrets_parameter} does not exist", do)
    except HubError as error:
        yield Finding("keys", error.public_text, "write it as docs/operations.md says")
    else:
        yield Finding("keys", "there")


def check_configuration(stage: Stage) -> Iterator[Finding]:
    do = f"python -m infra.configure FILE --table {stage.outputs['TableName']}"
    try:
        configuration = stage.configuration
    except HubError as error:
        yield Finding("configuration", error.public_text, do)
    else:
        channels = sorted({inbox.channel for inbox in configuration.inboxes})
        yield Finding("configuration", f"version {configuration.version}, inboxes of {', '.join(channels)}")
        for inbox in configuration.inboxes:
            if inbox.channel not in stage.settings.channels:
                do = "list the channel in the stage's file and deploy, or take the inbox out of the configuration"
                yield Finding("channel", f"{inbox.name} is an inbox for {inbox.channel}, which is not listed", do)


def check_table(stage: Stage) -> Iterator[Finding]:
    """A table that was restored from a backup comes without any of it."""
    name, dynamodb = stage.outputs["TableName"], stage.clients("dynamodb")
    table = dynamodb.describe_table(TableName=name)["Table"]
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"].get("TimeToLiveStatus")
    there = {
        "point-in-time recovery": recovery == "ENABLED",
        "expiry": expiry in ("ENABLED", "ENABLING"),
        "a stream": table.get("StreamSpecification", {}).get("StreamViewType") == "NEW_AND_OLD_IMAGES",
        "deletion protection": bool(table.get("DeletionProtectionEnabled")),
    }
    lacks = [what for what, is_there in there.items() if not is_there]
    do = "switch it on, as docs/operations.md says under Backup and restore" if lacks else ""
    yield Finding("table", f"{name}" + (f" lacks {', '.join(lacks)}" if lacks else ""), do)


def check_domain(stage: Stage) -> Iterator[Finding]:
    domain = stage.parameter("MailDomain")
    if not domain:
        return
    ses = stage.clients("sesv2")
    try:
        identity = ses.get_email_identity(EmailIdentity=domain)
    except ses.exceptions.NotFoundException:
        yield Finding(
            "mail domain",
            f"{domain} is no identity of SES",
            f"aws sesv2 create-email-identity --email-identity {domain}",
        )
    else:
        signed = identity.get("DkimAttributes", {}).get("Status") == "SUCCESS"
        proved = identity.get("VerifiedForSendingStatus", False)
        do = "" if signed and proved else "put the three CNAME records that SES names into the DNS of the domain"
        yield Finding("mail domain", f"{domain}, {'verified' if proved else 'not verified'} with SES", do)


def check_sending(stage: Stage) -> Iterator[Finding]:
    if not stage.parameter("MailDomain"):
        return
    account = stage.clients("sesv2").get_account()
    sends = account.get("ProductionAccessEnabled", False) and account.get("SendingEnabled", False)
    do = "" if sends else "ask AWS for production access of SES; until then mail goes to verified addresses only"
    yield Finding("sending", "SES sends to everybody" if sends else "SES is in the sandbox or paused", do)
    plan = account.get("PricingAttributes", {}).get("CurrentPlan", "NONE")
    if plan != "NONE":
        yield Finding("sending", f"SES is paid by the plan {plan}, not by what is used; docs/cost.md compares them")


def check_receiving(stage: Stage) -> Iterator[Finding]:
    if not stage.lists(Channel.EMAIL, Channel.FAX):
        return
    wanted = stage.outputs["ReceiptRuleSetName"]
    active = stage.clients("ses").describe_active_receipt_rule_set().get("Metadata", {}).get("Name", "")
    host = f"inbound-smtp.{stage.settings.region}.amazonaws.com"
    if active == wanted:
        yield Finding("receiving", f"rule set {wanted} is active; the MX record must say 10 {host}")
    else:
        do = f"aws ses set-active-receipt-rule-set --rule-set-name {wanted}; and an MX record 10 {host}"
        yield Finding("receiving", f"the active rule set is {active or 'none'}", do)


def check_numbers(stage: Stage) -> Iterator[Finding]:
    if not stage.lists(Channel.SMS):
        return
    topic = stage.outputs["IncomingSmsTopicArn"]
    pages = stage.clients("pinpoint-sms-voice-v2").get_paginator("describe_phone_numbers").paginate()
    numbers = {one["PhoneNumber"]: one for page in pages for one in page["PhoneNumbers"]}
    for inbox in stage.configuration.inboxes:
        if inbox.channel is not Channel.SMS:
            continue
        number = numbers.get(inbox.address)
        if number is None:
            yield Finding("number", f"{inbox.address} is no number of this account", "request it in End User Messaging")
        elif not number.get("TwoWayEnabled") or number.get("TwoWayChannelArn") != topic:
            do = f"switch two-way on for it, with the topic {topic}"
            yield Finding("number", f"{inbox.address} does not hand its messages to the hub", do)
        else:
            yield Finding("number", f"{inbox.address} hands its messages to the hub")


def check_fax(stage: Stage) -> Iterator[Finding]:
    if not stage.lists(Channel.FAX):
        return
    for inbox in stage.configuration.inboxes:
        if inbox.channel is Channel.FAX:
            do = "" if inbox.gateways else f"name the sender domains of the gateway: inbox {inbox.name}, gateways"
            said = ", ".join(inbox.gateways) or "no gateway is believed"
            yield Finding("fax", f"{inbox.address}: {said}", do)


def check_logins(stage: Stage) -> Iterator[Finding]:
    issuer = stage.parameter("TokenIssuer")
    if not issuer:
        pool = stage.outputs.get("UserPoolId", "")
        users = stage.clients("cognito-idp").list_users(UserPoolId=pool, Limit=1)["Users"]
        do = "" if users else f"make the first user and put them into role:admin of the pool {pool}"
        yield Finding("logins", "the stack's own user pool" + ("" if users else ", with nobody in it"), do)
        return
    address = stage.parameter("TokenJwksUrl") or f"{issuer}/.well-known/jwks.json"
    try:
        keys = json.loads(stage.fetch(address))["keys"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield Finding("logins", f"{address} gives no keys: {error}", "correct TokenIssuer or TokenJwksUrl")
    else:
        yield Finding("logins", f"{issuer}, {len(keys)} keys", "" if keys else "the issuer publishes no key")


def check_alarms(stage: Stage) -> Iterator[Finding]:
    topic = stage.parameter("AlarmTopicArn")
    if not topic:
        yield Finding("alarms", "tell nobody", "set AlarmTopicArn in the stage's file, and deploy")
        return
    confirmed = stage.clients("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsConfirmed"]
    do = "" if int(confirmed) else f"subscribe whoever is on call to {topic}"
    yield Finding("alarms", f"{topic}: {confirmed} confirmed subscriptions", do)


CHECKS: tuple[Check, ...] = (
    check_keys,
    check_table,
    check_configuration,
    check_domain,
    check_sending,
    check_receiving,
    check_numbers,
    check_fax,
    check_logins,
    check_alarms,
)


def examine(stage: Stage, checks: tuple[Check, ...] = CHECKS) -> Iterator[Finding]:
    """A check that cannot be made is a finding, too: the others are made all the same."""
    for found in check_stack(stage):
        yield found
        if found.do:
            return  # without a stack there is nothing to look at
    for check in checks:
        try:
            yield from check(stage)
        except (ClientError, BotoCoreError, HubError, DeploymentError) as error:
            name = check.__name__.removeprefix("check_")
            yield Finding(name, f"could not be looked at: {error}", "mend that, and look again")


def _load(table: str) -> Configuration:
    source = ConfigurationTable(Table(table, randomness=os.urandom, sleep=time.sleep), lambda: datetime.now(UTC))
    return source.current()


def _fetch(address: str) -> bytes:
    if not address.startswith("https://"):
        raise OSError("it is no https address")
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  # the operator's own setting, and https
        body: bytes = answer.read(1_000_000)
        return body


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.doctor", description="Say what a deployed stage lacks.")
    parser.add_argument("--stage", required=True)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        settings = load_stage(options.stage)
        os.environ["AWS_DEFAULT_REGION"] = settings.region  # the table's own client reads it there
        stage = Stage(settings, session_for(settings).client, _load, _fetch)
        missing = 0
        for finding in examine(stage):
            missing += bool(finding.do)
            print(f"{'MISSING' if finding.do else 'ok':8} {finding.check:14} {finding.said}", flush=True)
            if finding.do:
                print(f"{'':8} {'':14} -> {finding.do}")
    except (DeploymentError, ClientError, BotoCoreError) as error:
        sys.exit(f"error: {error}")
    print(f"{missing} missing, {time.monotonic() - started:.0f} s, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
