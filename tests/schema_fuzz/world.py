"""A hub in memory with one of everything that a call can name, so that a right call finds what it asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib import wiring
from chalicelib.domain.cases import CasePointer
from chalicelib.domain.customers import Customer, PointLink, PointOwner, with_case_opened
from chalicelib.domain.merging import Evidence, Reason, suggested
from chalicelib.domain.messages import Receipt
from chalicelib.domain.principals import Principal, Role
from chalicelib.domain.satisfaction import Survey, rating_token
from chalicelib.domain.threads import AttachmentRef
from chalicelib.domain.trust import Verdicts
from chalicelib.domain.unsubscribing import unsubscribe_token
from chalicelib.domain.verification import code_for
from tests.api.conftest import CASE_ID, CUSTOMER_ID, ISSUER, MESSAGE_ID, REFERENCE, Api, MemoryPorts, inbound
from tests.domain.making import ANNA, BARTEK, MONDAY_TEN, RING, case
from tests.storage.test_configuration_document import DOCUMENT

STAFF = Principal(ISSUER, "agent-1", frozenset(set(Role) - {Role.CUSTOMER, Role.SERVICE}), "Anna Agentka")
CUSTOMER = Principal(ISSUER, "customer-1", frozenset({Role.CUSTOMER}))
WHO = {"staff": STAFF, "customer": CUSTOMER}

BARTEK_ID, CELINA_ID, DOROTA_ID, EWA_ID = (f"01KAR000000000000000000{name}" for name in ("BRT", "CEC", "DRT", "EWA"))
OTHER_CASE_ID = "01KAR000000000000000000CA2"
OTHER_REFERENCE = "K7Q2M-9DXM3-Q"
SURVEY = Survey(
    id=f"{CASE_ID}.1", customer_id=CUSTOMER_ID, case_id=CASE_ID, reference=REFERENCE, team="care", agent="agent-1",
    point=ANNA, entry_id=MESSAGE_ID, asked_at=MONDAY_TEN, until=MONDAY_TEN + timedelta(days=14), language="pl",
)  # fmt: skip
INVOICE = AttachmentRef("0f" * 32, "faktura.pdf", "application/pdf", 12_345)
POSTED_UNDER = "f3b8c1de-0a5e-4b6c-9a57-1f1d3e5a7c90"
LATER = "2026-11-24T09:00:00Z"
BROADCAST = {"title": "Przerwa", "inbox": "support", "wordings": {"pl": {"subject": "Ważne", "text": "Jutro."}}}
ERASURE = {"ground": "no_longer_needed", "requester": "customer"}


@dataclass(frozen=True)
class World:
    """`known`: by the name of a parameter, the values that lead somewhere. `conversation`: the token of a form's."""

    api: Api
    known: Mapping[str, tuple[str, ...]]
    conversation: str


def furnished() -> World:
    api = Api(MemoryPorts(), STAFF)
    wiring.use(wiring.Hub(api.ports))
    _keep_people(api)
    suggestion = suggested(CUSTOMER_ID, DOROTA_ID, Reason(Evidence.SAME_NAME, "Anna"), MONDAY_TEN)
    api.keep(suggestion)
    known = {**_made_by_calls(api), "suggestion_id": (suggestion.id,), "sha256": (INVOICE.sha256,)}
    return World(api, known, _conversation(api))


def _keep_people(api: Api) -> None:
    annas = case(
        id=CASE_ID, customer_id=CUSTOMER_ID, reference=REFERENCE, last_inbound_id=MESSAGE_ID, messages_in=1,
        awaiting_since=MONDAY_TEN,
    )  # fmt: skip
    bartek = case(id=OTHER_CASE_ID, customer_id=BARTEK_ID, reference=OTHER_REFERENCE, participants=(BARTEK,))
    api.keep(
        with_case_opened(Customer(CUSTOMER_ID, MONDAY_TEN, name="Anna", language="pl"), annas),
        *(annas, CasePointer(REFERENCE, CUSTOMER_ID, CASE_ID, CUSTOMER_ID)),
        *(PointOwner(ANNA, CUSTOMER_ID, MONDAY_TEN), PointLink(CUSTOMER_ID, ANNA), inbound()),
        with_case_opened(Customer(BARTEK_ID, MONDAY_TEN, name="Bartek"), bartek),
        *(bartek, CasePointer(OTHER_REFERENCE, BARTEK_ID, OTHER_CASE_ID, BARTEK_ID)),
        *(PointOwner(BARTEK, BARTEK_ID, MONDAY_TEN), PointLink(BARTEK_ID, BARTEK)),
        *(Customer(id_, MONDAY_TEN, name="Anna") for id_ in (CELINA_ID, DOROTA_ID, EWA_ID)),
        SURVEY,
    )
    api.ports.configuration_documents.save(json.dumps(DOCUMENT), "")


def _made_by_calls(api: Api) -> dict[str, tuple[str, ...]]:
    def made(method: str, path: str, body: Any = None, who: Principal | None = STAFF) -> Any:
        answer = api.call(method, path, body, as_=who)
        assert answer.status < 300, (path, answer.text)
        return answer.json if answer.text else None

    of_case, of_anna = f"/v1/cases/{REFERENCE}", f"/v1/customers/{CUSTOMER_ID}"
    own = made("POST", "/v1/messages", {"text": "Kiedy?"}, CUSTOMER)
    form = made("POST", "/v1/forms/contact/verifications", {"kind": "email", "value": "ewa@example.pl"}, None)
    made("POST", f"/v1/cases/{own['case']}/replies", {"text": "Jutro."})
    made("POST", f"/v1/cases/{own['case']}/closing", {})  # so that it can be rated
    made("PUT", "/v1/me/devices/phone", {"kind": "fcm", "token": "t" * 40}, CUSTOMER)
    made("PUT", "/v1/agents/agent-1", {"teams": ["care"]})
    made("PUT", "/v1/agents/agent-1/presence", {"presence": "present"})
    answered = made("POST", f"{of_case}/replies", {"text": "Jutro.", "messages_read": 1})["entry_id"]
    incident = made("POST", "/v1/incidents", {"title": "Awaria"})["incident"]
    made("POST", f"/v1/incidents/{incident}/cases", {"references": [OTHER_REFERENCE]})
    return {
        "reference": (REFERENCE, OTHER_REFERENCE, own["case"]),
        "customer_id": (CUSTOMER_ID, BARTEK_ID, DOROTA_ID),
        "entry_id": (MESSAGE_ID, answered, own["message"]),
        "promise_id": (made("POST", f"{of_case}/promises", {"text": "a", "due_at": LATER})["promise"],),
        "task_id": (made("POST", f"{of_case}/tasks", {"kind": "call", "to": "601234567", "about": "a"})["task"],),
        "incident_id": (incident,),
        "broadcast_id": (made("POST", "/v1/broadcasts", BROADCAST)["broadcast"],),
        "merge_id": (made("POST", f"{of_anna}/merges", {"customer": CELINA_ID, "why": "x"})["merge_id"],),
        "export_id": (
            made("POST", f"{of_anna}/exports", {})["export"],
            made("POST", "/v1/me/exports", {}, CUSTOMER)["export"],
        ),
        "erasure_id": (made("POST", f"/v1/customers/{EWA_ID}/erasure", ERASURE)["erasure"],),
        "verification_id": (form["verification"],),
        "parked_id": (_park(api),),
        "device_id": ("phone",),
        "subject": ("agent-1",),
        "inbox": ("contact", "support", "app"),
        "team": ("care",),
        "version": ("1",),
        "report": ("volumes", "workload"),
        "rating_token": (rating_token(SURVEY, RING),),
        "unsubscribe_token": (unsubscribe_token(CUSTOMER_ID, answered, RING),),
    }


def _conversation(api: Api) -> str:
    posted = {"email": "filip@example.pl", "text": "Chcę zwrócić buty."}
    api.post("/v1/forms/contact/messages", posted, as_=None, headers={"Idempotency-Key": POSTED_UNDER})
    asked = api.post("/v1/forms/contact/verifications", {"kind": "email", "value": "filip@example.pl"}, as_=None)
    verification = api.ports.threads.find_verification(id_ := asked.json["verification"])
    code = code_for(id_, verification.point, api.ports.secrets.code_key)
    begun = {"posted_under": POSTED_UNDER, "verification": id_, "code": code}
    return str(api.post("/v1/forms/contact/conversations", begun, as_=None).json["conversation"])


def _park(api: Api) -> str:
    """A real mail about which something is found, kept and parked as the hub does it."""
    body = b"From: Anna <anna@example.pl>\r\nSubject: Oferta\r\n\r\nKup teraz.\r\n"
    verdicts = Verdicts(dmarc="PASS", spam="FAIL", virus="PASS")
    receipt = Receipt("email", "ses1", MONDAY_TEN, ("pomoc@hub.example",), "anna@example.pl", verdicts)
    wiring.hub().receive_message(api.ports.raw.put_incoming(receipt, body), receipt, api.ports.parse)
    return str(api.get("/v1/parked").json["parked"][0]["id"])
