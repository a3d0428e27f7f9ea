"""Letters on paper: scanned and told of by an agent. The pages are read like those of a fax."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from chalicelib.channels.logged import LoggedLetter, parse_logged
from chalicelib.content.fax_documents import case_reference_in, find_fax_document
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contacts import Direction
from chalicelib.domain.messages import InboundMessage, ParsedMessage, Receipt


def parse_inbound(raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:  # noqa: ARG001 (no addresses of ours are in it)
    """Whoever writes a letter waits for an answer. A reference in the agent's notes is as good as a named one."""
    letter = parse_logged(raw, receipt, inbox, LoggedLetter)
    if not isinstance(letter, InboundMessage) or letter.contact is None:
        return letter
    scan = find_fax_document(letter.attachments)
    contact = replace(
        letter.contact,
        answer_owed=letter.contact.direction is Direction.INBOUND,
        document=hashlib.sha256(scan.data).hexdigest() if scan else "",
    )
    return replace(letter, contact=contact, case_reference=letter.case_reference or _noted_reference(letter))


def _noted_reference(letter: InboundMessage) -> str:
    """Only as it is printed on our letters, with its dashes: one word in thirty of that length would pass as one."""
    noted = f"{letter.subject}\n{letter.visible_text}"
    reference = case_reference_in(noted)
    return reference if reference in noted.upper() else ""
