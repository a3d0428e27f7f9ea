"""From bytes and strings of a request to values that are known to be good, or an InvalidInput that names the part."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from urllib.parse import parse_qs, parse_qsl, unquote

import msgspec

from chalicelib.api.problems import UnsupportedMediaType
from chalicelib.domain.errors import InvalidInput, TooLarge
from chalicelib.domain.identifiers import ALPHABET, ULID, digest, parse_case_reference

LARGEST_BODY = 262_144
LARGEST_POSTED_BODY = 5_000_000  # Lambda takes 6 MB in all, and a body can grow when it is escaped on its way
LONGEST_KEY = 64
EARLIEST_YEAR, LATEST_YEAR = 1900, 2999
_MOST_FIELDS = 50

T = TypeVar("T")

_WHERE = re.compile(r" - at (?:`key` in )?`\$\.?(?P<path>[^`]*)`$")
_NAMED = re.compile(r"(?:(?:unknown|required) field |^)`(?P<name>[^`]*)`")
_KEY = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
_CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ETAG = re.compile(r'"([0-9]{1,15})"')
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SUBJECT = re.compile(r"(?!unassigned@|closed@|suggested@)[!-~]{1,255}")  # as AgentName in asked.py


def parse_body(raw: bytes, schema: type[T], media_type: str, largest: int) -> T:
    """Strict JSON: no unknown fields, no name twice, no NaN, nothing of another type than declared.

    No body at all is an empty object: an operation whose fields may all be left out can be called without one.
    """
    if raw and media_type.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType(field="Content-Type")
    if len(raw) > largest:
        raise TooLarge(f"The body is larger than {largest} bytes.")
    try:
        body = msgspec.json.decode(raw or b"{}", type=schema)
        _refuse_repeated_names(raw)
    except msgspec.ValidationError as error:
        raise _named(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("The body is not well-formed JSON in UTF-8.") from None
    _refuse_far_times(body)
    return body


def parse_form(raw: bytes, schema: type[T], media_type: str, largest: int) -> T:
    """What a browser sends of a page's form: UTF-8, each field once; a field that was left empty is left out."""
    if media_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType("The body must be the form's.", field="Content-Type")
    if len(raw) > largest:
        raise TooLarge(f"The body is larger than {largest} bytes.")
    try:
        fields = parse_qs(raw.decode("ascii"), max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise InvalidInput("The body is no well-formed form in UTF-8.") from None
    return parse_query(fields, schema)


def form_as_json(raw: bytes, media_type: str) -> bytes:
    """A form as an object of texts, of several fields with one name the last; anything else as it is."""
    if media_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return raw
    try:
        return msgspec.json.encode(dict(parse_qsl(raw.decode(), max_num_fields=_MOST_FIELDS, errors="replace")))
    except ValueError:
        return raw


def parse_query(query: Mapping[str, list[str]], schema: type[T]) -> T:
    """The query string. Each parameter at most once; numbers may be written as they are."""
    for name, values in query.items():
        if len(values) > 1:
            raise InvalidInput("The parameter is given more than once.", field=name[:LONGEST_KEY])
    try:
        wanted = msgspec.convert({name: values[0] for name, values in query.items()}, schema, strict=False)
    except msgspec.ValidationError as error:
        raise _named(error) from None
    for name, field in _fields(wanted):
        if name in query and getattr(wanted, field) is None:  # to msgspec the word is as good as nothing
            raise InvalidInput("`null` is no value. Leave it out to ask for all.", field=name)
    _refuse_far_times(wanted)
    return wanted


def _refuse_far_times(value: object, path: str = "") -> None:
    """In the company's zone, or a day on, they would have no name, and nobody means them."""
    if isinstance(value, date):
        if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
            raise InvalidInput(f"The years from {EARLIEST_YEAR} to {LATEST_YEAR} can be given.", field=path or None)
    elif isinstance(value, msgspec.Struct):
        for name, field in _fields(value):
            _refuse_far_times(getattr(value, field), f"{path}.{name}" if path else name)
    elif isinstance(value, dict):
        for one in value.values():
            _refuse_far_times(one, f"{path}[...]")
    elif isinstance(value, list | tuple):
        for place, one in enumerate(value):
            _refuse_far_times(one, f"{path}[{place}]")


def _fields(value: Any) -> Iterator[tuple[str, str]]:
    """As they are called outside, and inside."""
    return zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)


def parse_path(parameters: Mapping[str, str]) -> dict[str, str]:
    """Path parameters by name, in canonical form.

    API Gateway's REST APIs hand them on as they were sent, percent-encoded (RFC 3986, section 2.1); where something in
    front has decoded them, nothing is left to decode. Ids of agents have such characters (`auth0|5f7c`, `service:crm`).
    """
    return {name: PATH_PARAMETERS[name].parse(name, unquote(text)) for name, text in parameters.items()}


def parse_idempotency_key(text: str | None) -> str:
    """The key, or "" when there is none: up to 64 printable ASCII characters without spaces."""
    if text is None:
        return ""
    if not _KEY.fullmatch(text):
        raise InvalidInput("A key is 1 to 64 printable ASCII characters, such as a UUID.", field="Idempotency-Key")
    return text


def find_correlation_id(text: str | None) -> str:
    """What the caller names the matter in its own log, or "": a call is not refused for it."""
    return text if text and _CORRELATION_ID.fullmatch(text) else ""


def parse_if_match(text: str | None) -> int | None:
    """The version that the caller has seen; None when any will do. One strong entity tag, as `ETag` gave it."""
    if text is None or text.strip() == "*":
        return None
    tag = _ETAG.fullmatch(text.strip())
    if not tag:
        raise InvalidInput('Give the ETag of the case as it was read, such as "3".', field="If-Match")
    return int(tag[1])


def fingerprint_of(method: str, path: str, raw: bytes) -> str:
    """What makes two requests the same to an idempotency key. Hexadecimal SHA-256."""
    return digest(method, path, raw.decode("utf-8", "surrogateescape")).hex()


def _named(error: msgspec.ValidationError) -> InvalidInput:
    """Where it is wrong stands in msgspec's text, which quotes names and types but never values."""
    text = str(error)
    where = _WHERE.search(text)
    named = _NAMED.search(text)
    parts = [where["path"] if where else "", named["name"] if named else ""]
    field = ".".join(part for part in parts if part)[:LONGEST_KEY]
    return InvalidInput(_WHERE.sub("", text).rstrip(".") + ".", field=field or None)


def _refuse_repeated_names(raw: bytes) -> None:
    """Of two equal names msgspec takes the last; two readers of one body must not differ (RFC 8259, section 4)."""

    def once(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise InvalidInput("The field is given more than once.", field=name)

    json.loads(raw or b"{}", object_pairs_hook=once)


@dataclass(frozen=True, slots=True)
class PathParameter:
    """`pattern`: of the whole of it. `expected`: in words, for who sent something else. `format`: a name for what the
    pattern cannot say.
    """

    pattern: re.Pattern[str]
    expected: str
    format: str = ""

    def parse(self, name: str, text: str) -> str:
        if not self.pattern.fullmatch(text):
            raise InvalidInput(f"The path needs {self.expected} here.", field=name)
        return text


class _Reference(PathParameter):
    """In the form that everything else knows it by; as people write it, it may have other letters and dashes."""

    def parse(self, name: str, text: str) -> str:
        reference = parse_case_reference(text)
        if reference is None:
            raise InvalidInput("This is not a case reference; one looks like K7Q2M-9DXM3-Q.", field=name)
        return reference


_REFERENCE = re.compile(f"[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}-[{ALPHABET}]")
_SUGGESTION = re.compile(r"[0-9a-f]{40}")
_RATING = re.compile(r"[0-9A-Za-z.]{60,100}")
_ulid = PathParameter(ULID, "an id of 26 letters and digits")
PATH_PARAMETERS: Mapping[str, PathParameter] = {
    "reference": _Reference(_REFERENCE, "a case reference", "case-reference"),  # its last letter checks the others
    "customer_id": _ulid,
    "entry_id": _ulid,
    "parked_id": _ulid,
    "merge_id": _ulid,
    "erasure_id": _ulid,
    "export_id": _ulid,
    "suggestion_id": PathParameter(_SUGGESTION, "the 40 hexadecimal digits of a suggestion"),
    "verification_id": _ulid,
    "unsubscribe_token": PathParameter(re.compile(r"[0-9A-Za-z]{73}"), "the token of a link in a mail of ours"),
    "promise_id": _ulid,
    "task_id": _ulid,
    "incident_id": _ulid,
    "broadcast_id": _ulid,
    "report": PathParameter(re.compile(r"[a-z_]{1,30}"), "the name of a report"),
    "device_id": PathParameter(_NAME, "up to 64 letters, digits, - and _"),
    "rating_token": PathParameter(_RATING, "the token of a link of ours"),
    "team": PathParameter(_NAME, "the name of a team"),
    "subject": PathParameter(_SUBJECT, "the id of an agent"),
    "sha256": PathParameter(_SHA256, "64 hexadecimal digits in lower case"),
    "inbox": PathParameter(_NAME, "the name of an inbox"),
    "name": PathParameter(_NAME, "the name of a text"),
    "version": PathParameter(re.compile(r"0{0,5}[1-9][0-9]{0,5}"), "the number of a version"),
}
