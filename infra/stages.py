"""Where a stage is deployed: `infra/stages/<stage>.json`, of the shape of `infra/stages/example.json`.

It holds no secrets: those are made in the account (`infra/keys.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import boto3
import msgspec

from infra.errors import DeploymentError

FOLDER = Path(__file__).parent / "stages"


class WebhookSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`events`: names of docs/events.md, or how some begin, with a `*`. `per_second`: how often it is called."""

    url: str
    events: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=20)]
    per_second: Annotated[int, msgspec.Meta(ge=1, le=300)] = 10


class StageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`account`: the one into which it goes, so that nobody's other credentials deploy it elsewhere. `parameters`: of
    the template, `infra/template/parameters.yaml`. `watched_minutes`: for how long after a deployment an alarm takes it
    back. `webhooks`: by name, made by `infra/webhooks.py`.
    """

    account: str
    region: str
    stack: str
    parameters: Mapping[str, str]
    watched_minutes: Annotated[int, msgspec.Meta(ge=0, le=180)] = 15
    webhooks: Mapping[str, WebhookSettings] = {}

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
        return msgspec.convert(json.loads(path.read_text()), StageSettings)
    except ValueError as error:  # of the JSON, or of its shape
        raise DeploymentError(f"{path}: {error}") from error


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
