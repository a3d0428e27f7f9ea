"""Reports on messages of ours are read whoever wrote them: what became of which message, and at whom."""

import json
import time

import pytest

from chalicelib.content.bounces import read_report
from chalicelib.content.mailboxes import parse_mailboxes
from chalicelib.content.mime import read_mail
from chalicelib.domain.machines import BounceReason as Reason
from chalicelib.domain.machines import MachineKind
from tests.content.bounce_samples import SAMPLES
from tests.speed import within

OURS = "id1@eu-central-1.amazonses.com"
ANNA = "anna@example.pl"


def read(raw, *, null_sender=False):
    mail = read_mail(raw)
    written = parse_mailboxes(mail.header.first("from")).mailboxes
    return read_report(mail, written[0].address.lower() if written else "", null_sender=null_sender)


def written(author, subject, text, *, fields="", **kept):
    head = f"From: {author}\nTo: Hub <pomoc@hub.example>\nSubject: {subject}\n{fields}"
    return read(f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}".encode(), **kept)


@pytest.mark.parametrize(
    ("name", "kind", "recipients", "answers"),
    [
        ("exim", "bounce", [(ANNA, "", Reason.NO_SUCH_ADDRESS)], OURS),
        ("exim, two", "bounce", [(ANNA, "", Reason.TAKES_NO_MAIL), ("bartek@example.pl", "", Reason.EXPIRED)], OURS),
        ("exim, delay", "delay", [(ANNA, "", Reason.UNREACHABLE)], ""),
        ("qmail", "bounce", [(ANNA, "5.1.1", Reason.NO_SUCH_ADDRESS)], OURS),
        ("postfix", "bounce", [(ANNA, "5.2.2", Reason.MAILBOX_FULL)], ""),
        ("sendmail", "bounce", [(ANNA, "", Reason.NO_SUCH_ADDRESS)], ""),
        ("gmail", "bounce", [(ANNA, "", Reason.NO_SUCH_ADDRESS)], OURS),
        ("yahoo", "bounce", [(ANNA, "", Reason.NO_SUCH_ADDRESS)], OURS),
        ("mail.ru", "bounce", [(ANNA, "", Reason.NO_SUCH_ADDRESS)], ""),
        ("t-online", "bounce", [(ANNA, "", Reason.NO_SUCH_DOMAIN)], OURS),
        ("notes", "bounce", [(ANNA, "", Reason.NO_SUCH_ADDRESS)], OURS),
        ("mailmarshal", "bounce", [(ANNA, "5.1.1", Reason.NO_SUCH_ADDRESS)], ""),
        ("exchange, pl", "bounce", [(ANNA, "5.1.1", Reason.NO_SUCH_ADDRESS)], ""),
        ("interscan", "bounce", [(ANNA, "", Reason.NO_SUCH_ADDRESS)], ""),
        ("mdaemon", "bounce", [(ANNA, "", Reason.NO_SUCH_ADDRESS)], ""),
        ("x3", "bounce", [(ANNA, "5.3.0", Reason.NO_SUCH_ADDRESS)], ""),
        ("dragonfly", "bounce", [(ANNA, "5.1.6", Reason.MOVED)], OURS),
        ("opensmtpd", "bounce", [(ANNA, "5.1.1", Reason.NO_SUCH_ADDRESS)], OURS),
        ("1und1", "bounce", [(ANNA, "", Reason.TOO_BIG)], OURS),
        ("imail", "bounce", [(ANNA, "", Reason.MAILBOX_FULL)], OURS),
        ("domino", "bounce", [(ANNA, "", Reason.NO_SUCH_ADDRESS)], ""),
        ("mailfoundry", "bounce", [(ANNA, "", Reason.REFUSED_BY_RECIPIENT)], ""),
        ("vtext", "bounce", [(ANNA, "", Reason.NO_SUCH_ADDRESS)], ""),
        ("appliance", "bounce", [(ANNA, "", Reason.REFUSED_BY_RECIPIENT)], ""),
        ("biglobe", "bounce", [(ANNA, "", Reason.MAILBOX_FULL)], ""),
        ("hunter", "bounce", [(ANNA, "5.1.1", Reason.NO_SUCH_ADDRESS)], ""),
        ("smail", "bounce", [(ANNA, "5.2.2", Reason.MAILBOX_FULL)], OURS),
        ("saas", "bounce", [(ANNA, "5.1.1", Reason.NO_SUCH_ADDRESS)], OURS),
        ("exchange 5.5", "bounce", [(ANNA, "", Reason.NO_SUCH_ADDRESS)], ""),
        ("ezweb", "bounce", [(ANNA, "", Reason.NO_SUCH_ADDRESS)], ""),
    ],
)
def test_a_report_in_words_is_read_whatever_system_wrote_it(name, kind, recipients, answers):
    report = written(*SAMPLES[name])

    assert report.kind == kind
    assert [(one.address, one.status, one.reason) for one in report.recipients] == recipients
    assert report.answers_message_id == answers
    assert report.reason == recipients[0][2]


def test_no_sample_is_left_out():
    rows = test_a_report_in_words_is_read_whatever_system_wrote_it.pytestmark[0].args[1]
    assert [row[0] for row in rows] == list(SAMPLES)


def test_an_office_that_says_who_failed_needs_no_telling_subject():
    text = (
        "Ihre Nachricht konnte an folgende Empfänger nicht zugestellt werden:\n\nanna@example.pl\n 550 5.1.1 unbekannt"
    )
    report = written("postmaster@mx.example.de", "Info", text)

    assert (report.kind, report.recipients[0].address, report.hard) == (MachineKind.BOUNCE, ANNA, True)
    assert written("postmaster@mx.example.de", "Info", "Die Wartung beginnt um 20 Uhr. anna@example.pl") is None
    assert written("jan@example.de", "Info", text) is None


def test_the_words_of_the_message_that_came_back_are_not_the_reports():
    assert "words of the message" not in written(*SAMPLES["exim"]).recipients[0].diagnostic


STATUS = """--b
Content-Type: text/plain

{text}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.pl

{fields}
--b
Content-Type: {returned}

Message-ID: <id1@eu-central-1.amazonses.com>
From: pomoc@hub.example

text
--b--
"""


def reported(fields, text="", returned="message/rfc822"):
    head = (
        "From: MAILER-DAEMON@mx.example.pl\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
    )
    return read((head + STATUS.format(fields=fields, text=text, returned=returned)).encode())


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers", "message/global-headers"])
def test_a_report_in_fields_is_read(returned):
    report = reported(
        "Final-Recipient: rfc822;anna@example.pl\nAction: failed\nStatus: 5.0.0\n"
        "Diagnostic-Code: smtp; 550 5.1.1 unknown user",
        returned=returned,
    )

    assert (report.kind, report.hard, report.answers_message_id) == (MachineKind.BOUNCE, True, OURS)
    assert report.recipients[0].diagnostic == "550 5.1.1 unknown user"


def test_only_those_that_failed_are_in_a_report_of_a_failure():
    report = reported(
        "Final-Recipient: rfc822;anna@example.pl\nAction: delivered\nStatus: 2.0.0\n\n"
        "Final-Recipient: rfc822;bartek@example.pl\nAction: failed\nStatus: 5.2.2"
    )

    assert report.kind is MachineKind.BOUNCE
    assert [one.address for one in report.recipients] == ["bartek@example.pl"]


@pytest.mark.parametrize(
    ("action", "kind"), [("delivered", "delivered"), ("relayed", "delivered"), ("delayed", "delay")]
)
def test_what_arrived_or_may_still_arrive_is_no_failure(action, kind):
    report = reported(f"Final-Recipient: rfc822;anna@example.pl\nAction: {action}\nStatus: 2.1.5")

    assert (report.kind, report.hard) == (kind, False)


def test_what_the_fields_leave_open_stands_in_the_words():
    report = reported(
        "Final-Recipient: rfc822;anna@example.pl\nAction: failed\nStatus: 5.0.0",
        text="anna@example.pl: 550 5.7.25 no PTR record",
    )

    assert (report.recipients[0].status, report.recipients[0].reason) == ("5.7.25", Reason.BLOCKED)


def test_fields_whose_structure_was_lost_are_found_in_the_text():
    report = written(
        "MAILER-DAEMON@mx.example.pl",
        "Returned mail",
        "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        "Final-Recipient: RFC822; anna@example.pl\nAction: failed\nStatus: 5.1.1\n",
    )

    assert (report.recipients[0].address, report.recipients[0].status) == (ANNA, "5.1.1")


def test_the_header_names_who_failed():
    report = written(
        "MAILER-DAEMON@mx.example.pl",
        "failed",
        "It did not work.",
        fields="X-Failed-Recipients: anna@example.pl, x@y.pl\n",
    )

    assert [one.address for one in report.recipients] == [ANNA, "x@y.pl"]


def test_a_report_that_names_nobody_is_a_report_all_the_same():
    (recipient,) = written("MAILER-DAEMON@mx.example.pl", "failed", "It did not work.").recipients

    assert (recipient.address, recipient.reason) == ("", Reason.OTHER)


def test_a_complaint_says_what_about_and_by_whom():
    part = "Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\n\nOriginal-Rcpt-To: <Anna@example.pl>\n"
    report = read(
        (
            "From: feedback@mail.example\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
            f"--b\nContent-Type: message/feedback-report\n\n{part}--b\nContent-Type: message/rfc822\n\n"
            f"Message-ID: <{OURS}>\n\ntext\n--b--"
        ).encode()
    )

    assert (report.kind, report.reason, report.answers_message_id) == (MachineKind.FEEDBACK, "abuse", OURS)
    assert report.recipients[0].address == ANNA
    assert not report.hard


def test_outlooks_complaint_has_no_part_for_machines():
    assert written("staff@hotmail.com", "complaint about message from 192.0.2.1", "").kind is MachineKind.FEEDBACK


@pytest.mark.parametrize("cut", ["", "!\n "])
def test_a_notification_of_ses_that_comes_by_mail_is_read(cut):
    told = {
        "notificationType": "Bounce",
        "bounce": {
            "bouncedRecipients": [
                {
                    "emailAddress": ANNA,
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }
            ]
        },
        "mail": {"messageId": "id1"},
    }
    text = json.dumps(told)
    report = written(
        "no-reply@sns.amazonaws.com", "AWS Notification Message", f"{text[:50]}{cut}{text[50:]}\n\n--\nTo stop"
    )

    assert (report.hard, report.answers_message_id) == (True, "id1@amazonses.com")


@pytest.mark.parametrize("text", ['{"bounce": 1}', '{"bounce": {"bouncedRecipients": [1]}}', "{" * 50_000, "{"])
def test_what_only_begins_like_such_a_notification_breaks_nothing(text):
    written("MAILER-DAEMON@mx.example.pl", "x", text)


@pytest.mark.parametrize(
    ("author", "subject", "text"),
    [
        ("anna@example.pl", "Fwd: Undelivered Mail Returned to Sender", "<x@y.pl>: 550 5.1.1 user unknown"),
        ("anna@example.pl", "Undeliverable parcel", "Your courier said: 550"),
        ("no-reply@shop.example", "Delivery status of your parcel", "It is delayed, to anna@example.pl"),
        ("postmaster@example.pl", "Question", "How are you?"),
        ("admin@example.pl", "Delivery report", "Here it is."),
    ],
)
def test_people_and_shops_who_write_of_deliveries_are_no_mail_systems(author, subject, text):
    assert written(author, subject, text) is None


def test_a_message_inside_of_a_persons_mail_is_no_report():
    raw = b"From: anna@example.pl\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\n"
    assert read(raw + b"Content-Type: message/rfc822\n\nFrom: MAILER-DAEMON\n\nx\n--b--") is None


HOSTILE = {
    "addresses": "<a@b.pl>: 550\n",
    "header fields": "Received: x\n",
    "fields": "Final-Recipient: rfc822;a@b.pl\n",
    "codes": "5.1.1 ",
    "arrows": ">>> RCPT TO\n",
    "inline": "to a@b.pl ",
    "at signs": "@",
    "brackets": "<",
    "one long line": "user ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_endless_reports_are_read_in_no_time(piece):
    text = piece * (3_000_000 // len(piece))
    begun = time.process_time()
    report = written("MAILER-DAEMON@mx.example.pl", "failed", text, null_sender=True)

    assert report.kind is MachineKind.BOUNCE
    assert within(time.process_time() - begun, 2)
