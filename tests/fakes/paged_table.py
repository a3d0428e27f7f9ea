"""A table that is read page by page, an item on each."""

from __future__ import annotations

from chalicelib.storage.mapping import item_for
from chalicelib.storage.table import Rows


class Pages:
    def __init__(self, *records):
        self.items = [item_for(record).serialize() for record in records]

    def scan(self, _limit, start=None):
        at = int(start["sk"]["S"]) if start else 0
        more = {"pk": {"S": "a"}, "sk": {"S": str(at + 1)}} if at + 1 < len(self.items) else None
        return Rows(self.items[at : at + 1], more)
