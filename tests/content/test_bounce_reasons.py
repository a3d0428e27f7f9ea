"""An address is condemned only when more than words say that it is no good."""

import time

import pytest

from chalicelib.content.bounce_reasons import command_in, reason_for, reason_of_code
from chalicelib.content.smtp_sessions import Command
from chalicelib.domain.machines import BounceReason, MachineKind, MachineMail, ReportedRecipient
from tests.speed import within

HARD = {BounceReason.NO_SUCH_ADDRESS, BounceReason.NO_SUCH_DOMAIN, BounceReason.MOVED, BounceReason.TAKES_NO_MAIL}


@pytest.mark.parametrize(
    ("told", "status", "command", "reason"),
    [
        ("550 5.1.1 User unknown", "5.1.1", Command.UNKNOWN, BounceReason.NO_SUCH_ADDRESS),
        ("550 User unknown", "", Command.RCPT, BounceReason.NO_SUCH_ADDRESS),
        ("550 User unknown", "", Command.DATA, BounceReason.REFUSED_BY_RECIPIENT),
        ("550 User unknown", "", Command.UNKNOWN, BounceReason.REFUSED_BY_RECIPIENT),
        ("550 5.2.1 User unknown", "5.2.1", Command.UNKNOWN, BounceReason.REFUSED_BY_RECIPIENT),
        ("Nieznany użytkownik", "", Command.UNKNOWN, BounceReason.NO_SUCH_ADDRESS),
        ("Brak takiego konta", "", Command.UNKNOWN, BounceReason.NO_SUCH_ADDRESS),
        ("Empfänger unbekannt", "", Command.UNKNOWN, BounceReason.NO_SUCH_ADDRESS),
        ("550 5.1.1 Skrzynka odbiorcy jest pełna", "5.1.1", Command.RCPT, BounceReason.MAILBOX_FULL),
        ("552 5.2.2 Over quota", "5.2.2", Command.RCPT, BounceReason.MAILBOX_FULL),
        ("550 5.1.1 blocked using zen.spamhaus.org", "5.1.1", Command.RCPT, BounceReason.BLOCKED),
        ("553 5.1.8 Domain of sender address x does not exist", "5.1.8", Command.MAIL, BounceReason.SENDER_REFUSED),
        ("Host not found, try again", "", Command.UNKNOWN, BounceReason.UNREACHABLE),
        ("550 Host unknown", "5.1.2", Command.UNKNOWN, BounceReason.NO_SUCH_DOMAIN),
        ("Domain name not found", "4.0.0", Command.UNKNOWN, BounceReason.UNREACHABLE),
        ("550 5.7.26 fails DMARC", "5.7.26", Command.DATA, BounceReason.NOT_AUTHENTICATED),
        ("554 Relay access denied", "5.7.1", Command.RCPT, BounceReason.RELAY_DENIED),
        ("552 message too large", "", Command.DATA, BounceReason.TOO_BIG),
        ("returned Null MX", "5.1.10", Command.UNKNOWN, BounceReason.TAKES_NO_MAIL),
        ("", "5.1.6", Command.UNKNOWN, BounceReason.MOVED),
        ("", "4.4.1", Command.UNKNOWN, BounceReason.UNREACHABLE),
        ("", "5.3.4", Command.UNKNOWN, BounceReason.TOO_BIG),
        ("", "", Command.UNKNOWN, BounceReason.OTHER),
    ],
)
def test_code_words_and_command_together_decide(told, status, command, reason):
    assert reason_for(told, status, command) is reason


def test_what_powermta_says_of_a_mailbox_is_believed():
    assert reason_for("550 5.2.1 no", "5.2.1", Command.UNKNOWN, "bad-mailbox") is BounceReason.NO_SUCH_ADDRESS


@pytest.mark.parametrize("code", ["5.9.9", "5.0.0", "2.1.5", ""])
def test_a_code_that_says_nothing_gives_no_reason(code):
    assert reason_of_code(code) is BounceReason.OTHER


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("said: 550 no (in reply to RCPT TO command)", Command.RCPT),
        ("said: 550 no (in reply to end of DATA command)", Command.DATA),
        ("SMTP error from remote mail server after MAIL FROM:<x@y>", Command.MAIL),
        ("does not like recipient.", Command.RCPT),
        ("550 550 User unknown (state 14)", Command.RCPT),
        ("refused to talk to me: 421", Command.CONNECT),
        ("nothing", Command.UNKNOWN),
    ],
)
def test_mail_systems_name_the_command_each_in_their_way(text, command):
    assert command_in(text) is command


@pytest.mark.parametrize("reason", list(BounceReason))
def test_only_what_lasts_and_lies_in_the_address_is_hard(reason):
    assert ReportedRecipient("anna@example.pl", "5.0.0", reason).hard is (reason in HARD)


def test_a_domain_without_mail_server_is_hard_unless_that_may_pass():
    assert ReportedRecipient("anna@example.pl", "", BounceReason.TAKES_NO_MAIL).hard
    assert not ReportedRecipient("anna@example.pl", "4.4.4", BounceReason.TAKES_NO_MAIL).hard


def test_a_bounce_is_hard_when_every_address_is():
    gone, full = (
        ReportedRecipient("a@b.pl", "5.1.1", BounceReason.NO_SUCH_ADDRESS),
        ReportedRecipient("c@d.pl", "5.2.2", BounceReason.MAILBOX_FULL),
    )
    assert MachineMail(MachineKind.BOUNCE, "x", recipients=(gone, gone)).hard
    assert not MachineMail(MachineKind.BOUNCE, "x", recipients=(gone, full)).hard
    assert not MachineMail(MachineKind.BOUNCE, "x").hard
    assert not MachineMail(MachineKind.DELAY, "x", recipients=(gone,)).hard


def test_long_words_are_searched_in_no_time():
    begun = time.process_time()
    reason_for("user unknow " * 500_000, "5.1.1", Command.UNKNOWN)
    assert within(time.process_time() - begun, 1)
