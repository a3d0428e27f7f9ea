"""Which processes make up the local stack, and how each is started."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infra.local import emulators
from infra.local.local_template import API_ID, API_STAGE
from infra.local.stack import HOST, PROJECT, REGION, LocalStack

RECONCILE_AFTER_SECONDS = 15


@dataclass(frozen=True)
class Program:
    """`repair` is run once after the program was started again: what it may have forgotten is told to it anew.

    `ours`: it runs code of this project.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    repair: Sequence[str] = ()
    ours: bool = False


def programs_of(stack: LocalStack) -> tuple[Program, ...]:
    """In the order in which they start; they stop in the reverse one. None needs another one to start."""
    environment = stack.environment()
    ours = [sys.executable, "-m"]
    folder = str(stack.folder)
    aws = Program(
        "aws",
        [str(emulators.MINISTACK_PYTHON), "-P", str(PROJECT / "infra/local/run_ministack.py"), folder],
        {**environment, **_ministack_settings(stack)},
        repair=[*ours, "infra.local.deployment", folder],
    )
    carriers = Program("carriers", [*ours, "infra.local.carriers", folder], environment, ours=True)
    smtp = Program("smtp", [*ours, "infra.local.mail_in", folder], environment, ours=True)
    console = Program("console", [*ours, "infra.local.console", folder], environment, ours=True)
    if not stack.has_dynoxide:
        return (aws, carriers, smtp, console)
    table = emulators.table_command(stack.table_file, stack.ports["table"])
    return (
        Program("table", table, environment),
        aws,
        carriers,
        smtp,
        console,
        Program("stream", [*ours, "infra.local.stream_reader", folder], environment, ours=True),
    )


def _ministack_settings(stack: LocalStack) -> dict[str, str]:
    """MiniStack hands its environment on to the functions, beneath what the template gives them."""
    folder = stack.folder
    return {
        "GATEWAY_PORT": str(stack.ports["aws"]),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "LOG_LEVEL": "WARNING",  # below that it writes messages of customers into its log
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "aws"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "TMPDIR": str(folder / "tmp"),
        "SPLOT_ALSO_KEPT": "" if stack.has_dynoxide else "dynamodb",
        "SPLOT_API": f"{API_ID}/{API_STAGE}",
        # On AWS a quarter of an hour; here a person is waiting to see it.
        "RECONCILE_AFTER_SECONDS": str(RECONCILE_AFTER_SECONDS),
    }


def move_ministack(stack: LocalStack, port: int, new_port: int) -> None:
    """MiniStack's port is part of its queues' names, so it is changed in what it remembers."""
    if port == new_port:
        return
    for state in (stack.folder / "aws").glob("*.json"):
        state.write_text(state.read_text().replace(f"{HOST}:{port}", f"{HOST}:{new_port}"))
