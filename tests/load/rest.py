"""When the hub has come to rest, and all that stands in it then, read from the table itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from chalicelib.domain.messages import ParkedRecord
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.storage.mapping import record_from
from infra.local.stack import LocalStack
from tests.load.reckoning import ON_ITS_WAY, Standing, marks_in
from tests.load.traffic import NO_ANSWER

LOOK_EVERY_SECONDS = 5.0
QUEUES = ("RECEIVE_QUEUE_URL", "DELIVER_QUEUE_URL", "RECEIPTS_QUEUE_URL", "READ_FAX_QUEUE_URL")
COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
DEAD_LETTERS = ("ReceiveDeadLetters", "DeliverDeadLetters")


def wait_for_rest(stack: LocalStack, within_seconds: float, say: Callable[[str], None]) -> bool:
    """Until nothing waits anywhere, twice in a row. False when time ran out before."""
    deadline = time.monotonic() + within_seconds
    quiet = 0
    while time.monotonic() < deadline:
        try:
            waiting = what_waits(stack)
        except NO_ANSWER:
            waiting = ["the stack itself"]
        quiet = 0 if waiting else quiet + 1
        if quiet == 2:
            return True
        say(f"coming to rest, {deadline - time.monotonic():.0f} s left: {', '.join(waiting) or 'nothing waits'}")
        time.sleep(LOOK_EVERY_SECONDS)
    return False


def what_waits(stack: LocalStack) -> list[str]:
    environment = stack.get_deployed().environment
    sqs, waiting = stack.client("sqs"), []
    for name in QUEUES:
        if name not in environment:
            continue
        told = sqs.get_queue_attributes(QueueUrl=environment[name], AttributeNames=[*COUNTS])["Attributes"]
        count = sum(int(told[each]) for each in COUNTS)
        if count:
            waiting.append(f"{count} in {name.removesuffix('_QUEUE_URL').lower()}")
    listed = stack.client("s3").list_objects_v2(Bucket=environment["RAW_BUCKET"], Prefix="incoming/")
    if listed["KeyCount"]:
        waiting.append(f"{listed['KeyCount']} in incoming/")
    on_its_way = sum(
        1 for entry in _entries(stack) if entry.delivery is not None and str(entry.delivery.status) in ON_ITS_WAY
    )
    if on_its_way:
        waiting.append(f"{on_its_way} on their way out")
    return waiting


def standing(stack: LocalStack) -> Iterator[Standing]:
    """Every mark in a thread or in a parked message."""
    for entry in _entries(stack):
        if entry.kind not in (EntryKind.INBOUND, EntryKind.OUTBOUND):
            continue
        for mark in marks_in(entry.text):
            yield Standing(
                mark,
                entry.customer_id,
                second_copy=entry.is_second_copy,
                files=tuple(file.name for file in entry.attachments),
                channel=str(entry.channel or ""),
                status=str(entry.delivery.status) if entry.delivery else "",
            )
    s3, bucket = stack.client("s3"), stack.get_deployed().environment["RAW_BUCKET"]
    for parked in _records(stack, "parked"):
        assert isinstance(parked, ParkedRecord)
        raw = s3.get_object(Bucket=bucket, Key=parked.raw_key)["Body"].read()
        for mark in dict.fromkeys(marks_in(_words(raw))):
            yield Standing(mark, "")


def dead_letters(stack: LocalStack) -> int:
    sqs, resources = stack.client("sqs"), stack.get_deployed().resources
    urls = [resources[name] for name in DEAD_LETTERS]
    told = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[COUNTS[0]])["Attributes"] for url in urls]
    return sum(int(one[COUNTS[0]]) for one in told)


def _words(raw: bytes) -> str:
    letter = message_from_bytes(raw, _class=EmailMessage, policy=default)
    body = letter.get_body(("plain",)) if letter.items() else None
    return f"{letter['Subject']} {body.get_content()}" if body else raw.decode(errors="replace")


def _entries(stack: LocalStack) -> Iterator[Entry]:
    yield from _records(stack, "entry")


def _records(stack: LocalStack, kind: str) -> Iterator[Any]:
    pages = stack.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(
        TableName=stack.get_deployed().environment["TABLE_NAME"],
        ConsistentRead=True,
        FilterExpression="#t = :kind",
        ExpressionAttributeNames={"#t": "type"},
        ExpressionAttributeValues={":kind": {"S": kind}},
    ):
        yield from map(record_from, page["Items"])
