"""One local stack on this machine: its folder, its ports, the addresses that follow from them, and clients to them.

Everything listens on 127.0.0.1 only. Everything that must survive a restart lies in the folder (`.local/` by default).
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

HOST = "127.0.0.1"
REGION = "eu-central-1"
PROJECT = Path(__file__).resolve().parents[2]
DEFAULT_FOLDER = PROJECT / ".local"

# What listens where, unless something else on this machine does: the AWS emulator with the API, the table, the mail
# server of the company, what carries mail and SMS away, and the agents' console.
DEFAULT_PORTS = {"aws": 4566, "table": 8000, "smtp": 2525, "carriers": 8025, "console": 8030}


@dataclass(frozen=True)
class LocalStack:
    folder: Path = DEFAULT_FOLDER

    @property
    def ports(self) -> dict[str, int]:
        """As chosen when the stack was last started. Raises FileNotFoundError if it never was."""
        ports: dict[str, int] = json.loads((self.folder / "ports.json").read_text())
        return ports

    def keep_ports(self, ports: Mapping[str, int]) -> None:
        write_whole(self.folder / "ports.json", json.dumps(dict(ports)))

    @property
    def has_dynoxide(self) -> bool:
        """Whether the table has a process of its own, or is one more part of MiniStack."""
        return self.ports["table"] != self.ports["aws"]

    @property
    def table_file(self) -> Path:
        """Of dynoxide."""
        return self.folder / "table.db"

    def url(self, name: str) -> str:
        return f"http://{HOST}:{self.ports[name]}"

    @property
    def deployed(self) -> Deployed | None:
        """What stands on the emulator, or None as long as nothing was deployed completely."""
        try:
            return Deployed(**json.loads((self.folder / "deployed.json").read_text()))
        except FileNotFoundError:
            return None

    @property
    def unfinished_deployment(self) -> Path:
        """Is there while something is being deployed, and after that was cut off."""
        return self.folder / "deployment.unfinished"

    @property
    def outbox(self) -> Path:
        """Every mail and SMS that the hub has sent, one file each."""
        return self.folder / "outbox"

    def log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"

    def environment(self, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The environment of every process of the stack, and through MiniStack of every function.

        Nothing of the operator's own AWS settings gets through: no profile, no credentials, no endpoint.
        """
        kept = {name: value for name, value in inherited.items() if not name.startswith("AWS_")}
        return {
            **kept,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.url("aws"),
            "AWS_ENDPOINT_URL_DYNAMODB": self.url("table"),
            "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": self.url("table"),
            "AWS_ENDPOINT_URL_SESV2": self.url("carriers"),
            "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": self.url("carriers"),
            "AWS_ENDPOINT_URL_SNS": self.url("carriers"),  # the functions ring devices by it; topics have no other user
            "NO_PROXY": f"{HOST},localhost",
            "no_proxy": f"{HOST},localhost",
        }

    def hub_environment(self) -> dict[str, str]:
        """`environment()` and what the deployment told the functions: enough to use the hub's own code from outside.

        Raises NotDeployed.
        """
        return {**self.environment(), **self.get_deployed().environment}

    def get_deployed(self) -> Deployed:
        deployed = self.deployed
        if deployed is None:
            raise NotDeployed
        return deployed

    def client(self, service: str, **config: Any) -> Any:
        """A boto3 client to the part of the stack that stands for the service."""
        on_table = service in {"dynamodb", "dynamodbstreams"}
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url("table" if on_table else "aws"),
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106  # the emulators take any
            config=Config(
                connect_timeout=2,
                read_timeout=70,
                retries={"mode": "standard", "total_max_attempts": 3},
                s3={"addressing_style": "path"},
                proxies={},
                **config,
            ),
        )


@dataclass(frozen=True)
class Deployed:
    """`resources`: logical id in the template -> physical id. `environment`: what the functions are told.

    `fingerprint` changes with everything that would have to be deployed again.
    """

    fingerprint: str
    resources: Mapping[str, str]
    environment: Mapping[str, str]
    api_url: str


class NotDeployed(Exception):
    """The stack is not up yet."""


def choose_ports(
    wanted: Mapping[str, int], is_free: Callable[[int], bool], any_free: Callable[[], int]
) -> dict[str, int]:
    """The wanted port of each, or another free one where some other program has taken it. No two are the same: a port
    that was free when one was chosen for is still free when the next one is.
    """
    chosen: dict[str, int] = {}
    for name, wanted_port in wanted.items():
        port = wanted_port if is_free(wanted_port) else any_free()
        while port in chosen.values() or (port != wanted_port and port in wanted.values()):
            port = any_free()
        chosen[name] = port
    return chosen


def other_ports() -> dict[str, int]:
    """For a stack beside the one that has the usual ports."""
    return choose_ports(DEFAULT_PORTS, lambda _: False, any_free)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Without it the connections of a stack that was stopped a moment ago would still count (TIME_WAIT).
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return not is_answering(port)


def any_free() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def is_answering(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def write_whole(path: Path, content: str | bytes) -> None:
    """All of it or nothing, and on the disk before this returns."""
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
