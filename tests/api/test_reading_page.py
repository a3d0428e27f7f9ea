"""The page on which people read the API: whole, without a dead link, and nothing on it runs."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html.parser import HTMLParser

import pytest

import app
from chalicelib.api.openapi import operations_of, render_openapi
from chalicelib.api.reading_page import HEADERS, render_reading_page

OPERATIONS = operations_of(app.app.routes)


class Seen(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.anchors, self.links, self.tags, self.words, self.styles = [], [], set(), [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        said = dict(attributes)
        self.anchors += [said["id"]] if "id" in said else []
        self.links += [said["href"]] if "href" in said else []

    def handle_data(self, data):
        (self.styles if self.lasttag == "style" and not self.styles else self.words).append(data)

    @property
    def text(self):
        return " ".join(self.words)


@cache
def document():
    return render_openapi(OPERATIONS, "/api")


@cache
def seen():
    return Seen(render_reading_page(document(), "/api/v1/openapi.json"))


def test_every_call_event_and_schema_is_on_the_page_and_every_link_leads_to_one():
    page = seen()
    assert {operation.name for operation in OPERATIONS} < {*page.anchors}
    assert {f"schema-{name}" for name in document()["components"]["schemas"]} < {*page.anchors}
    assert len(page.anchors) == len({*page.anchors})
    assert [link for link in page.links if link[1:] not in page.anchors] == ["/api/v1/openapi.json"]
    assert {*document()["webhooks"]} <= {*page.words}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_a_call_is_told_with_its_address_its_parameters_and_its_problems(operation):
    said = document()["paths"][operation.path][operation.method.lower()]
    alone = {**document(), "paths": {operation.path: {operation.method.lower(): said}}}
    words = Seen(render_reading_page(alone, "")).words
    assert f"{operation.method} {operation.path}" in words
    assert {parameter["name"] for parameter in said["parameters"]} <= {*words}
    codes = {code for answer in said["responses"].values() for code in _examples(answer)}
    assert codes <= {*words}
    assert ("Needs no token." in words) == (operation.action is None)


def _examples(answer):
    return [code for content in answer.get("content", {}).values() for code in content.get("examples", ())]


def test_what_a_description_says_is_text_and_not_markup():
    told = {
        **document(),
        "paths": {
            "/v1/odd": {
                "get": {
                    "operationId": "odd",
                    "summary": "<b>Odd</b>",
                    "description": "Less than `<script>alert(1)</script>` & more.",
                    "parameters": [],
                    "responses": {"204": {"description": "Done"}},
                    "security": [],
                }
            }
        },
    }
    page = Seen(render_reading_page(told, ""))
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert "<script>alert(1)</script>" in page.words


def test_bounds_choices_and_what_holds_when_something_is_left_out_are_told():
    schemas = {
        "Wanted": {
            "type": "object",
            "required": ["many"],
            "properties": {
                "many": {"type": "array", "items": {"$ref": "#/components/schemas/One"}, "maxItems": 7},
                "named": {"anyOf": [{"type": "string", "maxLength": 64}, {"type": "null"}], "default": "x"},
                "by_name": {"type": "object", "additionalProperties": {"type": "integer"}},
            },
        },
        "One": {"enum": ["this", "that"], "description": "Of two."},
    }
    text = Seen(render_reading_page({**document(), "components": {"schemas": schemas}}, "")).text
    told = " ".join(text.split())
    assert "many list of One , at most 7 of them" in told
    assert "named string or null, x if left out (may be left out)" in told
    assert "by_name map to integer" in told
    assert "this or that : Of two." in told


def test_the_page_needs_no_more_than_its_policy_allows(api):
    answer = api.get("/v1/openapi.html")
    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    assert policy == HEADERS["Content-Security-Policy"]
    style = seen().styles[0]
    assert f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in policy
    assert not seen().tags & {"script", "img", "link", "iframe", "form", "object"}
    assert "style=" not in answer.text
