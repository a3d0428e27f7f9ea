"""The configuration in the table: the current document, and every earlier one under its version."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.expressions.operand import Path

from chalicelib.domain.configuration import Configuration
from chalicelib.domain.errors import Conflict, NotFound, WriteConflict, WrongConfiguration
from chalicelib.storage.attributes import InstantAttribute, TextAttribute
from chalicelib.storage.configuration_document import check_examples, parse_configuration
from chalicelib.storage.items import Item
from chalicelib.storage.keys import Key
from chalicelib.storage.table import Table
from chalicelib.storage.writes import Write
from chalicelib.usecases.configuration_ports import SavedDocument, SavedVersion
from chalicelib.usecases.ports import Now

CACHED_FOR = timedelta(seconds=60)
CURRENT = Key("CONFIG", "CURRENT")
MOST_VERSIONS = 999_999  # six digits sort like numbers


class ConfigurationItem(Item, discriminator="configuration"):
    """`CURRENT`, and `WHOLE#<version>` for every version there was. `document` is the JSON as it was saved.

    `saved_by`: "" in what was saved before it was kept, and by the operator's command.
    """

    version = TextAttribute()
    document = TextAttribute()
    saved_at = InstantAttribute()
    saved_by = TextAttribute(default="")


class ConfigurationTable:
    def __init__(self, table: Table, now: Now) -> None:
        self._table = table
        self._now = now
        self._current: Configuration | None = None
        self._earlier: dict[str, Configuration] = {}
        self._read_at: datetime | None = None

    def current(self) -> Configuration:
        """As it was at most a minute ago. Raises WrongConfiguration, also when nothing was ever saved."""
        now = self._now()
        if self._current is None or self._read_at is None or now - self._read_at >= CACHED_FOR:
            saved = self.find_document()
            if saved is None:
                raise WrongConfiguration("No configuration has been saved yet.")
            if self._current is None or self._current.version != saved.version:
                self._current = parse_configuration(saved.text, saved.version)
            self._read_at = now
        return self._current

    def version(self, version: str) -> Configuration:
        """As it was saved then. Raises NotFound."""
        if self._current and self._current.version == version:
            return self._current
        if version not in self._earlier:
            saved = self.find_document(version)
            if saved is None:
                raise NotFound()
            self._earlier[version] = parse_configuration(saved.text, saved.version)
        return self._earlier[version]

    def find_document(self, version: str = "") -> SavedDocument | None:
        attributes = self._table.get(_key_of(version) if version else CURRENT)
        if attributes is None:
            return None
        item = ConfigurationItem.from_raw_data({**attributes})
        return SavedDocument(item.version, item.document, item.saved_at, item.saved_by or "")

    def list_versions(self, limit: int, before: str = "") -> tuple[SavedVersion, ...]:
        """Rows are read with their documents: a page costs what those weigh."""
        older = Path("sk").between(_key_of("").sk, _key_of(f"{int(before or MOST_VERSIONS + 1) - 1:06d}").sk)
        rows = self._table.query(CURRENT.pk, older, newest_first=True, limit=limit)
        items = [ConfigurationItem.from_raw_data({**row}) for row in rows.items]
        return tuple(SavedVersion(item.version, item.saved_at, item.saved_by or "") for item in items)

    def check(self, text: str) -> frozenset[str]:
        configuration = parse_configuration(text, "")
        check_examples(configuration)
        return frozenset(configuration.teams)

    def save(self, text: str, replaces: str, saved_by: str = "") -> str:
        version = f"{int(replaces or 0) + 1:06d}"
        self.check(text)
        unchanged = Path("version") == replaces if replaces else Path("pk").does_not_exist()
        writes = [
            Write(CURRENT, self._item(CURRENT, version, text, saved_by), unchanged),
            Write(_key_of(version), self._item(_key_of(version), version, text, saved_by), Path("pk").does_not_exist()),
        ]
        try:
            self._table.write(writes)
        except WriteConflict as conflict:
            raise Conflict("The configuration was changed meanwhile. Read it again and repeat the edit.") from conflict
        return version

    def _item(self, key: Key, version: str, text: str, saved_by: str) -> dict[str, dict[str, str]]:
        kept = {"version": version, "document": text, "saved_at": self._now(), "saved_by": saved_by}
        return ConfigurationItem(key.pk, key.sk, **kept).serialize()


def _key_of(version: str) -> Key:
    return Key(CURRENT.pk, f"WHOLE#{version}")
