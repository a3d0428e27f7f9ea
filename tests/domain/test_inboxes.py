"""Which inbox a message belongs to follows from its envelope."""

from dataclasses import replace

import pytest

from chalicelib.domain.identifiers import case_reference
from chalicelib.domain.inboxes import addresses_of_ours, inbox_for
from chalicelib.domain.messages import Receipt
from chalicelib.domain.reply_address import reply_address_for
from tests.domain.making import (
    APP,
    BILLING,
    FAXES,
    FORM,
    HOTLINE,
    LETTERS,
    MONDAY_TEN,
    RING,
    SUPPORT,
    TEXTS,
    VISITS,
    configuration,
)

SIGNED = reply_address_for(case_reference(b"1234567"), "01ANNA", "hub.example", RING)


@pytest.mark.parametrize(
    ("transport", "recipients", "inbox"),
    [
        ("email", ["pomoc@hub.example"], SUPPORT),
        ("email", ["POMOC@Hub.Example"], SUPPORT),
        ("email", ["pomoc+sklep@hub.example"], SUPPORT),
        ("email", ["faktury@hub.example"], BILLING),
        ("email", ["faktury@hub.example", "pomoc@hub.example"], SUPPORT),  # the order of the configuration
        ("email", ["pomoc@hub.example", "fax@hub.example"], FAXES),  # a fax inbox before a plain one
        ("email", ["fax@hub.example", SIGNED], SUPPORT),  # a signed address before everything
        ("email", ["reply+broken@hub.example"], SUPPORT),
        ("email", ["nobody@hub.example"], None),
        ("email", ["pomoc@other.example"], None),
        ("email", ["reply+x@other.example"], None),
        ("email", ["", "@", "pomoc"], None),
        ("email", [], None),
        ("sms", ["+48700100200"], TEXTS),
        ("sms", ["+48700100201"], None),
        ("web_form", ["contact"], FORM),
        ("web_form", ["app"], None),  # a form cannot post into an app's inbox
        ("app", ["app"], APP),
        ("app", ["contact"], None),
        ("event", ["contact"], None),
    ],
)
def test_the_recipients_of_the_envelope_choose_the_inbox(transport, recipients, inbox):
    receipt = Receipt(transport, "x", MONDAY_TEN, tuple(recipients))
    assert inbox_for(receipt, configuration()) == inbox


def test_our_addresses_are_those_of_all_inboxes_that_have_one():
    assert addresses_of_ours(configuration()) == {
        "pomoc@hub.example",
        "faktury@hub.example",
        "+48700100200",
        "fax@hub.example",
        "+48221002003",
    }


def test_what_an_agent_tells_of_names_its_inbox():
    for transport, inbox in (("phone", HOTLINE), ("letter", LETTERS), ("in_person", VISITS)):
        assert inbox_for(Receipt(transport, "f", MONDAY_TEN, (inbox.name,)), configuration()) == inbox
    assert inbox_for(Receipt("phone", "f", MONDAY_TEN, (LETTERS.name,)), configuration()) is None


def test_a_call_goes_to_the_inbox_of_the_number_that_was_called_or_to_the_one_for_any_number():
    any_number = replace(HOTLINE, name="any", address="")
    both = configuration(inboxes=(SUPPORT, any_number, HOTLINE))
    assert inbox_for(Receipt("connect", "f", MONDAY_TEN, (HOTLINE.address,)), both) == HOTLINE
    assert inbox_for(Receipt("connect", "f", MONDAY_TEN, ("+48111",)), both) == any_number
    assert inbox_for(Receipt("connect", "f", MONDAY_TEN, ("+48111",)), configuration()) is None
