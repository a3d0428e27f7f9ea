"""The books are checked: every kept raw message has its one row, and every row the one outcome that it names.

It reads and changes nothing. What is found is for a person: `replay_messages` mends what has no row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages import OUTCOMES, LedgerRow, ReleaseState
from chalicelib.usecases.ledger import find_row_of, sha256_of
from chalicelib.usecases.ports import Incoming, RawStore, ThreadStore
from chalicelib.usecases.replay_messages import MOST_AT_ONCE, Days, kept_keys


@dataclass(frozen=True, slots=True)
class Breach:
    """`what`: a stable word, explained in `docs/operations.md`."""

    raw_key: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """`messages`: how many were looked at. `next`: the key behind which to go on; "" at the end."""

    messages: int
    breaches: tuple[Breach, ...]
    next: str


@dataclass(frozen=True, slots=True)
class CheckAccount:
    raw: RawStore
    threads: ThreadStore

    def __call__(self, days: Days, *, after: str = "", limit: int = 100) -> Checked:
        """At most `limit` messages: for each its bytes, one or two rows, and what the row names."""
        keys = list(kept_keys(self.raw, days, after, min(limit, MOST_AT_ONCE)))
        breaches = tuple(breach for key in keys for breach in self._breaches(key))
        return Checked(len(keys), breaches, keys[-1] if len(keys) >= limit else "")

    def _breaches(self, key: str) -> Iterator[Breach]:
        try:
            kept = self.raw.get_kept(key)
        except NotFound:
            return  # erased since it was listed
        row = find_row_of(self.threads, kept)
        if kept.receipt is None:
            yield Breach(key, "no_receipt")
        elif row is None:
            yield Breach(key, "no_row")
        else:
            yield from self._of_row(kept, row)

    def _of_row(self, kept: Incoming, row: LedgerRow) -> Iterator[Breach]:
        key = kept.kept_as
        if row.raw_key != key:
            yield Breach(key, "second_copy", row.raw_key)
        if row.sha256 != sha256_of(kept.body):
            yield Breach(key, "other_bytes", row.target)
        if row.outcome not in OUTCOMES:
            yield Breach(key, "unknown_outcome", row.outcome)
        elif row.outcome == "erased":
            yield Breach(key, "not_erased")
        elif row.outcome == "parked" and not self._is_parked(row):
            yield Breach(key, "no_parked_record", row.target)
        elif row.outcome in ("stored", "duplicate_of") and not self._is_stored(row):
            yield Breach(key, "no_entry", row.entry_id)

    def _is_parked(self, row: LedgerRow) -> bool:
        try:
            return self.threads.get_parked(row.target).release_state is not ReleaseState.RELEASED
        except NotFound:
            return False

    def _is_stored(self, row: LedgerRow) -> bool:
        try:
            self.threads.get_entry(row.customer_id, row.entry_id)
        except NotFound:
            return False
        return True
