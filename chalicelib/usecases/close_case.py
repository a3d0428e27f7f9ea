"""An agent closes a case, unless the customer has written something that the agent has not read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.domain.case_transitions import closed, require_closable
from chalicelib.domain.cases import CLOSING_DEPENDS_ON, Case, CaseStatus, with_automatic_answer
from chalicelib.domain.customers import with_case_closed
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.threads import event_entry
from chalicelib.usecases.agreements import ConfiguredAgreements
from chalicelib.usecases.case_changes import NOTHING_SAID, Seen, change_case
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, Randomness, ThreadStore, Update
from chalicelib.usecases.survey_changes import survey_changes


@dataclass(frozen=True, slots=True)
class CloseCase:
    threads: ThreadStore
    configuration: ConfigurationSource
    reply_keys: Callable[[], KeyRing]
    now: Now
    randomness: Randomness

    def __call__(self, reference: str, agent: str, *, seen: Seen = NOTHING_SAID, once: Once | None = None) -> None:
        """Closing what is closed changes nothing. The customer may be asked then how satisfied they are. Raises
        PromiseOwed, TaskOpen, AnswerOwed.
        """
        configuration = self.configuration.current()
        agreements = ConfiguredAgreements(self.configuration, configuration)

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            now = self.now()
            if case.status is not CaseStatus.OPEN:
                return "", remember(once, "", now)
            require_closable(case, agreements)
            customer = self.threads.get_customer_page(case.customer_id).customer
            event = event_entry(ulid(now, self.randomness(10)), case, now, f"agent:{agent}", "case.closed", {})
            survey = survey_changes(self.threads, case, agent, configuration, self.reply_keys, now)
            after = closed(case, now, agreements)
            return "", [
                Update(case, with_automatic_answer(after) if survey else after, CLOSING_DEPENDS_ON),
                *survey,
                Update(customer, with_case_closed(customer, case), ()),
                Create(event),
                *remember(once, "", now),
            ]

        change_case(self.threads, reference, seen, once, decide)
