"""Only we can make a reply address, and it says of which case."""

import re

import pytest

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.identifiers import ALPHABET, case_reference
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.reply_address import (
    KeyRing,
    is_genuine,
    keys_named_in,
    parse_reply_address,
    reply_address_for,
)
from chalicelib.domain.unsubscribing import unsubscribe_address, unsubscribe_token

ANNA = ContactPoint(PointKind.EMAIL, "anna@example.pl")
RING = KeyRing("b", {"a": b"a" * 32, "b": b"b" * 32})
REFERENCE = case_reference(b"1234567")


def test_an_address_of_ours_verifies_for_its_customer_and_nobody_else():
    signed = parse_reply_address(reply_address_for(REFERENCE, "C1", "hub.example", RING))
    assert signed
    assert signed.reference == REFERENCE
    assert is_genuine(signed, "C1", RING)
    assert not is_genuine(signed, "C2", RING)


def test_an_address_that_went_out_is_known_by_every_later_version():
    """Customers answer to it for years: another way to sign would turn every address of before into a stranger's."""
    address = "reply+9j6ct3adhq3.bfq35656heevnbc6bemzi@hub.example"
    assert reply_address_for(REFERENCE, "01ANNA", "hub.example", RING) == address
    assert is_genuine(parse_reply_address(address), "01ANNA", RING)


def test_the_local_part_is_lower_case_and_fits_in_64_octets():
    local = reply_address_for(REFERENCE, "C1", "hub.example", RING).partition("@")[0]
    assert local == local.lower()
    assert len(local) <= 64
    assert len(re.search(r"\.b([a-z2-7]+)$", local)[1]) == 20


def test_an_address_that_a_mail_client_turned_to_capitals_still_verifies():
    signed = parse_reply_address(reply_address_for(REFERENCE, "C1", "hub.example", RING).upper())
    assert signed
    assert is_genuine(signed, "C1", RING)


def test_a_retired_key_goes_on_verifying_until_it_is_taken_out():
    old = parse_reply_address(reply_address_for(REFERENCE, "C1", "hub.example", KeyRing("a", {"a": RING.keys["a"]})))
    assert is_genuine(old, "C1", RING)
    assert not is_genuine(old, "C1", KeyRing("b", {"b": RING.keys["b"]}))


@pytest.mark.parametrize("position", range(20))
def test_changing_any_letter_of_the_signature_breaks_it(position):
    address = reply_address_for(REFERENCE, "C1", "hub.example", RING)
    start = address.index(".b") + 2 + position
    other = "a" if address[start] != "a" else "b"
    signed = parse_reply_address(address[:start] + other + address[start + 1 :])
    assert not is_genuine(signed, "C1", RING)


def test_the_signature_of_one_case_does_not_open_another():
    address = reply_address_for(REFERENCE, "C1", "hub.example", RING)
    other = case_reference(b"7654321").replace("-", "").lower()
    moved = re.sub(r"\+[0-9a-z]+\.", f"+{other}.", address)
    assert not is_genuine(parse_reply_address(moved), "C1", RING)


@pytest.mark.parametrize(
    "address",
    [
        "support@hub.example",
        "reply@hub.example",
        "reply+@hub.example",
        f"reply+{REFERENCE}@hub.example",
        "reply+00000000001.b" + "a" * 20 + "@hub.example",
        "reply+" + ALPHABET[:11].lower() + ".b" + "a" * 19 + "@hub.example",
        "",
    ],
)
def test_what_is_not_formed_like_one_is_not_one(address):
    assert parse_reply_address(address) is None


def test_what_we_sign_says_by_which_key_and_what_we_do_not_sign_says_nothing():
    ours = [
        reply_address_for(REFERENCE, "C1", "hub.example", RING).upper(),
        unsubscribe_address(ANNA, Purpose.NOTICE, "hub.example", RING),
    ]
    assert [keys_named_in([one]) for one in ours] == [{"b"}] * 2
    assert keys_named_in([unsubscribe_token("01K00000000000000000000000", "01K00000000000000000000001", RING)]) == {"b"}
    assert keys_named_in(["support@hub.example", f"{'a' * 40}@hub.example", ""]) == frozenset()


def test_the_ring_does_not_show_its_keys():
    assert "aaaa" not in repr(RING)
