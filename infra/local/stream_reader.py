"""Reads the table's stream and invokes `publish_changes` with it, as Lambda's event source mapping does.

    python -m infra.local.stream_reader FOLDER

MiniStack's own mapping sees only MiniStack's own tables. At least once and in order: the place in the stream is
remembered, on disk, after the function has taken a batch.
"""

from __future__ import annotations

import base64
import json
import logging
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.stack import REGION, LocalStack, NotDeployed, write_whole
from infra.releases import alias_of

BATCH = 100
LOOK_EVERY_SECONDS = 0.5
PAUSE_SECONDS = 2.0
# Lambda tries as often as the template says and sends the batch to its failure destination then; here that is a file.
MOST_ATTEMPTS = 5

log = logging.getLogger("stream")

Event = dict[str, Any]


@dataclass
class StreamReader:
    """`streams`: a client of the table's streams. `invoke` gives the function's answer, or raises FunctionFailed.

    `place` keeps the last sequence number that is done; `failed` takes what no attempt could publish, a JSON per line.
    """

    streams: Any
    table: str
    invoke: Callable[[Event], Any]
    place: Path
    failed: Path
    pause: Callable[[float], None] = time.sleep

    def read_once(self) -> int:
        """How many records were done. Errors of the table or of MiniStack come out: the caller waits and asks again."""
        arn, shard, done = self._place()
        records = self._next_records(arn, shard, done)
        if not records:
            return 0
        changes = [record for record in records if not _changes_nothing(record)]
        if changes:
            self._publish({"Records": [render_record(record, arn) for record in changes]})
        last = records[-1]["dynamodb"]["SequenceNumber"]
        write_whole(self.place, json.dumps({"stream": arn, "shard": shard, "sequence_number": last}))
        return len(records)

    def _publish(self, event: Event) -> None:
        for attempt in range(1, MOST_ATTEMPTS + 1):
            try:
                answer = self.invoke(event)
            except FunctionFailed as error:
                log.warning("publish_changes failed (attempt %d): %s", attempt, error)
                self.pause(PAUSE_SECONDS)
                continue
            event = _from_first_failure(event, answer)
            if not event["Records"]:
                return
            self.pause(PAUSE_SECONDS)
        with self.failed.open("a") as file:
            file.write(json.dumps(event) + "\n")
        log.error("%d records could not be published; they are in %s", len(event["Records"]), self.failed)

    def _place(self) -> tuple[str, str, str]:
        """The table's one stream, its one shard (dynoxide knows no others) and the last number that is done, or "".

        What the shard is called is asked once: dynoxide reads all records that it ever had to describe a stream.
        """
        (stream,) = self.streams.list_streams(TableName=self.table)["Streams"]
        arn = stream["StreamArn"]
        place = json.loads(self.place.read_text()) if self.place.exists() else {}
        done = place["sequence_number"] if place.get("stream") == arn else ""
        if done and "shard" in place:
            return arn, place["shard"], done
        described = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]
        return arn, described["Shards"][0]["ShardId"], done

    def _next_records(self, arn: str, shard: str, done: str) -> list[dict[str, Any]]:
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if done:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": done}
        iterator = self.streams.get_shard_iterator(StreamArn=arn, ShardId=shard, **start)["ShardIterator"]
        records: list[dict[str, Any]] = self.streams.get_records(ShardIterator=iterator, Limit=BATCH)["Records"]
        return records


class FunctionFailed(Exception):
    """The function raised an error, or ended without an answer."""


def render_record(record: Mapping[str, Any], arn: str) -> Event:
    """A record as boto3 gives it -> as Lambda's event has it.

    https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    """
    change = dict(record["dynamodb"])
    at = change.get("ApproximateCreationDateTime")
    if isinstance(at, datetime):
        change["ApproximateCreationDateTime"] = at.timestamp()
    for image in ("Keys", "NewImage", "OldImage"):
        if image in change:
            change[image] = {name: _json_value(value) for name, value in change[image].items()}
    return {
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        "eventVersion": record.get("eventVersion", "1.1"),
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": change,
        "eventSourceARN": arn.replace(":dynoxide:", f":{REGION}:"),
    }


def _json_value(value: Any) -> Any:
    """An attribute value with its binary parts in base 64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: _json_value(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_json_value(part) for part in value]
    return value


def _changes_nothing(record: Mapping[str, Any]) -> bool:
    """A write that left the item as it was: dynoxide reports it, DynamoDB does not."""
    change = record["dynamodb"]
    return record["eventName"] == "MODIFY" and change.get("OldImage") == change.get("NewImage")


def _from_first_failure(event: Event, answer: Any) -> Event:
    """What has to be tried again: everything from the first reported record on.

    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """
    failures = {failure["itemIdentifier"] for failure in (answer or {}).get("batchItemFailures", ())}
    for position, record in enumerate(event["Records"]):
        if record["dynamodb"]["SequenceNumber"] in failures:
            return {"Records": event["Records"][position:]}
    return {"Records": []}


def _invoker(stack: LocalStack) -> Callable[[Event], Any]:
    functions = stack.client("lambda")

    def invoke(event: Event) -> Any:
        name = stack.get_deployed().resources[alias_of("PublishChanges")]
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        payload = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            raise FunctionFailed(payload)
        return payload

    return invoke


def main(folder: str) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    stack = LocalStack(Path(folder))
    # botocore takes dynoxide's shard ids for too short.
    streams = stack.client("dynamodbstreams", parameter_validation=False)
    invoke = _invoker(stack)
    while True:
        try:
            reader = StreamReader(
                streams,
                stack.get_deployed().environment["TABLE_NAME"],
                invoke,
                stack.folder / "stream.json",
                stack.folder / "stream-failed.jsonl",
            )
            done = reader.read_once()
        except NotDeployed:
            done = 0
        except (BotoCoreError, ClientError) as error:
            log.warning("waiting: %s", error)
            time.sleep(PAUSE_SECONDS)
            done = 0
        if not done:
            time.sleep(LOOK_EVERY_SECONDS)


if __name__ == "__main__":
    main(*sys.argv[1:])
