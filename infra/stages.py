"""Where a stage is deployed: `infra/stages/<stage>.json`, of the shape of `infra/stages/example.json`.

It holds no secrets: those are made in the account (`infra/keys.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import boto3
import msgspec

from chalicelib.domain.contact_points import Channel
from infra.errors import DeploymentError
from infra.template import join_templates

FOLDER = Path(__file__).parent / "stages"

# The template's parameter that says whether the stage lists a channel. The others need no resources of their own.
_LISTED = {
    Channel.EMAIL: "EmailChannel",
    Channel.SMS: "SmsChannel",
    Channel.FAX: "FaxChannel",
    Channel.APP: "AppChannel",
    Channel.PHONE: "PhoneChannel",
}
_OF_A_CHANNEL = {
    "SmsConfigurationSet": Channel.SMS,
    "TextCodesPerDay": Channel.SMS,
    "FaxOcr": Channel.FAX,
    "PushApnsApplicationArn": Channel.APP,
    "PushFcmApplicationArn": Channel.APP,
    "ConnectInstanceArn": Channel.PHONE,
}
_BY_MAIL = frozenset({Channel.EMAIL, Channel.FAX, Channel.WEB_FORM})  # forms are answered by mail


class WebhookSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`events`: names of docs/events.md, or how some begin, with a `*`. `per_second`: how often it is called."""

    url: str
    events: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=20)]
    per_second: Annotated[int, msgspec.Meta(ge=1, le=300)] = 10


class ConsoleLogin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the console asks an issuer of the company's own for a token: docs/console.md. `client_id`: empty where it is
    TokenAudience. `scope`, `prompt`: such as `openid offline_access` and `consent`, where a refresh token takes them.
    """

    client_id: str = ""
    scope: str = ""
    resource: str = ""
    prompt: str = ""


class StageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`account`: the one into which it goes, so that nobody's other credentials deploy it elsewhere. `channels`: those
    that are used; another one has no resources, and nothing of it is asked for. `parameters`: of the template,
    `infra/template/parameters.yaml`. `watched_minutes`: for how long after a deployment an alarm takes it back.
    `webhooks`: by name, made by `infra/webhooks.py`. `python`: the only one that may package it, such as `3.13`; empty
    for whichever does. `console_login`: with TokenIssuer.
    """

    account: Annotated[str, msgspec.Meta(pattern=r"^\d{12}$")]
    region: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}(-[a-z]+)+-\d+$")]
    stack: Annotated[str, msgspec.Meta(pattern="^[A-Za-z][A-Za-z0-9-]{0,127}$")]
    parameters: Mapping[str, str]
    watched_minutes: Annotated[int, msgspec.Meta(ge=0, le=180)] = 15
    webhooks: Mapping[str, WebhookSettings] = {}
    channels: Annotated[tuple[Channel, ...], msgspec.Meta(min_length=1)] = tuple(Channel)
    python: Annotated[str, msgspec.Meta(pattern=r"^(3\.\d+)?$")] = ""
    console_login: ConsoleLogin = ConsoleLogin()

    @property
    def template_parameters(self) -> dict[str, str]:
        listed = {name: str(channel in self.channels).lower() for channel, name in _LISTED.items()}
        return {**self.parameters, **listed}

    @property
    def code_bucket(self) -> str:
        return f"splot-code-{self.account}-{self.region}"

    @property
    def secrets_parameter(self) -> str:
        """As the template makes it of the stack's name."""
        return f"/{self.stack}/secrets"


def load_stage(stage: str, folder: Path = FOLDER) -> StageSettings:
    """Raises DeploymentError, which names the file and the member."""
    path = folder / f"{stage}.json"
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.json") if file.stem != "example")) or "none"
        raise DeploymentError(
            f"{path} does not exist (there is: {known}). Copy {folder / 'example.json'} and say where the stage goes."
        )
    try:
        settings = msgspec.convert(json.loads(path.read_text()), StageSettings)
    except json.JSONDecodeError as error:
        raise DeploymentError(f"{path} is no JSON: {error}") from error
    except msgspec.ValidationError as error:
        channels = f" (channels are {', '.join(Channel)})" if "`$.channels" in str(error) else ""
        raise DeploymentError(f"{path}: {error}{channels}") from error
    if wrong := "; ".join(_mismatches(settings)):
        raise DeploymentError(f"{path}: {wrong}.")
    return settings


def _mismatches(settings: StageSettings) -> Iterator[str]:
    """Of the parameters with the template and with the channels: CloudFormation would tell of some after everything was
    packaged and sent, ignore others, and stop in the middle at others.
    """
    known = join_templates(FOLDER.parent / "template")["Parameters"]
    for name in sorted({*settings.parameters} - {*known}):
        meant = "".join(f" ({one} is)" for one in get_close_matches(name, known, 1))
        yield f"{name} is no parameter of infra/template/parameters.yaml{meant}"
    needy = sorted(_BY_MAIL.intersection(settings.channels))
    if needy and not settings.parameters.get("MailDomain"):
        yield f"{', '.join(needy)} needs the parameter MailDomain"
    for name in sorted({*settings.parameters} & {*_OF_A_CHANNEL, *_LISTED.values()}):
        channel = _OF_A_CHANNEL.get(name)
        if channel is None:
            yield f"{name} is said by the member channels"
        elif channel not in settings.channels:
            yield f"{name} is given, and {channel} is not among the channels"


def session_for(settings: StageSettings) -> boto3.Session:
    """With the caller's own credentials. Raises DeploymentError when they belong to another account."""
    session = boto3.Session(region_name=settings.region)
    if session.get_credentials() is None:
        raise DeploymentError("There are no AWS credentials. Log in first (aws sso login, or AWS_PROFILE=...).")
    account = session.client("sts").get_caller_identity()["Account"]
    if account != settings.account:
        raise DeploymentError(
            f"These credentials belong to account {account}, and the stage goes to {settings.account}. "
            "Use other credentials, or correct the stage's file."
        )
    return session
