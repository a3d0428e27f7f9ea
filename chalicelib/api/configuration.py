"""The configuration: what holds, what held before, and another one in its place."""

from __future__ import annotations

from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked
from chalicelib.api import configuration_schemas as schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.domain.access import Action
from chalicelib.domain.errors import Conflict, InvalidInput, NotFound
from chalicelib.usecases.configuration_ports import SavedDocument

bp = Blueprint(__name__)

LARGEST_DOCUMENT = 380_000  # with its row it has to stay below the 400 KB of an item


def document_schema() -> type:
    from chalicelib.storage.configuration_document import Document

    return Document


@operation(
    bp,
    "GET",
    "/v1/configuration",
    summary="Read the configuration",
    action=Action.READ_CONFIGURATION,
    answers={200: schemas.SavedConfiguration},
    answer_headers=("ETag",),
    errors=(NotFound,),
)
def read_configuration(_call: Call[asked.Nothing, None]) -> Result:
    """As it was saved last. Functions may use the one before for a minute. The ETag is its version."""
    return _rendered(wiring.hub().change_configuration.read())


@operation(
    bp,
    "GET",
    "/v1/configuration/schema",
    summary="Read what a configuration may hold",
    action=Action.READ_CONFIGURATION,
    answers={200: dict[str, Any]},
)
def read_configuration_schema(_call: Call[asked.Nothing, None]) -> Result:
    """A JSON Schema (2020-12) of the document, as it stands in the description of the API, and nothing else of that."""
    return Result(msgspec.json.schema(document_schema()))


@operation(
    bp,
    "PUT",
    "/v1/configuration",
    summary="Save another configuration",
    action=Action.CHANGE_CONFIGURATION,
    body=document_schema,
    largest_body=LARGEST_DOCUMENT,
    versioned=True,
    answers={200: schemas.ConfigurationSaved},
    answer_headers=("ETag",),
    errors=(Conflict, NotFound),
)
def save_configuration(call: Call[asked.Nothing, object]) -> Result:
    """The whole document, with the ETag of what was edited as If-Match. Refused with the place of the first mistake; a
    team with open cases cannot go. Public holidays reach as far as they do now; a new rule for them is for the
    operator's command. Repeating it after a lost answer gives the version that was made.
    """
    text, by = call.raw_body.decode(), call.principal.subject
    return _saved(wiring.hub().change_configuration.save(text, _edited(call.version), by))


@operation(
    bp,
    "POST",
    "/v1/configuration/review",
    summary="See what saving a configuration would change",
    action=Action.READ_CONFIGURATION,
    body=document_schema,
    largest_body=LARGEST_DOCUMENT,
    answers={200: schemas.ConfigurationReview},
    errors=(NotFound,),
)
def review_configuration(call: Call[asked.Nothing, object]) -> Result:
    """Checks it as saving does, and saves nothing."""
    reviewed = wiring.hub().change_configuration.review(call.raw_body.decode())
    changes = [schemas.ConfigurationChange(one.place, one.before, one.after) for one in reviewed.changes]
    return Result(schemas.ConfigurationReview(reviewed.version, changes, reviewed.more))


@operation(
    bp,
    "GET",
    "/v1/configuration/versions",
    summary="List the versions of the configuration",
    action=Action.READ_CONFIGURATION,
    query=schemas.VersionsWanted,
    answers={200: schemas.ConfigurationVersions},
)
def list_configuration_versions(call: Call[schemas.VersionsWanted, None]) -> Result:
    wanted = call.query
    found = wiring.hub().change_configuration.list_versions(wanted.limit, wanted.before or "")
    versions = [schemas.ConfigurationVersion(one.version, one.saved_at, one.saved_by or None) for one in found]
    is_last = not versions or int(versions[-1].version) == 1
    return Result(schemas.ConfigurationVersions(versions, None if is_last else versions[-1].version))


@operation(
    bp,
    "GET",
    "/v1/configuration/versions/{version}",
    summary="Read an earlier configuration",
    action=Action.READ_CONFIGURATION,
    answers={200: schemas.SavedConfiguration},
    answer_headers=("ETag",),
    errors=(NotFound,),
)
def read_configuration_version(_call: Call[asked.Nothing, None], version: str) -> Result:
    return _rendered(wiring.hub().change_configuration.read(f"{int(version):06d}"))


@operation(
    bp,
    "POST",
    "/v1/configuration/versions/{version}/restoration",
    summary="Go back to an earlier configuration",
    action=Action.CHANGE_CONFIGURATION,
    versioned=True,
    answers={200: schemas.ConfigurationSaved},
    answer_headers=("ETag",),
    errors=(Conflict, NotFound),
)
def restore_configuration(call: Call[asked.Nothing, None], version: str) -> Result:
    """Saves it as a new version, with the ETag of the current one as If-Match."""
    change, by = wiring.hub().change_configuration, call.principal.subject
    return _saved(change.go_back(f"{int(version):06d}", _edited(call.version), by))


def _edited(version: int | None) -> str:
    if version is None:
        raise InvalidInput("Give the ETag of the configuration that was edited.", field="If-Match")
    return f"{version:06d}"


def _saved(version: str) -> Result:
    return Result(schemas.ConfigurationSaved(version), _etag(version))


def _rendered(saved: SavedDocument) -> Result:
    document = msgspec.Raw(saved.text.encode())
    body = schemas.SavedConfiguration(saved.version, saved.saved_at, saved.saved_by or None, document)
    return Result(body, _etag(saved.version))


def _etag(version: str) -> dict[str, str]:
    return {"ETag": f'"{int(version)}"'}
