"""The account: which row of the ledger speaks of the bytes that lie under a key of `raw/`."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from chalicelib.domain.messages import LedgerRow, Receipt
from chalicelib.usecases.ports import Incoming, ThreadStore


def sha256_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def fingerprint_of_changed(receipt: Receipt, sha256: str) -> Receipt:
    """The receipt of bytes that came under one that had been seen before, with others: they get a row of their own."""
    return replace(receipt, fingerprint=f"{receipt.fingerprint}.{sha256[:16]}")


def find_row_of(threads: ThreadStore, kept: Incoming) -> LedgerRow | None:
    """At most two reads. Of a second copy of the same bytes it is the row of the first."""
    if kept.receipt is None:
        return None
    receipt, sha256 = kept.receipt, sha256_of(kept.body)
    row = threads.find_ledger_row(receipt.transport, receipt.fingerprint)
    if row is None or row.raw_key == kept.kept_as or row.sha256 == sha256:
        return row
    changed = fingerprint_of_changed(receipt, sha256)
    other = threads.find_ledger_row(changed.transport, changed.fingerprint)
    return other if other and other.raw_key == kept.kept_as else None
