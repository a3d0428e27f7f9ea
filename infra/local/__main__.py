"""The commands of the local stack: `python -m infra.local COMMAND`, which is what `make` calls."""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.domain.contact_points import Channel
from chalicelib.gateways.ocr_tesseract import find_tesseract
from infra.local import emulators
from infra.local.accounts import ROLES, SERVICE, local_webhook_key, service_token, token_for, user_name
from infra.local.console_build import NotBuilt, build_console
from infra.local.deployment import BUILD, DeploymentFailed, save_configuration
from infra.local.hub import HubPorts
from infra.local.stack import DEFAULT_FOLDER, HOST, PROJECT, LocalStack, NotDeployed, is_answering
from infra.local.supervisor import find_supervisor, processes_told
from infra.local.webhook import NAME, Delivering, post_to, shown, subscribe
from infra.undelivered import Undelivered

STARTED_WITHIN_SECONDS = 60
NO_TESSERACT = "shown, and read where they carry text; pictures of text need Tesseract, which is not installed"
_BY_MAIL = (Channel.EMAIL, Channel.FAX)


class CommandFailed(Exception):
    """The text is for whoever gave the command."""


def run(stack: LocalStack) -> None:
    """Sets up what is missing, starts what is not running, deploys what has changed, and says where everything is."""
    with one_at_a_time(BUILD.parent):
        try:
            emulators.install()
        except emulators.NotInstalled as error:
            raise CommandFailed(str(error)) from error
        without_console = _build_console()
        _call("packaging", ["-m", "infra.package", "--stage", "local", "--out", str(BUILD)])
    supervisor = find_supervisor(stack.folder)
    if supervisor is None:
        _start(stack)
    else:
        os.kill(supervisor, signal.SIGHUP)  # its own programs take the code as it is now
    _call("deployment", ["-m", "infra.local.deployment", str(stack.folder)], stack)
    _wait_for(
        lambda: all(map(is_answering, stack.ports.values())),
        f"Something does not start; see {_short(stack.folder)}/log",
    )
    os.environ.update(stack.environment())  # from here on, this process too knows no other AWS than this one
    print(_welcome(stack, without_console))


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """All stacks of a checkout share what is installed and built: of two that start at once the second waits, and finds
    it there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "setting-up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another stack of this checkout is being set up; waiting for it ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def stop(stack: LocalStack) -> None:
    pid = find_supervisor(stack.folder)
    if pid is None:
        print("The local stack is not running.")
        return
    print("stopping ...", flush=True)
    os.kill(pid, signal.SIGTERM)
    _wait_for(lambda: find_supervisor(stack.folder) is None, f"Process {pid} does not end.")
    print(f"Stopped. The data stays in {_short(stack.folder)}/.")


def reset(stack: LocalStack) -> None:
    """Everything of this stack is gone afterwards: messages, sent mails, users, keys."""
    if find_supervisor(stack.folder) is not None:
        stop(stack)
    shutil.rmtree(stack.folder, ignore_errors=True)
    print(f"{_short(stack.folder)}/ is gone; the next start begins with nothing.")


def status(stack: LocalStack) -> None:
    if find_supervisor(stack.folder) is None:
        raise CommandFailed("The local stack is not running.")
    for name, told in processes_told(stack).items():
        port = stack.ports.get(name)
        where = f"{HOST}:{port}" if port else ""
        up = "answers" if port and is_answering(port) else "runs" if not port else "DOES NOT ANSWER"
        print(f"  {name:10} {up:8} {where:18} process {told['pid']}, started again {told['restarts']} times")
    environment = stack.get_deployed().environment
    sqs = stack.client("sqs")
    for name in ("RECEIVE_QUEUE_URL", "DELIVER_QUEUE_URL"):
        numbers = sqs.get_queue_attributes(
            QueueUrl=environment[name],
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
        print(f"  {name.split('_')[0].lower()} queue: {' waiting, '.join(numbers.values())} being worked on")
    print(f"  API: {stack.get_deployed().api_url}/v1")


def token(stack: LocalStack, role: str, scopes: str) -> None:
    print(service_token(stack, tuple(scopes.split())) if role == SERVICE else token_for(stack, role))


def webhook(stack: LocalStack, url: str, what: str) -> None:
    """Shows the events of the hub, or hands them to an address of this machine, until it is stopped (Ctrl-C); lists
    what was given up, or puts it on the bus once more.
    """
    bus = stack.get_deployed().environment["EVENT_BUS_NAME"]
    sqs, events = stack.client("sqs"), stack.client("events")
    queue, given_up = subscribe(events, sqs, bus)
    undelivered = Undelivered(NAME, given_up, bus, sqs, events, lambda: datetime.now(UTC))
    if what == "undelivered":
        print("\n".join(undelivered.lines()))
        return
    if what == "replay":
        print(f"{undelivered.replay([b64decode(local_webhook_key(stack))])} sent again")
        return
    if url and not url.startswith(("http://", "https://")):
        raise CommandFailed(f"An address begins with http://, as in URL=http://127.0.0.1:9000/hook; {url} does not.")
    delivering = Delivering(sqs, queue, given_up, post_to(url) if url else shown(print), time.time, print)
    print(f"Its name is {NAME}, its key {local_webhook_key(stack)}. Waiting for events ...", flush=True)
    with suppress(KeyboardInterrupt):
        while True:
            delivering.some()


def configure(stack: LocalStack) -> None:
    """Saves .local/configuration.json as the hub's configuration."""
    try:
        save_configuration(stack)
    except DeploymentFailed as error:
        raise CommandFailed(str(error)) from error


def logs(stack: LocalStack) -> None:
    """What the functions wrote in the last quarter of an hour."""
    client = stack.client("logs")
    lines = []
    for group in client.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]:
        name = group["logGroupName"]
        since = int((time.time() - 900) * 1000)
        events = client.filter_log_events(logGroupName=name, startTime=since)["events"]
        lines += [(event["timestamp"], name.rpartition("/")[2], event["message"].rstrip()) for event in events]
    for at, function, message in sorted(lines, key=lambda line: line[0]):
        if not message.startswith(("START ", "END ", "REPORT ")):
            print(f"{time.strftime('%H:%M:%S', time.localtime(at / 1000))} {function}: {message}")


def _start(stack: LocalStack) -> None:
    asked = time.time()
    told = stack.folder / "processes.json"
    log = stack.log("supervisor")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        before = file.tell()
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "infra.local.supervisor", str(stack.folder)],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    _wait_for(
        lambda: supervisor.poll() is not None or (told.exists() and told.stat().st_mtime >= asked),
        f"The supervisor does not start; see {log}",
    )
    print(log.read_bytes()[before:].decode(), end="", flush=True)
    if supervisor.poll() is not None:
        raise CommandFailed("The stack could not be started; the reason stands above.")


def _call(what: str, arguments: list[str], stack: LocalStack | None = None) -> None:
    environment = stack.environment() if stack else None
    if subprocess.run([sys.executable, *arguments], cwd=PROJECT, env=environment, check=False).returncode:
        raise CommandFailed(f"The {what} failed; the reason stands above.")


def _wait_for(happened: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + STARTED_WITHIN_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            raise CommandFailed(otherwise)
        time.sleep(0.1)


def _build_console() -> str:
    """Why there is no console, "" when it is there. The hub is whole without it."""
    try:
        build_console()
    except NotBuilt as reason:
        return str(reason)
    return ""


def _welcome(stack: LocalStack, without_console: str) -> str:
    inboxes = HubPorts(stack).configuration().inboxes
    said = {inbox.channel: inbox.address or inbox.name for inbox in reversed(inboxes)}
    api, smtp, carriers = f"{stack.get_deployed().api_url}/v1", f"{HOST}:{stack.ports['smtp']}", stack.url("carriers")
    mail, number, form = (said.get(channel, "...") for channel in (Channel.EMAIL, Channel.SMS, Channel.WEB_FORM))
    console = (
        f"not there: {without_console}" if without_console else f"{stack.url('console')}/   (log in with one click)"
    )
    site = f"{stack.url('console')}/form" if not without_console else f"not there; POST {api}/forms/{form}/messages"
    header = "\\r\\n".join(("From: Anna <anna@example.pl>", f"To: {mail}", "Subject: Hello", "Content-Language: en"))
    return f"""
The hub is up, on this machine only.

  the console        {console}
  a site with a form {site}
  API                {api}   (to read: {api}/openapi.html)
  mail to the hub    smtp://{smtp}   ({", ".join(i.address for i in inboxes if i.channel in _BY_MAIL)})
  what it has sent   {carriers}/   (files: {_short(stack.outbox)}/)
  pages of faxes     {"read by Tesseract" if find_tesseract() else NO_TESSERACT}
  data and logs      {_short(stack.folder)}/   (`make stop` keeps them, `make reset` begins anew)
  users              {", ".join(map(user_name, ROLES))}   (`make -s token ROLE=agent`)

A token of the agent, valid for an hour:
  {token_for(stack, "agent")}

Three things to try:
  printf '{header}\\r\\n\\r\\nWhere is my parcel?\\r\\n' | \\
    curl -s smtp://{smtp} --mail-from anna@example.pl --mail-rcpt {mail} -T -
  curl -s {carriers}/sms -d '{{"from": "+48601234567", "to": "{number}", "text": "Still waiting"}}'
  curl -s '{api}/cases?team={inboxes[0].team}' -H "Authorization: Bearer $(make -s token ROLE=agent)"

`make demo` plays a whole day."""


def _short(path: Path) -> Path:
    with suppress(ValueError):
        return path.resolve().relative_to(Path.cwd())
    return path


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="The whole hub on this machine.")
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER, help="where its data lies (default: .local)")
    commands = parser.add_subparsers(required=True)
    for command in (run, stop, reset, status, token, webhook, configure, logs):
        named = commands.add_parser(command.__name__, help=(command.__doc__ or "").partition("\n")[0])
        named.set_defaults(command=command)
        if command is webhook:
            named.add_argument("--url", default="", help="such as http://127.0.0.1:9000/hook; none: they are shown")
            named.add_argument("what", nargs="?", default="deliver", choices=("deliver", "undelivered", "replay"))
        if command is token:
            named.add_argument("role", choices=(*ROLES, SERVICE))
            named.add_argument("--scopes", default="", help="of a service; all that there are, unless said")
    options = vars(parser.parse_args(arguments))
    command, folder = options.pop("command"), options.pop("folder")
    try:
        command(LocalStack(folder.resolve()), **options)
    except CommandFailed as error:
        sys.exit(f"error: {error}")
    except (NotDeployed, FileNotFoundError):
        sys.exit("error: The local stack is not up. Start it with `make run`.")


if __name__ == "__main__":
    main()
