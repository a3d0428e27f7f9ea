"""The parts of reports that are made for machines are read however loosely they are written."""

import time

import pytest

from chalicelib.content.delivery_reports import field_groups, recipient_statuses, reported_address
from chalicelib.domain.machines import MachineKind
from tests.speed import within

ONE = "Final-Recipient: rfc822; anna@example.pl\nAction: failed\nStatus: 5.1.1\n"


def statuses(text):
    return recipient_statuses(field_groups(text))


def test_groups_are_parted_by_blank_lines_and_long_fields_are_folded():
    assert field_groups("A: 1\n\n\nb : 2\n  3\nno field\nC:4\n") == [{"a": "1"}, {"b": "2 3", "c": "4"}]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_system_will_do(line_end):
    (status,) = statuses(("Reporting-MTA: dns; mx\n\n" + ONE).replace("\n", line_end))
    assert (status.address, status.status, status.kind) == ("anna@example.pl", "5.1.1", MachineKind.BOUNCE)


def test_recipients_without_a_blank_line_between_them_are_two():
    found = statuses(ONE + ONE.replace("anna", "bartek"))
    assert [status.address for status in found] == ["anna@example.pl", "bartek@example.pl"]


def test_fields_of_the_message_and_of_a_recipient_in_one_group_are_read():
    (status,) = statuses("Reporting-MTA: dns; mx\n" + ONE)
    assert status.address == "anna@example.pl"


def test_the_address_that_we_wrote_to_goes_before_the_one_where_it_failed():
    (status,) = statuses(
        "Original-Recipient: rfc822;anna@example.pl\nFinal-Recipient: rfc822;a@other.example\nAction: failed"
    )
    assert status.address == "anna@example.pl"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ("Action: failed", MachineKind.BOUNCE),
        ("Action: Delayed", MachineKind.DELAY),
        ("Action: delivered (to mailbox)", MachineKind.DELIVERED),
        ("Action: relayed", MachineKind.DELIVERED),
        ("Action: expanded", MachineKind.DELIVERED),
        ("Status: 2.0.0", MachineKind.DELIVERED),
        ("Status: 4.4.7", MachineKind.DELAY),
        ("Status: 5.0.0", MachineKind.BOUNCE),
        ("Action: what?", MachineKind.BOUNCE),
    ],
)
def test_the_action_says_what_became_of_it_else_the_status_does(fields, kind):
    (status,) = statuses(f"Final-Recipient: rfc822;anna@example.pl\n{fields}")
    assert status.kind is kind


def test_the_words_of_the_other_system_lose_the_name_of_their_type():
    (status,) = statuses(ONE + "Diagnostic-Code: smtp; 550 5.1.1 <anna@example.pl>:\n   User unknown; sorry")
    assert status.diagnostic == "550 5.1.1 <anna@example.pl>: User unknown; sorry"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("rfc822; <Anna@Example.PL>", "anna@example.pl"),
        ("utf-8; anna@żółw.example", "anna@xn--w-uga1v8h.example"),
        ("RFC822;|/usr/bin/filter", ""),
        ("@mx.example.pl", ""),
        ("", ""),
    ],
)
def test_what_is_no_address_is_none(typed, address):
    assert reported_address(typed) == address


def test_an_endless_report_is_read_up_to_its_limits():
    begun = time.process_time()
    assert len(statuses(ONE * 200_000)) == 50
    assert statuses("x" * 5_000_000) == []
    assert statuses(" \n" * 2_000_000) == []
    assert within(time.process_time() - begun, 1)
