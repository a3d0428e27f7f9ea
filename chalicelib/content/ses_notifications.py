"""SES's bounce notification as it comes by e-mail, where somebody has subscribed an address of ours to its topic.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.content import limits
from chalicelib.content.bounce_reasons import command_in, reason_for
from chalicelib.content.delivery_reports import reported_address
from chalicelib.content.plain_text import one_line
from chalicelib.content.smtp_sessions import best_code, codes_in
from chalicelib.domain.machines import MachineKind, MachineMail, ReportedRecipient
from chalicelib.domain.remarks import remark


def find_bounce_notification(text: str) -> MachineMail | None:
    """SNS puts the JSON first and its own words below. Sendmail cuts its one long line: `!`, line end, blank."""
    begin = text.lstrip()[: limits.LONGEST_REPORT].replace("!\n ", "")
    if not begin.startswith("{"):
        return None
    try:
        told, _ = json.JSONDecoder().raw_decode(begin)
    except (ValueError, RecursionError):
        return None
    listed = _mapping(_mapping(told).get("bounce")).get("bouncedRecipients")
    if not isinstance(listed, list):
        return None
    recipients = tuple(_recipient(_mapping(one)) for one in listed[: limits.MOST_REPORTED_RECIPIENTS])
    message_id = _mapping(_mapping(told).get("mail")).get("messageId")
    return MachineMail(
        kind=MachineKind.BOUNCE,
        evidence=remark("is_ses_notification"),
        reason=recipients[0].reason.value if recipients else "",
        recipients=recipients,
        answers_message_id=f"{message_id}@amazonses.com" if message_id else "",
    )


def _recipient(told: Mapping[str, Any]) -> ReportedRecipient:
    diagnostic = one_line(str(told.get("diagnosticCode", "")), limits.LONGEST_DIAGNOSTIC)
    code = best_code([*codes_in(diagnostic), *codes_in(str(told.get("status", "")))])
    reason = reason_for(diagnostic, code, command_in(diagnostic))
    return ReportedRecipient(reported_address(str(told.get("emailAddress", ""))), code, reason, diagnostic)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
