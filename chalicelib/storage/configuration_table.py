"""The configuration in the table: the current document, and every earlier one under its version."""

from __future__ import annotations

from dataclasses import dataclass
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
from chalicelib.usecases.ports import Now

CACHED_FOR = timedelta(seconds=60)
CURRENT = Key("CONFIG", "CURRENT")


class ConfigurationItem(Item, discriminator="configuration"):
    """`CURRENT`, and `WHOLE#<version>` for every version there was. `document` is the JSON as it was saved."""

    version = TextAttribute()
    document = TextAttribute()
    saved_at = InstantAttribute()


@dataclass(frozen=True, slots=True)
class SavedDocument:
    version: str
    text: str


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
            attributes = self._table.get(Key(CURRENT.pk, f"WHOLE#{version}"))
            if attributes is None:
                raise NotFound()
            item = ConfigurationItem.from_raw_data({**attributes})
            self._earlier[version] = parse_configuration(item.document, item.version)
        return self._earlier[version]

    def find_document(self) -> SavedDocument | None:
        """The current document, with the version that `save` wants to hear."""
        attributes = self._table.get(CURRENT)
        if attributes is None:
            return None
        item = ConfigurationItem.from_raw_data({**attributes})
        return SavedDocument(item.version, item.document)

    def save(self, text: str, replaces: str) -> str:
        """Gives the new version. `replaces`: the version that the operator has edited, "" when there was none.

        Raises WrongConfiguration when the document cannot be used, Conflict when another one was saved meanwhile.
        """
        version = f"{int(replaces or 0) + 1:06d}"
        check_examples(parse_configuration(text, version))
        unchanged = Path("version") == replaces if replaces else Path("pk").does_not_exist()
        kept = Key(CURRENT.pk, f"WHOLE#{version}")
        try:
            self._table.write(
                [
                    Write(CURRENT, self._item(CURRENT, version, text), unchanged),
                    Write(kept, self._item(kept, version, text), Path("pk").does_not_exist()),
                ]
            )
        except WriteConflict as conflict:
            raise Conflict("The configuration was changed meanwhile. Read it again and repeat the edit.") from conflict
        return version

    def _item(self, key: Key, version: str, text: str) -> dict[str, dict[str, str]]:
        item = ConfigurationItem(key.pk, key.sk, version=version, document=text, saved_at=self._now())
        return item.serialize()
