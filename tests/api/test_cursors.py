from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.api.cursors import open_cursor, seal_cursor
from chalicelib.domain.errors import InvalidInput

KEY = b"0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SCOPE = ("issuer|agent-1", "thread", "01ANNA")
NEXT = {"pk": "CUST#01ANNA", "sk": "T#01M1", "letters": "ąę🙂"}
CURSOR = seal_cursor(KEY, SCOPE, NEXT, NOW)


def test_what_was_sealed_comes_out_again():
    assert open_cursor(KEY, SCOPE, CURSOR, NOW) == NEXT


def test_a_cursor_needs_no_escaping_in_an_address():
    for letters in ("", "a", "ab", "abc"):
        cursor = seal_cursor(KEY, SCOPE, {"sk": letters}, NOW)
        assert cursor.replace("-", "").replace("_", "").isalnum()
        assert open_cursor(KEY, SCOPE, cursor, NOW) == {"sk": letters}


@pytest.mark.parametrize(
    "scope",
    [
        ("issuer|agent-2", "thread", "01ANNA"),
        ("issuer|agent-1", "thread", "01BARTEK"),
        ("issuer|agent-1", "urgent", "01ANNA"),
        ("issuer|agent-1", "thread01ANNA"),
        ("issuer|agent-1", "threa", "d01ANNA"),
        (),
    ],
)
def test_a_cursor_opens_in_its_own_scope_only(scope):
    with pytest.raises(InvalidInput):
        open_cursor(KEY, scope, CURSOR, NOW)


def test_a_cursor_of_another_key_does_not_open():
    with pytest.raises(InvalidInput):
        open_cursor(b"another key of the same length 32", SCOPE, CURSOR, NOW)


def test_no_byte_of_a_cursor_can_be_changed():
    sealed = base64.urlsafe_b64decode(CURSOR + "=" * (-len(CURSOR) % 4))
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(InvalidInput):
            open_cursor(KEY, SCOPE, base64.urlsafe_b64encode(changed).decode().rstrip("="), NOW)


@pytest.mark.parametrize(
    "cursor", ["", "A", "AAAA", CURSOR[:-1], CURSOR[1:], CURSOR + "AAAA", "🙂", "a b", "A" * 9_000]
)
def test_what_is_no_cursor_does_not_open(cursor):
    with pytest.raises(InvalidInput) as refused:
        open_cursor(KEY, SCOPE, cursor, NOW)
    assert refused.value.field == "cursor"
    told = "This cursor does not belong to this list, or is too old. Start again without it."
    assert refused.value.public_text == told


def test_a_cursor_is_good_for_a_day():
    open_cursor(KEY, SCOPE, CURSOR, NOW + timedelta(days=1))
    with pytest.raises(InvalidInput):
        open_cursor(KEY, SCOPE, CURSOR, NOW + timedelta(days=1, seconds=1))
