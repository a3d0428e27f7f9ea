"""What a posted report of a fax gateway says, in the members and words that the inbox's configuration names.

The words are read by the tables of its mails (`content/fax_reports.py`), after the operator's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

import msgspec

from chalicelib.channels.delivery_events import DeliveryEvent
from chalicelib.channels.delivery_words import OF_FAX, of_machine
from chalicelib.channels.posted_fax_reports import PostedReport
from chalicelib.content.fax_reports import our_id_in, read_fax_report
from chalicelib.content.plain_text import one_line
from chalicelib.domain.delivery import DeliveryStatus, FailureKind, Report
from chalicelib.domain.fax_sending import FaxOutcome, FaxReports
from chalicelib.domain.faxes import faxed_id, gateways_id

_LONGEST_WORD = 100
_LONGEST_WORDS = 300

_OUTCOMES: Mapping[FaxOutcome, tuple[DeliveryStatus, FailureKind | None]] = MappingProxyType(
    {
        FaxOutcome.DELIVERED: (DeliveryStatus.DELIVERED, None),
        FaxOutcome.UNDER_WAY: (DeliveryStatus.SENT, None),
        FaxOutcome.DEFERRED: (DeliveryStatus.DEFERRED, None),
        FaxOutcome.PERMANENT: (DeliveryStatus.BOUNCED, FailureKind.PERMANENT),
        FaxOutcome.TEMPORARY: (DeliveryStatus.BOUNCED, FailureKind.TEMPORARY),
        FaxOutcome.TECHNICAL: (DeliveryStatus.BOUNCED, FailureKind.TECHNICAL),
    }
)
# Words of interfaces that mails do not use, or use for something else.
_KNOWN: Mapping[str, FaxOutcome] = MappingProxyType(
    {
        **dict.fromkeys(
            ("accepted", "created", "in progress", "inprogress", "initiated", "originated", "pending", "processing"),
            FaxOutcome.UNDER_WAY,
        ),
        **dict.fromkeys(("queued", "sending", "sending started", "started", "submitted"), FaxOutcome.UNDER_WAY),
    }
)
_FLAGS = MappingProxyType({"true": "success", "false": "failed"})
_BETWEEN_WORDS = re.compile(r"[_.\s-]+|(?<=[a-z])(?=[A-Z])")


def parse_posted_report(posted: PostedReport, rules: FaxReports, sender: str) -> DeliveryEvent | None:
    """`sender`: the address that the inbox's faxes leave from. None for what names no fax, or says nothing of it."""
    members = _members_of(posted)
    ours = our_id_in((), members.get(rules.reference, ""))
    theirs = one_line(members.get(rules.answer_id, ""), 2 * _LONGEST_WORD)
    status, reason = (members.get(name, "") for name in (rules.status, rules.reason))
    if not (ours or theirs) or not (status or reason):
        return None
    report = _report(status, reason, rules, posted.at)
    return DeliveryEvent(report, "", "", "", faxed_id(ours) if ours else gateways_id(theirs, sender), sender)


def _report(status: str, reason: str, rules: FaxReports, at: datetime) -> Report | None:
    """`code` is the gateway's word: each that it says is kept, whether anybody knows it or not."""
    code, words = one_line(status or reason, _LONGEST_WORD), one_line(f"{status}: {reason}".strip(": "), _LONGEST_WORDS)
    outcome = _by_table(rules.words, reason) or _by_table(rules.words, status) or _by_table(_KNOWN, _spaced(status))
    if outcome:
        decided, failure = _OUTCOMES[outcome]
        return Report(decided, f"{OF_FAX}{outcome}", at, code, words, failure)
    told = _FLAGS.get(status, _spaced(status))
    machine = read_fax_report(told, _spaced(reason), evidence="post", country="", believed=False)
    read = of_machine(machine, at, "")
    return replace(read, code=code, words=words) if read else None


def _by_table(table: Mapping[str, FaxOutcome], word: str) -> FaxOutcome | None:
    return table.get(word.strip().casefold())


def _spaced(word: str) -> str:
    """`line_busy`, `lineBusy`, `line.busy` -> `line busy`."""
    return _BETWEEN_WORDS.sub(" ", word).strip()


def _members_of(posted: PostedReport) -> Mapping[str, str]:
    """Texts, numbers and truth values, by their names; of objects with dots between. Empty for what cannot be read."""
    found: dict[str, str] = {}
    try:
        told = msgspec.json.decode(posted.body)
        if isinstance(told, dict):
            _collect(told, "", found)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
    return found


def _collect(value: object, name: str, found: dict[str, str]) -> None:
    if isinstance(value, dict):
        for inner, part in value.items():
            _collect(part, f"{name}.{inner}" if name else str(inner), found)
    elif isinstance(value, bool):
        found[name] = str(value).lower()
    elif isinstance(value, (str, int)):
        found[name] = str(value)
