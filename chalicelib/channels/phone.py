"""Telephone: what agents tell of their calls, and what Amazon Connect tells by itself (`connect_calls.py`)."""

from __future__ import annotations

from chalicelib.channels.connect_calls import parse_connect
from chalicelib.channels.logged import LoggedCall, parse_logged
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.inboxes import CONNECT
from chalicelib.domain.messages import ParsedMessage, Receipt


def parse_inbound(raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:  # noqa: ARG001 (no addresses of ours are in it)
    if receipt.transport == CONNECT:
        return parse_connect(raw, inbox)
    return parse_logged(raw, receipt, inbox, LoggedCall)
