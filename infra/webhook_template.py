"""A webhook as CloudFormation: an EventBridge API destination with its rule, retries, and a queue for what failed."""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from chalicelib.usecases.event_catalogue import CATALOGUE
from infra.errors import DeploymentError
from infra.stages import StageSettings, WebhookSettings

# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
RETRIED_FOR_SECONDS = 24 * 3600
MOST_RETRIES = 185
KEPT_FOR_SECONDS = 14 * 24 * 3600
AGAIN = "splot.again"  # the source of an event that is sent to one webhook once more

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_HOST = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_NOT_PUBLIC = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".test", ".invalid", ".onion")

Template = dict[str, Any]


def check_webhook(name: str, webhook: WebhookSettings) -> None:
    """Raises DeploymentError, which says what is wrong with it."""
    if not _NAME.fullmatch(name):
        raise DeploymentError(f"{name}: a webhook's name is up to 32 small letters, digits and hyphens.")
    if reason := _why_not(webhook.url):
        raise DeploymentError(f"{name}: {webhook.url} {reason}.")
    for event in webhook.events:
        if not any(_matches(event, known) for known in CATALOGUE):
            raise DeploymentError(f"{name}: there is no event {event}; docs/events.md has them all.")


def _why_not(url: str) -> str:
    """Only a public name on https: what is behind it is reached from AWS's own network, never from ours."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is no address"
    host = parts.hostname or ""
    if parts.scheme != "https" or not url.isascii() or not url.isprintable() or " " in url:
        return "does not begin with https://, or has letters that no address has"
    if parts.username is not None or parts.fragment or "*" in url or "\\" in url:
        return "names a user, a fragment or a place to fill in"
    if port not in (None, 443):
        return "names another port than 443"
    if _is_number(host) or not _HOST.fullmatch(host) or f".{host}".endswith(_NOT_PUBLIC):
        return "does not name a public host"
    return ""


def _is_number(host: str) -> bool:
    """Also in the short, octal and hexadecimal ways in which some programs read an IPv4 address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return re.fullmatch(r"[0-9.]+|0x[0-9a-f.x]+", host) is not None
    return True


def _matches(wanted: str, event: str) -> bool:
    return event.startswith(wanted[:-1]) if wanted.endswith("*") else event == wanted


def event_pattern(name: str, events: tuple[str, ...]) -> dict[str, Any]:
    """What happens, and what is sent again to this webhook alone."""
    types = [{"prefix": event[:-1]} if event.endswith("*") else event for event in events]
    return {
        "$or": [
            {"source": ["splot"], "detail-type": types},
            {"source": [AGAIN], "resources": [f"webhook:{name}"]},
        ]
    }


def webhook_template(name: str, webhook: WebhookSettings, settings: StageSettings) -> Template:
    topic = settings.parameters.get("AlarmTopicArn", "")
    rule = {
        "Fn::Sub": f"arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:rule/{settings.stack}/{name}"
    }
    ours = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}, "ArnEquals": {"aws:SourceArn": rule}}
    bridge = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Condition": ours}
    undelivered = {"Fn::GetAtt": ["Undelivered", "Arn"]}
    return {
        "Description": f"The webhook {name} of {settings.stack}",
        "Resources": {
            "Connection": _resource(
                "Events::Connection",
                AuthorizationType="API_KEY",
                # It proves nothing, and keeps no secret: EventBridge wants a header. The signature proves.
                AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "X-Splot-Stack", "ApiKeyValue": settings.stack}},
            ),
            "Destination": _resource(
                "Events::ApiDestination",
                ConnectionArn={"Fn::GetAtt": ["Connection", "Arn"]},
                HttpMethod="POST",
                InvocationEndpoint=webhook.url,
                InvocationRateLimitPerSecond=webhook.per_second,
            ),
            "Undelivered": _resource("SQS::Queue", MessageRetentionPeriod=KEPT_FOR_SECONDS, SqsManagedSseEnabled=True),
            "UndeliveredPolicy": _resource(
                "SQS::QueuePolicy",
                Queues=[{"Ref": "Undelivered"}],
                PolicyDocument=_policy({**bridge, "Action": "sqs:SendMessage", "Resource": undelivered}),
            ),
            "Role": _resource(
                "IAM::Role",
                AssumeRolePolicyDocument=_policy({**bridge, "Action": "sts:AssumeRole"}),
                Policies=[
                    {
                        "PolicyName": "call",
                        "PolicyDocument": _policy(
                            {
                                "Effect": "Allow",
                                "Action": "events:InvokeApiDestination",
                                "Resource": {"Fn::GetAtt": ["Destination", "Arn"]},
                            }
                        ),
                    }
                ],
            ),
            "Rule": _resource(
                "Events::Rule",
                Name=name,
                EventBusName=settings.stack,
                EventPattern=event_pattern(name, webhook.events),
                Targets=[
                    {
                        "Id": "webhook",
                        "Arn": {"Fn::GetAtt": ["Destination", "Arn"]},
                        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                        "DeadLetterConfig": {"Arn": undelivered},
                        "RetryPolicy": {
                            "MaximumEventAgeInSeconds": RETRIED_FOR_SECONDS,
                            "MaximumRetryAttempts": MOST_RETRIES,
                        },
                    }
                ],
            ),
            "UndeliveredFill": _resource(
                "CloudWatch::Alarm",
                AlarmDescription=f"Events were not delivered to {name}. See docs/operations.md, Webhooks.",
                Namespace="AWS/SQS",
                MetricName="ApproximateNumberOfMessagesVisible",
                Dimensions=[{"Name": "QueueName", "Value": {"Fn::GetAtt": ["Undelivered", "QueueName"]}}],
                Statistic="Maximum",
                Period=300,
                EvaluationPeriods=1,
                Threshold=0,
                ComparisonOperator="GreaterThanThreshold",
                TreatMissingData="notBreaching",
                **({"AlarmActions": [topic]} if topic else {}),
            ),
        },
        "Outputs": {"Undelivered": {"Value": {"Ref": "Undelivered"}}},
    }


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
