"""What looks the same is found, and what does not is left alone."""

import pytest

from chalicelib.content.addresses import email_point
from chalicelib.domain.confusables import find_lookalike, imitated_by, imitates_latin, look_of, shown_address
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK


@pytest.mark.parametrize(
    "imitation",
    [
        "anna@exаmple.pl",  # Cyrillic а
        "аnnа@example.pl",
        "anna@eχample.pl".replace("χ", "x\u0327"),  # a mark below
        "anna@exɑmple.pl",  # Latin alpha
        "anna@examp1e.pl",
        "anna@exarnple.pl",
        "ANNA@EXAMPIE.PL".replace("I", "1"),
        "ąnna@example.pl",
    ],
)
def test_what_reads_as_a_known_address_is_a_lookalike_of_it(imitation):
    assert find_lookalike(email_point(imitation), [BARTEK, ANNA]) == ANNA


@pytest.mark.parametrize("address", ["bartek@example.pl", "anna@example.com", "hanna@example.pl", "anna+x@example.pl"])
def test_other_people_are_no_lookalikes(address):
    assert find_lookalike(email_point(address), [ANNA]) is None


def test_nobody_looks_like_themselves_and_numbers_do_not_look():
    assert find_lookalike(ANNA, [ANNA, ANNAS_PHONE]) is None
    assert find_lookalike(ANNAS_PHONE, [ANNA]) is None


def test_anybody_at_a_domain_that_looks_like_a_known_one_is_a_lookalike():
    assert find_lookalike(email_point("ktos@examp1e.pl"), [ANNA]) == ANNA
    assert find_lookalike(email_point("ktos@example.pl"), [ANNA]) is None


@pytest.mark.parametrize(
    ("address", "imitates"),
    [
        ("anna@exаmple.pl", True),  # one Cyrillic letter among Latin ones
        ("info@аррӏе.com", True),  # all Cyrillic, reads as Latin, under a Latin ending
        ("info@аррӏе.рф", False),
        ("инфо@сосна.рф", False),
        ("info@пример.com", False),  # no Latin word
        ("anna@łódź.example", False),
        ("żółw@example.pl", False),
        ("ανα@παράδειγμα.ελ", False),
    ],
)
def test_letters_of_another_alphabet_that_pass_for_latin_ones_are_found(address, imitates):
    assert imitates_latin(email_point(address).value) is imitates


def test_the_address_that_is_imitated_in_other_letters_is_known():
    assert imitated_by(email_point("anna@exаmple.pl")) == ANNA
    assert imitated_by(ANNA) is None
    assert imitated_by(email_point("инфо@сосна.рф")) is None


def test_a_domain_is_shown_in_its_own_letters():
    assert shown_address("anna@xn--d-uga0v4h.example") == "anna@łódź.example"
    assert shown_address("anna@xn--\u00e9.example") == "anna@xn--\u00e9.example"  # no punycode at all


def test_a_look_is_the_same_whatever_the_case():
    assert look_of("ExAmPlE") == look_of("example")
