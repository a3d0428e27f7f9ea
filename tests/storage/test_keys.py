from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.messages import LedgerRow, SeenKey
from chalicelib.storage.keys import PATTERNS, Key, KeyPattern, key_for, key_of
from tests.fakes.records import (
    a_case,
    a_customer,
    a_ledger_row,
    a_link,
    a_parked_record,
    a_pointer,
    a_seen_key,
    an_anchor,
    an_entry,
    an_owner,
    some_attributes,
)


@pytest.mark.parametrize(
    ("record", "key"),
    [
        (a_customer(id="01A"), ("CUST#01A", "CUST")),
        (some_attributes(customer_id="01A"), ("CUST#01A", "DATA")),
        (a_case(customer_id="01A", id="01C"), ("CUST#01A", "CASE#01C")),
        (an_entry(customer_id="01A", id="01E"), ("CUST#01A", "T#01E")),
        (a_link(customer_id="01A"), ("CUST#01A", "POINT#email#anna@example.pl")),
        (an_owner(), ("POINT#email#anna@example.pl", "OWNER")),
        (a_pointer(), ("CASE#K7Q2M-9DXM3-Q", "CASE")),
        (an_anchor(key="ab"), ("MSGID#ab", "ANCHOR")),
        (a_ledger_row(fingerprint="f1"), ("RAW#email#f1", "LEDGER")),
        (a_seen_key(principal="i|ewa", key="k1"), ("SEEN#i|ewa#k1", "SEEN")),
        (a_parked_record(id="01P"), ("PARKED#202611", "01P")),
    ],
)
def test_each_kind_of_record_has_its_place(record, key):
    assert key_of(record) == key


@given(st.text(), st.text())
def test_names_come_back_from_a_key_whatever_they_are(one, two):
    for kind, names in ((SeenKey, ("principal", "key")), (LedgerRow, ("transport", "fingerprint"))):
        given_names = dict(zip(names, (one, two), strict=True))
        assert PATTERNS[kind].names_in(key_for(kind, **given_names)) == given_names


@given(st.sampled_from(PointKind), st.text(min_size=1))
def test_contact_points_come_back_from_a_key(kind, value):
    pattern = KeyPattern("POINT#{point}", "OWNER")
    point = ContactPoint(kind, value)
    assert pattern.names_in(pattern.key(point=point)) == {"point": point}


def test_a_key_of_another_pattern_is_refused():
    with pytest.raises(ValueError, match="not a key"):
        PATTERNS[Case].names_in(Key("CUST#1", "CUST"))
