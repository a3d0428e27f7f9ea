"""A fax gateway posts what became of a fax of ours: it proves itself, and what it says is kept before it is told so.

It is recorded afterwards (`record_delivery_receipt`), as often as it comes and in whatever order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.channels.posted_fax_reports import PostedReport, enveloped
from chalicelib.domain.errors import NotFound, WrongConfiguration
from chalicelib.domain.fax_sending import SHORTEST_CREDENTIAL, is_proved
from chalicelib.usecases.ports import ConfigurationSource, Now, WorkQueues

_UNPROVED = "No inbox of this name has a fax gateway that proves itself like this."


@dataclass(frozen=True, slots=True)
class AcceptFaxReport:
    """`credentials`: by name; asked for when an inbox has any."""

    configuration: ConfigurationSource
    queues: WorkQueues
    credentials: Callable[[], Mapping[str, str]]
    now: Now

    def __call__(self, inbox_name: str, body: bytes, told: bytes, headers: Mapping[str, str]) -> None:
        """`body`: as it came, which is what the proof is of; `told`: the same as JSON. `headers`: looked up in any
        letter case.

        Raises NotFound, for an inbox that takes no reports just the same; WrongConfiguration when the hub does
        not know its own credential, so that the gateway comes again; StorageUnavailable.
        """
        inboxes = self.configuration.current().inboxes
        inbox = next((one for one in inboxes if one.name == inbox_name), None)
        rules = inbox.fax.reports if inbox and inbox.fax else None
        given = headers.get(rules.header) if rules else None
        if rules is None or not given:
            raise NotFound(_UNPROVED)
        credential = self.credentials().get(rules.credential, "")
        if len(credential) < SHORTEST_CREDENTIAL:
            raise WrongConfiguration(f"The secrets have no usable fax credential {rules.credential!r}.")
        if not is_proved(rules, credential, given, body):
            raise NotFound(_UNPROVED)
        self.queues.ask_to_record(enveloped(PostedReport(inbox_name, self.now(), told)))
