"""In person: what agents tell of those who came."""

from __future__ import annotations

from chalicelib.channels.logged import LoggedVisit, parse_logged
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.messages import ParsedMessage, Receipt


def parse_inbound(raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:  # noqa: ARG001 (no addresses of ours are in it)
    return parse_logged(raw, receipt, inbox, LoggedVisit)
