"""What the API refuses is told by the console in its own words, in each of its languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec.inspect
import pytest

import app
from chalicelib.api.configuration import document_schema
from chalicelib.api.openapi import operations_of
from chalicelib.api.problems import STATUSES

CONSOLE = Path(__file__).parents[2] / "console"
LANGUAGES = sorted((CONSOLE / "texts").glob("*.json"))
CALLS = re.compile(
    r'"(?P<method>POST|PUT|DELETE)", [`"](?P<path>[^`"]+)'
    r'|session, [`"](?P<versioned>[^`"]+)[`"], { method: "(?P<with_version>POST|PUT)"'
)
# The settings name places of the document themselves, and show each mistake where it is.
OF_THE_SETTINGS = "/v1/configuration"


def texts_of(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda path: path.stem)
def test_the_console_has_words_for_every_error_code(language):
    texts = texts_of(language)
    assert [code for code in STATUSES if f"problem.{code}" not in texts] == []


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda path: path.stem)
def test_the_console_has_a_name_for_every_member_that_it_sends(language):
    texts = texts_of(language)
    assert {name for name in members_sent() if f"field.{name}" not in texts} == set()


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda path: path.stem)
def test_the_console_has_a_name_for_every_setting(language):
    texts = texts_of(language)
    document = msgspec.inspect.type_info(document_schema())
    sections = {field.encode_name for field in document.fields}
    named = {name for name in _members(document) if f"setting.{name}" in texts}
    assert set(_members(document)) - named - {one for one in sections if f"section.{one}" in texts} == set()


def test_what_the_console_sends_is_found_in_its_calls():
    assert {"due_at", "messages_read", "references", "stays_with_us"} <= members_sent()


def members_sent() -> set[str]:
    """Of the bodies of all operations that the console calls."""
    called = set()
    for call in CALLS.finditer((CONSOLE / "src/api/hub.ts").read_text()):
        path = (call["path"] or call["versioned"]).replace("${of(reference)}", "/v1/cases/{}").partition("?")[0]
        called.add((call["method"] or call["with_version"], re.sub(r"\$?{[^}]*}", "{}", path)))
    wanted = [
        operation.body()
        for operation in operations_of(app.app.routes)
        if (operation.method, re.sub(r"{\w+}", "{}", operation.path)) in called
        and operation.body
        and not operation.path.startswith(OF_THE_SETTINGS)
    ]
    return {name for body in wanted for name in _members(msgspec.inspect.type_info(body))}


def _members(type_: msgspec.inspect.Type) -> Iterator[str]:
    match type_:
        case msgspec.inspect.StructType(fields=fields):
            for field in fields:
                yield field.encode_name
                yield from _members(field.type)
        case msgspec.inspect.UnionType(types=types):
            for one in types:
                yield from _members(one)
        case msgspec.inspect.ListType(item_type=item):
            yield from _members(item)
        case msgspec.inspect.DictType(value_type=value):
            yield from _members(value)
