"""The hub on moto, in one process: real events of SES, SNS and SQS go through the real entrypoints.

`Aws` plays the parts of AWS that moto does not: it stores an incoming mail and tells SNS as SES does, and it carries
what lies in a queue to the function as Lambda does, with receive counts and redelivery.
"""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from hashlib import sha256
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends

from chalicelib import wiring
from chalicelib.entrypoints import (
    deliver_message,
    escalate_cases,
    escalate_overdue_cases,
    publish_changes,
    read_fax,
    receive_message,
    reconcile_incoming,
)
from chalicelib.gateways import aws
from chalicelib.settings import Settings
from chalicelib.storage.configuration_table import ConfigurationTable
from chalicelib.storage.keys import key_of
from chalicelib.storage.schema import table_description
from chalicelib.wiring import Hub, Ports
from tests.fakes.ports import HandClock, MemoryCarrier, SeededRandomness
from tests.main_path.samples import CONFIGURATION

REGION = "eu-central-1"
SECRETS = {
    "reply_keys": {"current": "a", "keys": {"a": base64.b64encode(b"r" * 32).decode()}},
    "cursor_key": base64.b64encode(b"c" * 32).decode(),
}
MOST_RECEIVES = 6
CONTEXT = SimpleNamespace(aws_request_id="request-1", function_name="test", get_remaining_time_in_millis=lambda: 60000)


class TestedPorts(Ports):
    """As on AWS, but time stands still, chance is the same every time, and the SMS service is a list: moto has none."""

    def __init__(self, environ: dict[str, str]) -> None:
        super().__init__(Settings(environ))
        self.__dict__["now"] = HandClock()
        self.__dict__["randomness"] = SeededRandomness()
        self.__dict__["sms"] = MemoryCarrier()


class Aws:
    def __init__(self) -> None:
        self.s3, self.sns, self.sqs = (boto3.client(name, REGION) for name in ("s3", "sns", "sqs"))
        for bucket in ("raw", "attachments"):
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        names = ("receive", "deliver", "read-fax", "escalate", "receipts", "heard")
        self.queues = {name: self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}
        self.dead: list[str] = []  # what the dead letters' queues hold
        self.topics = {name: self.sns.create_topic(Name=name)["TopicArn"] for name in ("mail", "sms")}
        for topic in self.topics.values():
            self.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self._arn("receive"))
        self._make_event_bus()
        boto3.client("ssm", REGION).put_parameter(Name="/splot", Type="SecureString", Value=json.dumps(SECRETS))
        boto3.client("sesv2", REGION).create_email_identity(EmailIdentity="hub.example")
        self.environment = {
            "AWS_REGION": REGION,
            "TABLE_NAME": "splot",
            "RAW_BUCKET": "raw",
            "ATTACHMENT_BUCKET": "attachments",
            "RECEIVE_QUEUE_URL": self.queues["receive"],
            "DELIVER_QUEUE_URL": self.queues["deliver"],
            "READ_FAX_QUEUE_URL": self.queues["read-fax"],
            "ESCALATE_QUEUE_URL": self.queues["escalate"],
            "RECEIPTS_QUEUE_URL": self.queues["receipts"],
            "FAX_OCR": "textract",
            "EVENT_BUS_NAME": "splot",
            "SECRETS_PARAMETER": "/splot",
        }
        self.ports = TestedPorts(self.environment)
        self.hub = Hub(self.ports)
        # Without a stream, which `stream_tells` plays: moto copies all that it ever told with every transaction.
        table = table_description("splot") | {"StreamSpecification": {"StreamEnabled": False}}
        boto3.client("dynamodb", REGION).create_table(**table)
        self.threads = self.ports.threads
        ConfigurationTable(self.ports.table, self.ports.now).save(json.dumps(CONFIGURATION), "")

    # The outside world.

    def mail_arrives(self, raw: bytes, to=("pomoc@hub.example",), source="anna@example.pl", dmarc="PASS", *, tell=True):
        """SES accepts a mail: stores it, then tells. Gives SES's id."""
        message_id = f"ses{len(self.objects(''))}x{sha256(raw).hexdigest()[:16]}"
        key = f"incoming/email/{message_id}"
        self.s3.put_object(Bucket="raw", Key=key, Body=raw)
        if tell:
            self.ses_tells(message_id, key, to, source, dmarc)
        return message_id

    def ses_tells(self, message_id, key, to=("pomoc@hub.example",), source="anna@example.pl", dmarc="PASS"):
        timestamp = self.ports.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        passed = {"status": "PASS"}
        told = {
            "notificationType": "Received",
            "mail": {"timestamp": timestamp, "source": source, "messageId": message_id, "destination": list(to)},
            "receipt": {
                "timestamp": timestamp,
                "processingTimeMillis": 574,
                "recipients": list(to),
                "spamVerdict": passed,
                "virusVerdict": passed,
                "spfVerdict": passed,
                "dkimVerdict": passed,
                "dmarcVerdict": {"status": dmarc},
                "action": {"type": "S3", "bucketName": "raw", "objectKey": key, "topicArn": self.topics["mail"]},
            },
        }
        subject = "Amazon SES Email Receipt Notification"
        self.sns.publish(TopicArn=self.topics["mail"], Subject=subject, Message=json.dumps(told))

    def sms_arrives(self, text, sender="+48601234567", message_id="sms-1"):
        told = {
            "originationNumber": sender,
            "destinationNumber": "+48700100200",
            "messageKeyword": "KEYWORD_700",
            "messageBody": text,
            "inboundMessageId": message_id,
            "previousPublishedMessageId": "",
        }
        self.sns.publish(TopicArn=self.topics["sms"], Message=json.dumps(told))

    def sent_mails(self) -> list[SimpleNamespace]:
        return ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages

    def heard(self) -> list[dict]:
        """What was announced on the event bus."""
        found = self.sqs.receive_message(QueueUrl=self.queues["heard"], MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in found]

    def objects(self, prefix: str, bucket="raw") -> list[str]:
        return [found["Key"] for found in self.s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]

    def bodies(self, bucket: str) -> list[bytes]:
        return [self.s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in self.objects("", bucket)]

    def items(self) -> list[dict]:
        """All that the table holds."""
        return boto3.client("dynamodb", REGION).scan(TableName="splot")["Items"]

    # What Lambda does.

    def run_queues(self) -> list[Exception]:
        """Carries messages to their functions until the queues are empty; gives the errors on the way."""
        errors: list[Exception] = []
        functions = {
            "receive": receive_message.receive_message,
            "deliver": deliver_message.deliver_message,
            "read-fax": read_fax.read_fax,
            "escalate": escalate_cases.escalate_cases,
        }
        while any(self._run(queue, function, errors) for queue, function in functions.items()):
            pass
        return errors

    def stream_brings(self, entry):
        """The table's stream tells of a new entry."""
        self.stream_tells(self.ports.table.get(key_of(entry)))

    def stream_tells(self, image, *, is_gone=False):
        """Of an item that is new, or there no more."""
        told = {"OldImage": image} if is_gone else {"NewImage": image}
        record = {
            "eventID": "1",
            "eventName": "REMOVE" if is_gone else "INSERT",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "eventVersion": "1.1",
            "eventSourceARN": f"arn:aws:dynamodb:{REGION}:{DEFAULT_ACCOUNT_ID}:table/splot/stream/2026",
            "dynamodb": {"ApproximateCreationDateTime": 1, **told, "SequenceNumber": "1", "SizeBytes": 1},
        }
        publish_changes.publish_changes({"Records": [record]}, CONTEXT)

    def sweep(self):
        escalate_overdue_cases.escalate_overdue_cases(_scheduled(), CONTEXT)

    def reconcile(self):
        reconcile_incoming.reconcile_incoming(_scheduled(), CONTEXT)

    def later(self, **by):
        self.ports.now.move(timedelta(**by))

    def _run(self, queue, function, errors) -> bool:
        url = self.queues[queue]
        found = self.sqs.receive_message(QueueUrl=url, AttributeNames=["All"]).get("Messages", [])
        for message in found:
            event = {"Records": [sqs_record(message, self._arn(queue))]}
            try:
                failed = (function(event, CONTEXT) or {}).get("batchItemFailures", [])
            except Exception as error:  # noqa: BLE001  # as Lambda does with whatever comes out of a function
                errors.append(error)
                failed = [message]
            last = int(message["Attributes"]["ApproximateReceiveCount"]) >= MOST_RECEIVES
            if failed and last:
                self.dead.append(message["Body"])
            if not failed or last:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            else:
                self.sqs.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )
        return bool(found)

    def _make_event_bus(self):
        events = boto3.client("events", REGION)
        events.create_event_bus(Name="splot")
        events.put_rule(Name="all", EventBusName="splot", EventPattern=json.dumps({"source": ["splot"]}))
        events.put_targets(Rule="all", EventBusName="splot", Targets=[{"Id": "1", "Arn": self._arn("heard")}])

    def _arn(self, queue):
        return f"arn:aws:sqs:{REGION}:{DEFAULT_ACCOUNT_ID}:{queue}"


def sqs_record(message, arn):
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def _scheduled():
    return {
        "version": "0",
        "account": DEFAULT_ACCOUNT_ID,
        "region": REGION,
        "detail": {},
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "time": "2026-11-23T09:00:00Z",
        "id": "1",
        "resources": [],
    }


@pytest.fixture
def aws_hub():
    for cached in (aws.session, aws.client, aws.quick_client, aws.sending_client):
        cached.cache_clear()
    with mock_aws():
        world = Aws()
        wiring.use(world.hub)
        yield world
    wiring.use(None)
