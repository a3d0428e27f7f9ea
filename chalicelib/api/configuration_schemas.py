"""What callers send and get about the configuration. The document itself: `storage/configuration_document.py`."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.api.asked import Asked
from chalicelib.api.message_schemas import Instant


class VersionsWanted(Asked):
    """`before`: the `next` of the page before."""

    limit: Annotated[int, Meta(ge=1, le=50)] = 20
    before: Annotated[str, Meta(pattern=r"^0{0,5}[1-9][0-9]{0,5}$(?!\n)")] | None = None


class SavedConfiguration(msgspec.Struct):
    """`document`: the JSON object as it was saved; docs/configuration.md names its members. `saved_by`: null where it
    was the operator's command.
    """

    version: str
    saved_at: Instant
    saved_by: str | None
    document: Any


class ConfigurationVersion(msgspec.Struct):
    version: str
    saved_at: Instant
    saved_by: str | None


class ConfigurationVersions(msgspec.Struct):
    """The newest first. `next`: null when the first version is among them."""

    versions: list[ConfigurationVersion]
    next: str | None


class ConfigurationChange(msgspec.Struct):
    """`place`: such as `teams[service].policy`. `before`, `after`: null where there was, or will be, nothing."""

    place: str
    before: Any
    after: Any


class ConfigurationReview(msgspec.Struct):
    """What saving would change in `version`. `more`: there are more changes than these."""

    version: str
    changes: list[ConfigurationChange]
    more: bool


class ConfigurationSaved(msgspec.Struct):
    """Functions use it within a minute."""

    version: str
