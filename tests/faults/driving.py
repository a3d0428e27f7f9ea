"""The whole hub with what a state machine needs at hand: acts that bring their expectation along.

An act is carried out on the hub until all is at rest, and noted in the plain dictionaries of `expected.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from chalicelib import wiring
from chalicelib.domain.threads import Entry
from tests.faults.carriers import stamp
from tests.faults.expected import Expected
from tests.faults.functions import api_event, call_function
from tests.faults.simulation import Answer, Simulation
from tests.faults.world import World

ISSUER = "https://login.company.example"
KEYS_LIVE_FOR = timedelta(hours=23)
_TRUST = {"PASS": 2, "GRAY": 1, "FAIL": 0}


@dataclass
class Request:
    """One that succeeded under an idempotency key. `field`: of the body that can be another one. `lasts`: for ever."""

    method: str
    path: str
    body: dict[str, Any]
    token: str
    key: str
    at: datetime
    answer: Answer
    field: str = "text"
    lasts: bool = False


class DrivenHub(RuleBasedStateMachine):
    design: ClassVar[Callable[[World], Simulation]] = Simulation

    def __init__(self) -> None:
        super().__init__()
        self.hub = self.design(World())
        self.hub.listening = False
        self.world, self.threads = self.hub.world, self.hub.threads
        self.expected = Expected()
        self.numbers = count(1)
        self.requests: list[Request] = []

    def _mail(self, sender, to, dmarc, *, to_case="", automatic=False, fax_from=""):
        number = next(self.numbers)
        name, at = f"ses{number}", self.world.at
        self.hub.ports.raw.put_by_carrier(
            f"incoming/email/{name}", _mail_bytes(number, sender, to, automatic=automatic, fax_from=fax_from)
        )
        verdicts = {f"{check}Verdict": {"status": "PASS"} for check in ("spf", "dkim", "spam", "virus")}
        self._notify(
            {
                "notificationType": "Received",
                "mail": {"source": sender, "messageId": name},
                "receipt": {
                    "timestamp": stamp(at),
                    "recipients": [to],
                    "action": {"type": "S3", "objectKey": f"incoming/email/{name}"},
                    "dmarcVerdict": {"status": dmarc},
                    **verdicts,
                },
            }
        )
        point, channel = (f"fax:{fax_from}", "fax") if fax_from else (f"email:{sender}", "email")
        self._came_in(
            "email", name, point, at, channel=channel, trust=_TRUST[dmarc], to_case=to_case, automatic=automatic
        )

    def _notify(self, told):
        envelope = {"Type": "Notification", "Message": json.dumps(told), "Timestamp": stamp(self.world.at)}
        self.hub.receive.send(envelope)
        self._rest()

    def _post_from_app(self, user, body, named):
        sender = f"app:{ISSUER}|{user}"
        self._post("/v1/messages", body, f"{user}:customer", sender, channel="app", trust=3, named=named)

    def _post(self, path, body, token, sender, *, channel, trust, named=""):
        at = self.world.at
        place = self.expected.place_for(sender, at, channel=channel, trust=trust, named=named, automatic=False)
        key = f"key-{next(self.numbers)}"
        answer = self._ask("POST", path, body, token, key)
        assert answer.status == 201, answer
        self.requests.append(Request("POST", path, body, token, key, at, answer, lasts=True))
        told = json.loads(answer.text)
        self._stands_in(told["case"], told["message"], place, sender, at, channel=channel, trust=trust, automatic=False)

    def _came_in(self, transport, fingerprint, sender, at, *, channel, trust, to_case="", automatic=False):
        place = self.expected.place_for(sender, at, channel=channel, trust=trust, to_case=to_case, automatic=automatic)
        row = self.threads.find_ledger_row(transport, fingerprint)
        assert row
        self._stands_in(row.target, row.entry_id, place, sender, at, channel=channel, trust=trust, automatic=automatic)

    def _stands_in(self, reference, entry_id, place, sender, at, *, channel, trust, automatic):
        expected, customer, follows = place
        (entry,) = [entry for entry in self.threads.records(Entry) if entry.id == entry_id]
        assert (reference == expected) if expected else (reference not in self.expected.cases)
        assert entry.customer_id == customer if customer else entry.customer_id not in self.expected.points
        self.expected.came_in(
            reference, entry.customer_id, sender, at, channel=channel, trust=trust, follows=follows, automatic=automatic
        )

    def _agent(self, method, path, body, agent, case, version, *, stands, good, field="text", keep=True):
        """`stands`: what stands against it, a status and a code."""
        key, at, token = f"key-{next(self.numbers)}", self.world.at, f"{agent}:agent"
        headers = {} if version is None else {"If-Match": f'"{max(0, case["version"] + version)}"'}
        answer = self._ask(method, path, body, token, key, headers)
        if stands:
            assert (answer.status, json.loads(answer.text)["code"]) == stands
        else:
            assert answer.status == good, answer
            if keep and version is None:
                self.requests.append(Request(method, path, body, token, key, at, answer, field))
        return answer

    def _stands(self, case, read, version, *, speaks=False):
        """Who says something to the customer is told what was said; who does something else, that it changed."""
        stale = version == -1 and case["version"] > 0
        if read == -1 and case["messages_in"] > 0:
            return 409, "newer_message"
        if stale and speaks and case["said"] == case["version"]:
            return 409, "newer_message"
        return (409, "conflict") if stale else None

    def _read(self, case, read):
        return {} if read is None else {"messages_read": max(0, case["messages_in"] + read)}

    def _ask(self, method, path, body, token, key, headers=None):
        heard: list[Answer | None] = []
        self.hub.call_api(
            method,
            path,
            json.dumps(body).encode(),
            token=token,
            headers={"Idempotency-Key": key, **(headers or {})},
            heard=heard.append,
        )
        self.world.run_all()
        return heard[0]

    def _read_api(self, path, **query):
        wiring.use(self.hub.hub(self.hub.ports))
        context = {"principalId": f"{ISSUER}|ewa", "subject": "ewa", "issuer": ISSUER, "roles": "agent", "name": ""}
        event = api_event("GET", path, b"", {}, context)
        event["multiValueQueryStringParameters"] = {name: [value] for name, value in query.items()} or None
        answer = call_function("api_handler", event)
        assert answer["statusCode"] == 200, answer
        return json.loads(answer["body"])

    def _rest(self):
        self.hub.settle(until=self.world.at)

    def _some_case(self, which):
        references = sorted(self.expected.cases)
        reference = references[which % len(references)]
        return reference, self.expected.cases[reference]

    def _mails_to_customers(self):
        sent = [accepted.message for accepted in self.hub.ports.mail.accepted]
        return [message for message in sent if message.recipient.endswith("@example.pl")]

    def _repeatable(self):
        return [request for request in self.requests if request.lasts or self.world.at - request.at < KEYS_LIVE_FOR]


def _mail_bytes(number, sender, to, *, automatic, fax_from):
    fields = [f"From: <{sender}>", f"To: {to}", f"Message-ID: <m{number}@example.pl>"]
    fields += ["Auto-Submitted: auto-replied"] if automatic else []
    fields += [f"Subject: Fax from {fax_from}, 2 pages"] if fax_from else ["Subject: Sprawa"]
    return "\r\n".join(fields).encode() + f"\r\n\r\nList {number}\r\n".encode()
