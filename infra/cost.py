"""What a month on AWS costs, from what was counted and from the public price list.

    python -m infra.cost --messages 1e6 [--share email=0.6 sms=0.2 ...] [--answers 1] [--sms-price 0.04] ...

Counted, by `python -m tests.bench.cost`, in `cost_counts.json`: the invocations of each function, its requests, the
units of the table. From `prices.json`: the price list, with its date. Assumed, because no machine of ours shows it, and
printed with the result: how long a function waits for AWS, and how much it logs.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MEGA = 1_000_000
MINUTES_A_MONTH = 60 * 730  # as AWS counts a month: 730 hours

CHANNELS = ("email", "sms", "form", "app", "fax")
SHARES = {"email": 0.6, "sms": 0.15, "form": 0.1, "app": 0.1, "fax": 0.05}
# In which channel the answer to a message goes out.
ANSWERED_BY = {"email": "email", "sms": "sms", "form": "email", "app": "app", "fax": "email"}

# A function has the share of one processor that its memory has of 1,769 MB.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEMORY_OF_ONE_CPU = 1_769
WAITS_MS = 8.0  # for each request to AWS: assumed, one after the other
LOGGED_BYTES = 1_500  # an invocation: Lambda's own lines, ours, and the metrics: assumed
SAMPLED = 0.05  # of the requests that X-Ray traces beyond one a second
# A queue that is empty is asked by Lambda all the same: five pollers, each three times a minute (long polling, 20 s).
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
POLLS_A_MONTH = 5 * 3 * MINUTES_A_MONTH
# Of the requests to S3 that have a bucket's own key, so many ask KMS: S3 promises up to 99 % fewer.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
ASKS_KMS = 0.01
COPIED_KB = 5  # Firehose counts a record as that at least
ENTRY_KB = 3.0  # what a message takes in the table, with its indexes; a large one compressed


@dataclass(frozen=True, slots=True)
class Use:
    """`messages`: that customers write in a month. `answers`, `reads`, `lists`: for each of them. `first`: the share of
    new customers among mails. `mail_kb`, `other_kb`: what is kept of one. `sms_parts`: of one text message of ours.
    """

    messages: float
    shares: Mapping[str, float] = field(default_factory=lambda: dict(SHARES))
    first: float = 0.3
    answers: float = 1.0
    reads: float = 3.0
    lists: float = 5.0
    mail_kb: float = 120.0
    other_kb: float = 3.0
    fax_pages: float = 2.0
    sms_parts: float = 2.0
    sms_price: float | None = None
    months_kept: float = 24.0


class Prices:
    def __init__(self, listed: Mapping[str, Any]) -> None:
        self.listed = listed

    def of(self, what: str, count: float) -> float:
        price = self.listed[what]
        return float(count * price["price"] / price["per"])


@dataclass
class Bill:
    """US dollars by service."""

    by_service: Counter[str] = field(default_factory=Counter)

    def add(self, service: str, price: float) -> None:
        self.by_service[service] += price  # type: ignore[assignment]  # a Counter counts in any number

    def times(self, factor: float) -> Bill:
        return Bill(Counter({name: price * factor for name, price in self.by_service.items()}))  # type: ignore[arg-type]

    def plus(self, other: Bill) -> Bill:
        both = Bill(Counter(self.by_service))
        for name, price in other.by_service.items():
            both.add(name, price)
        return both

    @property
    def total(self) -> float:
        return sum(self.by_service.values())


class Calculator:
    def __init__(self, counts: Mapping[str, Any], prices: Prices, memory: Mapping[str, int]) -> None:
        self.counts, self.prices, self.memory = counts, prices, memory

    def message_in(self, channel: str, use: Use) -> Bill:
        """One message of a customer, without keeping it for long."""
        if channel == "email":
            first = self._of("email_in_first").times(use.first)
            bill = first.plus(self._of("email_in").times(1 - use.first)).plus(self._received(use.mail_kb))
        elif channel == "fax":
            bill = self._of("fax_in").plus(self._received(40 * use.fax_pages))
            bill.add("Textract", self.prices.of("textract_page", use.fax_pages))
        else:
            bill = self._of(f"{channel}_in")
            if channel == "sms":
                bill.add("SNS", self.prices.of("sns_publish", 1))
                bill.add("Firehose", self.prices.of("firehose_gb", COPIED_KB / 1024**2))
        return bill

    def answer(self, channel: str, use: Use) -> Bill:
        bill = self._of(f"{channel}_out")
        if channel == "email":
            bill.add("SES", self.prices.of("mail_out", 1))
            bill.add("SNS", self.prices.of("sns_publish", 2))  # SES tells that it was sent and delivered
        elif channel == "sms":
            bill.add("SNS", self.prices.of("sns_publish", 2))
            bill.add("SMS", use.sms_parts * (use.sms_price or 0.0))
        return bill

    def reading(self, use: Use) -> Bill:
        """What agents look at for one message."""
        return self._of("case_read").times(use.reads).plus(self._of("list_read").times(use.lists))

    def keeping(self, channel: str, use: Use) -> Bill:
        """One message for a month."""
        kb = {"email": use.mail_kb, "fax": 40 * use.fax_pages}.get(channel, use.other_kb)
        bill = Bill()
        bill.add("S3", self.prices.of("s3_gb_month", kb / 1024**2))
        gigabytes = ENTRY_KB / 1024**2
        bill.add("DynamoDB", self.prices.of("dynamodb_gb_month", gigabytes))
        bill.add("DynamoDB", self.prices.of("dynamodb_recovery_gb_month", gigabytes))
        return bill

    def idle(self, queues: int, alarms: int, metrics: int) -> Bill:
        """A month in which nobody writes."""
        bill = self._of("sweep").times(MINUTES_A_MONTH).plus(self._of("reconcile").times(MINUTES_A_MONTH / 15))
        bill.add("SQS", self.prices.of("sqs_request", queues * POLLS_A_MONTH))
        bill.add("CloudWatch", self.prices.of("alarm_month", alarms))
        bill.add("CloudWatch", self.prices.of("metric_month", metrics))
        bill.add("CloudWatch", self.prices.of("dashboard_month", 1))
        bill.add("KMS", self.prices.of("kms_key_month", 1))
        bill.add("WAF", self.prices.of("firewall_month", 1))  # an ACL and its one rule
        return bill

    def _of(self, name: str) -> Bill:
        counted, bill, price = self.counts[name], Bill(), self.prices.of
        waits = sum(counted["requests"].values()) * WAITS_MS / max(1, sum(counted["functions"].values()))
        for function, invocations in counted["functions"].items():
            memory = self.memory.get(function, self.memory[""])
            cpu = counted["cpu_ms"][function] / min(1.0, memory / MEMORY_OF_ONE_CPU)
            seconds = (cpu + waits * invocations) / 1000
            bill.add("Lambda", price("lambda_request", invocations))
            bill.add("Lambda", price("lambda_gb_second_arm", seconds * memory / 1024))
            bill.add("CloudWatch", price("log_gb", invocations * LOGGED_BYTES / 1024**3))
            bill.add("X-Ray", price("trace", invocations * SAMPLED))
        called = counted["functions"].get("api_handler", 0)
        bill.add("API Gateway", price("api_request", called))
        bill.add("WAF", price("firewall_request", called))
        bill.add("DynamoDB", price("dynamodb_read_unit", counted["read_units"]))
        bill.add("DynamoDB", price("dynamodb_write_unit", counted["write_units"]))
        for request, times in counted["requests"].items():
            service, _, operation = request.partition(".")
            if service == "s3" and operation != "DeleteObject":  # deleting costs nothing
                bill.add("S3", price("s3_get" if operation.startswith("Get") else "s3_put", times))
                bill.add("KMS", price("kms_request", times * ASKS_KMS))
            elif service == "sqs":
                bill.add("SQS", price("sqs_request", times))
            elif service == "events":
                bill.add("EventBridge", price("event", times))
        taken = sum(counted["functions"].get(name, 0) for name in ("receive_message", "deliver_message", "read_fax"))
        taken += counted["functions"].get("record_receipt", 0)
        bill.add("SQS", price("sqs_request", 2 * taken))  # Lambda receives and deletes
        return bill

    def _received(self, kb: float) -> Bill:
        """By SES: the mail, the bytes, the object that it writes, the notification."""
        bill = Bill()
        bill.add("SES", self.prices.of("mail_in", 1) + self.prices.of("mail_in_chunk_256_kb", math.floor(kb / 256)))
        bill.add("S3", self.prices.of("s3_put", 1))
        bill.add("SNS", self.prices.of("sns_publish", 1))
        return bill


def load(folder: Path = HERE) -> Calculator:
    config = json.loads((folder.parent / ".chalice" / "config.json").read_text())
    memory = {"": config["lambda_memory_size"]}
    memory |= {
        name: own["lambda_memory_size"]
        for name, own in config["lambda_functions"].items()
        if len(own) > 1 and "lambda_memory_size" in own
    }
    counts = json.loads((folder / "cost_counts.json").read_text())
    return Calculator(counts, Prices(json.loads((folder / "prices.json").read_text())), memory)


def report(calculator: Calculator, use: Use, *, queues: int, alarms: int, metrics: int) -> Iterator[str]:
    """Markdown, line by line."""
    listed = calculator.prices.listed
    yield f"Prices: {listed['currency']}, {listed['region']}, as of {listed['as_of']}; {listed['note']}"
    yield ""
    yield "| a million of | in | out, answered | an agent's reading | kept for a month | of that most is |"
    yield "|---|---|---|---|---|---|"
    for channel in CHANNELS:
        came, answer = calculator.message_in(channel, use), calculator.answer(ANSWERED_BY[channel], use)
        reading, keeping = calculator.reading(use), calculator.keeping(channel, use)
        whole = came.plus(answer).plus(reading)
        most = ", ".join(f"{name} {price / whole.total:.0%}" for name, price in whole.by_service.most_common(2))
        cells = [f"{bill.total * MEGA:,.2f}" for bill in (came, answer, reading, keeping)]
        yield f"| {channel} | {' | '.join(cells)} | {most} |"
    idle = calculator.idle(queues, alarms, metrics)
    yield ""
    yield f"Idle, a month: {idle.total:,.2f} ({_by_service(idle)})."
    month = idle
    for channel, share in use.shares.items():
        each = calculator.message_in(channel, use).plus(calculator.reading(use))
        each = each.plus(calculator.answer(ANSWERED_BY[channel], use).times(use.answers))
        kept = calculator.keeping(channel, use).times(use.months_kept)
        month = month.plus(each.plus(kept).times(share * use.messages))
    yield ""
    kept_for = f"after {use.months_kept:g} months of keeping as many"
    yield f"A month with {use.messages:,.0f} messages, {kept_for}: {month.total:,.2f}."
    yield f"That is {month.total / use.messages:.5f} a message: {_by_service(month)}."
    if use.sms_price is None:
        parts = use.messages * use.shares.get("sms", 0) * use.answers * use.sms_parts
        yield f"Not in it: {parts:,.0f} parts of text messages at your country's price (--sms-price)."


def _by_service(bill: Bill) -> str:
    return ", ".join(f"{name} {price:,.2f}" for name, price in bill.by_service.most_common() if price >= 0.005)


def parse_shares(texts: list[str]) -> dict[str, float]:
    """Raises ValueError for what is no channel, or when they are not one together."""
    shares = {}
    for text in texts:
        channel, _, share = text.partition("=")
        if channel not in CHANNELS:
            raise ValueError(f"{channel!r} is none of {', '.join(CHANNELS)}")
        shares[channel] = float(share)
    if abs(sum(shares.values()) - 1) > 0.001:
        raise ValueError(f"the shares make {sum(shares.values()):g}, not 1")
    return shares


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.cost", description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=float, default=1e6, help="that customers write in a month")
    parser.add_argument("--share", nargs="+", default=[f"{name}={share}" for name, share in SHARES.items()])
    plain = {name: value for name, value in vars_of(Use).items() if name not in {"messages", "shares", "sms_price"}}
    for name, value in plain.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=value)
    parser.add_argument("--sms-price", type=float, help="of one part of a text message, in US dollars")
    options = parser.parse_args(arguments)
    try:
        shares = parse_shares(options.share)
    except ValueError as error:
        parser.error(f"--share: {error}")
    if options.messages <= 0:
        parser.error("--messages: a number above 0")
    use = Use(options.messages, shares, sms_price=options.sms_price, **{name: getattr(options, name) for name in plain})
    sys.stdout.writelines(line + "\n" for line in report(load(), use, **installed()))
    return 0


def vars_of(kind: type) -> dict[str, float]:
    return {name: one.default for name, one in kind.__dataclass_fields__.items()}


def installed() -> dict[str, int]:
    """What of the template is paid for by the month, and the custom metrics that the functions publish."""
    from chalicelib.metrics import Metric
    from infra.template import join_templates

    kinds = Counter(body["Type"] for body in join_templates(HERE / "template")["Resources"].values() if "Type" in body)
    polled = 5  # receive, deliver, escalate, receipts, read-fax; the others are dead-letter queues
    return {"queues": polled, "alarms": kinds["AWS::CloudWatch::Alarm"], "metrics": len(Metric)}


if __name__ == "__main__":
    sys.exit(main())
