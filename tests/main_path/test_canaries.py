"""What people write is where it belongs and nowhere else: unique words in every field, looked for in all that leaks.

The same run looks for them where they have to be, so that a word which got lost on the way is not taken for a secret
that was kept.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import traceback
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from hashlib import blake2b
from urllib.parse import urlsplit

import pytest
from chalice.test import Client

from app import app
from chalicelib import wiring
from chalicelib.domain.principals import Principal, Role
from chalicelib.entrypoints import record_receipt
from chalicelib.gateways import aws
from chalicelib.gateways.tokens import Refused
from chalicelib.wiring import Hub
from tests.main_path.conftest import CONTEXT, sqs_record
from tests.main_path.samples import one_page_tiff

ISSUER = "https://login.company.example/pool"
AGENT = {"Authorization": "Bearer agent"}
CUSTOMER = {"Authorization": "Bearer customer"}


class Canaries:
    """A word or a number of its own for each place where somebody writes something."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def __call__(self, place: str) -> str:
        return self.known.setdefault(place, f"kanarek{blake2b(place.encode(), digest_size=5).hexdigest()}")

    def address(self, place: str) -> str:
        return f"{self(place)}@example.pl"

    def number(self, place: str) -> str:
        digits = int(blake2b(place.encode(), digest_size=4).hexdigest(), 16) % 1_000_000
        return self.known.setdefault(place, f"601{digits:06}")

    def file(self, place: str) -> dict[str, str]:
        data = base64.b64encode(self(f"{place}: bytes").encode()).decode()
        return {"name": f"{self(f'{place}: name')}.pdf", "content_type": "application/pdf", "data_base64": data}

    def found_in(self, text: object) -> set[str]:
        told = str(text).lower()
        return {place for place, word in self.known.items() if word in told}


class Tokens:
    def __init__(self, canaries: Canaries) -> None:
        self.agent = Principal(ISSUER, "agent-1", frozenset({Role.AGENT}), canaries("agent: name"))
        address, number = canaries.address("app: address"), f"+48{canaries.number('app: number')}"
        self.customer = Principal(ISSUER, "c1", frozenset({Role.CUSTOMER}), canaries("app: name"), address, number)

    def verify(self, authorization: str) -> Principal | Refused:
        admin = Principal(ISSUER, "admin-1", frozenset({Role.ADMIN}))
        known = {AGENT["Authorization"]: self.agent, CUSTOMER["Authorization"]: self.customer, "Bearer admin": admin}
        return known.get(authorization) or Refused("unknown_key")


class Leaks:
    """What the hub gave to queues and bus by itself, and what came out of functions as errors."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.errors: list[str] = []
        for service, operations in {"sqs": ("SendMessage", "SendMessageBatch"), "events": ("PutEvents",)}.items():
            for operation in operations:
                name = f"before-parameter-build.{service}.{operation}"
                aws.client(service).meta.events.register(name, lambda params, **_: self.given.append(str(params)))

    def run(self, aws_hub) -> None:
        self.errors += ["".join(traceback.format_exception(error)) for error in aws_hub.run_queues()]


def a_mail(canaries: Canaries) -> bytes:
    made = EmailMessage()
    made["From"] = f"{canaries('mail: name')} <{canaries.address('mail: address')}>"
    made["To"] = f"{canaries('mail: our name')} <pomoc@hub.example>"
    made["Cc"] = f"{canaries('mail: name in copy')} <{canaries.address('mail: address in copy')}>"
    made["Reply-To"] = canaries.address("mail: reply-to")
    made["Subject"] = canaries("mail: subject")
    made["Message-ID"] = f"<{canaries.address('mail: id')}>"
    made["X-Anything"] = canaries("mail: another field")
    quoted = f"W dniu 20.11.2026 o 10:15, Sklep <sklep@shop.example> pisze:\n> {canaries('mail: quote')}"
    made.set_content(f"{canaries('mail: text')}\n\n{quoted}\n\n-- \n{canaries('mail: signature')}\n")
    made.add_alternative(f"<p>{canaries('mail: text')} <b>{canaries('mail: page')}</b></p>", subtype="html")
    data, name = canaries("mail: bytes of a file").encode(), f"{canaries('mail: name of a file')}.bin"
    made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def a_fax(canaries: Canaries) -> bytes:
    made = EmailMessage()
    made["From"] = "Fax gateway <message@gateway.example>"
    made["To"] = "fax@hub.example"
    made["Subject"] = f'eFax message from "unknown" - 1 page(s), Caller-ID: +48 {canaries.number("fax: number")}'
    made["Message-ID"] = f"<{canaries('fax: id')}@gateway.example>"
    made.set_content(f"You have received a 1 page fax. {canaries('fax: text')}")
    name = f"{canaries('fax: name of the document')}.tif"
    made.add_attachment(one_page_tiff(), maintype="image", subtype="tiff", filename=name)
    return made.as_bytes()


def a_form(canaries: Canaries) -> dict[str, object]:
    return {
        "name": canaries("form: name"),
        "email": canaries.address("form: address"),
        "phone": canaries.number("form: number"),
        "subject": canaries("form: subject"),
        "text": canaries("form: text"),
        "attachments": [canaries.file("form: file")],
    }


def call(method, path, body, headers):
    answer = method(path, headers={"Content-Type": "application/json", **headers}, body=json.dumps(body).encode())
    assert answer.status_code < 300, (path, answer.body)
    return answer.json_body


def everybody_writes(aws_hub, canaries, leaks) -> str:
    """Gives the reference of the form's case."""
    aws_hub.mail_arrives(a_mail(canaries), source=canaries.address("mail: envelope"))
    aws_hub.mail_arrives(a_fax(canaries), to=["fax@hub.example"], source="message@gateway.example")
    aws_hub.sms_arrives(canaries("sms: text"), f"+48{canaries.number('sms: number')}")
    leaks.run(aws_hub)
    with Client(app) as client:
        post = client.http.post
        case = call(post, "/v1/forms/contact/messages", a_form(canaries), {})["case"]
        theirs = {"text": canaries("app: text"), "subject": canaries("app: subject"), "attachments": []}
        call(post, "/v1/messages", theirs | {"attachments": [canaries.file("app: file")]}, CUSTOMER)
        call(post, f"/v1/cases/{case}/notes", {"text": canaries("note: text")}, AGENT)
        promise = {"text": canaries("promise: text"), "due_at": "2027-01-04T11:00:00Z"}
        call(post, f"/v1/cases/{case}/promises", promise, AGENT)
        answer = {"text": canaries("answer: text"), "subject": canaries("answer: subject"), "channel": "email"}
        call(post, f"/v1/cases/{case}/replies", answer | {"attachments": [canaries.file("answer: file")]}, AGENT)
        talk = {
            "direction": "inbound",
            "outcome": "reached",
            "notes": canaries("call: notes"),
            "name": canaries("call: name"),
            "contact_point": {"kind": "phone", "value": canaries.number("call: number")},
        }
        call(post, "/v1/calls", talk, AGENT)
        letter = {"notes": canaries("letter: notes"), "name": canaries("letter: name")}
        call(post, "/v1/letters", letter | {"scan": [canaries.file("letter: scan")]}, AGENT)
        visitor = {"kind": "email", "value": canaries.address("visit: address")}
        call(post, "/v1/visits", {"notes": canaries("visit: notes"), "contact_point": visitor}, AGENT)
    leaks.run(aws_hub)
    for item in aws_hub.items():
        aws_hub.stream_tells(item)
    leaks.run(aws_hub)
    return case


def a_report(aws_hub, body: str) -> None:
    message = {
        "MessageId": "m1",
        "ReceiptHandle": "r1",
        "Body": body,
        "Attributes": {"ApproximateReceiveCount": "3"},
        "MD5OfBody": "",
    }
    record_receipt.record_receipt({"Records": [sqs_record(message, "arn:aws:sqs:eu-central-1:1:receipts")]}, CONTEXT)


def everything_fails(aws_hub, canaries, leaks, case) -> list[str]:
    """Errors that quote whatever they saw, as those of libraries do. Gives what the API answered."""

    def quoting(raw, *_):
        raise ValueError(f"cannot read {raw!r}")

    class QuotingCarrier:
        def send(self, message):
            raise ValueError(f"cannot send {message!r}")

    class QuotingStore:
        def __getattr__(self, name):
            raise RuntimeError(f"cannot {name} {sorted(canaries.known.values())}")

    with Client(app) as client:
        call(client.http.post, f"/v1/cases/{case}/replies", {"text": canaries("answer: text"), "force": True}, AGENT)
    a_report(aws_hub, json.dumps(canaries("report: nonsense")))
    bounce = {"eventType": "Bounce", "mail": {"messageId": "m1", "destination": [canaries.address("report: address")]}}
    a_report(aws_hub, json.dumps(bounce))
    aws_hub.ports.__dict__.update(parse=quoting, parse_in_child=quoting, mail=QuotingCarrier())
    wiring.use(Hub(aws_hub.ports))
    aws_hub.mail_arrives(a_mail(canaries).replace(b"Message-ID: <", b"Message-ID: <2"))
    aws_hub.sms_arrives(canaries("sms: text"), f"+48{canaries.number('sms: number')}", "sms-2")
    aws_hub.sqs.send_message(QueueUrl=aws_hub.queues["receive"], MessageBody=canaries("event: nonsense"))
    leaks.run(aws_hub)
    aws_hub.ports.__dict__["threads"] = QuotingStore()
    wiring.use(Hub(aws_hub.ports))
    answers = []
    with Client(app) as client:
        json_body = {"Content-Type": "application/json"}
        for path, headers, body in [
            ("/v1/forms/contact/messages", {}, a_form(canaries)),
            ("/v1/messages", CUSTOMER, {"text": canaries("app: text")}),
            ("/v1/cases/K7Q2M-9DXM3-Q/notes", AGENT, {"text": canaries("note: text")}),
            (
                "/v1/calls",
                AGENT,
                {"direction": "inbound", "notes": canaries("call: notes"), "name": canaries("call: name")},
            ),
        ]:
            answer = client.http.post(path, headers=json_body | headers, body=json.dumps(body).encode())
            answers.append(f"{answer.status_code} {answer.headers} {answer.body!r}")
    return answers


def test_no_word_of_anybody_is_in_logs_metrics_dead_letters_events_or_errors(aws_hub, caplog, capsys):
    caplog.set_level(logging.INFO)
    canaries, leaks = Canaries(), Leaks()
    aws_hub.ports.__dict__["token_verifier"] = Tokens(canaries)
    case = everybody_writes(aws_hub, canaries, leaks)
    assert leaks.errors == []
    kept = canaries.found_in([aws_hub.items(), *aws_hub.bodies("raw"), *aws_hub.bodies("attachments")])
    answers = everything_fails(aws_hub, canaries, leaks, case)

    logged = caplog.text + " ".join(str(vars(record)) for record in caplog.records)
    metrics = capsys.readouterr().out
    assert {"message_received", "api_call", "error"} <= {record.message for record in caplog.records}
    assert '"_aws"' in metrics
    assert len(leaks.given) > 5
    assert len(leaks.errors) > 5
    assert [answer for answer in answers if not answer.startswith(("202", "500", "503"))] == []
    assert canaries.found_in(logged) == set()
    assert canaries.found_in(metrics) == set()
    assert canaries.found_in(leaks.given) == set()
    assert len(aws_hub.dead) == 2
    assert canaries.found_in(aws_hub.dead) == set()
    assert canaries.found_in(leaks.errors) == set()
    assert canaries.found_in(answers) == set()

    elsewhere = {"mail: envelope", "app: name"}  # beside the raw bytes, as their receipt; in the token alone
    said = {place for place in canaries.known if not place.startswith(("report", "event", "agent"))}
    assert said - kept == elsewhere


@pytest.mark.parametrize("leak", ["a text", "A LOUD TEXT"])
def test_a_word_that_leaks_is_found(leak):
    canaries = Canaries()
    word = canaries(leak)
    assert canaries.found_in([f"x{word.upper()}y"]) == {leak}


ADMIN = {"Authorization": "Bearer admin"}
# What the customer did not say of themselves, or what stands in nobody's thread: the names of those who work for us.
NOT_THEIRS = ("agent", "report", "event")


def customers_in(aws_hub) -> list[str]:
    kept = [item for item in aws_hub.items() if item.get("type", {}).get("S") == "customer"]
    return [item["pk"]["S"].removeprefix("CUST#") for item in kept]


def exported(aws_hub, leaks, customer_id: str) -> str:
    """Everything that can be fetched, as the links name it, unpacked."""
    with Client(app) as client:
        id_ = call(client.http.post, f"/v1/customers/{customer_id}/exports", {}, ADMIN)["export"]
        leaks.run(aws_hub)
        read = client.http.get(f"/v1/customers/{customer_id}/exports/{id_}", headers=ADMIN).json_body
    assert (read["status"], read["missing"]) == ("ready", {})
    found = []
    for part in read["parts"]:
        key = urlsplit(part["url"]).path.removeprefix("/attachments/").lstrip("/")
        body = aws_hub.s3.get_object(Bucket="attachments", Key=key)["Body"].read()
        with zipfile.ZipFile(io.BytesIO(body)) as opened:
            found += [
                str(opened.namelist()),
                *(opened.read(name).decode("utf-8", "replace") for name in opened.namelist()),
            ]
    return "".join(found)


def everybody_is_erased(aws_hub, leaks) -> None:
    """The stream tells of what is there no more; a quarter of an hour later it is looked for once more."""
    wanted = {"ground": "no_longer_needed", "requester": "customer"}
    # What came after it was begun would be put aside for a person, and SNS on moto stamps with the real time.
    aws_hub.later(days=1 + max(0, (datetime.now(UTC) - aws_hub.ports.now()).days))
    with Client(app) as client:
        post = client.http.post
        ids = [call(post, f"/v1/customers/{one}/erasure", wanted, ADMIN)["erasure"] for one in customers_in(aws_hub)]
        for _ in range(2):
            before = {(item["pk"]["S"], item["sk"]["S"]): item for item in aws_hub.items()}
            leaks.run(aws_hub)
            there = {(item["pk"]["S"], item["sk"]["S"]) for item in aws_hub.items()}
            for key in before.keys() - there:
                if before[key]["type"]["S"] in ("customer", "entry"):
                    aws_hub.stream_tells(before[key], is_gone=True)
            aws_hub.later(minutes=16)
            for id_ in ids:
                aws_hub.ports.queues.ask_to_erase(id_)
        for id_ in ids:
            assert client.http.get(f"/v1/erasures/{id_}", headers=ADMIN).json_body["status"] == "done"


def every_version(aws_hub, bucket: str) -> list[bytes]:
    found = aws_hub.s3.list_object_versions(Bucket=bucket).get("Versions", [])
    named = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
    return [aws_hub.s3.get_object(Bucket=bucket, **one)["Body"].read() for one in named] + [str(named).encode()]


def test_every_word_of_everybody_is_in_their_exports_and_none_anywhere_after_their_erasures(aws_hub):
    canaries, leaks = Canaries(), Leaks()
    for bucket in ("raw", "attachments"):
        aws_hub.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    aws_hub.ports.__dict__["token_verifier"] = Tokens(canaries)
    everybody_writes(aws_hub, canaries, leaks)
    everybody = customers_in(aws_hub)
    assert len(everybody) > 3
    said = {place for place in canaries.known if not place.startswith(NOT_THEIRS)}
    elsewhere = {"mail: envelope", "app: name"}  # beside the raw bytes, as their receipt; in the token alone
    assert said - canaries.found_in("".join(exported(aws_hub, leaks, one) for one in everybody)) == elsewhere

    everybody_is_erased(aws_hub, leaks)
    assert leaks.errors == []
    assert customers_in(aws_hub) == []
    left = [aws_hub.items(), every_version(aws_hub, "raw"), every_version(aws_hub, "attachments"), leaks.given]
    assert canaries.found_in(left) & said == set()
