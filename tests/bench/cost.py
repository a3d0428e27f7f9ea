"""What AWS would be asked for by one message of each channel, in and out: counted, for `infra.cost` to price.

    python -m tests.bench.cost [--write]

The entrypoints run on moto as in the tests of the main path; the table is the local DynamoDB, because moto does not
count units as DynamoDB does. Counted are the invocations of each function, its requests to each service, the units of
the table and the bytes that are kept. `cpu_ms` is the process time of the invocations less what moto and the local
DynamoDB's client take, the least of three rounds on this machine: `infra.cost` says how it becomes GB-seconds.
`--write` replaces `infra/cost_counts.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import boto3
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from chalicelib import wiring
from chalicelib.domain.audit import is_audited
from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.principals import Principal
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.entrypoints import (
    deliver_message,
    escalate_overdue_cases,
    publish_changes,
    read_fax,
    receive_message,
    reconcile_incoming,
    record_receipt,
)
from chalicelib.entrypoints.authorize_request import render_context
from chalicelib.gateways import aws
from chalicelib.storage.configuration_table import ConfigurationTable
from chalicelib.storage.contact_policy_document import NO_QUIET_HOURS
from chalicelib.storage.keys import key_of
from infra.local.carrier_reports import mail_event, sms_event
from infra.local.dynoxide import Dynoxide
from tests.api.conftest import AGENT, CUSTOMER
from tests.faults.functions import HANDLERS, api_event, silence, stream_event
from tests.faults.store import Written
from tests.main_path import conftest as main_path
from tests.main_path.conftest import CONTEXT, Aws, _scheduled
from tests.main_path.samples import CONFIGURATION, fax_mail
from tests.storage.test_costs import TEXT

COUNTS = Path(__file__).parents[2] / "infra" / "cost_counts.json"
_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")
_QUEUES = {
    "receive": ("receive_message", receive_message.receive_message),
    "deliver": ("deliver_message", deliver_message.deliver_message),
    "read-fax": ("read_fax", read_fax.read_fax),
}
HTML = "<html><body>" + "".join(f"<p style='margin:0;color:#333'>{line}</p>" for line in TEXT.splitlines()) + "</body>"
SHORT = "Czy mogą Państwo przyjechać w czwartek po 16.00? Proszę o potwierdzenie. Anna Nowak"
MONTHS = 40_000  # minutes, of which a week of business hours has some 2,400
NAMES = ("wanda.wysocka", "anna.nowak", "jan.lis", "ewa.sowa")  # nobody who could be somebody else
ROUNDS = len(NAMES) - 1
ANSWER = "Dzień dobry,\n\ntechnik przyjedzie w czwartek między 16.00 a 18.00.\n\nPozdrawiam\nEwa"


@dataclass
class Bill:
    """`requests`: by `<service>.<operation>`, as botocore names them, without those of Lambda's own to SQS.

    `audited`: calls that were recorded, each in a transaction of its own that wakes nobody.
    """

    functions: Counter[str] = field(default_factory=Counter)
    cpu_ms: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)
    audited: int = 0
    read_units: float = 0.0
    write_units: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "functions": dict(sorted((+self.functions).items())),
            "cpu_ms": dict(sorted(self.cpu_ms.items())),
            "requests": dict(sorted(self.requests.items())),
            "read_units": self.read_units,
            "write_units": self.write_units,
        }


class Meter:
    """Counts what an invocation asks of AWS, and the function's own time: moto works in the same process."""

    def __init__(self) -> None:
        self.bill = Bill()
        self._function = ""
        self._moto = 0.0

    @contextmanager
    def running(self, function: str) -> Iterator[None]:
        """What happens within is one invocation of the function."""
        self.bill.functions[function] += 1
        self._function, self._moto = function, 0.0
        begun = time.process_time()
        try:
            yield
        finally:
            self.bill.cpu_ms[function] += (time.process_time() - begun - self._moto) * 1000
            self._function = ""

    def count(self, model: Any, parsed: Any, **_: Any) -> None:
        if not self._function:
            return
        self.bill.requests[f"{model.service_model.service_name}.{model.name}"] += 1
        consumed = parsed.get("ConsumedCapacity", ())
        for one in [consumed] if isinstance(consumed, dict) else consumed:
            if model.name in _WRITES:
                self.bill.write_units += one["CapacityUnits"]
            else:
                self.bill.read_units += one["CapacityUnits"]

    @contextmanager
    def without_moto(self) -> Iterator[None]:
        answer = BotocoreStubber.process_request

        def timed(stubber: BotocoreStubber, request: Any) -> Any:
            begun = time.process_time()
            try:
                return answer(stubber, request)
            finally:
                self._moto += time.process_time() - begun

        BotocoreStubber.process_request = timed  # type: ignore[method-assign]
        try:
            yield
        finally:
            BotocoreStubber.process_request = answer  # type: ignore[method-assign]


class CountedAws(Aws):
    """The same world, with a meter at every invocation, and with the stream, which brings each new entry and its
    case.
    """

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.later(seconds=(datetime.now(UTC) - self.ports.now()).total_seconds())  # moto's SNS says the real time
        # And whatever that is, text messages go out: in quiet hours they would wait, and not be counted. In business
        # hours nothing becomes due meanwhile: a sweep is counted that finds nothing.
        unhurried = [
            {**policy, "first_response_minutes": MONTHS, "next_response_minutes": MONTHS}
            for policy in CONFIGURATION["policies"]
        ]
        document = {**CONFIGURATION, "policies": unhurried, "contact_policy": {"quiet_hours": NO_QUIET_HOURS}}
        ConfigurationTable(self.ports.table, self.ports.now).save(json.dumps(document), "000001")
        self.meter = meter
        self._brought: set[str] = set()
        self._cases: dict[str, Case] = {}
        self._table = boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
        aws.session().register("after-call", meter.count)
        self.ports.table.connection.client.meta.events.register("after-call.dynamodb", meter.count)

    def settle(self) -> None:
        """The queues and the stream, until there is nothing more to do."""
        errors: list[Exception] = []
        while True:
            worked = [self._run(queue, self._metered(*worker), errors) for queue, worker in _QUEUES.items()]
            if errors:
                raise errors[0]
            fresh = [entry for entry in self.entries() if entry.id not in self._brought]
            for entry in fresh:
                self._brought.add(entry.id)
                changes = [Written(1, entry.at, "", key_of(entry), None, entry), *self._changed_case(entry)]
                with self.meter.running("publish_changes"):
                    publish_changes.publish_changes(stream_event(changes, whole_cases=True), CONTEXT)
            if not any(worked) and not fresh:
                return

    def _changed_case(self, entry: Entry) -> list[Written]:
        found = self.ports.threads.find_cases([(entry.customer_id, entry.case_id)]) if entry.case_id else ()
        changed = [case for case in found if case != self._cases.get(case.id)]
        written = [Written(1, entry.at, "", key_of(case), self._cases.get(case.id), case) for case in changed]
        self._cases |= {case.id: case for case in changed}
        return written

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, principal: Principal | None = AGENT
    ) -> Any:
        """One request; the authorizer's answer is kept for some minutes and not counted with it."""
        headers = {"Idempotency-Key": f"key-{time.monotonic_ns()}"}
        said = {"principalId": "1", **render_context(principal)} if principal else None
        event = api_event(method, path, json.dumps(body).encode() if body else b"", headers, said)
        self.meter.bill.audited += principal is not None and is_audited(principal)
        with self.meter.running("api_handler"):
            answer = HANDLERS["api_handler"](event, CONTEXT)
        if answer["statusCode"] >= 400:
            raise AssertionError(f"{method} {path} was answered {answer['statusCode']}: {answer['body']}")
        return json.loads(answer["body"] or "null")

    def reports(self, *events: Mapping[str, Any]) -> None:
        for event in events:
            record = {
                "messageId": "1",
                "body": json.dumps(event),
                "attributes": {"ApproximateReceiveCount": "1"},
                "eventSource": "aws:sqs",
            }
            with self.meter.running("record_receipt"):
                failed = record_receipt.record_receipt({"Records": [record]}, CONTEXT)["batchItemFailures"]
            if failed:
                raise AssertionError(f"no record of {event}")

    def entries(self) -> list[Entry]:
        """All of them, the newest last."""
        pages = self._table.get_paginator("scan").paginate(TableName="splot")
        keys = [(item["pk"]["S"], item["sk"]["S"]) for page in pages for item in page["Items"]]
        ids = [(pk.partition("#")[2], sk.partition("#")[2]) for pk, sk in keys if sk.startswith("T#")]
        return sorted((self.threads.get_entry(*one) for one in ids), key=lambda entry: entry.id)

    def _metered(self, name: str, function: Any) -> Callable[..., Any]:
        def call(event: Any, context: Any) -> Any:
            with self.meter.running(name):
                return function(event, context)

        return call


def a_mail(number: int, sender: str) -> bytes:
    """Text of 1.5 KB, as HTML too; and to every second one a photograph of 180 KB."""
    made = EmailMessage()
    made["From"] = f"{sender.partition('@')[0].title()} <{sender}>"
    made["To"] = "pomoc@hub.example"
    made["Subject"] = "Pralka znowu nie wiruje po naprawie, zlecenie ZL/2026/11/0457"
    made["Message-ID"] = f"<CAF8x1ZQ4b0kq1mRm0Yw7Q3b6zq5w1gk2y{number}.{sender}>"
    made["Date"] = "Mon, 23 Nov 2026 09:59:30 +0100"
    made.set_content(TEXT)
    made.add_alternative(HTML, subtype="html")
    if not number % 2:
        photograph = number.to_bytes(2, "big") * 90_000
        made.add_attachment(photograph, maintype="image", subtype="jpeg", filename="zdjecie.jpg")
    return made.as_bytes()


class Scenarios:
    """In this order, in one world: a customer who is new, and then is not. `number` tells the customers of two rounds
    apart, of which the first warms up.
    """

    def __init__(self, world: CountedAws, number: int) -> None:
        self.world, self.number = world, number
        self.phone, self.mailbox = f"+4860123456{number}", f"{NAMES[number]}@example.pl"
        self.bills: dict[str, Bill] = {}

    @contextmanager
    def counted(self, name: str) -> Iterator[None]:
        self.world.later(minutes=5)
        self.world.meter.bill = bill = Bill()
        yield
        self.world.settle()
        bill.functions["publish_changes"] = bill.requests["dynamodb.TransactWriteItems"] - bill.audited
        self.bills[name] = bill

    def all(self) -> None:
        world = self.world
        with self.counted("email_in_first"):
            world.mail_arrives(a_mail(2, self.mailbox), source=self.mailbox)
        with self.counted("email_in"):
            world.mail_arrives(a_mail(3, self.mailbox), source=self.mailbox)
        reference = world.threads.get_case(*self._newest(Channel.EMAIL)).reference
        with self.counted("email_out"):
            world.call("POST", f"/v1/cases/{reference}/replies", {"text": ANSWER})
            world.settle()
            sent, answer = world.sent_mails()[-1], self._answer()
            world.reports(*(self._mail_event(kind, sent.id, answer) for kind in ("Send", "Delivery")))
        with self.counted("sms_in"):
            world.sms_arrives(SHORT, self.phone, f"sms-{self.number}")
        reference = world.threads.get_case(*self._newest(Channel.SMS)).reference
        with self.counted("sms_out"):
            world.call("POST", f"/v1/cases/{reference}/replies", {"text": SHORT})
            world.settle()
            answer = self._answer()
            world.reports(*(self._sms_event(kind, answer) for kind in ("TEXT_SENT", "TEXT_DELIVERED")))
        with self.counted("form_in"):
            form = {"name": "Jan", "email": f"jan{self.number}@example.pl", "text": TEXT}
            world.call("POST", "/v1/forms/contact/messages", form, principal=None)
        customer = replace(CUSTOMER, subject=f"customer-{self.number}")
        with self.counted("app_in"):
            world.call("POST", "/v1/messages", {"text": SHORT}, principal=customer)
        reference = world.threads.get_case(*self._newest(Channel.APP)).reference
        with self.counted("app_out"):
            world.call("POST", f"/v1/cases/{reference}/replies", {"text": ANSWER})
            world.settle()
            world.call("GET", "/v1/me/thread", principal=customer)
        with self.counted("fax_in"):
            world.mail_arrives(
                fax_mail(f"+48 22 111 22 3{self.number}"), to=["fax@hub.example"], source="message@gateway.example"
            )
        customer_id, case_id = self._newest(Channel.EMAIL)
        reference = world.threads.get_case(customer_id, case_id).reference
        with self.counted("case_read"):
            world.call("GET", f"/v1/cases/{reference}")
            world.call("GET", f"/v1/customers/{customer_id}/thread")
        with self.counted("list_read"):
            world.call("GET", "/v1/cases?team=care")
        with self.counted("sweep"), world.meter.running("escalate_overdue_cases"):
            escalate_overdue_cases.escalate_overdue_cases(_scheduled(), CONTEXT)
        with self.counted("reconcile"), world.meter.running("reconcile_incoming"):
            reconcile_incoming.reconcile_incoming(_scheduled(), CONTEXT)

    def _newest(self, channel: Channel) -> tuple[str, str]:
        entry = [one for one in self.world.entries() if one.channel is channel and one.kind is EntryKind.INBOUND][-1]
        return entry.customer_id, entry.case_id

    def _answer(self) -> Entry:
        return [one for one in self.world.entries() if one.kind is EntryKind.OUTBOUND][-1]

    def _mail_event(self, kind: str, message_id: str, answer: Entry) -> Mapping[str, Any]:
        return mail_event(kind, message_id, tags_of(answer), self.mailbox, self.world.ports.now())

    def _sms_event(self, kind: str, answer: Entry) -> Mapping[str, Any]:
        return sms_event(kind, answer.delivery.provider_id, tags_of(answer), self.phone, self.world.ports.now())


def tags_of(answer: Entry) -> Mapping[str, str]:
    return {"customer": answer.customer_id, "entry": f"{answer.id}-{answer.delivery.attempts}"}


def counts() -> dict[str, Any]:
    process = Dynoxide(path=None, port=None).start()
    os.environ |= {"AWS_ENDPOINT_URL_DYNAMODB": process.endpoint, "POWERTOOLS_METRICS_DISABLED": "true"}
    os.environ |= dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "testing")
    os.environ["AWS_DEFAULT_REGION"] = main_path.REGION
    meter = Meter()
    rounds: list[Scenarios] = []
    try:
        with mock_aws(), silence(), meter.without_moto():
            world = CountedAws(meter)
            wiring.use(world.hub)
            for number in range(1 + ROUNDS):
                rounds.append(Scenarios(world, number))
                rounds[-1].all()
    finally:
        wiring.use(None)
        process.stop()
    found = {name: bill.as_json() for name, bill in rounds[-1].bills.items()}
    for name, bill in found.items():
        for function in bill["cpu_ms"]:
            bill["cpu_ms"][function] = round(min(one.bills[name].cpu_ms[function] for one in rounds[1:]), 1)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cost")
    parser.add_argument("--write", action="store_true", help="replace infra/cost_counts.json")
    found = json.dumps(counts(), indent=1) + "\n"
    if parser.parse_args().write:
        COUNTS.write_text(found)
    sys.stdout.write(found)


if __name__ == "__main__":
    main()
