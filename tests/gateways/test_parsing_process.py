"""Reading in a process of its own gives the same, and whatever kills that process is an answer."""

import base64
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from chalicelib.channels.protocol import parse_in_process
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.fax_sending import FaxOverHttps, FaxSending
from chalicelib.domain.machines import MachineKind
from chalicelib.domain.trust import Verdicts
from chalicelib.gateways.parsing_process import _environment, _reason, parse_in_child
from tests.channels.payloads import INBOXES, OURS, receipt, sample
from tests.domain.making import SENDING_FAXES

OVER_HTTPS = FaxSending(https=FaxOverHttps("https://fax.example/v1/faxes", "office", fields=(("from", "Firma"),)))


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("email", "apple_mail_en.eml"),
        ("email", "undeclared_latin2_pl.eml"),
        ("email", "delivery_report.eml"),
        ("fax", "hylafax_pl.eml"),
        ("sms", "two_way.json"),
        ("app", "in_a_case_pl.json"),
    ],
)
def test_the_child_reads_what_the_parent_would(channel, name):
    raw, told, inbox = sample(channel, name), receipt(channel), INBOXES[channel]

    assert parse_in_child(raw, told, inbox, OURS) == parse_in_process(raw, told, inbox, OURS)


@pytest.mark.parametrize("sending", [SENDING_FAXES.fax, OVER_HTTPS])
def test_the_child_is_told_how_the_inbox_sends_faxes(sending):
    """The walls are put up after two tries: nobody sees before that the inbox cannot be handed over."""
    inbox = replace(SENDING_FAXES, fax=sending)
    raw, told = sample("fax", "report_of_an_outgoing_fax.eml"), receipt("fax")
    read = parse_in_child(raw, told, inbox, OURS)
    assert read == parse_in_process(raw, told, inbox, OURS)
    assert read.machine.kind is MachineKind.DELIVERED


def test_a_parked_message_comes_back_as_one():
    assert parse_in_child(b"x", receipt(verdicts=Verdicts(virus="FAIL")), INBOXES["email"], OURS).reason == "virus"


def test_the_reason_of_a_refusal_comes_back():
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(40))

    with pytest.raises(Unparsable, match="nested"):
        parse_in_child(nested, receipt(), INBOXES["email"], OURS)


def large_mail(megabytes):
    head = b"From: anna@example.pl\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + base64.encodebytes(bytes(megabytes * 1024 * 1024))


def test_the_largest_mail_fits_between_the_walls():
    message = parse_in_child(large_mail(28), receipt(), INBOXES["email"], OURS)

    assert message.attachments[0].data == bytes(28 * 1024 * 1024)


def test_too_much_memory_is_an_answer():
    with pytest.raises(Unparsable):
        parse_in_child(large_mail(20), receipt(), INBOXES["email"], OURS, address_space=64 * 1024 * 1024)


def test_too_much_time_is_an_answer():
    with pytest.raises(Unparsable, match=r"longer than 0\.01 seconds"):
        parse_in_child(b"x", receipt(), INBOXES["email"], OURS, seconds=0.01)


def test_a_child_that_works_too_long_is_stopped_by_the_system():
    spin = (
        "from chalicelib.gateways import parsing_process as p\n"
        "p._build_walls(p._Task(None, None, frozenset(), 1 << 30, 1))\n"
        "while True: pass"
    )
    child = subprocess.run([sys.executable, "-c", spin], env=_environment(), timeout=20, check=False)
    assert child.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


def test_a_crash_is_an_answer():
    with pytest.raises(Unparsable, match="failed"):
        parse_in_child(b"x", receipt(), replace(INBOXES["email"], channel=None), OURS)


def test_the_reason_names_the_signal_or_the_error():
    assert "signal 9" in _reason(-9, b"")
    assert _reason(1, b"Traceback ...\nTypeError: oh\n") == "Reading the message failed: TypeError: oh"


def test_the_child_gets_nothing_of_the_parents_environment():
    assert set(_environment()) == {"PYTHONPATH", "LD_LIBRARY_PATH", "PYTHONUTF8"}
