"""The configuration that a local stack starts with: the example, a team whose cases escalate while one watches, and
what agents see in the console: canned answers, and some seconds in which an answer can be taken back.
"""

from __future__ import annotations

import json
from typing import Any

from infra.local.accounts import FAX_CREDENTIAL, MAIL_DOMAIN
from infra.local.captcha import CREDENTIAL, SITE_KEY
from infra.local.stack import DEFAULT_PORTS, HOST, PROJECT

EXAMPLE = PROJECT / "infra" / "configuration" / "example.json"
EXPRESS = "express"
UNDO_SECONDS = 6
FAX_INBOX, FAX_PROOF = "fax", "X-Fax-Signature"

CHECKED = "contact-checked"
OUR_SITES = tuple(f"http://{name}:{DEFAULT_PORTS['console']}" for name in (HOST, "localhost"))

_ADDED: dict[str, dict[str, Any]] = {  # to the sections that it needs
    "inboxes": {
        "name": EXPRESS,
        "channel": "email",
        "address": f"{EXPRESS}@{MAIL_DOMAIN}",
        "team": EXPRESS,
        "display_name": "Express",
    },
    "teams": {
        "name": EXPRESS,
        "calendar": "always",
        "policy": "one_minute",
        "email": "express@company.example",
        "supervisor_email": "express-supervisor@company.example",
        "inbox": EXPRESS,
    },
    "calendars": {
        "name": "always",
        "zone": "Europe/Warsaw",
        "week": {day: ["00:00-23:59"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    },
    "templates": {
        "name": "parcel-on-its-way",
        "purpose": "canned",
        "texts": {
            "pl": {"text": "Dzień dobry {customer_name},\npaczka jest w drodze. Sprawa {reference}."},
            "en": {"text": "Hello {customer_name},\nyour parcel is on its way. Case {reference}."},
        },
    },
    "policies": {
        "name": "one_minute",
        "first_response_minutes": 1,
        "next_response_minutes": 1,
        "steps": [{"action": "remind", "minutes": -1}, {"action": "escalate", "minutes": 0}],
    },
}

# So that reports have costs to tell: numbers of nobody, to be overwritten.
_COSTS = {
    "currency": "PLN",
    "agent_hour": "60",
    "minutes": {"email": "6", "sms": "2", "web_form": "5", "app": "3", "fax": "8", "phone": "7", "letter": "10"},
    "sent": {"sms": "0.09", "fax": "0.25"},
}


def local_configuration() -> dict[str, Any]:
    """The document that an operator of this stack may edit: see `docs/local-stack.md`."""
    document: dict[str, Any] = json.loads(EXAMPLE.read_text())
    added = {section: [*document.get(section, []), express] for section, express in _ADDED.items()}
    for inbox in document["inboxes"]:
        if inbox["name"] == FAX_INBOX:
            inbox["fax"]["reports"] = {
                "credential": FAX_CREDENTIAL,
                "proof": "hmac_sha256",
                "header": FAX_PROOF,
                "scheme": "",
            }
    contact = next(inbox for inbox in document["inboxes"] if inbox["channel"] == "web_form")
    for inbox in document["inboxes"]:
        if inbox["channel"] == "web_form":
            inbox["allowed_origins"] = list(OUR_SITES)
    captcha = {"verifier": "turnstile", "site_key": SITE_KEY, "credential": CREDENTIAL}
    added["inboxes"].append({**contact, "name": CHECKED, "captcha": captcha})
    # Whoever tries it may work late.
    at_any_hour = {"contact_policy": {**document["contact_policy"], "quiet_hours": "none"}}
    return document | at_any_hour | added | {"undo_seconds": UNDO_SECONDS, "reports": _COSTS}
