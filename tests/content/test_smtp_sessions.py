"""Status codes and commands are found in what people and machines quote of an SMTP session."""

import pytest

from chalicelib.content.smtp_sessions import Command, best_code, codes_in, refused_in_transcript, reply_class


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("550 5.1.1 User unknown (#5.1.1)", ["5.1.1", "5.1.1"]),
        ("deferred - 4.16.55.1; see", []),
        ("Exim 4.80, IP 192.0.2.25, version 5.1.10.2", []),
        ("ends with 5.2.2.", ["5.2.2"]),
        ("3.1.1 is no class of RFC 3463", []),
    ],
)
def test_codes_are_told_from_addresses_and_versions(text, codes):
    assert codes_in(text) == codes


@pytest.mark.parametrize(
    ("codes", "best"),
    [
        (["5.0.0", "5.1.1"], "5.1.1"),
        (["5.1.0", "5.2.2"], "5.2.2"),
        (["4.4.7", "4.4.2"], "4.4.2"),
        (["5.7.1", "5.1.1"], "5.7.1"),
        (["5.0.0", "5.1.0"], "5.1.0"),
        ([], ""),
    ],
)
def test_the_code_that_says_most_counts(codes, best):
    assert best_code(codes) == best


@pytest.mark.parametrize(
    ("transcript", "command"),
    [
        (">>> RCPT To:<a@b.pl>\n<<< 550 no\n>>> DATA\n<<< 554 no", Command.RCPT),
        (">>> MAIL From:<a@b.pl>\n<<< 250 ok\n>>> DATA\n<<< 550 no", Command.DATA),
        ("Sent <<< RCPT TO:<a@b.pl>\nReceived >>> 550 no", Command.RCPT),
        (" Thu 10:00: --> RCPT To:<a@b.pl>\n Thu 10:00: <-- 550 no", Command.RCPT),
        (">>> EHLO x\n<<< 554 go away", Command.CONNECT),
        ("no session at all", Command.UNKNOWN),
        ("<<< 550 no", Command.UNKNOWN),
    ],
)
def test_a_transcript_tells_which_command_was_refused(transcript, command):
    assert refused_in_transcript(transcript) is command


def test_the_class_of_a_reply():
    assert reply_class("host mx[192.0.2.1] said: 450 try later") == "4"
    assert reply_class("nothing") == ""
