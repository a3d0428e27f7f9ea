"""Who leads reads the configuration; an administrator saves another one, or goes back to an earlier version."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from chalicelib.domain.carried_holidays import carry_holidays, require_known_rules
from chalicelib.domain.carried_names import carry_names
from chalicelib.domain.document_changes import DocumentChange, changes_between
from chalicelib.domain.errors import InvalidInput, NotFound, WrongConfiguration
from chalicelib.usecases.configuration_ports import ConfigurationDocuments, SavedDocument, SavedVersion
from chalicelib.usecases.ports import ThreadStore

MOST_CHANGES = 500


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What saving would change in `version`, which is the current one. `more`: there are more changes than these."""

    version: str
    changes: tuple[DocumentChange, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class ChangeConfiguration:
    documents: ConfigurationDocuments
    threads: ThreadStore

    def read(self, version: str = "") -> SavedDocument:
        """The current document, or an earlier one. Raises NotFound."""
        found = self.documents.find_document(version)
        if found is None:
            raise NotFound("There is no such version." if version else "No configuration has been saved yet.")
        return found

    def list_versions(self, limit: int, before: str) -> tuple[SavedVersion, ...]:
        return self.documents.list_versions(limit, before)

    def review(self, text: str) -> Reviewed:
        """Saves nothing. Raises InvalidInput for a document that could not be saved, naming the place."""
        current = self.read()
        edited = self._checked(text, current)
        found = tuple(islice(changes_between(json.loads(current.text), edited), MOST_CHANGES + 1))
        return Reviewed(current.version, found[:MOST_CHANGES], len(found) > MOST_CHANGES)

    def save(self, text: str, replaces: str, by: str) -> str:
        """Gives the new version. Repeating a call whose answer was lost gives the version that it made.

        Raises InvalidInput for a document that cannot be used, naming the place, Conflict where `replaces` is no longer
        the current version.
        """
        return self._saved(_written(self._checked(text, self.read())), replaces, by)

    def go_back(self, version: str, replaces: str, by: str) -> str:
        """Saves what an earlier version said as a new one; public holidays reach as far as they do now."""
        earlier, current = json.loads(self.read(version).text), json.loads(self.read().text)
        text = _written(_carried(earlier, current))
        self._require_teams(self._checked_teams(text), current)
        return self._saved(text, replaces, by)

    def _saved(self, text: str, replaces: str, by: str) -> str:
        made = self.documents.find_document(f"{int(replaces) + 1:06d}")
        if made and (made.text, made.saved_by) == (text, by):  # by this very call, before its answer was lost
            return made.version
        return self.documents.save(text, replaces, by)

    def _checked(self, text: str, saved: SavedDocument) -> dict[str, Any]:
        current = json.loads(saved.text)
        self._require_teams(self._checked_teams(text), current)
        edited: dict[str, Any] = json.loads(text)
        require_known_rules(edited["calendars"], current["calendars"])
        carried = _carried(edited, current)
        self._checked_teams(_written(carried))  # it may be too much with what is remembered
        return carried

    def _checked_teams(self, text: str) -> Collection[str]:
        """The names of those in a document that can be used."""
        try:
            return self.documents.check(text)
        except WrongConfiguration as error:
            raise InvalidInput(error.public_text, field=error.field) from error

    def _require_teams(self, teams: Collection[str], current: Mapping[str, Any]) -> None:
        """A team whose cases are open has to stay: they would be in nobody's list."""
        for at, team in enumerate(team["name"] for team in current["teams"]):
            if team not in teams and self.threads.list_urgent(team, 1).items:
                raise InvalidInput(
                    f"The team {team!r} still has open cases. Transfer or close them before it goes.",
                    field=f"teams[{at}]",
                )


def _carried(edited: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """With what a document has to know although nobody writes it anew."""
    carried = carry_names(edited, current)
    return {**carried, "calendars": carry_holidays(carried["calendars"], current["calendars"])}


def _written(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
