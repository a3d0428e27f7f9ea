"""Text messages come back from the copies that Firehose wrote, each once."""

import json
from datetime import date

from chalicelib.domain.contact_points import ContactPoint, PointKind
from infra.tee import FOLDER, bring_back

ANNA = ContactPoint(PointKind.PHONE, "+48601234567")
DAY = date(2026, 11, 23)


def notification(message_id, text):
    told = {
        "originationNumber": "+48601234567",
        "destinationNumber": "+48700100200",
        "messageKeyword": "KEYWORD_700",
        "messageBody": text,
        "inboundMessageId": message_id,
    }
    return json.dumps({"Type": "Notification", "MessageId": "m", "TopicArn": "arn", "Message": json.dumps(told)})


def texts(aws_hub):
    customer = aws_hub.threads.find_owner(ANNA).customer_id
    return sorted(entry.text for entry in aws_hub.threads.list_thread(customer, 50).items if entry.arrival)


def test_what_the_hub_lost_comes_back_and_what_it_has_does_not_come_twice(aws_hub):
    aws_hub.sms_arrives("Halo?", message_id="sms-1")
    aws_hub.run_queues()
    copied = (
        notification("sms-1", "Halo?") + "\n" + notification("sms-2", "Jest tam kto?") + notification("sms-3", "Ech")
    )
    aws_hub.s3.put_object(Bucket="raw", Key=f"{FOLDER}2026/11/23/tee-1", Body=copied.encode())
    aws_hub.s3.put_object(Bucket="raw", Key=f"{FOLDER}2026/11/24/tee-1", Body=notification("sms-4", "Jutro").encode())
    for _ in range(2):
        assert bring_back(aws_hub.s3, aws_hub.sqs, "raw", aws_hub.queues["receive"], DAY, DAY) == 3
        aws_hub.run_queues()
    assert texts(aws_hub) == ["Ech", "Halo?", "Jest tam kto?"]
