"""The app is rung: "you have a new message", and nothing of what it says.

The message itself stands in the thread, which the app reads. So a bell that is lost loses nothing, and what is not
known of it is not asked again: an app answer is never `failed` and never `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.content.texts.bells import bell_text
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.delivery import Delivery, is_tried_enough, put_back, rung
from chalicelib.domain.devices import Device, without_token
from chalicelib.domain.errors import HubError, SendingRefused, SendingUnknown, TokenGone
from chalicelib.domain.messages import OutgoingMessage
from chalicelib.domain.threads import Entry
from chalicelib.usecases.own_devices import change_devices
from chalicelib.usecases.ports import Carrier, ConfigurationSource, Now, ThreadStore


@dataclass(frozen=True, slots=True)
class RingApp:
    threads: ThreadStore
    configuration: ConfigurationSource
    push: Callable[[], Carrier]
    now: Now

    def __call__(self, entry: Entry, claim: Delivery) -> Delivery:
        """The delivery after every device was rung once: `sent`, also where there is none; or back in the queue, where
        every service refused for now.
        """
        known = self.threads.find_devices(claim.point) if claim.point else None
        refused: list[SendingRefused] = []
        was_rung = False
        for device in known.still_used(self.now()).values() if known else ():
            try:
                self.push().send(_bell(entry, claim, device))
            except TokenGone:
                self._forget(claim.point, device)
            except SendingRefused as error:
                refused.append(error)
            except SendingUnknown:
                was_rung = True  # perhaps: ringing again would be a second bell
            else:
                was_rung = True
        again = [error for error in refused if error.temporary and not is_tried_enough(claim, error.limit)]
        if again and not was_rung:
            return put_back(claim, again[0].reason, self.now(), again[0].limit)
        return rung(claim, self.now(), self.configuration.current().app_unread_after)

    def _forget(self, point: ContactPoint | None, device: Device) -> None:
        """Tidying up: what fails here is found out again with the next message."""
        if point:
            with suppress(HubError):
                change_devices(self.threads, point, lambda known: without_token(known, device))


def _bell(entry: Entry, claim: Delivery, device: Device) -> OutgoingMessage:
    text = bell_text(device.language)
    return OutgoingMessage(Channel.APP, device.kind, device.token, text, f"{entry.id}-{claim.attempts}")
