"""What of each record is in an export: all of it for who administers, what they may see for the customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

from chalicelib.domain.access import may_be_shown
from chalicelib.domain.cases import Case
from chalicelib.domain.customers import Block, Customer, PointLink, PointOwner
from chalicelib.domain.devices import Devices
from chalicelib.domain.disposal import Disposal
from chalicelib.domain.errors import NotFound
from chalicelib.domain.exporting import Export
from chalicelib.domain.merging import Merge
from chalicelib.domain.messages import ParkedRecord
from chalicelib.domain.reachability import Reachability
from chalicelib.domain.satisfaction import Survey
from chalicelib.domain.threads import AttachmentRef, Entry, EntryKind, files_of
from chalicelib.usecases.ports import Now, Record, ThreadStore
from chalicelib.usecases.read_own_thread import Oneself, ReadOwnThread

GROUPS: Mapping[type, str] = {
    Customer: "profile",
    Case: "cases",
    PointLink: "contact_points",
    Survey: "ratings",
    Merge: "merges",
    Export: "exports",
    Disposal: "deleted_cases",
    ParkedRecord: "parked_messages",
    Entry: "entries",
}
"""The file in which records of a kind stand; of a kind that is not here, the one that is called as it is."""


@dataclass(frozen=True, slots=True)
class Exported:
    """`shown`: as it stands in the file of its group. `files`: what belongs to it and lies beside the table. `raw_key`:
    of the message as it came, or "".
    """

    group: str
    shown: dict[str, Any]
    id: str = ""
    customer_id: str = ""
    raw_key: str = ""
    files: tuple[AttachmentRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Everything:
    """For who administers: every record with every field that says something."""

    threads: ThreadStore

    def __call__(self, record: Record) -> Iterator[Exported]:
        group = GROUPS.get(type(record), type(record).__name__.lower())
        if isinstance(record, PointLink):
            yield Exported(group, self._point(record))
        elif isinstance(record, Merge) and record.undone_at:  # it names what is somebody else's again
            yield Exported(group, {"id": record.id, "at": as_json(record.at), "undone_at": as_json(record.undone_at)})
        elif isinstance(record, Entry) and record.moved_to:  # what it said is somebody else's
            yield Exported(group, {"id": record.id, "at": as_json(record.at), "moved": True})
        elif isinstance(record, Entry):
            raw_key = record.arrival.raw_key if record.arrival else ""
            shown = as_json(record)
            yield Exported(group, shown, record.id, record.customer_id, raw_key, files_of(record))
        elif isinstance(record, Export):  # this one too; that there was one, and for whom
            yield Exported(group, {name: as_json(getattr(record, name)) for name in ("id", "requested_at", "by")})
        elif isinstance(record, ParkedRecord):
            yield Exported(group, as_json(record), record.id, "", record.raw_key)
        else:
            yield Exported(group, as_json(record))

    def _point(self, link: PointLink) -> dict[str, Any]:
        """An address with all that is known of it. Whose it is says its owner; another's is only named."""
        point = link.point
        known = self.threads.find_reachabilities([point]).get(point)
        found: dict[str, PointOwner | Block | Reachability | Devices | None] = {
            "owner": self.threads.find_owner(point),
            "block": self.threads.find_block(point),
            "reachability": known,
        }
        devices = self.threads.find_devices(point)
        shown = {"point": as_json(point)} | {name: as_json(one) for name, one in found.items() if one}
        if devices:  # their tokens let whoever has them ring there
            shown["devices"] = [
                {
                    "id": id_,
                    "kind": str(one.kind),
                    "language": one.language,
                    "registered_at": as_json(one.registered_at),
                }
                for id_, one in devices.devices.items()
            ]
        return shown


@dataclass(frozen=True, slots=True)
class OnlyOwn:
    """For the customer: what `domain/access.py` lets them see, and nothing that was said about them among us."""

    threads: ThreadStore
    read: ReadOwnThread
    oneself: Oneself
    now: Now
    references: dict[str, str] = field(default_factory=dict)

    def __call__(self, record: Record) -> Iterator[Exported]:
        if isinstance(record, Customer):
            yield Exported("profile", _own_profile(record))
        elif isinstance(record, Case):
            yield from self._case(record)
        elif isinstance(record, PointLink) and record.point in self.oneself.proved:
            known = self.threads.find_reachabilities([record.point]).get(record.point)
            opt_outs = {name: as_json(said.at) for name, said in known.opt_outs.items()} if known else {}
            yield Exported("contact_points", {"point": as_json(record.point), "opt_outs": opt_outs})
        elif isinstance(record, Survey) and record.point in self.oneself.proved and record.is_rated:
            names = ("reference", *(["asked_at"] if record.entry_id else []), "rated_at", "score", "comment")
            yield Exported("ratings", {name: as_json(getattr(record, name)) for name in names})
        elif isinstance(record, Entry) and may_be_shown(record, self.oneself.proved, self.now()):
            yield self._entry(record)

    def _case(self, case: Case) -> Iterator[Exported]:
        own = self.read.own_case(case, self.oneself)
        if own is None:
            return
        self.references[case.id] = case.reference
        names = ["reference", "status", "channel", "opened_at", "closed_at", "last_activity_at"]
        shown = {name: as_json(getattr(case, name)) for name in names}
        if own.is_known:
            shown["subject"] = case.subject
            shown["promises"] = [
                {"text": one.text, "due_at": as_json(one.due_at), "status": str(one.status)}
                for one in case.promises.values()
            ]
        yield Exported("cases", shown)

    def _entry(self, entry: Entry) -> Exported:
        theirs = entry.kind is EntryKind.INBOUND
        shown: dict[str, Any] = {
            "id": entry.id,
            "case": self._reference_of(entry),
            "at": as_json(entry.at),
            "direction": "in" if theirs else "out",
            "channel": as_json(entry.channel),
            "subject": entry.subject,
            "text": entry.text,
        }
        if theirs:
            shown |= {"quoted_text": entry.quoted_text, "signature": entry.signature, "forward": as_json(entry.forward)}
        elif entry.delivery:
            shown |= {"delivery": str(entry.delivery.status), "read_at": as_json(entry.delivery.read_at)}
        shown["attachments"] = [as_json(file) for file in entry.attachments]
        raw_key = entry.arrival.raw_key if theirs and entry.arrival else ""
        return Exported("entries", shown, entry.id, entry.customer_id, raw_key, entry.attachments)

    def _reference_of(self, entry: Entry) -> str:
        if entry.case_id and entry.case_id not in self.references:
            try:
                self.references[entry.case_id] = self.threads.get_case(entry.customer_id, entry.case_id).reference
            except NotFound:
                return ""
        return self.references.get(entry.case_id, "")


def as_json(value: Any) -> Any:
    """As JSON can say it: what is empty is left out of an object; instants in RFC 3339, durations in seconds."""
    if is_dataclass(value) and not isinstance(value, type):
        said = {one.name: getattr(value, one.name) for one in fields(value)}
        return {name: as_json(part) for name, part in said.items() if not _is_empty(part)}
    if isinstance(value, Mapping):
        return {str(name): as_json(part) for name, part in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [as_json(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, tuple | Mapping) and not value)


def _own_profile(customer: Customer) -> dict[str, Any]:
    consents = {
        channel: {name: as_json(getattr(consent, name)) for name in ("given_at", "how", "wording", "withdrawn_at")}
        for channel, consent in customer.consents.items()
    }
    return {"since": as_json(customer.created_at), "preferences": as_json(customer.preferences), "consents": consents}
