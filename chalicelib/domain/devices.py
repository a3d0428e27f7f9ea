"""The devices on which a customer's app is to be rung: they belong to a login, whoever the customer turns out to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.errors import Conflict

MOST_DEVICES = 10
# A token that no app has shown for that long is stale: https://firebase.google.com/docs/cloud-messaging/manage-tokens
FORGOTTEN_AFTER = timedelta(days=270)


class DeviceKind(StrEnum):
    APNS = "apns"
    FCM = "fcm"


@dataclass(frozen=True, slots=True)
class Device:
    """`token`: by which its maker's service finds it; it is a secret, and stands in no log. `language`: of the bell."""

    kind: DeviceKind
    token: str = field(repr=False)
    language: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Devices:
    """Of the login `point`, by the name that each app gave itself."""

    point: ContactPoint
    devices: Mapping[str, Device] = field(default_factory=lambda: MappingProxyType({}))

    def still_used(self, now: datetime) -> dict[str, Device]:
        return {id_: one for id_, one in self.devices.items() if now - one.registered_at < FORGOTTEN_AFTER}


DEVICES_DEPEND_ON = ("devices",)


def with_device(known: Devices, id_: str, device: Device, now: datetime) -> Devices:
    """A token stands once, so that nobody is rung twice. Raises Conflict when there are too many devices."""
    others = {
        name: one
        for name, one in known.still_used(now).items()
        if name != id_ and (one.kind, one.token) != (device.kind, device.token)
    }
    if len(others) >= MOST_DEVICES:
        raise Conflict(f"There are {MOST_DEVICES} devices already. Remove one of them first.")
    return replace(known, devices=MappingProxyType({**others, id_: device}))


def without_device(known: Devices, id_: str) -> Devices:
    return replace(known, devices=MappingProxyType({name: one for name, one in known.devices.items() if name != id_}))


def without_token(known: Devices, device: Device) -> Devices:
    """Its maker's service does not know it any more. One that was registered anew since stays."""
    left = {name: one for name, one in known.devices.items() if (one.kind, one.token) != (device.kind, device.token)}
    return replace(known, devices=MappingProxyType(left))
