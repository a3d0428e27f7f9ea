"""The hub's own keys, in one SSM SecureString: `python -m infra.keys make|list|rotate|sign|revoke --stage STAGE`.

Reply addresses that customers have go on verifying with the key by which they were signed, so a rotation takes none
out. Nor may a function meet an address whose key it does not know: a process reads the keys anew every few minutes, so
a new key signs only after those. Only a key that has leaked is revoked: answers to its addresses then open new cases.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import string
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import HubError
from chalicelib.gateways.secrets import READ_AGAIN_AFTER, parse_secrets
from infra.errors import DeploymentError
from infra.stages import load_stage, session_for

LETTERS = string.ascii_lowercase + string.digits  # what a reply address can name
KEY_BYTES = 32
# A call that began just before goes on with what was read then; those that use the keys take a minute at most.
HEARD_BY_ALL_AFTER = READ_AGAIN_AFTER + timedelta(minutes=1)

Random = Callable[[int], bytes]
Secrets = dict[str, Any]
Say = Callable[[str], None]


def new_secrets(random: Random) -> Secrets:
    return {"reply_keys": {"current": "a", "keys": {"a": _key(random)}}, "cursor_key": _key(random)}


def with_key_added(secrets: Secrets, random: Random) -> tuple[Secrets, str]:
    """With a further reply key, which verifies and does not sign yet, and its letter. Raises DeploymentError."""
    keys = secrets["reply_keys"]["keys"]
    free = next((letter for letter in LETTERS if letter not in keys), None)
    if free is None:
        raise DeploymentError("All 36 letters are taken. Revoke a key whose addresses are years old.")
    return {**secrets, "reply_keys": {**secrets["reply_keys"], "keys": {**keys, free: _key(random)}}}, free


def signing_with(secrets: Secrets, letter: str) -> Secrets:
    """Raises DeploymentError when there is no such key."""
    _require(secrets, letter)
    return {**secrets, "reply_keys": {**secrets["reply_keys"], "current": letter}}


def revoked(secrets: Secrets, letter: str) -> Secrets:
    """Raises DeploymentError for the key that signs, or one that there is not."""
    _require(secrets, letter)
    reply = secrets["reply_keys"]
    if letter == reply["current"]:
        raise DeploymentError(f"The key {letter} signs at present. Rotate first.")
    left = {name: key for name, key in reply["keys"].items() if name != letter}
    return {**secrets, "reply_keys": {**reply, "keys": left}}


def make(ssm: BaseClient, parameter: str, random: Random) -> str:
    """Makes the parameter unless it is there; never replaces one."""
    try:
        ssm.put_parameter(Name=parameter, Type="SecureString", Value=json.dumps(new_secrets(random)), Overwrite=False)
    except ssm.exceptions.ParameterAlreadyExists:
        return f"{parameter} is there already"
    return f"{parameter} made"


def read(ssm: BaseClient, parameter: str) -> Secrets:
    """Raises DeploymentError when it is not as documented."""
    return _checked(ssm.get_parameter(Name=parameter, WithDecryption=True)["Parameter"]["Value"])


def write(ssm: BaseClient, parameter: str, secrets: Secrets) -> None:
    """Raises DeploymentError, and writes nothing, when the functions could not read it."""
    text = json.dumps(secrets)
    _checked(text)
    ssm.put_parameter(Name=parameter, Type="SecureString", Value=text, Overwrite=True)


def rotate(ssm: BaseClient, parameter: str, wait: Callable[[], None], random: Random, say: Say) -> None:
    """`wait`: returns when every process has read the keys that are there when it is called. Raises DeploymentError."""
    added, letter = with_key_added(read(ssm, parameter), random)
    write(ssm, parameter, added)
    say(f"key {letter} added: it verifies, and does not sign yet")
    wait()
    write(ssm, parameter, signing_with(read(ssm, parameter), letter))
    say(f"key {letter} signs; the functions use it within {READ_AGAIN_AFTER}")


def wait_until_read(sleep: Callable[[float], None], say: Say) -> None:
    """`sleep`: seconds."""
    say(f"waiting for {HEARD_BY_ALL_AFTER.total_seconds():.0f} s: until then every function has read the keys anew")
    sleep(HEARD_BY_ALL_AFTER.total_seconds())


def _require(secrets: Secrets, letter: str) -> None:
    keys = secrets["reply_keys"]["keys"]
    if letter not in keys:
        raise DeploymentError(f"There is no key {letter}. There are: {', '.join(sorted(keys))}.")


def _checked(text: str) -> Secrets:
    try:
        parse_secrets(text)
    except HubError as error:
        raise DeploymentError(error.public_text) from error
    secrets: Secrets = json.loads(text)
    return secrets


def _key(random: Random) -> str:
    return base64.b64encode(random(KEY_BYTES)).decode()


def told(secrets: Secrets) -> str:
    """Letters only: the keys themselves are shown nowhere."""
    reply = secrets["reply_keys"]
    return ", ".join(f"{name} (signs)" if name == reply["current"] else name for name in sorted(reply["keys"]))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.keys", description="Make and rotate the hub's own keys.")
    parser.add_argument("command", choices=("make", "list", "rotate", "sign", "revoke"))
    parser.add_argument("--stage", required=True)
    parser.add_argument("--key", default="", help="the letter of the key that is to sign, or to be revoked")
    options = parser.parse_args(arguments)
    if options.command in ("sign", "revoke") and not options.key:
        parser.error("say which key: --key LETTER")
    try:
        settings = load_stage(options.stage)
        session = session_for(settings)
        ssm, parameter = session.client("ssm"), settings.secrets_parameter
        if options.command == "make":
            print(make(ssm, parameter, os.urandom))
        elif options.command == "rotate":
            rotate(ssm, parameter, lambda: wait_until_read(time.sleep, print), os.urandom, print)
        elif options.command in ("sign", "revoke"):
            change = signing_with if options.command == "sign" else revoked
            write(ssm, parameter, change(read(ssm, parameter), options.key))
        if options.command != "make":
            print(told(read(ssm, parameter)))
    except (DeploymentError, ClientError, BotoCoreError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
