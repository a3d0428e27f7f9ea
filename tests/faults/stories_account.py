"""Stories of what agents and operators do with the account: release, discard, block, log, replay."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.cases import Case
from chalicelib.domain.messages import ParkedRecord, Receipt
from chalicelib.domain.templates import Template, TextPurpose, Wording
from chalicelib.domain.trust import Verdicts
from chalicelib.usecases.ports import Incoming
from tests.fakes.ports import MemoryRawStore
from tests.faults.carriers import Said, mail_bytes
from tests.faults.outside import Outside, Request

ANNA = "anna@example.pl"
CANNED_MARK = 900
HER_NUMBER = {"kind": "phone", "value": "+48601234567"}
RELEASE = {"why": "to do nas", "overrides": ["unknown_inbox"], "inbox": "support"}


def log_call(outside: Outside, **told: object) -> Request:
    mark = next(outside._numbers)
    said = Said(mark, "phone", "ewa", outside.world.at, False)
    outside.said.append(said)
    body = {"direction": "inbound", "notes": f"Telefon #{mark}#", **told}
    return outside.ask("POST", "/v1/calls", body, "ewa:agent", mark=mark, said=said)


def parked(outside: Outside) -> ParkedRecord:
    return max(outside.simulation.threads.records(ParkedRecord), key=lambda record: record.id)


def a_mail_to_nobody(outside: Outside) -> None:
    outside.mail(ANNA, to="nobody@hub.example", parked_as="unknown_inbox")


def an_agent_releases(outside: Outside) -> None:
    outside.agent("POST", f"/v1/parked/{parked(outside).id}/release", RELEASE)


def two_agents_release(outside: Outside) -> None:
    an_agent_releases(outside)
    an_agent_releases(outside)


def one_releases_and_one_discards(outside: Outside) -> None:
    an_agent_releases(outside)
    an_agent_discards(outside)


def an_agent_discards(outside: Outside) -> None:
    outside.agent("POST", f"/v1/parked/{parked(outside).id}/discarding", {"why": "nie do nas"})


def an_agent_discards_by_reason(outside: Outside) -> None:
    outside.agent("GET", f"/v1/parked/{parked(outside).id}", {})
    body = {"decision": "discard", "reason": "unknown_inbox", "why": "nie do nas"}
    outside.agent("POST", "/v1/parked/decisions", body)


def a_thread_is_read_while_the_audit_fails(outside: Outside) -> None:
    outside.ports.audit.is_troubled = True
    case = max(outside.simulation.threads.records(Case), key=lambda case: case.id)
    outside.agent("GET", f"/v1/cases/{case.reference}", {})
    outside.agent("GET", f"/v1/customers/{case.customer_id}/thread", {})


def an_operator_replays(outside: Outside) -> None:
    day = f"{outside.world.at:%Y-%m-%d}"
    outside.ask("POST", "/v1/replays", {"since": day, "until": day}, "olga:admin")


def a_forgotten_message_is_replayed(outside: Outside) -> None:
    """Its bytes were kept, its worker died, and what was in `incoming/` is gone: nothing but a replay finds it."""
    said = Said(next(outside._numbers), "email", ANNA, outside.world.at, True, dmarc="PASS")
    outside.said.append(said)
    verdicts = Verdicts("PASS", "PASS", "PASS", "PASS", "PASS")
    receipt = Receipt("email", f"ses{said.mark}", outside.world.at, ("pomoc@hub.example",), ANNA, verdicts)
    incoming = Incoming("", mail_bytes(said, "pomoc@hub.example", "", poison=False), receipt, outside.world.at)
    MemoryRawStore.keep(outside.ports.raw, incoming, receipt)
    an_operator_replays(outside)
    for minutes in (10, 20):  # whatever the one before said
        outside.world.later(timedelta(minutes=minutes), lambda: an_operator_replays(outside))
    an_operator_checks(outside)


def an_operator_checks(outside: Outside) -> None:
    day = f"{outside.world.at:%Y-%m-%d}"
    outside.ask("GET", f"/v1/account?since={day}&until={day}", {}, "olga:admin")


def case_reference(outside: Outside) -> str:
    return max(outside.simulation.threads.records(Case), key=lambda case: case.id).reference


def anna_writes(outside: Outside) -> None:
    outside.mail(ANNA)


def an_agent_marks_spam(outside: Outside) -> None:
    outside.agent("PUT", f"/v1/cases/{case_reference(outside)}/spam", {"spam": True, "why": "reklama"})


def it_was_no_spam(outside: Outside) -> None:
    outside.agent("PUT", f"/v1/cases/{case_reference(outside)}/spam", {"spam": False, "why": "pomyłka"})


def spam_meets_a_message(outside: Outside) -> None:
    an_agent_marks_spam(outside)
    outside.mail(ANNA)


def an_agent_blocks(outside: Outside) -> None:
    sender = {"kind": "email", "value": "bartek@example.pl"}
    outside.agent("PUT", "/v1/blocked-senders", {"sender": sender, "blocked": True, "why": "obraża"})


def they_called(outside: Outside) -> None:
    log_call(outside, contact_point=HER_NUMBER, outcome="no_answer")


def we_called_back(outside: Outside) -> None:
    log_call(outside, case=case_reference(outside), direction="outbound")


def a_call_meets_a_message(outside: Outside) -> None:
    we_called_back(outside)
    outside.mail(ANNA)


def two_calls_of_somebody_new(outside: Outside) -> None:
    they_called(outside)
    they_called(outside)


def an_agent_answers_with_a_canned_text(outside: Outside) -> None:
    """After having looked at what it says."""
    reference = case_reference(outside)
    outside.agent("GET", f"/v1/cases/{reference}/templates/sent", {})
    outside.agent("POST", f"/v1/cases/{reference}/replies", {"template": "sent"}, mark=CANNED_MARK)


def there_is_a_canned_text(outside: Outside) -> None:
    outside.mail(ANNA)
    wording = Wording("", f"Wysłane #{CANNED_MARK}#. Sprawa {{reference}}.")
    outside.configure(templates={"sent": Template("sent", TextPurpose.CANNED, {"pl": wording})})
