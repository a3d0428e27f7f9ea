"""What customers send on the main path, as it comes over the wire."""

from __future__ import annotations

import struct
from email.message import EmailMessage

CONFIGURATION = {
    "inboxes": [
        {
            "name": "support",
            "channel": "email",
            "acknowledgement": {"on": False},
            "address": "pomoc@hub.example",
            "team": "care",
            "country": "PL",
            "language": "pl",
            "display_name": "Pomoc",
        },
        {
            "name": "faxes",
            "channel": "fax",
            "address": "fax@hub.example",
            "team": "care",
            "gateways": ["gateway.example"],
        },
        {"name": "texts", "channel": "sms", "address": "+48700100200", "team": "care"},
        {"name": "contact", "channel": "web_form", "team": "care", "acknowledgement": {"on": False}},
        {"name": "app", "channel": "app", "team": "care"},
        {"name": "hotline", "channel": "phone", "team": "care"},
        {"name": "letters", "channel": "letter", "team": "care"},
        {"name": "counter", "channel": "in_person", "team": "care"},
    ],
    "teams": [
        {
            "name": "care",
            "calendar": "poland",
            "policy": "standard",
            "email": "care@company.example",
            "supervisor_email": "boss@company.example",
            "inbox": "support",
        }
    ],
    "calendars": [
        {
            "name": "poland",
            "zone": "Europe/Warsaw",
            "week": {day: ["08:00-16:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        }
    ],
    "policies": [
        {
            "name": "standard",
            "first_response_minutes": 240,
            "next_response_minutes": 480,
            "steps": [{"action": "remind", "minutes": -30}, {"action": "escalate", "minutes": 0}],
        }
    ],
}


def mail(text="Dzień dobry, gdzie jest moja paczka?", subject="Paczka", message_id="1@example.pl", **headers) -> bytes:
    made = EmailMessage()
    made["From"] = headers.pop("From", "Anna Żółć <anna@example.pl>")
    made["To"] = headers.pop("To", "pomoc@hub.example")
    made["Subject"] = subject
    made["Message-ID"] = f"<{message_id}>"
    made["Date"] = "Mon, 23 Nov 2026 09:59:30 +0100"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


def mail_with_quote_and_attachment() -> bytes:
    made = EmailMessage()
    made["From"] = "Anna Żółć <anna@example.pl>"
    made["To"] = "pomoc@hub.example"
    made["Subject"] = "Faktura"
    made["Message-ID"] = "<2@example.pl>"
    made.set_content(
        "Proszę o fakturę na firmę.\n\n"
        "W dniu 20.11.2026 o 10:15, Sklep <sklep@shop.example> pisze:\n"
        "> Dziękujemy za zamówienie.\n"
    )
    made.make_mixed(boundary="between-the-parts")
    made.add_attachment(b"%PDF-1.4 zam\xf3wienie", maintype="application", subtype="pdf", filename="zamówienie.pdf")
    return made.as_bytes()


def fax_mail(number="+48 22 111 22 33") -> bytes:
    made = EmailMessage()
    made["From"] = "Fax gateway <message@gateway.example>"
    made["To"] = "fax@hub.example"
    made["Subject"] = f'eFax message from "unknown" - 1 page(s), Caller-ID: {number}'
    made["Message-ID"] = "<fax-1@gateway.example>"
    made.set_content("You have received a 1 page fax.")
    made.make_mixed(boundary="between-the-parts")
    made.add_attachment(one_page_tiff(), maintype="image", subtype="tiff", filename="fax.tif")
    return made.as_bytes()


def one_page_tiff() -> bytes:
    """The smallest black-and-white page that is one: 8 x 8, uncompressed (TIFF 6.0, section 3)."""
    tags = [(256, 8), (257, 8), (258, 1), (259, 1), (262, 0), (273, 8), (277, 1), (278, 8), (279, 8)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    page = bytes(8)
    return b"II*\0" + struct.pack("<I", 16) + page + struct.pack("<H", len(tags)) + entries + bytes(4)
