"""The hub's own secrets: one SSM SecureString, read once per process."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Annotated

import msgspec
from botocore.client import BaseClient

from chalicelib.domain.errors import StorageUnavailable, WrongConfiguration
from chalicelib.domain.reply_address import KeyRing
from chalicelib.gateways.aws import translated


@dataclass(frozen=True, slots=True)
class Secrets:
    """`cursor_key` authenticates the API's cursors; `reply_keys` sign reply addresses. `fax_credentials`: by the names
    that inboxes give them. `webhook_keys`: of each webhook one, or two while they are exchanged.
    """

    reply_keys: KeyRing
    cursor_key: bytes = field(repr=False)
    fax_credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    webhook_keys: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False)

    @property
    def code_key(self) -> bytes:
        """For the codes that prove a contact point. Made of the other, so that there is no third to keep."""
        return hmac.digest(self.cursor_key, b"splot-code-key-1", "sha256")


class _ReplyKeys(msgspec.Struct, forbid_unknown_fields=True):
    current: str
    keys: dict[str, str]


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    reply_keys: _ReplyKeys
    cursor_key: str
    fax_credentials: dict[str, str] = {}
    webhook_keys: dict[str, Annotated[list[str], msgspec.Meta(min_length=1, max_length=2)]] = {}


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
    return Secrets(KeyRing(document.reply_keys.current, keys), cursor_key, document.fax_credentials, webhook_keys)
