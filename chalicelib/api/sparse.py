"""Sparse answers: `?fields=id,subject` gives those members of each object and no others."""

from __future__ import annotations

from typing import Annotated, Any, get_args, get_type_hints

import msgspec
from msgspec import Meta

from chalicelib.api.asked import Asked, PageWanted
from chalicelib.domain.errors import InvalidInput

Names = Annotated[str, Meta(pattern=r"^[a-z_]{1,40}(,[a-z_]{1,40}){0,39}$(?!\n)")]


class FieldsWanted(Asked):
    """`fields`: names of the members that are wanted, with commas between them; all when left out."""

    fields: Names | None = None


class SparsePageWanted(PageWanted):
    """`fields`: names of the members that are wanted of each object, with commas between them; all when left out."""

    fields: Names | None = None


def object_type(answer: type, items: str) -> Any:
    """What `fields` names members of. `items`: the member of the answer that lists them; "": the answer is it."""
    return get_args(get_type_hints(answer)[items])[0] if items else answer


def check_fields(query: msgspec.Struct, answer: type, items: str) -> None:
    """Raises InvalidInput on a name that no object has."""
    known = {field.name for field in msgspec.structs.fields(object_type(answer, items))}
    for name in _wanted(query):
        if name not in known:
            raise InvalidInput(f"There is no member `{name}`.", field="fields")


def only_wanted(body: object, query: msgspec.Struct, items: str) -> object:
    """The body as it is, or as plain JSON with nothing but the members that were asked for."""
    wanted = {*_wanted(query)}
    if not wanted:
        return body
    whole = msgspec.to_builtins(body)
    if not items:
        return {name: value for name, value in whole.items() if name in wanted}
    rows = [{name: value for name, value in row.items() if name in wanted} for row in whole[items]]
    return {**whole, items: rows}


def _wanted(query: msgspec.Struct) -> list[str]:
    fields: str | None = getattr(query, "fields", None)
    return fields.split(",") if fields else []
