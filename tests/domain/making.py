"""Small makers of domain objects for tests: only what a test talks about has to be said."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.business_hours import BusinessHours, Slot
from chalicelib.domain.case_kinds import SHIPPED_KINDS
from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Configuration, Inbox, Team
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.fax_sending import FaxByMail, FaxSending
from chalicelib.domain.messages import InboundMessage
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.sla import Agreement, EscalationStep, SlaPolicy, StepAction
from chalicelib.domain.trust import Trust

MONDAY_TEN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # ten o'clock in Warsaw
RING = KeyRing("a", {"a": b"0123456789abcdef0123456789abcdef"})


def reply_keys(_named=()):
    """Where nobody changes the keys."""
    return RING


ANNA = ContactPoint(PointKind.EMAIL, "anna@example.pl")
BARTEK = ContactPoint(PointKind.EMAIL, "bartek@example.pl")
ANNAS_PHONE = ContactPoint(PointKind.PHONE, "+48601234567")
ANNAS_FAX = ContactPoint(PointKind.FAX, "+48221112233")

OFFICE_HOURS = BusinessHours(ZoneInfo("Europe/Warsaw"), {day: (Slot(time(8), time(16)),) for day in range(5)})
POLICY = SlaPolicy(
    "standard",
    first_response_within=timedelta(hours=4),
    next_response_within=timedelta(hours=8),
    steps=(
        EscalationStep(StepAction.REMIND, timedelta(minutes=-30)),
        EscalationStep(StepAction.ESCALATE, timedelta(0)),
    ),
)
AGREEMENT = Agreement(POLICY, "poland", OFFICE_HOURS, "1")
SUPPORT = Inbox("support", Channel.EMAIL, "care", address="pomoc@hub.example")
BILLING = Inbox("billing", Channel.EMAIL, "care", address="faktury@hub.example", language="en")
TEXTS = Inbox("texts", Channel.SMS, "care", address="+48700100200")
FAXES = Inbox("faxes", Channel.FAX, "care", address="fax@hub.example", gateways=("gateway.example",))
SENDING_FAXES = replace(
    FAXES,
    display_name="Firma Łódź",
    fax=FaxSending(FaxByMail("{number}@gateway.example"), own_number="+48222002003", zone="Europe/Warsaw"),
)
FORM = Inbox("contact", Channel.WEB_FORM, "care")
APP = Inbox("app", Channel.APP, "care")
HOTLINE = Inbox("hotline", Channel.PHONE, "care", address="+48221002003")
LETTERS = Inbox("letters", Channel.LETTER, "care")
VISITS = Inbox("counter", Channel.IN_PERSON, "care")


@dataclass(frozen=True)
class Agreed:
    """Every clock counts by the same agreement, and every kind of case is among those that are shipped."""

    agreement: Agreement = AGREEMENT

    def new(self, case):
        return self.agreement

    def running(self, case, clock):
        assert case.customer_id, "whoever loses a version of the configuration asks by the case"
        return self.agreement

    def kind(self, case):
        return SHIPPED_KINDS[case.kind]

    def team(self, case):
        return case.team


def configuration(**changed):
    parts = {
        "version": "1",
        "inboxes": (SUPPORT, BILLING, TEXTS, FAXES, FORM, APP, HOTLINE, LETTERS, VISITS),
        "teams": {
            "care": Team("care", "poland", "standard", "care@company.example", "boss@company.example", "support")
        },
        "calendars": {"poland": OFFICE_HOURS},
        "policies": {"standard": POLICY},
    }
    return Configuration(**{**parts, **changed})


def case(**changed):
    parts = {
        "id": "01CASE",
        "customer_id": "01ANNA",
        "reference": "K7Q2M-9DXM3-Q",
        "team": "care",
        "inbox": "support",
        "channel": Channel.EMAIL,
        "subject": "Faktura",
        "opened_at": MONDAY_TEN,
        "last_activity_at": MONDAY_TEN,
        "participants": (ANNA,),
    }
    return Case(**{**parts, **changed})


def message(**changed):
    parts = {"channel": Channel.EMAIL, "sender": ANNA, "trust": Trust.AUTHENTICATED, "visible_text": "Dzień dobry"}
    return InboundMessage(**{**parts, **changed})
