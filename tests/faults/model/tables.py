"""Equal things get one number, so that states are small, quickly compared, and met again."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import HubError
from chalicelib.usecases.ports import Create
from tests.fakes.memory_store import MemoryStore


class Numbers:
    """Things by number, each once."""

    def __init__(self) -> None:
        self.things: list[Any] = []
        self._numbers: dict[Hashable, int] = {}

    def of(self, thing: Any, key: Hashable) -> int:
        """`key`: what makes two things the same."""
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.things)
            self.things.append(thing)
        return number

    def __getitem__(self, number: int) -> Any:
        return self.things[number]

    def __len__(self) -> int:
        return len(self.things)


class Tables:
    """Everything that the table may ever hold, by number: the store in memory, never changed once it has one.

    `kind` can be another store than the contract's: that is how a known-bad one is put in.
    """

    def __init__(self, first: Sequence[Any], at: datetime, kind: type[MemoryStore] = MemoryStore) -> None:
        self.at = at
        self._kind = kind
        self._tables = Numbers()
        self._rows = Numbers()
        table = self._new()
        table.commit([Create(record) for record in first])
        self.first = self._number_of(table)

    def __getitem__(self, number: int) -> MemoryStore:
        return self._tables[number]

    def __iter__(self) -> Iterator[MemoryStore]:
        return iter(self._tables.things)

    def __len__(self) -> int:
        return len(self._tables)

    def read(self, number: int, name: str, arguments: tuple[Any, ...]) -> Any:
        return getattr(self[number], name)(*arguments)

    def commit(self, number: int, changes: Sequence[Any]) -> tuple[int, HubError | None]:
        """The number of the table after that, and why it was refused: then it is the same, if the store is sound."""
        table = self._new()
        table._partitions = {pk: {**partition} for pk, partition in self[number]._partitions.items()}
        table._lists._lists = {list_: {**rows} for list_, rows in self[number]._lists._lists.items()}
        try:
            table.commit(changes)
        except HubError as error:
            return self._number_of(table), error
        return self._number_of(table), None

    def _new(self) -> MemoryStore:
        return self._kind(lambda: self.at)

    def _number_of(self, table: MemoryStore) -> int:
        rows = frozenset(
            self._rows.of(None, (pk, sk, repr(record)))
            for pk, partition in table._partitions.items()
            for sk, record in partition.items()
        )
        return self._tables.of(table, rows)
