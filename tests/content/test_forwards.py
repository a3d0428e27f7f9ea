"""Who wrote a forwarded message, when, about what, and what it says."""

import pytest

from chalicelib.content.forwards import parse_forward


def read(text, subject=""):
    return parse_forward(text.split("\n"), subject)


def test_every_field_of_a_header_is_read():
    forward = read(
        "---------- Forwarded message ---------\n"
        'Od: "Nowak, Anna" <anna@example.pl>\nDate: pon., 23 lis 2026 o 09:12\nSubject: Paczka\nTo: <b@example.pl>\n\n'
        "Dzień dobry,\n\nwysłaliśmy.\n"
    )

    assert (forward.sender_name, forward.sender_address) == ("Nowak, Anna", "anna@example.pl")
    assert (forward.subject, forward.sent_at) == ("Paczka", "pon., 23 lis 2026 o 09:12")
    assert forward.header.startswith("----------")
    assert forward.body == "Dzień dobry,\n\nwysłaliśmy."


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("Anna Nowak <anna@example.pl>", "Anna Nowak", "anna@example.pl"),
        ("Anna Nowak [mailto:anna@example.pl]", "Anna Nowak", "anna@example.pl"),
        ("Anna Nowak (anna@example.pl)", "Anna Nowak", "anna@example.pl"),
        ("anna@example.pl", "", "anna@example.pl"),
        ("anna@example.pl <anna@example.pl>", "", "anna@example.pl"),
        ("*Anna Nowak* <anna@example.pl<mailto:anna@example.pl>>", "Anna Nowak", "anna@example.pl"),
        ("Anna Nowak", "Anna Nowak", ""),
    ],
)
def test_the_sender_is_read_in_every_spelling(sender, name, address):
    forward = read(f"From: {sender}\nDate: Monday, 23 November 2026 09:12\nTo: b@example.pl\nSubject: x\n\nbody")

    assert (forward.sender_name, forward.sender_address) == (name, address)


@pytest.mark.parametrize(
    ("attribution", "name", "address"),
    [
        ("On Mon, Nov 23, 2026 at 9:12 AM Anna Nowak <anna@example.pl> wrote:", "Anna Nowak", "anna@example.pl"),
        (
            "W dniu 23.11.2026 o 09:12, użytkownik Anna Nowak <anna@example.pl> napisał:",
            "Anna Nowak",
            "anna@example.pl",
        ),
        ('23.11.2026, 09:12, "Анна" <anna@example.ru>:', "Анна", "anna@example.ru"),
        ("Am 23.11.2026 um 09:12 schrieb Anna von der Au <anna@example.de>:", "Anna von der Au", "anna@example.de"),
    ],
)
def test_an_attribution_tells_the_writer_too(attribution, name, address):
    forward = read(f"-------- Forwarded Message --------\n{attribution}\n\n> body", "Parcel")

    assert (forward.sender_name, forward.sender_address) == (name, address)
    assert (forward.subject, forward.body) == ("Parcel", "body")


def test_marks_of_quotes_around_all_of_it_are_taken_off_once():
    forward = read("> From: Anna <anna@example.pl>\n> Date: 23.11.2026\n> Subject: x\n>\n> body\n> > older")

    assert forward.sender_address == "anna@example.pl"
    assert forward.body == "body\n> older"


def test_what_has_no_header_is_all_body():
    forward = read("---------- Forwarded message ---------\n\nbody", "Parcel")

    assert (forward.sender_name, forward.sender_address, forward.sent_at) == ("", "", "")
    assert (forward.subject, forward.body) == ("Parcel", "body")


def test_long_fields_are_cut_and_the_header_keeps_them():
    forward = read(f"From: {'x' * 300} <anna@example.pl>\nDate: 1.1.2026\nSubject: {'y' * 300}\n\nbody")

    assert len(forward.sender_name) <= 200
    assert "x" * 300 in forward.header
