"""A customer's devices: few, each token once, and none for ever."""

from datetime import timedelta

import pytest

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.devices import (
    FORGOTTEN_AFTER,
    MOST_DEVICES,
    Device,
    DeviceKind,
    Devices,
    with_device,
    without_device,
    without_token,
)
from chalicelib.domain.errors import Conflict
from tests.domain.making import MONDAY_TEN

NONE = Devices(ContactPoint(PointKind.APP, "https://issuer.example|anna"))


def device(token, at=MONDAY_TEN):
    return Device(DeviceKind.FCM, token, "pl", at)


def full():
    known = NONE
    for number in range(MOST_DEVICES):
        known = with_device(known, f"d{number}", device(f"t{number}"), MONDAY_TEN)
    return known


def test_there_are_no_more_than_ten():
    with pytest.raises(Conflict):
        with_device(full(), "another", device("another"), MONDAY_TEN)
    assert len(with_device(full(), "d0", device("new"), MONDAY_TEN).devices) == MOST_DEVICES


def test_a_device_that_was_not_heard_of_for_long_makes_room():
    later = MONDAY_TEN + FORGOTTEN_AFTER
    assert {*with_device(full(), "another", device("another", later), later).devices} == {"another"}
    assert full().still_used(later - timedelta(seconds=1))
    assert not full().still_used(later)


def test_a_token_stands_once_whatever_name_the_app_gives_itself():
    known = with_device(with_device(NONE, "old", device("t"), MONDAY_TEN), "new", device("t"), MONDAY_TEN)
    assert {*known.devices} == {"new"}


def test_a_device_and_a_token_are_taken_out():
    known = with_device(with_device(NONE, "a", device("t1"), MONDAY_TEN), "b", device("t2"), MONDAY_TEN)
    assert {*without_device(known, "a").devices} == {"b"}
    assert without_device(known, "c") == known
    assert {*without_token(known, device("t2")).devices} == {"a"}
    assert without_token(known, device("gone")) == known


def test_nobody_who_prints_a_device_prints_its_token():
    assert "secret" not in repr(device("secret"))
