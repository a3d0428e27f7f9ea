"""The hub's secrets are read whole or refused, and never shown."""

import base64
import json

import pytest

from chalicelib.domain.errors import WrongConfiguration
from chalicelib.gateways.secrets import parse_secrets

KEY = base64.b64encode(b"k" * 32).decode()


def document(**changed):
    return json.dumps({"reply_keys": {"current": "a", "keys": {"a": KEY}}, "cursor_key": KEY} | changed)


def test_the_documented_shape_is_read():
    secrets = parse_secrets(document())
    assert secrets.reply_keys.keys == {"a": b"k" * 32}
    assert secrets.cursor_key == b"k" * 32
    assert "kkkk" not in repr(secrets)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        document(extra=1),
        document(cursor_key="not base 64!"),
        document(cursor_key=base64.b64encode(b"short").decode()),
        document(reply_keys={"current": "b", "keys": {"a": KEY}}),
        document(reply_keys={"current": "a", "keys": {}}),
        document(reply_keys={"current": "a", "keys": {"a": base64.b64encode(b"short").decode()}}),
    ],
)
def test_anything_else_is_refused_without_quoting_it(text):
    with pytest.raises(WrongConfiguration) as refused:
        parse_secrets(text)
    assert KEY not in refused.value.public_text
