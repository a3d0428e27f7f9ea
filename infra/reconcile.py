"""The operator's way to check the account of raw messages and to replay some:
`python -m infra.reconcile check|replay|incoming|erasures`.

It runs the hub's own code on this machine, against the local stack unless TABLE_NAME and RAW_BUCKET are set: then
against that deployment, with the caller's own AWS credentials (it needs what the function `receive_message` may do, and
to list the bucket).
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from chalicelib.domain.errors import HubError
from chalicelib.settings import Settings
from chalicelib.usecases.reconcile_incoming import MOST_WAITING
from chalicelib.usecases.replay_erasures import Became
from chalicelib.usecases.replay_messages import Days, Replay
from chalicelib.wiring import Hub, Ports
from infra.local.stack import LocalStack, NotDeployed

PAGE = 200
LONGEST_ERASURE = timedelta(hours=1)


def check(hub: Hub, days: Days, say: Callable[[str], None]) -> int:
    """Says every breach; gives how many there are."""
    messages, breaches, after = 0, 0, ""
    while True:
        page = hub.check_account(days, after=after, limit=PAGE)
        for breach in page.breaches:
            say(f"{breach.what:18} {breach.raw_key} {breach.detail}".rstrip())
        messages, breaches, after = messages + page.messages, breaches + len(page.breaches), page.next
        if not after:
            say(f"{messages} messages from {days.since} to {days.until}: {breaches} breaches")
            return breaches


def replay(hub: Hub, days: Days | None, keys: list[str], say: Callable[[str], None], *, dry_run: bool) -> int:
    """Says what became of each that was not in order already; gives how many failed."""
    by = f"operator {getpass.getuser()}"
    became: Counter[str] = Counter()
    pages = _pages(hub, days, by, dry_run=dry_run) if days else [hub.replay_messages.of_keys(keys, by, dry_run=dry_run)]
    for page in pages:
        for line in page.lines:
            became[line.became] += 1
            if line.became != "already_stored":
                say(f"{line.became:18} {line.raw_key} {line.detail}".rstrip())
    say(", ".join(f"{number} {word}" for word, number in sorted(became.items())) or "nothing was kept on those days")
    return became["failed"] + became["changed"] + became["missing"]


def erase_again(hub: Hub, say: Callable[[str], None]) -> int:
    """Everybody who came back with a table that was restored from a backup is erased again, here and at once; the sweep
    looks once more a quarter of an hour later. Gives how many there were.
    """
    came_back, after = 0, ""
    while True:
        replayed = hub.replay_erasures(after)
        for line in replayed.lines:
            if line.became is not Became.GONE:
                hub.erase_customer(line.erasure, hub.ports.now() + LONGEST_ERASURE)
                came_back += 1
            say(f"{line.became:8} {line.erasure}")
        after = replayed.next
        if not after:
            say(f"{came_back} had come back")
            return came_back


def send_left_over(hub: Hub, say: Callable[[str], None]) -> None:
    """What stayed in `incoming/`, as the schedule would; says so where it was left for later."""
    found, sent = hub.reconcile_incoming()
    say(f"{sent} sent again")
    if sent < found:
        say(
            f"{found - sent} left for later: more than {MOST_WAITING} messages wait in the queue, and they may be there"
        )


def _pages(hub: Hub, days: Days, by: str, *, dry_run: bool) -> Iterator[Replay]:
    after = ""
    while True:
        page = hub.replay_messages.of_days(days, by, after=after, limit=PAGE, dry_run=dry_run)
        yield page
        after = page.next
        if not after:
            return


def _hub(folder: Path) -> Hub:
    if "TABLE_NAME" not in os.environ:
        environment = LocalStack(folder.resolve()).hub_environment()
        os.environ.clear()  # nothing of the operator's own AWS settings may remain: botocore reads them here
        os.environ.update(environment)
    return Hub(Ports(Settings()))


def main(arguments: list[str] | None = None) -> None:
    today = datetime.now(UTC).date()
    parser = argparse.ArgumentParser(prog="python -m infra.reconcile", description="Check and replay raw messages.")
    parser.add_argument("--folder", type=Path, default=Path(".local"), help="of the local stack (default: .local)")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (
        ("check", "compare what is kept with the ledger; changes nothing"),
        ("replay", "send kept messages the normal way once more; harmless to repeat"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("--since", type=date.fromisoformat, default=today, help="first day (UTC; default: today)")
        command.add_argument("--until", type=date.fromisoformat, default=today, help="last day (UTC; default: today)")
        if name == "replay":
            command.add_argument("--key", action="append", default=[], help="a key under raw/ instead of days")
            command.add_argument("--dry-run", action="store_true", help="only say what would be done")
    commands.add_parser("incoming", help="send again what stayed in incoming/, without waiting for the schedule")
    commands.add_parser("erasures", help="after a restore, before anybody gets at the table: erase again who came back")
    options = parser.parse_args(arguments)
    try:
        hub = _hub(options.folder)
        if options.command == "erasures":
            erase_again(hub, print)
            return
        if options.command == "incoming":
            send_left_over(hub, print)
            return
        days = Days(options.since, options.until)
        if options.command == "check":
            sys.exit(1 if check(hub, days, print) else 0)
        wanted = None if options.key else days
        sys.exit(1 if replay(hub, wanted, options.key, print, dry_run=options.dry_run) else 0)
    except HubError as error:
        sys.exit(f"error: {error.public_text}")
    except (NotDeployed, FileNotFoundError):
        sys.exit("error: The local stack is not up, and TABLE_NAME is not set.")


if __name__ == "__main__":
    main()
