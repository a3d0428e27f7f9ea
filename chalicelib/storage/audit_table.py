"""Who asked for what, in the table: a row under whoever asked, and one under what the call named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from pynamodb.expressions.operand import Path

from chalicelib.domain.audit import KEPT_FOR, AuditRecord, about
from chalicelib.domain.errors import WriteConflict
from chalicelib.storage.attributes import InstantAttribute, MappingAttribute, TextAttribute, TupleAttribute
from chalicelib.storage.items import Item
from chalicelib.storage.keys import KeyPattern
from chalicelib.storage.table import Table
from chalicelib.storage.writes import Write
from chalicelib.usecases.ports import Page

OF_SUBJECT = KeyPattern("AUDIT#BY#{subject}", "{id}")
ABOUT = KeyPattern("AUDIT#OF#{about}", "{id}")


class AuditItem(Item, discriminator="audit"):
    at = InstantAttribute()
    principal = TextAttribute()
    subject = TextAttribute()
    name = TextAttribute()
    roles = TupleAttribute(TextAttribute())
    operation = TextAttribute()
    parameters = MappingAttribute(TextAttribute())
    source = TextAttribute()
    request = TextAttribute()
    refused = TextAttribute()


class AuditTable:
    def __init__(self, table: Table) -> None:
        self._table = table

    def append(self, record: AuditRecord) -> None:
        keys = [OF_SUBJECT.key(subject=record.subject, id=record.id)]
        if about(record):
            keys.append(ABOUT.key(about=about(record), id=record.id))
        new = Path("pk").does_not_exist()
        try:
            self._table.write([Write(key, _item(record, key.pk, key.sk), new) for key in keys])
        except WriteConflict as conflict:
            raise AssertionError(f"the id {record.id} was drawn twice") from conflict

    def list_of_subject(self, subject: str, limit: int, start: Mapping[str, str] | None = None) -> Page[AuditRecord]:
        return self._page(OF_SUBJECT.key(subject=subject, id="").pk, limit, start)

    def list_about(self, about: str, limit: int, start: Mapping[str, str] | None = None) -> Page[AuditRecord]:
        return self._page(ABOUT.key(about=about, id="").pk, limit, start)

    def _page(self, partition: str, limit: int, start: Mapping[str, str] | None) -> Page[AuditRecord]:
        after = {name: {"S": value} for name, value in start.items()} if start else None
        rows = self._table.query(partition, None, newest_first=True, limit=limit, start=after)
        last = {name: value["S"] for name, value in rows.last.items()} if rows.last else None
        return Page(tuple(_record(AuditItem.from_raw_data({**row})) for row in rows.items), last)


def _item(record: AuditRecord, pk: str, sk: str) -> dict[str, dict[str, str]]:
    values = {field.name: getattr(record, field.name) for field in fields(record) if field.name != "id"}
    return AuditItem(pk, sk, **values, expires_at=record.at + KEPT_FOR).serialize()


def _record(item: AuditItem) -> AuditRecord:
    return AuditRecord(item.sk, **{field.name: item.value(field.name) for field in fields(AuditRecord)[1:]})
