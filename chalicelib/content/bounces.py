"""Reports on messages of ours: what became of them, at whom, and which message each is about.

Written for machines (RFC 3464, RFC 5965, SES's own JSON) or for people; the first form that can be read decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chalicelib.content import limits
from chalicelib.content.bounce_reasons import any_of, command_in, reason_for
from chalicelib.content.bounce_texts import ReportText, embedded_groups, recipients_in, split_report
from chalicelib.content.bounce_words import FINAL, OPENINGS, STILL_TRYING, SUBJECTS
from chalicelib.content.delivery_reports import (
    FEEDBACK_TYPES,
    STATUS_TYPES,
    Fields,
    RecipientStatus,
    field_groups,
    find_part,
    find_returned_header,
    recipient_statuses,
    reported_address,
)
from chalicelib.content.encoded_words import decode_field
from chalicelib.content.headers import message_ids
from chalicelib.content.mailboxes import parse_mailboxes
from chalicelib.content.mime import Mail
from chalicelib.content.plain_text import one_line
from chalicelib.content.ses_notifications import find_bounce_notification
from chalicelib.content.smtp_sessions import best_code, codes_in, says_nothing
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.machines import BounceReason, MachineKind, MachineMail, ReportedRecipient
from chalicelib.domain.remarks import remark

# Local parts, or bare names, under which only mail systems write.
_MAIL_SYSTEM = re.compile(r"(?:mailer[-_]?daemon|mail[-_.]?daemon|mail-delivery(?:-subsystem)?|bounce-?daemon)(?:@.*)?")
# Under these people and programs write of other things, too: the mail has to say more.
_OFFICE = re.compile(r"(?:post[-_]?master|mailer|mdaemon|mail-?admin|administrator|sysadmin|[^@]{1,60}-admin)@.*")
_SMTP_REPLY = re.compile(r"^[ \t]{0,40}(?:smtp: ?)?[45]\d\d[ -]", re.IGNORECASE | re.MULTILINE)
_OUTLOOK_FEEDBACK = "complaint about message from "  # has no part for machines; always from staff@hotmail.com
_WORST_FIRST = (MachineKind.BOUNCE, MachineKind.DELAY, MachineKind.DELIVERED)


def read_report(mail: Mail, author: str, *, null_sender: bool) -> MachineMail | None:
    """`author`: the address in From, lower case; `null_sender`: the envelope named none (RFC 5321, 4.5.5).

    None for everything that is no report on a message of ours.
    """
    feedback = find_part(mail.attachments, FEEDBACK_TYPES)
    if feedback is not None or (author == "staff@hotmail.com" and _subject(mail).startswith(_OUTLOOK_FEEDBACK)):
        return _feedback(mail, field_groups(feedback or ""))
    status = find_part(mail.attachments, STATUS_TYPES)
    evidence = remark("is_delivery_report") if status is not None else _evidence(mail, author, null_sender=null_sender)
    if not evidence:
        return None
    notification = find_bounce_notification(mail.text)
    if notification:
        return notification
    groups = field_groups(status) if status is not None else embedded_groups(mail.text)
    report = _text_of(mail)
    return _from_fields(mail, report, groups, evidence) or _from_words(mail, report, evidence)


def _evidence(mail: Mail, author: str, *, null_sender: bool) -> str:
    if mail.header.first("x-failed-recipients"):
        return remark("names_failed_recipients")
    if mail.parameters.get("report-type", "").lower() == "delivery-status":
        return remark("calls_itself_report")
    if _MAIL_SYSTEM.fullmatch(author or _name_of_author(mail)):
        return remark("mail_system_wrote")
    if (null_sender or _OFFICE.fullmatch(author)) and _says_that_it_failed(mail):
        return remark("words_of_mail_system")
    if author.startswith(("postmaster@", "post_master@")) and _SMTP_REPLY.search(mail.text[: limits.LONGEST_REPORT]):
        return remark("postmaster_quotes")
    return remark("is_ses_notification") if find_bounce_notification(mail.text) else ""


def _says_that_it_failed(mail: Mail) -> bool:
    report = _text_of(mail)
    if not report.first_address:
        return False
    told = " ".join(report.told[: limits.LONGEST_REPORT].lower().split())
    return _subject(mail).startswith(SUBJECTS) or any_of(OPENINGS, told)


def _from_fields(mail: Mail, report: ReportText, groups: list[Fields], evidence: str) -> MachineMail | None:
    statuses = recipient_statuses(groups)
    if not statuses:
        return None
    kind = next(one for one in _WORST_FIRST if any(status.kind is one for status in statuses))
    concerned = [status for status in statuses if status.kind is kind]
    recipients = [_recipient(status, report, alone=len(concerned) == 1) for status in concerned]
    return _machine_mail(mail, report, kind, recipients, evidence)


def _recipient(status: RecipientStatus, report: ReportText, *, alone: bool) -> ReportedRecipient:
    """The fields first; what the report says in words fills what they leave open."""
    words = report.sections.get(status.address) or (report.told if alone else "")
    in_fields = [*codes_in(status.diagnostic), *codes_in(status.status)]
    code = best_code(in_fields)
    if says_nothing(code) and not codes_in(status.diagnostic):
        code = best_code([*in_fields, *codes_in(words)])
    command = command_in(words) or command_in(status.diagnostic)
    told = status.diagnostic or words
    reason = reason_for(told, code, command, status.category)
    if reason is BounceReason.OTHER:
        reason = reason_for(words, code, command)
    return ReportedRecipient(status.address, code, reason, one_line(told, limits.LONGEST_DIAGNOSTIC))


def _from_words(mail: Mail, report: ReportText, evidence: str) -> MachineMail:
    fields = mail.header.all("x-failed-recipients")
    named = [one for field in fields for one in re.split(r"[\s,]+", decode_field(field).text)]
    told = " ".join(report.told.lower().split())
    still_trying = any_of(STILL_TRYING, f"{_subject(mail)} {told}") and not any_of(FINAL, told)
    kind = MachineKind.DELAY if still_trying else MachineKind.BOUNCE
    return _machine_mail(mail, report, kind, recipients_in(report, named), evidence)


def _machine_mail(
    mail: Mail, report: ReportText, kind: MachineKind, recipients: Sequence[ReportedRecipient], evidence: str
) -> MachineMail:
    if kind is MachineKind.DELIVERED:
        recipients = [
            ReportedRecipient(one.address, one.status, BounceReason.OTHER, one.diagnostic) for one in recipients
        ]
    reason = recipients[0].reason.value if recipients and kind is not MachineKind.DELIVERED else ""
    return MachineMail(kind, evidence, reason, tuple(recipients), _answered(mail, report))


def _feedback(mail: Mail, groups: list[Fields]) -> MachineMail:
    """RFC 5965: `abuse` and `fraud` are complaints, `auth-failure` (RFC 6591) is DMARC's."""
    fields: dict[str, str] = {}
    for group in groups:
        fields = {**group, **fields}
    kind = one_line(fields.get("feedback-type", "abuse"), 40).lower()
    address = reported_address(fields.get("original-rcpt-to", "") or fields.get("removal-recipient", ""))
    recipients = (ReportedRecipient(address),) if address else ()
    return MachineMail(
        MachineKind.FEEDBACK, remark("is_feedback_report"), kind, recipients, _answered(mail, _text_of(mail))
    )


def _answered(mail: Mail, report: ReportText) -> str:
    """Which message a report is about: the id in the message that came back is the surest, then a field names it."""
    returned = find_returned_header(mail.attachments)
    enclosed = message_ids(returned.first("message-id")) if returned else ()
    if enclosed or report.message_id:
        return enclosed[0] if enclosed else report.message_id
    fields = (mail.header.first(name) for name in ("x-original-message-id", "in-reply-to", "references"))
    return next((ids[-1] for field in fields if (ids := message_ids(field))), "")


def _text_of(mail: Mail) -> ReportText:
    try:
        named = [one.address for field in mail.header.all("to") for one in parse_mailboxes(field).mailboxes]
    except Unparsable:
        named = []
    return split_report(mail.text, frozenset(address for one in named if (address := reported_address(one))))


def _name_of_author(mail: Mail) -> str:
    """`MAILER-DAEMON <>` names no address at all."""
    return decode_field(mail.header.first("from")).text.lower().partition("<")[0].strip(' "')


def _subject(mail: Mail) -> str:
    return " ".join(decode_field(mail.header.first("subject")).text.lower().split())
