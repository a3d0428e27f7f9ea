"""What a fax gateway posts of a fax that we sent, on its way from the API to where it is recorded."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime

import msgspec


@dataclass(frozen=True, slots=True)
class PostedReport:
    """A report whose gateway has proved itself to the inbox named `inbox`. `body`: should be JSON."""

    inbox: str
    at: datetime
    body: bytes


class _Waiting(msgspec.Struct):
    inbox: str
    at: datetime
    body: bytes  # in base 64


class _Envelope(msgspec.Struct):
    fax_report: _Waiting


def enveloped(report: PostedReport) -> str:
    """As it waits in the queue of what carriers report."""
    waiting = {
        "inbox": report.inbox,
        "at": report.at.isoformat(),
        "body": base64.b64encode(report.body).decode(),
    }
    return json.dumps({"fax_report": waiting})


def find_posted_report(body: str) -> PostedReport | None:
    """`body`: of an SQS message. None when it is something else."""
    try:
        told = msgspec.json.decode(body, type=_Envelope).fax_report
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return PostedReport(told.inbox, told.at, told.body)
