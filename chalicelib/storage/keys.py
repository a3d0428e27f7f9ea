"""The keys of the one table: where each kind of record stands. `docs/data-model.md` explains the choice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from string import Formatter
from typing import Any, NamedTuple

from chalicelib.domain.agents import Agent
from chalicelib.domain.broadcasts import Broadcast, Recipient
from chalicelib.domain.case_presence import CasePresence
from chalicelib.domain.cases import Case, CasePointer
from chalicelib.domain.connections import Connection
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customers import Block, Customer, CustomerAttributes, Namesake, PointLink, PointOwner
from chalicelib.domain.devices import Devices
from chalicelib.domain.disposal import Disposal
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.exporting import Export
from chalicelib.domain.feed import FeedHead, FeedRow
from chalicelib.domain.incidents import InboxNotices, Incident
from chalicelib.domain.mentions import Mention
from chalicelib.domain.merging import Merge, Suggestion
from chalicelib.domain.messages import Anchor, LedgerRow, ParkedRecord, SeenKey
from chalicelib.domain.reachability import Reachability
from chalicelib.domain.satisfaction import Survey
from chalicelib.domain.search import Posting
from chalicelib.domain.tasks import ListedTask
from chalicelib.domain.threads import Entry
from chalicelib.domain.verification import Allowance, Verification
from chalicelib.usecases.ports import Record


class Key(NamedTuple):
    """Partition key and sort key."""

    pk: str
    sk: str


@dataclass(frozen=True)
class KeyPattern:
    """Both halves of a key, with the names of what stands in them. A contact point is written `<kind>#<value>`.

    A `#` inside a name is escaped: otherwise two different principals and idempotency keys could meet in one key.
    """

    pk: str
    sk: str

    def key(self, **names: Any) -> Key:
        texts = {name: _text(value) for name, value in names.items()}
        return Key(self.pk.format_map(texts), self.sk.format_map(texts))

    def names_in(self, key: Key) -> dict[str, Any]:
        """The inverse of `key`: texts, and a ContactPoint where the pattern says `point`."""
        found = [expression.fullmatch(half) for expression, half in zip(self._expressions, key, strict=True)]
        if not all(found):
            raise ValueError(f"{key} is not a key of the pattern {self.pk} / {self.sk}")
        return {name: _name(name, text) for half in found if half for name, text in half.groupdict().items()}

    @cached_property
    def _expressions(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        return _expression(self.pk), _expression(self.sk)


PATTERNS: Mapping[type, KeyPattern] = {
    Customer: KeyPattern("CUST#{id}", "CUST"),
    CustomerAttributes: KeyPattern("CUST#{customer_id}", "DATA"),
    Case: KeyPattern("CUST#{customer_id}", "CASE#{id}"),
    Entry: KeyPattern("CUST#{customer_id}", "T#{id}"),
    PointLink: KeyPattern("CUST#{customer_id}", "POINT#{point}"),
    PointOwner: KeyPattern("POINT#{point}", "OWNER"),
    Block: KeyPattern("POINT#{point}", "BLOCK"),
    Reachability: KeyPattern("POINT#{point}", "REACH"),
    Devices: KeyPattern("POINT#{point}", "DEVICES"),
    CasePointer: KeyPattern("CASE#{reference}", "CASE"),
    Anchor: KeyPattern("MSGID#{key}", "ANCHOR"),
    LedgerRow: KeyPattern("RAW#{transport}#{fingerprint}", "LEDGER"),
    SeenKey: KeyPattern("SEEN#{principal}#{key}", "SEEN"),
    ParkedRecord: KeyPattern("PARKED#{month}", "{id}"),
    Survey: KeyPattern("CUST#{customer_id}", "SURVEY#{id}"),
    Merge: KeyPattern("CUST#{customer_id}", "MERGE#{id}"),
    Suggestion: KeyPattern("SUGGESTION#{id}", "SUGGESTION"),
    ListedTask: KeyPattern("TASK#{id}", "TASK"),
    Namesake: KeyPattern("NAMESAKE#{key}", "{customer_id}"),
    Verification: KeyPattern("CUST#{id}", "PROOF"),
    Agent: KeyPattern("AGENTS", "AGENT#{subject}"),
    Allowance: KeyPattern("LIMIT#{name}", "{day}"),
    Incident: KeyPattern("INCIDENTS", "INCIDENT#{id}"),
    InboxNotices: KeyPattern("INBOX#{inbox}", "NOTICES"),
    Broadcast: KeyPattern("BROADCASTS", "BROADCAST#{id}"),
    Recipient: KeyPattern("LIST#{recipients}", "TO#{id}"),
    FeedHead: KeyPattern("FEED#{feed}", "HEAD"),
    FeedRow: KeyPattern("FEED#{feed}", "{place}"),
    CasePresence: KeyPattern("CASE#{reference}", "HERE#{subject}"),
    Mention: KeyPattern("MENTIONS#{whom}", "{entry_id}"),
    Connection: KeyPattern("LIVE#{feed}", "{id}"),
    Posting: KeyPattern("WORD#{beginning}#{period}", "{word}#{place}"),
    Erasure: KeyPattern("ERASURES", "ERASURE#{id}"),
    Disposal: KeyPattern("CUST#{customer_id}", "DISPOSAL#{id}"),
    Export: KeyPattern("CUST#{customer_id}", "EXPORT#{id}"),
}


def key_for(kind: type, **names: Any) -> Key:
    return PATTERNS[kind].key(**names)


def key_of(record: Record) -> Key:
    pattern = PATTERNS[type(record)]
    if isinstance(record, ParkedRecord):
        return pattern.key(month=f"{record.at:%Y%m}", id=record.id)
    if isinstance(record, Reachability) and record.kept_as:
        return pattern.key(point=record.kept_as)
    return pattern.key(**{name: getattr(record, name) for name in names_for(type(record))})


@cache
def names_for(kind: type) -> tuple[str, ...]:
    """What the key of a kind of record says about it, and what therefore is not stored a second time."""
    pattern = PATTERNS[kind]
    return tuple(name for _, name, _, _ in Formatter().parse(pattern.pk + pattern.sk) if name)


def _expression(pattern: str) -> re.Pattern[str]:
    parts = []
    for literal, name, _, _ in Formatter().parse(pattern):
        value = "[^#]*#[^#]*" if name == "point" else "[^#]*"
        parts.append(re.escape(literal) + (f"(?P<{name}>{value})" if name else ""))
    return re.compile("".join(parts))


def _text(value: Any) -> str:
    if isinstance(value, ContactPoint):
        return f"{value.kind}#{_escaped(value.value)}"
    return _escaped(str(value))


def _name(name: str, text: str) -> Any:
    if name == "point":
        kind, _, value = text.partition("#")
        return ContactPoint(PointKind(kind), _plain(value))
    return _plain(text)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("#", "%23")


def _plain(text: str) -> str:
    return text.replace("%23", "#").replace("%25", "%")
