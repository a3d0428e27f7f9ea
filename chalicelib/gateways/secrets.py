"""The hub's own secrets: one SSM SecureString, read anew every few minutes while a process lives."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Annotated

import msgspec
from botocore.client import BaseClient

from chalicelib.domain.errors import HubError, StorageUnavailable, WrongConfiguration
from chalicelib.domain.reply_address import KeyRing
from chalicelib.gateways.aws import translated

# `infra.keys rotate` lets a new key sign only after this and the longest call that may have begun before.
READ_AGAIN_AFTER = timedelta(minutes=5)
# For a key that is not known: made-up ones cost no more than a read a minute.
LOOK_AGAIN_AFTER = timedelta(minutes=1)
# Whoever waits for an answer shall not wait each time for a service that does not give one.
ASK_AGAIN_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Secrets:
    """`cursor_key` authenticates the API's cursors; `reply_keys` sign reply addresses. `fax_credentials`,
    `captcha_credentials`: by the names that inboxes give them. `webhook_keys`: of each webhook one, or two while they
    are exchanged.
    """

    reply_keys: KeyRing
    cursor_key: bytes = field(repr=False)
    fax_credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    webhook_keys: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False)
    captcha_credentials: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def code_key(self) -> bytes:
        """For the codes that prove a contact point. Made of the other, so that there is no third to keep."""
        return hmac.digest(self.cursor_key, b"splot-code-key-1", "sha256")

    @property
    def ticket_key(self) -> bytes:
        """For the tickets that open connections; made of the other as well."""
        return hmac.digest(self.cursor_key, b"splot-ticket-key-1", "sha256")

    @property
    def conversation_key(self) -> bytes:
        """For the tokens with which a case is gone on with in a form; made of the other, too."""
        return hmac.digest(self.cursor_key, b"splot-conversation-key-1", "sha256")


class _ReplyKeys(msgspec.Struct, forbid_unknown_fields=True):
    current: str
    keys: dict[str, str]


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    reply_keys: _ReplyKeys
    cursor_key: str
    fax_credentials: dict[str, str] = {}
    captcha_credentials: dict[str, str] = {}
    webhook_keys: dict[str, Annotated[list[str], msgspec.Meta(min_length=1, max_length=2)]] = {}


class KeptSecrets:
    """The secrets of this process. A published version of a function goes on with what it has read until it reads anew;
    nothing else makes it hear of a key that was added, or taken out, since it started.

    `fetch` and `fetch_quickly` raise HubError. A read that fails while there are secrets is passed over.
    """

    def __init__(
        self, fetch: Callable[[], Secrets], fetch_quickly: Callable[[], Secrets], now: Callable[[], datetime]
    ) -> None:
        self._fetch = fetch
        self._fetch_quickly = fetch_quickly
        self._now = now
        self._read: tuple[Secrets, datetime] | None = None
        self._asked_at: datetime | None = None

    def __call__(self) -> Secrets:
        """As they were at most five minutes ago, unless they could not be read since."""
        return self._not_older_than(READ_AGAIN_AFTER)[0]

    def reply_keys(self, named: Collection[str] = ()) -> KeyRing:
        """`named`: key ids that have to be known, or to be unknown for certain. Raises StorageUnavailable where that
        cannot be found out: what is signed by such a key comes again later, instead of being taken for forged.
        """
        ring = self().reply_keys
        if ring.keys.keys() >= {*named}:
            return ring
        secrets, is_so_old = self._not_older_than(LOOK_AGAIN_AFTER)
        if is_so_old:  # so they are those that lack it
            raise StorageUnavailable()
        return secrets.reply_keys

    def _not_older_than(self, age: timedelta) -> tuple[Secrets, bool]:
        """And whether they are older all the same."""
        now = self._now()
        if self._read is None:
            self._read = (self._fetch(), now)
        elif now - self._read[1] >= age and self._may_ask(now):
            self._asked_at = now
            with suppress(HubError):
                self._read = (self._fetch_quickly(), now)
        secrets, read_at = self._read
        return secrets, now - read_at >= age

    def _may_ask(self, now: datetime) -> bool:
        return self._asked_at is None or now - self._asked_at >= ASK_AGAIN_AFTER


def fetch_secrets(ssm: BaseClient, parameter: str) -> Secrets:
    """Raises StorageUnavailable, or WrongConfiguration, without saying what is in the parameter, when it is not as
    documented.
    """
    with translated():
        answer = ssm.get_parameter(Name=parameter, WithDecryption=True)
    if "Parameter" not in answer:  # it cannot be read, and says nothing about what is in the parameter
        raise StorageUnavailable()
    return parse_secrets(answer["Parameter"]["Value"])


def parse_secrets(text: str) -> Secrets:
    try:
        document = msgspec.json.decode(text, type=_Document)
        keys = {name: base64.b64decode(key, validate=True) for name, key in document.reply_keys.keys.items()}
        cursor_key = base64.b64decode(document.cursor_key, validate=True)
        webhook_keys = {
            name: tuple(base64.b64decode(key, validate=True) for key in own)
            for name, own in document.webhook_keys.items()
        }
    except ValueError as error:
        raise WrongConfiguration("The secrets parameter is not the documented JSON.") from error
    if document.reply_keys.current not in keys or (
        min(map(len, [*keys.values(), cursor_key, *chain(*webhook_keys.values())])) < 32
    ):
        raise WrongConfiguration("The secrets parameter lacks its current key, or a key is shorter than 32 bytes.")
    return Secrets(
        KeyRing(document.reply_keys.current, keys),
        cursor_key,
        document.fax_credentials,
        webhook_keys,
        document.captcha_credentials,
    )
