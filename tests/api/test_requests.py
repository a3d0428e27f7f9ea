from __future__ import annotations

import time
from datetime import datetime

import msgspec
import pytest

from chalicelib.api.asked import Asked, NewNote, NewReply
from chalicelib.api.clock_schemas import NewPromise
from chalicelib.api.reading_schemas import CasesWanted, SearchWanted
from chalicelib.api.requests import (
    LARGEST_BODY,
    fingerprint_of,
    parse_body,
    parse_idempotency_key,
    parse_if_match,
    parse_path,
    parse_query,
)
from chalicelib.domain.errors import InvalidInput


class File(Asked):
    name: str


class Letter(Asked):
    text: str
    files: tuple[File, ...] = ()
    weight: float = 0.0


def parsed(raw, schema=Letter, media_type="application/json", largest=LARGEST_BODY):
    return parse_body(raw, schema, media_type, largest)


def refused(raw, schema=Letter, media_type="application/json", largest=LARGEST_BODY):
    with pytest.raises(InvalidInput) as error:
        parsed(raw, schema, media_type, largest)
    return error.value.code, error.value.field, error.value.public_text


@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_a_body_is_json(media_type):
    assert parsed(b'{"text": "Dzie\\u0144 \xf0\x9f\x99\x82"}', media_type=media_type).text == "Dzień 🙂"


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/jsonp", "multipart/form-data; boundary=x"])
def test_a_body_of_another_media_type_is_refused(media_type):
    assert refused(b'{"text": "a"}', media_type=media_type)[:2] == ("unsupported_media_type", "Content-Type")


BROKEN = "The body is not well-formed JSON in UTF-8."


@pytest.mark.parametrize(
    ("raw", "field", "text"),
    [
        (b"{", None, BROKEN),
        (b'{"text": "a"} and more', None, BROKEN),
        (b"{'text': 'a'}", None, BROKEN),
        (b'\xef\xbb\xbf{"text": "a"}', None, BROKEN),
        (b'{"text": "\xff"}', None, BROKEN),
        (b'{"text": "\\ud83d and no second half"}', None, BROKEN),
        (b'{"text": "a", "weight": NaN}', None, BROKEN),
        (b'{"text": "a", "weight": Infinity}', None, BROKEN),
        (b'{"text": "a", "weight": 1e999}', "weight", "Number out of range."),
        (b"null", None, "Expected `object`, got `null`."),
        (b"[]", None, "Expected `object`, got `array`."),
        (b"", "text", "Object missing required field `text`."),
        (b"{}", "text", "Object missing required field `text`."),
        (b'{"text": 7}', "text", "Expected `str`, got `int`."),
        (b'{"text": null}', "text", "Expected `str`, got `null`."),
        (b'{"text": "a", "state": "sent"}', "state", "Object contains unknown field `state`."),
        (
            b'{"text": "a", "files": [{"name": "x", "size": 1}]}',
            "files[0].size",
            "Object contains unknown field `size`.",
        ),
        (b'{"text": "a", "files": [{"name": "x"}, {}]}', "files[1].name", "Object missing required field `name`."),
        (b'{"text": "a", "text": "b"}', "text", "The field is given more than once."),
        (b'{"text": "a", "te\\u0078t": "b"}', "text", "The field is given more than once."),
        (b'{"text": "a", "files": [{"name": "x", "name": "y"}]}', "name", "The field is given more than once."),
    ],
)
def test_a_body_that_is_not_exactly_what_is_expected_is_refused_by_name(raw, field, text):
    assert refused(raw) == ("invalid_input", field, text)


def test_a_body_over_the_limit_is_refused_unread():
    code, field, text = refused(b"{" * 101, largest=100)
    assert (code, field, text) == ("too_large", None, "The body is larger than 100 bytes.")


@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 250_000,
        b'{"text": ' + b"[" * 250_000,
        b'{"other": ' + b'{"a": ' * 40_000,
        b'{"text": "a", "files": ' + b"[" * 250_000,
        b'{"' + b"a" * 250_000 + b'": 1}',
        b'{"text": "' + b"\\u0000" * 40_000,
        b'{"text": "a"' + b', "text": "a"' * 20_000 + b"}",
    ],
)
def test_a_hostile_body_costs_next_to_nothing(hostile):
    took = []
    for _ in range(3):  # the garbage of all the tests before may be collected in one of them
        started = time.process_time()
        _, field, text = refused(hostile)
        took.append(time.process_time() - started)
    assert min(took) < 0.2  # a slow machine under load; it takes a few milliseconds
    assert len(field or "") <= 64
    assert len(text) < 300_000


def test_a_reply_is_more_than_blanks_and_its_subject_is_one_line():
    assert refused(b'{"text": " \\n "}', NewNote)[1] == "text"
    for subject in ("a\\r\\nBcc: all@example.pl", "a\\n", "a\\u2028b", "a\\u0000", ""):
        assert refused(b'{"text": "a", "subject": "%s"}' % subject.encode(), NewReply)[1] == "subject"
    assert parsed('{"text": "a", "subject": "Żółć: 7/2026"}'.encode(), NewReply).subject == "Żółć: 7/2026"


def test_a_query_is_read_into_numbers_and_defaults():
    wanted = parse_query({"team": ["care"], "limit": ["7"]}, CasesWanted)
    assert (wanted.team, wanted.limit, wanted.cursor) == ("care", 7, None)
    assert parse_query({}, CasesWanted).limit == 50


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": ["7", "8"]}, "limit"),
        ({"limit": ["1_0"]}, "limit"),
        ({"limit": [""]}, "limit"),
        ({"LIMIT": ["7"]}, "LIMIT"),
        ({"team": ["x" * 65]}, "team"),
        ({"x" * 1_000: ["1"]}, "x" * 64),
    ],
)
def test_a_query_that_is_not_expected_is_refused_by_name(query, field):
    with pytest.raises(InvalidInput) as error:
        parse_query(query, CasesWanted)
    assert error.value.field == field


@pytest.mark.parametrize("word", ["null", "NULL"])
def test_a_filter_called_null_asked_for_all_and_is_refused(word):
    """msgspec takes the word for no value, where a value is anything but a text."""
    with pytest.raises(InvalidInput) as error:
        parse_query({"words": ["pralka"], "channel": [word]}, SearchWanted)
    assert error.value.field == "channel"


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1899-12-31T00:00:00Z"])
def test_a_time_that_no_zone_has_a_name_for_was_an_error_of_ours_and_is_refused(time):
    assert refused(b'{"text": "a", "due_at": "%s"}' % time.encode(), NewPromise)[1] == "due_at"
    with pytest.raises(InvalidInput) as error:
        parse_query({"words": ["pralka"], "since": [time]}, SearchWanted)
    assert error.value.field == "since"


def test_such_a_time_is_named_wherever_it_stands():
    class Times(Asked):
        said: dict[str, tuple[datetime, ...]]

    assert refused(b'{"said": {"email": ["2026-11-23T09:00:00Z", "3000-01-01T00:00:00Z"]}}', Times)[1] == "said[...][1]"


def test_path_parameters_come_out_in_canonical_form():
    assert parse_path({"reference": "pr4v5e3wszj", "customer_id": "01KAR000000000000000000ANN"}) == {
        "reference": "PR4V5-E3WSZ-J",
        "customer_id": "01KAR000000000000000000ANN",
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("reference", "PR4V5-E3WSZ-K"),
        ("reference", "7"),
        ("customer_id", "01kar000000000000000000ann"),
        ("customer_id", "01KAR000000000000000000AN"),
        ("customer_id", "../../01KAR00000000000000"),
        ("customer_id", "01KAR000000000000000000ANN\n"),
        ("entry_id", "ZZZZZZZZZZZZZZZZZZZZZZZZZZ"),
        ("sha256", "0F" * 32),
        ("sha256", "0f" * 31),
        ("inbox", "a b"),
        ("inbox", "a%20b"),
        ("customer_id", "01KAR000000000000000000A%2FN"),
        ("subject", "unassigned%40care"),
        ("subject", "a%FFb"),
        ("subject", "a%00b"),
        ("inbox", "x" * 65),
        ("inbox", ""),
    ],
)
def test_a_path_that_cannot_be_meant_is_refused_by_the_name_of_the_parameter(name, text):
    with pytest.raises(InvalidInput) as error:
        parse_path({name: text})
    assert error.value.field == name


def test_an_idempotency_key_is_short_and_plain():
    assert parse_idempotency_key(None) == ""
    assert parse_idempotency_key("x" * 64) == "x" * 64
    for key in ("", "x" * 65, "a b", "a\n", "ą", "x" * 10_000_000):
        with pytest.raises(InvalidInput) as error:
            parse_idempotency_key(key)
        assert error.value.field == "Idempotency-Key"


def test_if_match_is_one_strong_tag_or_any():
    assert parse_if_match(None) is None
    assert parse_if_match("*") is None
    assert parse_if_match('"12"') == 12
    for tag in ("12", 'W/"12"', '"12", "13"', '"-1"', '"٣"', '"1' + "0" * 400 + '"'):
        with pytest.raises(InvalidInput) as error:
            parse_if_match(tag)
        assert error.value.field == "If-Match"


def test_requests_are_the_same_when_method_path_and_every_byte_are():
    first = fingerprint_of("POST", "/v1/cases/a/notes", b'{"text":"a"}')
    assert first == fingerprint_of("POST", "/v1/cases/a/notes", b'{"text":"a"}')
    others = {
        fingerprint_of("PUT", "/v1/cases/a/notes", b'{"text":"a"}'),
        fingerprint_of("POST", "/v1/cases/b/notes", b'{"text":"a"}'),
        fingerprint_of("POST", "/v1/cases/a/notes", b'{"text":"b"}'),
        fingerprint_of("POST", "/v1/cases/a/notes", b"\xff"),
        fingerprint_of("POST", "/v1/cases/a/notes", b"\xfe"),
    }
    assert first not in others
    assert len(others) == 5


def test_every_schema_of_a_body_or_query_refuses_unknown_fields():
    asked = [Asked, *_below(Asked)]
    assert all(schema.__struct_config__.forbid_unknown_fields for schema in asked)
    assert all(issubclass(schema, msgspec.Struct) for schema in asked)


def _below(schema):
    for sub in schema.__subclasses__():
        yield sub
        yield from _below(sub)
