"""The hub's secrets are read whole or refused, never shown, and read anew while a process lives."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.errors import StorageUnavailable, WrongConfiguration
from chalicelib.domain.reply_address import KeyRing
from chalicelib.gateways.secrets import READ_AGAIN_AFTER, KeptSecrets, Secrets, parse_secrets

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


class Parameter:
    """The parameter in SSM, as a process sees it that lives for long."""

    def __init__(self):
        self.at = datetime(2026, 11, 26, tzinfo=UTC)
        self.letters = "a"
        self.answers = True
        self.reads = 0
        self.kept = KeptSecrets(self._read, self._read, lambda: self.at)

    def _read(self):
        self.reads += 1
        if not self.answers:
            raise StorageUnavailable
        return Secrets(KeyRing(self.letters[-1], dict.fromkeys(self.letters, b"k" * 32)), b"c" * 32)

    def later(self, **by):
        self.at += timedelta(**by)


@pytest.fixture
def parameter():
    return Parameter()


def test_a_process_that_lives_hears_of_a_new_key_without_asking_all_the_time(parameter):
    assert parameter.kept.reply_keys().current == "a"
    parameter.letters = "ab"
    parameter.later(minutes=4, seconds=59)
    assert parameter.kept().reply_keys.current == "a"
    assert parameter.reads == 1
    parameter.later(seconds=1)
    assert parameter.kept().reply_keys.current == "b"


def test_secrets_that_cannot_be_read_anew_are_used_on_and_asked_for_twice_a_minute(parameter):
    parameter.kept()
    parameter.answers = False
    parameter.later(hours=1)
    for _ in range(60):
        assert parameter.kept().cursor_key == b"c" * 32
        parameter.later(seconds=1)
    assert parameter.reads == 1 + 2


def test_a_process_that_has_read_nothing_yet_says_so(parameter):
    parameter.answers = False
    with pytest.raises(StorageUnavailable):
        parameter.kept()


def test_a_key_that_is_not_known_is_looked_for_once_more_and_a_made_up_one_only_once_a_minute(parameter):
    parameter.kept()
    parameter.letters = "ab"
    parameter.later(minutes=1)
    assert sorted(parameter.kept.reply_keys({"b"}).keys) == ["a", "b"]
    for _ in range(59):
        parameter.later(seconds=1)
        assert "z" not in parameter.kept.reply_keys({"z", "a"}).keys
    assert parameter.reads == 2
    parameter.later(seconds=1)
    parameter.kept.reply_keys({"z"})
    assert parameter.reads == 3


def test_whether_an_unknown_key_is_ours_stays_open_while_nobody_can_tell(parameter):
    parameter.kept()
    parameter.answers = False
    parameter.later(minutes=2)
    for _ in range(2):  # the second is not even asked: the first has just failed
        with pytest.raises(StorageUnavailable):
            parameter.kept.reply_keys({"b"})
    assert parameter.reads == 2
    assert parameter.kept.reply_keys({"a"}).current == "a"


def test_a_key_that_was_taken_out_is_forgotten_by_whoever_lives(parameter):
    parameter.letters = "ab"
    parameter.kept()
    parameter.letters = "b"
    parameter.later(minutes=READ_AGAIN_AFTER.total_seconds() / 60)
    assert sorted(parameter.kept.reply_keys().keys) == ["b"]
