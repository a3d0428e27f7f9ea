"""Who wrote a mail: one person, whoever reads the field; and what to beware of in them."""

from __future__ import annotations

from email import message_from_string, policy
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.content.addresses import email_point
from chalicelib.content.headers import read_header
from chalicelib.content.senders import Sender, read_sender
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.messages import ParkedMessage
from chalicelib.domain.sender_warnings import SenderWarning, WarningKind

ANNA = ContactPoint(PointKind.EMAIL, "anna@example.pl")


def sender_of(*fields):
    raw = "\r\n".join([*fields, "", ""]).encode()
    return read_sender(read_header(raw, 0, lambda _line: False)[0])


def test_the_from_field_alone_says_who_it_is():
    assert sender_of("From: Anna <anna@example.pl>") == Sender("Anna", "anna@example.pl", ANNA, ())


def test_a_field_that_is_missing_or_empty_is_nobody():
    assert sender_of("Subject: x").point is None
    assert sender_of("From:").point is None


PIECES = st.sampled_from(
    ["anna@example.pl", "bob@evil.example", "<anna@example.pl>", "<bob@evil.example>", "=?utf-8?q?carl=40evil.pl?=",
     "<", ">", '"', "(", ")", ",", ";", ":", " ", "\\", "@", ".", "[", "]", "Anna", '"x"', "group:"]
)  # fmt: skip


def other_readings(value):
    """What the library's two parsers of addresses see, as far as it could be answered."""
    try:
        structured = [
            one.addr_spec for one in message_from_string(f"From: {value}\n\n", policy=policy.default)["from"].addresses
        ]
    except (LookupError, ValueError, AttributeError, TypeError):  # what it raises on hostile fields
        structured = []
    for addresses in ([address for _, address in getaddresses([value])], structured):
        points = {email_point(address) for address in addresses if "@" in address} - {None}
        if points:
            yield points


@settings(max_examples=1_500)
@given(st.lists(PIECES, min_size=1, max_size=7).map("".join))
def test_whoever_is_let_in_is_the_same_for_every_parser(value):
    sender = sender_of(f"From: {value}")
    if isinstance(sender, ParkedMessage) or sender.point is None:
        return
    for points in other_readings(value):
        assert points == {sender.point}


@pytest.mark.parametrize("after", ['"bob@evil.example"', ' "bob@evil.example"', '"bob" "x@evil.example"'])
def test_a_quoted_address_after_the_address_is_a_sender_for_some_parsers_and_was_let_in(after):
    parked = sender_of(f"From: <anna@example.pl>{after}")
    assert isinstance(parked, ParkedMessage)
    assert parked.reason == "ambiguous_sender"


@pytest.mark.parametrize(
    ("fields", "kind", "detail"),
    [
        (["Reply-To: Inny <inny@example.pl>"], WarningKind.ANSWER_ELSEWHERE, "inny@example.pl"),
        (["Sender: sekretariat@example.pl"], WarningKind.SENT_BY_ANOTHER, "sekretariat@example.pl"),
    ],
)
def test_another_address_beside_from_is_warned_about(fields, kind, detail):
    assert sender_of("From: anna@example.pl", *fields).warnings == (SenderWarning(kind, detail),)


@pytest.mark.parametrize("fields", [["Reply-To: ANNA@example.pl"], ["Reply-To:"], ["Sender: <anna@EXAMPLE.pl>"]])
def test_the_same_address_beside_from_is_none(fields):
    assert sender_of("From: anna@example.pl", *fields).warnings == ()


def test_a_name_that_is_another_address_is_warned_about_and_ones_own_is_not():
    kinds = [
        [warning.kind for warning in sender_of(f'From: "{name}" <anna@example.pl>').warnings]
        for name in ("bank@bank.example", "Anna (anna@example.pl)", "Anna @ Example", "Anna")
    ]
    assert kinds == [[WarningKind.ADDRESS_IN_NAME], [], [], []]


def test_letters_that_show_nothing_are_warned_about_and_those_of_persian_and_emoji_are_not():
    kinds = [
        [warning.kind for warning in sender_of(f"From: {name} <anna@example.pl>").warnings]
        for name in ("An\u200bna", "\u202eannA", "می\u200cخواهم", "👩\u200d💻")
    ]
    assert kinds == [[WarningKind.HIDDEN_LETTERS], [WarningKind.HIDDEN_LETTERS], [], []]


def test_the_spelling_of_an_address_is_kept_where_it_differs():
    assert sender_of("From: Anna@Example.PL").spelling == "Anna@example.pl"
    assert sender_of("From: anna@EXAMPLE.pl").spelling == ""
    assert sender_of('From: "anna"@example.pl').spelling == ""
