"""Two spellings of one address are one contact point, two addresses never are."""

import pytest

from chalicelib.content.addresses import email_point, phone_point
from chalicelib.domain.contact_points import PointKind


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Anna@Example.PL", "anna@example.pl"),
        (" anna@example.pl. ", "anna@example.pl"),
        ('"anna"@example.pl', "anna@example.pl"),
        ("anna+sklep@gmail.com", "anna+sklep@gmail.com"),
        ("an.na@gmail.com", "an.na@gmail.com"),
        ("anna@googlemail.com", "anna@googlemail.com"),
        ("anna@Zażółć.pl", "anna@xn--za-6ja4f8n1l.pl"),
        ("anna@xn--za-6ja4f8n1l.pl", "anna@xn--za-6ja4f8n1l.pl"),
        ("anna@faß.de", "anna@xn--fa-hia.de"),
        ("anna@FASS.de", "anna@fass.de"),
        ("anna@ｅｘａｍｐｌｅ.pl", "anna@example.pl"),
        ("anna@under_score.example", "anna@under_score.example"),
        ("аnna@example.pl", "аnna@example.pl"),  # begins with a Cyrillic letter: somebody else
    ],
)
def test_an_email_address_has_one_spelling(written, value):
    assert email_point(written).value == value


@pytest.mark.parametrize(
    "written",
    [
        "",
        "anna",
        "@example.pl",
        "anna@",
        "anna@localhost",
        "anna@[192.0.2.1]",
        "anna@-example.pl",
        "anna@exa..mple.pl",
        "an na@example.pl",
        "anna\u200b@example.pl",
        "\u202eanna@example.pl",
        "anna@b@example.pl",
        "anna,bartek@example.pl",
        "<anna@example.pl>",
        "a" * 65 + "@example.pl",
        "a@" + "x" * 64 + ".pl",
        "a@" + "x." * 130 + "pl",
        "anna\r\nBcc: x@example.pl",
        "anna@xn--a.pl",
    ],
)
def test_what_could_not_be_answered_is_no_contact_point(written):
    assert email_point(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "+48601234567",
        "601234567",
        "601 234 567",
        "601-234-567",
        "0048 601 234 567",
        "tel:+48-601-234-567",
        "48601234567",
    ],
)
def test_a_phone_number_has_one_spelling(written):
    assert phone_point(written, "PL").value == "+48601234567"


def test_national_numbers_are_read_in_the_country_of_the_inbox():
    assert phone_point("(469) 543-6401", "US").value == "+14695436401"
    assert phone_point("(469) 543-6401", "PL") is None
    assert phone_point("601 234 567", "nowhere") is None


@pytest.mark.parametrize(
    "written", ["", "BANK", "600PIZZA12", "7168", "+480601234567", "0601234567", "UNAVAILABLE", "12" * 200, "+", "٤٨"]
)
def test_names_and_short_codes_are_no_phone_numbers(written):
    assert phone_point(written, "PL") is None


def test_a_fax_number_is_a_contact_point_of_its_own_kind():
    assert phone_point("22 111 22 33", "PL", PointKind.FAX) != phone_point("22 111 22 33", "PL")
