"""Starts MiniStack so that it survives being killed. Runs under MiniStack's own interpreter; imports nothing of ours.

MiniStack saves its state when it is stopped cleanly and at no other time. Here a thread saves it every two seconds, so
that `kill -9` costs at most the queue messages of that time; what they were about is in S3 and in the table, and comes
again. It begins once MiniStack has read what was saved before, which takes longer than two seconds on a busy machine: a
service that is not read yet has nothing, and that would be saved over what it had. S3 objects are on the disk before
MiniStack answers (S3_PERSIST).

The one argument, the folder of the stack, is there so that a leftover process can be told from any other.
Some private names of MiniStack are used; its version is pinned in `ministack-requirements.txt`.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SAVE_EVERY_SECONDS = 2.0
# What a restart must find again. Not the logs: they only grow. Not DynamoDB: the table is elsewhere, unless the
# environment says SPLOT_ALSO_KEPT=dynamodb.
KEPT = frozenset({
    "apigateway", "apigateway_v1", "cloudformation", "cognito", "eventbridge", "iam", "lambda", "s3", "ses", "ses_v2",
    "sns", "sqs", "ssm",
})  # fmt: skip


def begin_when_loaded(app: Any, begin: Callable[[], None]) -> None:
    """`app`: MiniStack's module, which is going to read what was saved."""
    load = app._load_persisted_state  # noqa: SLF001  # there is no public name for it

    def load_then_begin() -> None:
        load()
        begin()

    app._load_persisted_state = load_then_begin  # noqa: SLF001


def save_again_and_again(marker: Path) -> None:
    """`marker` is touched after each save."""
    from ministack import app
    from ministack.core.persistence import save_all

    kept = KEPT | {os.environ.get("SPLOT_ALSO_KEPT", "")}
    while True:
        time.sleep(SAVE_EVERY_SECONDS)
        try:
            states = app._build_persistence_save_dict()  # noqa: SLF001  # there is no public name for it
            # A service that changes while it is being written is logged and left for the next round.
            save_all({service: state for service, state in states.items() if service in kept})
            marker.touch()
        except Exception:
            logging.getLogger("splot").exception("The state could not be saved this time.")


def tell_milliseconds() -> None:
    """SNS says to the millisecond when something was published; MiniStack says the second, so that two text messages
    of one second would have no order.
    """
    from ministack.core.responses import now_iso
    from ministack.services import sns

    build = sns._build_envelope  # noqa: SLF001  # there is no public name for it

    def build_with_milliseconds(*arguments: Any, **options: Any) -> str:
        envelope: str = build(*arguments, **options)
        if '"Type": "Notification"' not in envelope[:40]:
            return envelope  # a raw delivery has no envelope
        return json.dumps({**json.loads(envelope), "Timestamp": now_iso()})

    sns._build_envelope = build_with_milliseconds  # noqa: SLF001


def answer_where_links_lead(api: str) -> None:
    """On AWS the API lies at `/<stage>/v1/...` of a host of its own, and so say the links in its answers. MiniStack
    serves it at a longer path; here it answers at the short one, too. `api`: `<api id>/<stage>`.
    """
    from ministack import app

    api_id, stage = api.split("/")
    parse = app._parse_execute_api_url  # noqa: SLF001  # there is no public name for it

    def parse_also_without_host(host: str, path: str) -> tuple[str, str, str] | None:
        if path.startswith(f"/{stage}/v1/"):
            return api_id, stage, path.removeprefix(f"/{stage}")
        found: tuple[str, str, str] | None = parse(host, path)
        return found

    app._parse_execute_api_url = parse_also_without_host  # noqa: SLF001


def speak_what_was_offered() -> None:
    """A browser gives up a WebSocket whose server names none of the subprotocols that it offered. On AWS the function's
    answer names one; MiniStack passes over that. The first is the one that the hub speaks.
    """
    from ministack.services import apigateway

    handle = apigateway.handle_websocket

    async def handle_and_name(scope: Any, receive: Any, send: Any, *more: Any, **options: Any) -> None:
        async def send_with_name(message: dict[str, Any]) -> None:
            if message["type"] == "websocket.accept" and scope.get("subprotocols"):
                message = {**message, "subprotocol": scope["subprotocols"][0]}
            await send(message)

        await handle(scope, receive, send_with_name, *more, **options)

    apigateway.handle_websocket = handle_and_name


def empty_in_the_background(folder: Path) -> None:
    """MiniStack unpacks the zip there once per function process and does not always clear it away: after a kill there
    are gigabytes of it, and nobody shall wait until they are gone.
    """
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}-old-{time.time_ns()}"))
    folder.mkdir(parents=True)

    def clear() -> None:
        for old in folder.parent.glob(f"{folder.name}-old-*"):
            shutil.rmtree(old, ignore_errors=True)

    threading.Thread(target=clear, daemon=True).start()


def main() -> None:
    del sys.argv[1:]  # MiniStack parses arguments of its own
    logging.getLogger("persistence").setLevel(logging.WARNING)
    # Functions shall see their zip and the standard library, as in Lambda, and not what MiniStack has installed for
    # itself: it starts them with `sys.executable`.
    sys.executable = getattr(sys, "_base_executable", sys.executable)
    empty_in_the_background(Path(os.environ["TMPDIR"]))
    from ministack import app

    marker = Path(os.environ["STATE_DIR"], "saved")
    marker.parent.mkdir(parents=True, exist_ok=True)
    tell_milliseconds()
    answer_where_links_lead(os.environ["SPLOT_API"])
    speak_what_was_offered()
    saving = threading.Thread(target=save_again_and_again, args=(marker,), daemon=True)
    begin_when_loaded(app, saving.start)
    app.main()


if __name__ == "__main__":
    main()
