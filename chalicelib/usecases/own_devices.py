"""A logged-in customer says on which devices the app is to be rung."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.devices import DEVICES_DEPEND_ON, Device, DeviceKind, Devices, with_device, without_device
from chalicelib.domain.errors import StorageUnavailable, WriteConflict
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.ports import Create, Now, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class OwnDevices:
    """Every act may be repeated freely: it says how it is to be, not what is to change."""

    threads: ThreadStore
    now: Now

    def register(self, principal_id: str, id_: str, kind: DeviceKind, token: str, language: str) -> None:
        """Raises Conflict when there are too many."""
        now = self.now()
        device = Device(kind, token, language, now)
        change_devices(self.threads, _login(principal_id), lambda known: with_device(known, id_, device, now))

    def remove(self, principal_id: str, id_: str) -> None:
        change_devices(self.threads, _login(principal_id), lambda known: without_device(known, id_))

    def listed(self, principal_id: str) -> Mapping[str, Device]:
        known = self.threads.find_devices(_login(principal_id))
        return known.still_used(self.now()) if known else {}


def change_devices(threads: ThreadStore, point: ContactPoint, change: Callable[[Devices], Devices]) -> None:
    for _ in range(MOST_RACES):
        known = threads.find_devices(point)
        before = known or Devices(point)
        after = change(before)
        if after == before:
            return
        try:
            threads.commit([Update(before, after, DEVICES_DEPEND_ON) if known else Create(after)])
        except WriteConflict:
            continue
        return
    raise StorageUnavailable()


def _login(principal_id: str) -> ContactPoint:
    return ContactPoint(PointKind.APP, principal_id)
