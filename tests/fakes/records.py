"""Records to test with: each function makes a plausible one, and takes what matters to the test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from chalicelib.domain.agents import Agent, Presence
from chalicelib.domain.broadcasts import Broadcast, Recipient
from chalicelib.domain.cases import Case, CasePointer
from chalicelib.domain.clocks import Clock
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customers import Attribute, Customer, CustomerAttributes, PointLink, PointOwner
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.disposal import Disposal
from chalicelib.domain.erasure import Erasure, Ground, Requester
from chalicelib.domain.exporting import Export, ExportPart
from chalicelib.domain.faxes import Fax, Reading, ReadingStatus
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.incidents import Incident
from chalicelib.domain.machines import BounceReason, MachineKind, MachineMail, ReportedRecipient
from chalicelib.domain.messages import Anchor, ForwardedMessage, LedgerRow, ParkedRecord, SeenKey
from chalicelib.domain.sla import ClockName
from chalicelib.domain.sms import SmsEncoding, SmsFacts, SmsIntent, SmsPart
from chalicelib.domain.tasks import Attempt, AttemptResult, ListedTask, Task, TaskKind, Wish
from chalicelib.domain.templates import Wording
from chalicelib.domain.threads import Arrival, AttachmentRef, Entry, EntryKind, HtmlRef
from chalicelib.domain.trust import Trust

NOW = datetime(2026, 11, 23, 14, 22, 5, 123456, tzinfo=UTC)
ANNA = ContactPoint(PointKind.EMAIL, "anna@example.pl")
CUSTOMER_ID = ulid_for(NOW - timedelta(days=30), "anna")
CASE_ID = ulid_for(NOW - timedelta(days=1), "case")


def at(**after: Any) -> datetime:
    """`at(minutes=5)`: five minutes after NOW."""
    return NOW + timedelta(**after)


def a_customer(**fields: Any) -> Customer:
    return Customer(**({"id": CUSTOMER_ID, "created_at": at(days=-30), "name": "Anna Nowak"} | fields))


def some_attributes(**fields: Any) -> CustomerAttributes:
    values = {
        "shop.last_order": Attribute("2026/114: zapłacone ą", "agent:service:shop", NOW),
        "shop.orders": Attribute(0, "agent:service:shop", NOW),
        "shop.paid": Attribute(False, "agent:service:shop", NOW),
        "shop.note": Attribute("", "agent:service:shop", NOW),
    }
    return CustomerAttributes(
        **({"customer_id": CUSTOMER_ID, "values": MappingProxyType(values), "version": 1} | fields)
    )


def a_case(**fields: Any) -> Case:
    return Case(
        **(
            {
                "id": CASE_ID,
                "customer_id": CUSTOMER_ID,
                "reference": "K7Q2M-9DXM3-Q",
                "team": "care",
                "inbox": "support",
                "channel": Channel.EMAIL,
                "subject": "Pralka nie wiruje",
                "opened_at": at(days=-1),
                "last_activity_at": NOW,
                "participants": (ANNA,),
            }
            | fields
        )
    )


def a_running(due_at: datetime, **fields: Any) -> MappingProxyType[ClockName, Clock]:
    """The clocks of a case that waits for its first response."""
    clock = Clock(**({"started_at": NOW, "due_at": due_at, "cycle": 1, "policy": "standard"} | fields))
    return MappingProxyType({ClockName.FIRST_RESPONSE: clock})


def an_entry(**fields: Any) -> Entry:
    at_ = fields.get("at", NOW)
    return Entry(
        **(
            {
                "id": ulid_for(at_, "entry"),
                "customer_id": CUSTOMER_ID,
                "case_id": CASE_ID,
                "at": at_,
                "kind": EntryKind.INBOUND,
                "author": "customer",
                "channel": Channel.EMAIL,
                "subject": "Pralka nie wiruje",
                "text": "Dzień dobry, pralka znowu nie wiruje.",
            }
            | fields
        )
    )


A_BOUNCE = MachineMail(
    MachineKind.BOUNCE,
    "a delivery report",
    "no_such_address",
    (ReportedRecipient("anna@example.pl", "5.1.1", BounceReason.NO_SUCH_ADDRESS, "550 5.1.1 unknown user"),),
    "0102@eu-central-1.amazonses.com",
)


def an_entry_with_every_part(**fields: Any) -> Entry:
    """More than one message ever has at once: nothing of it may be lost on the way into the table and back."""
    arrival = an_arrival(
        repairs=("The charset was wrong.",),
        machine=A_BOUNCE,
        fax=Fax("hylafax", "22 111 22 33", "subject", 3, "document", "0f" * 32),
        sms=SmsFacts(SmsEncoding.UCS2, 2, "SPLOT", SmsIntent.STOP, certain=False, part=SmsPart("2a", 1, 2), full=True),
    )
    parts = {
        "signature": "Anna Nowak",
        "forward": ForwardedMessage("Jan", "jan@example.pl", "Oferta", "23.11.2026", "Od: Jan", "Dzień dobry"),
        "html": HtmlRef("ab" * 32, 2_000, remote_images=2),
        "arrival": arrival,
        "reading": Reading(
            ReadingStatus.READ, "Zamawiam\fdwa", "text_layer+tesseract", 91, 3, 2, "K7Q2M-9DXM3-Q", "cd" * 32, 900,
            "1 of 3 pages was not looked at.", at(minutes=1),
        ),
        "delivery": a_delivery(
            answers_since=NOW, stopped_clock=ClockName.NEXT_RESPONSE, not_before=at(minutes=1), was_answered=True,
            keeps=("01KAR0000000000000000000P1",),
        ),
    }  # fmt: skip
    return an_entry(**{**parts, **fields})


def an_arrival(**fields: Any) -> Arrival:
    return Arrival(
        **(
            {
                "point": ANNA,
                "trust": Trust.AUTHENTICATED,
                "rule": "by_in_reply_to",
                "evidence": "it answers a message of the case (In-Reply-To)",
                "raw_key": "raw/2026/11/23/o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1",
                "sender_name": "Anna Nowak",
                "message_id": "CAF8x1ZQ4b0kq1mRm0Yw7Q3b6zq5w1gk2y@mail.example.pl",
                "written_at": at(seconds=-4),
            }
            | fields
        )
    )


def a_delivery(**fields: Any) -> Delivery:
    return Delivery(
        **(
            {
                "status": DeliveryStatus.QUEUED,
                "recipient": "anna@example.pl",
                "sender": "pomoc@hub.example",
                "point": ANNA,
                "next_step_at": at(minutes=1),
            }
            | fields
        )
    )


def an_answer(**fields: Any) -> Entry:
    return an_entry(**({"kind": EntryKind.OUTBOUND, "author": "agent:ewa", "delivery": a_delivery()} | fields))


def an_attachment(**fields: Any) -> AttachmentRef:
    return AttachmentRef(
        **({"sha256": "ab" * 32, "name": "zdjęcie.jpg", "content_type": "image/jpeg", "size": 1} | fields)
    )


def an_owner(**fields: Any) -> PointOwner:
    return PointOwner(**({"point": ANNA, "customer_id": CUSTOMER_ID, "since": at(days=-30)} | fields))


def an_agent(**fields: Any) -> Agent:
    return Agent(
        **(
            {
                "subject": "ewa",
                "name": "Ewa Kowalska",
                "email": "ewa@company.example",
                "phone": "+48601234567",
                "teams": ("care",),
                "skills": ("returns",),
                "languages": ("pl", "en"),
                "presence": Presence.PRESENT,
                "presence_set_at": NOW,
                "presence_set_by": "ewa",
                "version": 1,
            }
            | fields
        )
    )


def a_link(**fields: Any) -> PointLink:
    return PointLink(**({"customer_id": CUSTOMER_ID, "point": ANNA} | fields))


def a_pointer(**fields: Any) -> CasePointer:
    fields = {"reference": "K7Q2M-9DXM3-Q", "customer_id": CUSTOMER_ID, "case_id": CASE_ID} | fields
    return CasePointer(**({"signed_for": fields["customer_id"]} | fields))


def an_anchor(**fields: Any) -> Anchor:
    expires_at = (NOW + timedelta(days=365)).replace(microsecond=0)
    return Anchor(
        **({"key": "a1" * 20, "customer_id": CUSTOMER_ID, "case_id": CASE_ID, "expires_at": expires_at} | fields)
    )


def a_ledger_row(**fields: Any) -> LedgerRow:
    return LedgerRow(
        **(
            {
                "transport": "email",
                "fingerprint": "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1",
                "outcome": "stored",
                "target": "K7Q2M-9DXM3-Q",
                "sha256": "5e" * 32,
                "raw_key": "raw/2026/11/23/o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1",
                "at": NOW,
                "customer_id": CUSTOMER_ID,
                "entry_id": ulid_for(NOW, "entry"),
            }
            | fields
        )
    )


def a_seen_key(**fields: Any) -> SeenKey:
    expires_at = (NOW + timedelta(days=1)).replace(microsecond=0)
    return SeenKey(
        **(
            {
                "principal": "https://login.example|ewa",
                "key": "9f1c",
                "request_sha256": "77" * 32,
                "answer": '{"entry": "01"}',
                "expires_at": expires_at,
            }
            | fields
        )
    )


def a_parked_record(**fields: Any) -> ParkedRecord:
    at_ = fields.get("at", NOW)
    return ParkedRecord(
        **(
            {
                "id": ulid_for(at_, "parked"),
                "at": at_,
                "transport": "email",
                "fingerprint": "f1",
                "reason": "ambiguous_sender",
                "raw_key": "raw/2026/11/23/f1",
            }
            | fields
        )
    )


def a_task(**fields: Any) -> Task:
    """An open one, with every part that one can have."""
    return Task(
        **(
            {
                "id": ulid_for(NOW, "task"),
                "kind": TaskKind.CALL,
                "to": "+48601234567",
                "about": "Pralka nie wiruje",
                "asked_by": "customer",
                "asked_at": NOW,
                "due_at": at(days=1),
                "wish": Wish(at(hours=20), at(days=1)),
                "attempts": (Attempt(at(hours=1), "agent:ewa", AttemptResult.VOICEMAIL, "Nagrałam się.", "01E"),),
                "entry_id": ulid_for(NOW, "entry"),
                "keeps": ulid_for(NOW, "promise"),
                "due_before": (at(hours=5),),
            }
            | fields
        )
    )


def a_listed_task(**fields: Any) -> ListedTask:
    task = fields.get("task") or a_task()
    known = {"customer_id": CUSTOMER_ID, "case_id": CASE_ID, "reference": "K7Q2M-9DXM3-Q", "team": "care"}
    return ListedTask(**({"id": task.id, **known, "task": task} | fields))


def an_incident(**fields: Any) -> Incident:
    known = {"id": "01INCIDENT", "title": "Prąd w Łodzi", "opened_at": NOW, "opened_by": "ewa"}
    said = {"notice": MappingProxyType({"pl": "Mamy awarię.", "en": "We have an outage."}), "inboxes": ("support",)}
    return Incident(**(known | said | fields))


def a_broadcast(**fields: Any) -> Broadcast:
    known = {"id": "01BROADCAST", "title": "Prąd w Łodzi", "recipients": "01LIST", "created_at": NOW, "by": "jan"}
    said = {
        "wordings": MappingProxyType({"pl": Wording("Prąd wrócił", "Prąd wrócił."), "en": Wording("", "It is back.")}),
        "counts": MappingProxyType({"chosen": 2}),
    }
    return Broadcast(**(known | said | fields))


def a_recipient(**fields: Any) -> Recipient:
    return Recipient(**({"recipients": "01LIST", "id": "K7Q2M-9DXM3-Q"} | fields))


def a_disposal(**fields: Any) -> Disposal:
    known = {"customer_id": CUSTOMER_ID, "id": "01CASE", "reference": "K7Q2M-9DXM3-Q", "team": "care", "kind": "order"}
    when = {"channel": Channel.EMAIL, "opened_at": NOW, "closed_at": NOW, "started_at": NOW, "next_step_at": NOW}
    return Disposal(**(known | when | {"files": ("0f",), "found": MappingProxyType({"entry": 2})} | fields))


def an_export(**fields: Any) -> Export:
    known = {
        "id": "01EXPORT",
        "customer_id": CUSTOMER_ID,
        "customers": (CUSTOMER_ID,),
        "requested_at": NOW,
        "by": "agent:o",
    }
    where = {"member": 1, "start": MappingProxyType({"pk": "a", "sk": "b"}), "parked": "202611/01A", "own": "i|s"}
    made = {
        "parts": (ExportPart(CUSTOMER_ID, "01EXPORT-001-0f.zip", 7, "0f"),),
        "found": MappingProxyType({"entries": 2}),
    }
    return Export(**(known | where | made | {"missing": MappingProxyType({"file": 1})} | fields))


def an_erasure(**fields: Any) -> Erasure:
    known = {"id": "01ERASURE", "customers": (CUSTOMER_ID,), "requested_at": NOW, "by": "olga"}
    said = {"ground": Ground.OBJECTION, "requester": Requester.CUSTOMER, "points": (ANNA,), "marks": ("erased:0f",)}
    counts = {"found": MappingProxyType({"entry": 2}), "kept": MappingProxyType({"2026-11/care/question/email": 1})}
    return Erasure(**(known | said | counts | fields))
