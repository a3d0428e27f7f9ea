"""What other systems get on the bus and by webhooks, as schemas made from the catalogue of events."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.usecases.event_catalogue import CATALOGUE

# What EventBridge puts around it: https://docs.aws.amazon.com/eventbridge/latest/ref/overview-event-structure.html
_AROUND = {"id": "EventBridge's own, another one for each repetition", "account": "", "region": ""}


@cache
def detail_type(name: str) -> type[msgspec.Struct]:
    """Of the events of that name, in the version that is published now. Readers pass over facts that they don't know:
    one may be added without a new version.
    """
    told = CATALOGUE[name]
    facts: list[tuple[str, type] | tuple[str, type, Any]] = [(_attribute(fact), str) for fact in told.facts]
    facts += [(_attribute(fact), str | UnsetType, UNSET) for fact in told.sometimes]
    title = "".join(word.capitalize() for word in name.replace(".", "_").split("_"))
    members = msgspec.defstruct(
        f"{title}Facts", facts, rename=lambda attribute: attribute.rstrip("_"), frozen=True, kw_only=True
    )
    return msgspec.defstruct(
        f"{title}Event",  # an answer may be called as the event is
        [
            ("version", Literal[told.version]),
            *((reference, str) for reference in ("id", "customer", "case", "entry", "channel")),
            ("facts", members),
            ("signatures", dict[str, str] | UnsetType, UNSET),  # by webhook, where there are any
        ],
        frozen=True,
        kw_only=True,
    )


def render_webhooks(references: Mapping[type, Any]) -> dict[str, Any]:
    """The section `webhooks` of OpenAPI 3.1. `references`: how the schema of each `detail_type` is named."""
    return {
        name: {
            "post": {
                "summary": told.when,
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": _envelope(name, references[detail_type(name)])}},
                },
                "responses": {"2XX": {"description": "Heard. Anything else brings it again, for 24 hours."}},
            }
        }
        for name, told in CATALOGUE.items()
    }


def _envelope(name: str, detail: Any) -> dict[str, Any]:
    properties = {
        "detail-type": {"const": name},
        "source": {"const": "splot"},
        "time": {"type": "string", "format": "date-time"},
        "detail": detail,
    }
    around = {member: {"type": "string", "description": words} for member, words in _AROUND.items()}
    return {"type": "object", "required": [*properties], "properties": {**properties, **around}}


def _attribute(fact: str) -> str:
    """`from` is no name for an attribute."""
    return f"{fact}_" if fact == "from" else fact
