"""Brings text messages back from their second copies: `python -m infra.tee --stage prod --since 2026-11-20`.

The topic of incoming text messages hands each one to Firehose too (`infra/template/tee.yaml`), past the hub's own code.
This puts the copies of some days into the receive queue once more. What the hub has already is known by its ledger, so
nothing comes in twice, and nobody comes back who was erased.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy import outputs_of
from infra.errors import DeploymentError
from infra.stages import load_stage, session_for

FOLDER = "tee/sms/"


def copies(s3: Any, bucket: str, since: date, until: date) -> Iterator[str]:
    """Each notification as SNS said it, of the days on which Firehose wrote them (UTC)."""
    for days in range((until - since).days + 1):
        prefix = f"{FOLDER}{since + timedelta(days):%Y/%m/%d}/"
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for found in page.get("Contents", ()):
                yield from _records(s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read().decode())


def _records(text: str) -> Iterator[str]:
    """Firehose writes them one behind the other, with or without a line break between."""
    decoder, position = json.JSONDecoder(), 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        record, position = decoder.raw_decode(text, position)
        yield json.dumps(record)


def bring_back(s3: Any, sqs: Any, bucket: str, queue_url: str, since: date, until: date) -> int:
    """How many were put into the queue."""
    number = 0
    for copy in copies(s3, bucket, since, until):
        sqs.send_message(QueueUrl=queue_url, MessageBody=copy)
        number += 1
    return number


def main(arguments: list[str] | None = None) -> None:
    today = datetime.now(UTC).date()
    parser = argparse.ArgumentParser(prog="python -m infra.tee", description="Bring text messages back.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--since", type=date.fromisoformat, default=today, help="first day (UTC; default: today)")
    parser.add_argument("--until", type=date.fromisoformat, default=today, help="last day (UTC; default: today)")
    options = parser.parse_args(arguments)
    try:
        settings = load_stage(options.stage)
        session = session_for(settings)
        outputs = outputs_of(session.client("cloudformation"), settings.stack)
        bucket, queue = outputs["RawBucketName"], outputs["ReceiveQueueUrl"]
        number = bring_back(session.client("s3"), session.client("sqs"), bucket, queue, options.since, options.until)
    except (DeploymentError, ClientError, BotoCoreError) as error:
        sys.exit(f"error: {error}")
    print(f"{number} text messages sent again")


if __name__ == "__main__":
    main()
