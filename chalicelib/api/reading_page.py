"""The description of the API as a page for people, made of the OpenAPI document alone: plain HTML, no script."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from chalicelib.api.pages import Page, page, policy_for

JsonSchema = Mapping[str, Any]

_COMPONENT = "#/components/schemas/"
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}a{color:#0b5394}code{background:#f2f2f2;padding:0 .2em;border-radius:.2em}"
    "section{border-top:1px solid #ccc;margin-top:2rem}nav ul{columns:16rem;padding:0;list-style:none;margin:0 0 1rem}"
    "table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:600;padding:.8rem 0 .2rem}"
    "th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;border-top:1px solid #ddd;font-weight:400}"
    "thead th{font-weight:600}td:last-child{overflow-wrap:anywhere}.scroll{overflow-x:auto}"
)
HEADERS = {"Content-Security-Policy": policy_for(_STYLE)}

_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
}
_LONGEST_PATTERN = 60  # longer ones are for machines, which read the document; `description` or `format` tells people


def render_reading_page(document: Mapping[str, Any], document_at: str) -> Page:
    """`document`: what `render_openapi` makes. `document_at`: where it can be got, as a link."""
    groups = [(name, [*calls]) for name, calls in groupby(_calls(document), key=lambda call: _group(call[1]))]
    schemas = document["components"]["schemas"]
    begins = (
        f"<p>{_text(document['info']['description'])} All addresses stand behind "
        f"<code>{html.escape(document['servers'][0]['url'])}</code>. "
        f'The same for programs: <a href="{html.escape(document_at)}">OpenAPI {document["openapi"]}</a>.</p>'
    )
    body = [
        begins,
        _contents(groups),
        *(part for name, calls in groups for part in (f"<h2>{name}</h2>", *(_call_section(*call) for call in calls))),
        _events(document["webhooks"]),
        '<section id="schemas"><h2>Schemas</h2>',
        *(_schema_section(name, schemas[name]) for name in sorted(schemas)),
        "</section>",
    ]
    return page("en", f"The API of {document['info']['title']}", "".join(body), _STYLE)


def _calls(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Method, path and operation, by path: those of one resource lie side by side."""
    for path in sorted(document["paths"], key=lambda path: (_group(path), path)):
        for method, said in document["paths"][path].items():
            yield method.upper(), path, said


def _group(path: str) -> str:
    return path.split("/")[2]


def _contents(groups: Iterable[tuple[str, list[tuple[str, str, Mapping[str, Any]]]]]) -> str:
    parts = []
    for name, calls in groups:
        links = "".join(
            f'<li><a href="#{said["operationId"]}">{html.escape(said["summary"])}</a></li>' for _, _, said in calls
        )
        parts.append(f"<strong>{name}</strong><ul>{links}</ul>")
    further = '<ul><li><a href="#events">Events</a></li><li><a href="#schemas">Schemas</a></li></ul>'
    return f'<nav aria-label="Contents">{"".join(parts)}{further}</nav>'


def _call_section(method: str, path: str, said: Mapping[str, Any]) -> str:
    parts = [
        f'<section id="{said["operationId"]}"><h3>{html.escape(said["summary"])}</h3>',
        f"<p><code>{method} {html.escape(path)}</code></p>",
        *(f"<p>{_text(paragraph)}</p>" for paragraph in said["description"].split("\n\n") if paragraph),
        f"<p>{_who_may(said)}</p>",
    ]
    if said["parameters"]:
        parts.append(_table("Parameters", ("name", "in", "is"), map(_parameter_row, said["parameters"])))
    for media_type, content in said.get("requestBody", {}).get("content", {}).items():
        parts.append(f"<p>Body (<code>{media_type}</code>): {_type(content['schema'])}.</p>")
    answers = [(status, answer) for status, answer in said["responses"].items() if status.startswith("2")]
    parts.append(_table("Answers", ("status", "means", "body"), (_answer_row(*answer) for answer in answers)))
    problems = [
        example["value"]
        for _, answer in sorted(said["responses"].items())
        for content in answer.get("content", {}).values()
        for example in content.get("examples", {}).values()
    ]
    parts.append(_table("Problems", ("status", "code", "says"), map(_problem_row, problems)))
    return "".join(parts) + "</section>"


def _who_may(said: Mapping[str, Any]) -> str:
    if not said["security"]:
        return "Needs no token."
    roles = ", ".join(f"<code>{role}</code>" for role in said["x-roles"]) or "no role of people"
    scope = f", and services with the scope <code>{said['x-scope']}</code>" if "x-scope" in said else ""
    return f"For {roles}{scope}."


def _parameter_row(parameter: Mapping[str, Any]) -> tuple[str, str, str]:
    is_needed = "" if parameter["required"] else " (may be left out)"
    told = parameter.get("description", "")
    return (
        f"<code>{html.escape(parameter['name'])}</code>",
        parameter["in"],
        f"{_described(parameter['schema'])}{is_needed}{'. ' + _text(told) if told else ''}",
    )


def _answer_row(status: str, answer: Mapping[str, Any]) -> tuple[str, str, str]:
    headers = "".join(
        f"; <code>{name}</code>: {_text(header['description'])}" for name, header in answer.get("headers", {}).items()
    )
    bodies = [f"{_type(content['schema'])} ({media_type})" for media_type, content in answer.get("content", {}).items()]
    return status, _text(answer["description"]) + headers, " or ".join(bodies) or "none"


def _problem_row(problem: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(problem["status"]), f"<code>{problem['code']}</code>", _text(problem["detail"])


def _events(webhooks: Mapping[str, Any]) -> str:
    rows = (
        (
            f"<code>{html.escape(name)}</code>",
            _text(event["post"]["summary"]),
            _type(event["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]["detail"]),
        )
        for name, event in webhooks.items()
    )
    table = _table("What the bus and webhooks tell", ("event", "when", "<code>detail</code>"), rows)
    return f'<section id="events"><h2>Events</h2>{table}</section>'


def _schema_section(name: str, schema: JsonSchema) -> str:
    told = f"<p>{_text(schema['description'])}</p>" if schema.get("description") else ""
    if "properties" not in schema:
        return f'<section id="schema-{name}"><h3>{name}</h3>{told}<p>{_described(schema)}</p></section>'
    required = schema.get("required", ())
    rows = (
        (
            f"<code>{html.escape(member)}</code>",
            _described(one) + ("" if member in required else " (may be left out)"),
        )
        for member, one in schema["properties"].items()
    )
    table = _table(f"Members of {name}", ("member", "is"), rows)
    return f'<section id="schema-{name}"><h3>{name}</h3>{told}{table}</section>'


def _table(caption: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """`rows`: HTML, the first cell of each names it."""
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    return (
        f'<div class="scroll"><table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _described(schema: JsonSchema) -> str:
    """Its type, its bounds, and what is said of it."""
    parts = [_type(schema), *(text.format(schema[key]) for key, text in _BOUNDS.items() if key in schema)]
    if schema.get("default") not in (None, [], {}, ""):
        parts.append(f"<code>{html.escape(str(schema['default']))}</code> if left out")
    told = schema.get("description", "")
    return ", ".join(parts) + (f": {_text(told)}" if told else "")


def _type(schema: JsonSchema) -> str:
    if reference := schema.get("$ref"):
        name = reference.removeprefix(_COMPONENT)
        return f'<a href="#schema-{name}">{name}</a>'
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(_type(option) for option in options)
    if values := schema.get("enum") or [schema[name] for name in ("const",) if name in schema]:
        return " or ".join(f"<code>{html.escape(str(value))}</code>" for value in values)
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if isinstance(schema.get("additionalProperties"), Mapping):
        return f"map to {_type(schema['additionalProperties'])}"
    kind = str(schema.get("type", "anything"))
    pattern = schema.get("pattern", "")
    shown = f" <code>{html.escape(pattern)}</code>" if 0 < len(pattern) <= _LONGEST_PATTERN else ""
    return f"{kind} ({schema['format']})" if "format" in schema else kind + shown


def _text(said: str) -> str:
    """Text, in which what stands in backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(said))
