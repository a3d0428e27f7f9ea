from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from chalicelib.api.rendering import render_case, render_customer, render_entry, render_thread
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.clocks import Clock
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.customers import Customer, CustomerPage
from chalicelib.domain.delivery import Delivery, DeliveryStatus, FailureKind, Report
from chalicelib.domain.delivery_reports import reported
from chalicelib.domain.faxes import WAITING, Fax, Reading, ReadingStatus
from chalicelib.domain.machines import BounceReason, MachineKind, MachineMail, ReportedRecipient
from chalicelib.domain.messages import ForwardedMessage
from chalicelib.domain.promises import Promise, PromiseStatus
from chalicelib.domain.sender_warnings import SenderWarning, WarningKind
from chalicelib.domain.sla import ClockName
from chalicelib.domain.sms import SmsEncoding, SmsFacts, SmsIntent, SmsPart
from chalicelib.domain.threads import Arrival, AttachmentRef, EntryKind, HtmlRef
from chalicelib.domain.trust import Trust
from tests.api.conftest import CASE_ID, CUSTOMER_ID, MESSAGE_ID, inbound
from tests.domain.making import ANNA, MONDAY_TEN, case

ENTRY = f"/v1/customers/{CUSTOMER_ID}/entries/{MESSAGE_ID}"


def rendered(value):
    return msgspec.to_builtins(value)


def test_an_inbound_message_tells_an_agent_all_that_is_known_of_it():
    arrival = Arrival(
        ANNA,
        Trust.UNVERIFIED,
        "by_in_reply_to",
        "it answers a message of the case (In-Reply-To)",
        "raw/2026/11/23/email-m1",
        sender_name="Anna Kowalska",
        message_id="m1@example.pl",
        automatic="it came from the null sender",
        unparsed="The message has more than 200 parts.",
        written_at=MONDAY_TEN,
        repairs=("the charset was wrong", "Declared as latin1, read as UTF-8."),
        warnings=(SenderWarning(WarningKind.LOOKALIKE, "anna@example.com"),),
        duplicate_of="01KAR0000000000000000000M0",
    )
    file = AttachmentRef("0f" * 32, "faktura.pdf", "application/pdf", 12_345)
    entry = inbound(quoted_text="> Dzień dobry", attachments=(file,), arrival=arrival)
    assert rendered(render_entry(entry, "/api")) == {
        "id": MESSAGE_ID,
        "case_id": CASE_ID,
        "at": "2026-11-23T09:00:00Z",
        "kind": "inbound",
        "author": "customer",
        "channel": "email",
        "subject": "Faktura",
        "text": "Dzień dobry, gdzie jest faktura?",
        "quoted_text": "> Dzień dobry",
        "signature": "",
        "forward": None,
        "html": None,
        "attachments": [
            {
                "name": "faktura.pdf",
                "content_type": "application/pdf",
                "size": 12_345,
                "sha256": "0f" * 32,
                "link": f"/api{ENTRY}/attachments/{'0f' * 32}",
            }
        ],
        "arrival": {
            "contact_point": "email:anna@example.pl",
            "sender_name": "Anna Kowalska",
            "trust": {
                "level": "unverified",
                "meaning": "Nothing proves that the sender is who it claims to be.",
            },
            "warnings": [{"kind": "lookalike", "detail": "anna@example.com"}],
            "matching": {
                "rule": "by_in_reply_to",
                "evidence": "it answers a message of the case (In-Reply-To)",
                "remarks": [
                    {"code": "in_reply_to", "values": {}, "text": "it answers a message of the case (In-Reply-To)"}
                ],
            },
            "automatic": "it came from the null sender",
            "automatic_remarks": [{"code": "from_null_sender", "values": {}, "text": "it came from the null sender"}],
            "unparsed": "The message has more than 200 parts.",
            "unparsed_remarks": [
                {"code": "parts_too_many", "values": {"most": "200"}, "text": "The message has more than 200 parts."}
            ],
            "machine": None,
            "fax": None,
            "sms": None,
            "written_at": "2026-11-23T09:00:00Z",
            "repairs": ["the charset was wrong", "Declared as latin1, read as UTF-8."],
            "remarks": [
                {"code": None, "values": {}, "text": "the charset was wrong"},
                {
                    "code": "charset_is_utf8",
                    "values": {"declared": "latin1"},
                    "text": "Declared as latin1, read as UTF-8.",
                },
            ],
            "duplicate_of": "01KAR0000000000000000000M0",
        },
        "reading": None,
        "contact": None,
        "delivery": None,
        "task": None,
        "event": None,
        "facts": {},
        "mentions": {"agents": [], "teams": []},
        "moved_to": None,
        "moved_from": None,
        "links": {"self": f"/api{ENTRY}", "raw": f"/api{ENTRY}/raw"},
    }


def test_an_outbound_message_tells_how_far_it_got_and_keeps_its_inner_workings():
    delivery = Delivery(
        DeliveryStatus.UNKNOWN,
        "anna@example.pl",
        "pomoc@hub.example",
        reply_to="reply+k7q2m9dxm3q.aabcdefghijklmnopqrst@hub.example",
        attempts=2,
        claim="worker-7",
        provider_id="0102",
        detail="the carrier did not answer",
        reports=(Report(DeliveryStatus.SENT, "Send", MONDAY_TEN),),
    )
    entry = inbound(kind=EntryKind.OUTBOUND, author="agent:agent-1", arrival=None, delivery=delivery)
    said = rendered(render_entry(entry, ""))
    assert said["delivery"] == {
        "status": "unknown",
        "recipient": "anna@example.pl",
        "attempts": 2,
        "detail": "the carrier did not answer",
        "remarks": [{"code": None, "values": {}, "text": "the carrier did not answer"}],
        "failure": None,
        "provider_id": "0102",
        "reports": [
            {
                "status": "sent",
                "said": "Send",
                "at": "2026-11-23T09:00:00Z",
                "code": None,
                "words": None,
                "failure": None,
            }
        ],
        "not_before": None,
        "possible_duplicate": False,
    }
    assert said["arrival"] is None
    assert "reply+" not in str(said)  # who has the signed address could write into the case


def test_an_answer_that_did_not_arrive_tells_what_its_carrier_said_and_what_that_lies_in():
    words = "smtp; 550 5.1.1 user unknown"
    report = Report(
        DeliveryStatus.BOUNCED, "Bounce/Permanent/General", MONDAY_TEN, "5.1.1", words, FailureKind.PERMANENT
    )
    delivery = reported(Delivery(DeliveryStatus.SENT, "anna@example.pl", "pomoc@hub.example"), report)
    said = rendered(render_entry(inbound(kind=EntryKind.OUTBOUND, arrival=None, delivery=delivery), ""))["delivery"]
    assert (said["status"], said["failure"], said["detail"]) == ("bounced", "permanent", words)
    (told,) = said["reports"]
    assert (told["said"], told["code"], told["words"]) == ("Bounce/Permanent/General", "5.1.1", words)
    assert (told["status"], told["failure"], told["at"]) == ("bounced", "permanent", "2026-11-23T09:00:00Z")


def test_an_event_tells_its_name_and_facts():
    event = inbound(
        kind=EntryKind.EVENT,
        author="hub",
        channel=None,
        subject="",
        text="",
        arrival=None,
        event="case.escalated",
        facts={"clock": "first_response", "level": "2"},
    )
    said = rendered(render_entry(event, ""))
    assert (said["event"], said["facts"]) == ("case.escalated", {"clock": "first_response", "level": "2"})
    assert (said["channel"], said["subject"]) == (None, None)


def arrived(**known):
    return Arrival(ANNA, Trust.AUTHENTICATED, "new_case", "no rule joined it to a case", "raw/x", **known)


def test_a_bounce_tells_who_did_not_get_what_and_why():
    failed = ReportedRecipient("anna@example.pl", "5.1.1", BounceReason.NO_SUCH_ADDRESS, "550 5.1.1 unknown user")
    bounce = MachineMail(MachineKind.BOUNCE, "a delivery report", "no_such_address", (failed,), "01X@hub.example")
    said = rendered(render_entry(inbound(arrival=arrived(machine=bounce)), ""))["arrival"]["machine"]
    assert said == {
        "kind": "bounce",
        "reason": "no_such_address",
        "hard": True,
        "recipients": [
            {
                "address": "anna@example.pl",
                "status": "5.1.1",
                "reason": "no_such_address",
                "hard": True,
                "diagnostic": "550 5.1.1 unknown user",
            }
        ],
        "answers_message_id": "01X@hub.example",
    }


def test_a_fax_tells_what_the_gateway_said_and_what_was_read_with_a_way_to_the_picture():
    fax = Fax("hylafax", "22 555 01 23", "subject", 3, "document", "0f" * 32)
    reading = Reading(
        ReadingStatus.READ, "Zamawiam", "tesseract", 91, 3, 3, preview="ab" * 32, preview_size=900, read_at=MONDAY_TEN
    )
    said = rendered(render_entry(inbound(arrival=arrived(fax=fax), reading=reading), ""))
    assert said["arrival"]["fax"] == {
        "gateway": "hylafax",
        "number": "22 555 01 23",
        "number_from": "subject",
        "pages": 3,
        "pages_from": "document",
        "document": "0f" * 32,
    }
    assert said["reading"]["text"] == "Zamawiam"
    assert (said["reading"]["status"], said["reading"]["source"], said["reading"]["confidence"]) == (
        "read",
        "tesseract",
        91,
    )
    assert said["reading"]["preview"]["link"] == f"{ENTRY}/attachments/{'ab' * 32}"


def test_a_fax_that_was_not_read_yet_says_so():
    said = rendered(render_entry(inbound(arrival=arrived(), reading=WAITING), ""))["reading"]
    assert (said["status"], said["text"], said["preview"], said["read_at"]) == ("waiting", "", None, None)


def test_an_sms_tells_how_it_travelled_and_what_it_asks_for():
    facts = SmsFacts(SmsEncoding.GSM7, 1, "SPLOT", SmsIntent.STOP, certain=True)
    said = rendered(render_entry(inbound(arrival=arrived(sms=facts)), ""))["arrival"]["sms"]
    assert said == {
        "encoding": "gsm7",
        "segments": 1,
        "keyword": "SPLOT",
        "intent": "stop",
        "certain": True,
        "part": None,
        "whole_text": None,
    }


def test_parts_of_one_sms_that_nobody_put_together_say_in_the_thread_what_they_say_together():
    parts = [
        inbound(
            id=f"01KAR{number:021}",
            text=text,
            arrival=arrived(sms=SmsFacts(SmsEncoding.GSM7, 1, part=SmsPart("2a", number, 2))),
        )
        for number, text in ((1, "Dzien "), (2, "dobry"))
    ]
    said = [rendered(entry)["arrival"]["sms"] for entry in render_thread(parts[::-1], "")]
    assert [one["part"] for one in said] == [{"number": 2, "of": 2}, {"number": 1, "of": 2}]
    assert {one["whole_text"] for one in said} == {"Dzien dobry"}


def test_a_forwarded_message_and_the_html_version_are_there_beside_the_text():
    forward = ForwardedMessage("Jan", "jan@example.pl", "Oferta", "23 listopada", "Od: Jan", "Dzień dobry")
    entry = inbound(forward=forward, html=HtmlRef("cd" * 32, 2_000, remote_images=2))
    said = rendered(render_entry(entry, ""))
    assert (said["forward"]["sender_address"], said["forward"]["body"]) == ("jan@example.pl", "Dzień dobry")
    assert said["html"] == {"size": 2_000, "remote_images": 2, "link": f"{ENTRY}/attachments/{'cd' * 32}"}


@pytest.mark.parametrize("trust", Trust)
def test_every_level_of_trust_has_words(trust):
    entry = inbound(arrival=Arrival(None, trust, "new_case", "no rule joined it to a case", "raw/x"))
    said = rendered(render_entry(entry, ""))["arrival"]
    assert said["trust"]["level"] == trust.name.lower()
    assert said["trust"]["meaning"]
    assert said["contact_point"] is None


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("kind", EntryKind)
def test_entries_of_every_kind_and_channel_can_be_read(kind, channel):
    assert rendered(render_entry(inbound(kind=kind, channel=channel), ""))["kind"] == kind


def test_a_case_shows_its_running_clocks_and_the_earliest_deadline():
    clock = Clock(MONDAY_TEN, MONDAY_TEN.replace(hour=13), 1, "standard", level=1)
    said = rendered(render_case(case(clocks={ClockName.FIRST_RESPONSE: clock}, follows="X", claims=("Y",)), ""))
    assert said["clocks"] == [
        {
            "name": "first_response",
            "started_at": "2026-11-23T09:00:00Z",
            "due_at": "2026-11-23T13:00:00Z",
            "level": 1,
            "paused_by": None,
        }
    ]
    assert said["deadline_at"] == "2026-11-23T13:00:00Z"
    assert (said["follows"], said["claims"]) == ("X", ["Y"])


def test_a_provisional_customer_shows_whom_it_claims_to_be():
    page = CustomerPage(Customer(CUSTOMER_ID, MONDAY_TEN, claims_to_be=ANNA), (case(),))
    said = rendered(render_customer((page,), (), {}, ""))
    assert (said["claims_to_be"], said["contact_points"]) == ("email:anna@example.pl", [])
    assert [found["reference"] for found in said["cases"]] == [case().reference]


def test_what_is_still_owed_in_any_case_of_a_customer_is_told_in_one_piece():
    def promised(text, hours, **more):
        return Promise(text, "agent-1", MONDAY_TEN, MONDAY_TEN + timedelta(hours=hours), **more)

    theirs = case(promises={"P1": promised("Oddzwonię", 5), "P2": promised("Sprawdzę", 3, status=PromiseStatus.KEPT)})
    late = promised("Wyślę fakturę", 1, status=PromiseStatus.BROKEN)
    mine = case(id="01CASF", reference="PR4V5-E3WSZ-J", promises={"P3": late})
    gone = case(id="01CASG", promises={"P4": promised("Przeniesione", 1)}, moved_to="01JAN/01CASH")
    spam = case(id="01CASS", status=CaseStatus.SPAM, promises={"P5": promised("Nikomu", 1)})
    pages = (
        CustomerPage(Customer(CUSTOMER_ID, MONDAY_TEN), (gone, spam, mine)),
        CustomerPage(Customer("01OLA", MONDAY_TEN), (theirs,)),
    )
    said = rendered(render_customer(pages, (), {}, ""))["live_promises"]
    assert [(one["case"], one["id"], one["status"]) for one in said] == [
        ("PR4V5-E3WSZ-J", "P3", "broken"),
        ("K7Q2M-9DXM3-Q", "P1", "open"),
    ]
    assert said[0] | {"case": "", "id": ""} == {
        "case": "",
        "id": "",
        "text": "Wyślę fakturę",
        "made_by": "agent-1",
        "due_at": "2026-11-23T10:00:00Z",
        "status": "broken",
    }
