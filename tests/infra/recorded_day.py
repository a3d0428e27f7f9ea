"""A day of the hub on moto, the same on every run, and what each function asks AWS for in it."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from moto import mock_aws

from chalicelib import wiring
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customers import Customer, Namesake, PointOwner
from chalicelib.domain.errors import SendingRefused
from chalicelib.domain.identifiers import digest
from chalicelib.domain.principals import Principal, Role
from chalicelib.entrypoints import (
    deliver_message,
    escalate_cases,
    publish_changes,
    read_fax,
    receive_message,
    record_receipt,
    serve_connection,
)
from chalicelib.gateways import aws
from chalicelib.storage.keys import key_of
from chalicelib.usecases.ports import Create
from chalicelib.wiring import Hub
from infra.local.carrier_reports import mail_event
from tests.api.conftest import Api
from tests.infra.starting import queue_event
from tests.main_path.conftest import CONTEXT, Aws
from tests.main_path.samples import fax_mail, mail, mail_with_quote_and_attachment

AGENT = Principal("https://login.example", "agent-1", frozenset({Role.AGENT, Role.SUPERVISOR}), "Ewa")
TAGGED = ContactPoint(PointKind.EMAIL, "anna+sklep@example.pl")
ANNA, ANNAS_PHONE = ContactPoint(PointKind.EMAIL, "anna@example.pl"), ContactPoint(PointKind.PHONE, "+48601234567")
ANNAS_FAX = ContactPoint(PointKind.FAX, "+48221112233")
ADMIN = Principal("https://login.example", "admin-1", frozenset({Role.ADMIN}))
CUSTOMER = Principal("https://login.example", "customer-1", frozenset({Role.CUSTOMER}), "Jan")

BUCKETS = {"raw": "RawBucket", "attachments": "AttachmentBucket"}
QUEUES = {"receive": "ReceiveQueue", "deliver": "DeliverQueue", "read-fax": "ReadFaxQueue", "escalate": "EscalateQueue"}
WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


class Recorder:
    """Notes who asks AWS for what: (function, IAM action, resource as the policies name it). `operations`: by which."""

    def __init__(self, world: Aws) -> None:
        self.function = ""
        self.asked: set[tuple[str, str, str]] = set()
        self.operations: set[str] = set()
        clients = [aws.client(name) for name in ("s3", "sqs", "ssm", "events", "textract")]
        for client in (world.ports.table.connection.client, aws.sending_client("sesv2"), *clients):
            client.meta.events.register("provide-client-params", self._note)

    def _note(self, params, model, **_):
        if self.function:
            named = {(self.function, action, resource) for action, resource in needed(model.name, params)}
            self.asked |= named
            self.operations.add(model.name)


def needed(operation, params):
    """The IAM actions and resources behind an operation of AWS; https://docs.aws.amazon.com/service-authorization/"""
    if operation == "TransactWriteItems":
        return [(f"dynamodb:{WRITES[kind]}", "${Table.Arn}") for item in params["TransactItems"] for kind in item]
    if operation == "CreateBucket":  # the signing of a form goes by this name, and asks nothing of AWS
        return []
    return [RULES[operation](params)]


def arn_of(names, name):
    return f"${{{names[name]}.Arn}}"


def object_of(params):
    return f"{arn_of(BUCKETS, params['Bucket'])}/{params['Key']}"


RULES = {  # an operation without a rule is a KeyError: say here what it needs
    "GetItem": lambda _: ("dynamodb:GetItem", "${Table.Arn}"),
    "BatchGetItem": lambda _: ("dynamodb:BatchGetItem", "${Table.Arn}"),
    "BatchWriteItem": lambda _: ("dynamodb:BatchWriteItem", "${Table.Arn}"),
    "Query": lambda p: (
        "dynamodb:Query",
        f"${{Table.Arn}}/index/{p['IndexName']}" if "IndexName" in p else "${Table.Arn}",
    ),
    "PutObject": lambda p: ("s3:PutObject", object_of(p)),
    "CopyObject": lambda p: ("s3:PutObject", object_of(p)),  # and to read the same one, which GetObject asks for
    "GetObject": lambda p: ("s3:GetObject", object_of(p)),
    "DeleteObject": lambda p: ("s3:DeleteObject", object_of(p)),
    "HeadObject": lambda p: ("s3:GetObject", object_of(p)),
    "ListObjectVersions": lambda p: ("s3:ListBucketVersions", arn_of(BUCKETS, p["Bucket"])),
    "DeleteObjects": lambda p: (
        "s3:DeleteObjectVersion",
        f"{arn_of(BUCKETS, p['Bucket'])}/{p['Delete']['Objects'][0]['Key']}",
    ),
    "ListObjectsV2": lambda p: ("s3:ListBucket", arn_of(BUCKETS, p["Bucket"])),
    "SendMessage": lambda p: ("sqs:SendMessage", arn_of(QUEUES, p["QueueUrl"].rsplit("/", 1)[1])),
    "GetQueueAttributes": lambda p: ("sqs:GetQueueAttributes", arn_of(QUEUES, p["QueueUrl"].rsplit("/", 1)[1])),
    "GetParameter": lambda _: ("ssm:GetParameter", ":parameter/${AWS::StackName}/secrets"),
    "SendEmail": lambda _: ("ses:SendRawEmail", ":identity/${MailDomain}"),
    "PutEvents": lambda _: ("events:PutEvents", "${EventBus.Arn}"),
    "DetectDocumentText": lambda _: ("textract:DetectDocumentText", "*"),
}


def recorded_day() -> Recorder:
    for cached in (aws.session, aws.client, aws.sending_client):
        cached.cache_clear()
    with mock_aws():
        world = Aws()
        wiring.use(world.hub)
        recorder = Recorder(world)
        live_a_day(world, recorder, Api(world.ports, AGENT))
        wiring.use(None)
    return recorder


def live_a_day(world, recorder, api):  # noqa: PLR0915  # a day is long
    def as_function(name):
        """Each function is a process of its own and fetches the secrets itself; "" is the test."""
        recorder.function = name
        world.ports.__dict__.pop("kept_secrets", None)
        wiring.use(Hub(world.ports))

    def receive():
        as_function("ReceiveMessage")
        run_queue(world, "receive", receive_message.receive_message)
        as_function("")

    def deliver():
        as_function("DeliverMessage")
        run_queue(world, "deliver", deliver_message.deliver_message)
        as_function("")

    def first_entry(point):
        customer_id = world.threads.find_owner(point).customer_id
        entry = world.threads.list_thread(customer_id, 10).items[-1]
        return entry, world.threads.get_case(customer_id, entry.case_id).reference

    world.mail_arrives(mail_with_quote_and_attachment())
    world.mail_arrives(fax_mail(), to=["fax@hub.example"], source="message@gateway.example")
    world.sms_arrives("Halo?")
    world.mail_arrives(mail(), to=["nobody@hub.example"])
    receive()
    world.later(seconds=1)
    world.mail_arrives(mail("Jeszcze jedno", message_id="7@example.pl"))
    for _ in range(2):  # in vain
        world.sqs.receive_message(QueueUrl=world.queues["receive"], VisibilityTimeout=0)
    receive()

    (entry, reference), (_, reference_of_sms) = first_entry(ANNA), first_entry(ANNAS_PHONE)
    customer = f"/v1/customers/{entry.customer_id}"
    file = {"name": "a.txt", "content_type": "text/plain", "data_base64": "YQ=="}
    as_function("APIHandler")
    room = api.post("/v1/uploads", {"content_type": "text/plain", "size": 1}, as_=CUSTOMER).json
    as_function("")
    aws.client("s3").put_object(Bucket="attachments", Key=room["fields"]["key"], Body=b"a")
    upload = {"name": "a.txt", "content_type": "text/plain", "upload": room["upload"]}
    as_function("APIHandler")
    calls = account_is_looked_after(api, reference)  # before the answer, which the call would else come after
    world.later(seconds=1)
    calls += [
        api.post("/v1/messages", {"text": "Plik", "attachments": [upload]}, as_=CUSTOMER),
        api.post(
            "/v1/forms/contact/messages", {"email": "jan@example.pl", "text": "Halo", "attachments": [file]}, as_=None
        ),
        api.post("/v1/messages", {"text": "Halo"}, as_=CUSTOMER),
        api.get("/v1/cases?order=urgency&team=care"),
        api.get("/v1/cases?unassigned_in=care"),
        api.get(f"/v1/cases/{reference}"),
        api.put(f"/v1/cases/{reference}/assignment", {"assignee": "agent-1"}),
        api.post(f"/v1/cases/{reference}/notes", {"text": "Dzwoniłam."}),
        api.post(f"/v1/cases/{reference}/replies/preview", {"text": "Jest w drodze."}),
        api.post(f"/v1/cases/{reference}/replies", {"text": "Jest w drodze.", "attachments": [file]}),
        api.post(f"/v1/cases/{reference_of_sms}/replies", {"text": "Jest w drodze."}),
        api.post(f"/v1/cases/{reference_of_sms}/closing", {}),
        api.get(customer),
        api.get(f"{customer}/thread"),
        api.get(f"{customer}/entries/{entry.id}/raw"),
        api.get(f"{customer}/entries/{entry.id}/attachments/{entry.attachments[0].sha256}"),
        api.post(f"{customer}/contact-points", {"kind": "phone", "value": "+48601999888"}),
        api.get("/v1/parked"),
        api.post("/v1/verifications", {"kind": "email", "value": "jan@example.pl"}, as_=CUSTOMER),
    ]
    assert [call for call in calls if call.status >= 300] == []

    world.ports.sms.answers.append(SendingRefused("no such number", temporary=False))  # the closed case opens again
    deliver()
    assert len(world.sent_mails()) == 2
    fax, _ = first_entry(ANNAS_FAX)
    changes = [inserted(world, one) for one in (entry, fax, like(entry, world))]
    as_function("PublishChanges")
    publish_changes.publish_changes({"Records": changes}, CONTEXT)
    as_function("APIHandler")
    report = api.get("/v1/reports/volumes?since=2026-11-23&until=2026-11-24", as_=ADMIN)
    assert report.json["rows"], report.text
    as_function("ReadFax")
    run_queue(world, "read-fax", read_fax.read_fax)
    as_function("APIHandler")
    to = {"customer": world.threads.find_owner(TAGGED).customer_id, "why": "hers"}
    assert api.post(f"/v1/cases/{reference}/moving", to).status == 200
    assert api.get("/v1/merge-suggestions").status == 200
    as_function("")
    world.mail_arrives(mail("Halo?", message_id="9@example.pl"), tell=False)
    # Moto stamps what is stored with the real time, and it has to be old by now. Whole weeks: it stays a Thursday.
    world.later(days=3 + 7 * max(0, math.ceil((datetime.now(UTC) - world.ports.now()) / timedelta(weeks=1))))
    world.ports.settings._environ["SWEEP_OWN_SHARE"] = "1"  # two customers wait, and that is much
    as_function("EscalateOverdueCases")
    world.sweep()
    as_function("EscalateCases")
    run_queue(world, "escalate", escalate_cases.escalate_cases)
    as_function("APIHandler")
    erased = world.threads.find_owner(ANNAS_PHONE).customer_id
    exports = f"{customer}/exports"
    export = f"{exports}/{api.post(exports, {}, as_=ADMIN).json['export']}"
    as_function("EscalateCases")
    run_queue(world, "escalate", escalate_cases.escalate_cases)
    as_function("APIHandler")
    assert [len(api.get(export, as_=ADMIN).json[name]) for name in ("parts", "missing")] == [1, 0]
    wanted = {"ground": "no_longer_needed", "requester": "customer"}
    assert api.post(f"/v1/customers/{erased}/erasure", wanted, as_=ADMIN).status == 202
    as_function("EscalateCases")
    run_queue(world, "escalate", escalate_cases.escalate_cases)
    as_function("APIHandler")
    replayed = api.post("/v1/erasure-replays", {}, as_=ADMIN)
    assert [one["became"] for one in replayed.json["erasures"]] == ["running"]
    as_function("ReconcileIncoming")
    world.reconcile()
    deliver()
    receive()
    sealed, _ = world.hub.open_connection.ticket_for(AGENT, ("agents",))
    as_function("ServeConnection")
    wanted = {"headers": {"Sec-WebSocket-Protocol": f"splot.v1, {sealed}"}, "requestContext": {"connectionId": "a="}}
    assert serve_connection.serve_connection(wanted, CONTEXT)["statusCode"] == 200
    as_function("RecordReceipt")
    carriers_report(world, to["customer"])
    as_function("")


def carriers_report(world, customer_id):
    """An agent's answer by mail bounced; and something is told of a message that nobody knows."""
    [answer] = [
        one
        for one in world.threads.list_thread(customer_id, 50).items
        if one.delivery and one.channel == "email" and one.author != "hub"
    ]
    ours = {"entry": f"{answer.id}-1", "customer": answer.customer_id}
    bounce = mail_event("Bounce", "ses-1", ours, answer.delivery.recipient, answer.at)
    stranger = mail_event("Delivery", "ses-2", {}, "x@example.pl", answer.at)
    for body in (bounce, stranger):
        event = queue_event(body)
        event["Records"][0]["attributes"]["ApproximateReceiveCount"] = "8"
        assert record_receipt.record_receipt(event, CONTEXT) == {"batchItemFailures": []}


def inserted(world, entry):
    image = {"NewImage": world.ports.table.get(key_of(entry)), "ApproximateCreationDateTime": 1, "SequenceNumber": "1"}
    return {"eventID": "1", "eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": image}


def account_is_looked_after(api, reference):
    waiting = api.get("/v1/parked/waiting")
    parked = f"/v1/parked/{waiting.json['parked'][0]['id']}"
    released = {"why": "do nas", "overrides": ["unknown_inbox"], "inbox": "support"}
    blocked = {"sender": {"kind": "email", "value": "x@example.com"}, "blocked": True, "why": "reklamy"}
    day = f"{api.ports.now():%Y-%m-%d}"
    return [
        waiting,
        api.get(parked),
        api.post(f"{parked}/release", released),
        api.put("/v1/blocked-senders", blocked),
        api.post("/v1/calls", {"direction": "inbound", "notes": "Pyta.", "case": reference}),
        api.get(f"/v1/account?since={day}&until={day}", as_=ADMIN),
        api.post("/v1/replays", {"since": day, "until": day}, as_=ADMIN),
    ]


def like(entry, world):
    """A first message of another customer who looks like that one in two ways, and names a telephone number."""
    other = replace(entry, customer_id="01KAR000000000000000000TAG", signature="tel. 601 234 567")
    other = replace(other, arrival=replace(entry.arrival, point=TAGGED, sender_name="Anna Kowalska"))
    known = [Customer(other.customer_id, entry.at), PointOwner(TAGGED, other.customer_id, entry.at)]
    namesake = Namesake(digest("name", "anna kowalska", "example.pl").hex()[:40], entry.customer_id)
    world.threads.commit([Create(record) for record in (*known, namesake, other)])
    return other


def run_queue(world, queue, function):
    errors = []
    while world._run(queue, function, errors):
        pass
    assert errors == []
