"""The cost calculator: it multiplies what was counted, says what it takes for granted, and refuses nonsense."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from infra import cost
from infra.cost import CHANNELS, Calculator, Prices, Use, load, main, parse_shares, report

ROOT = Path(__file__).parents[2]
A_MILLION = Use(1_000_000)
ONE_OF_EACH = {
    "functions": {"receive_message": 1},
    "cpu_ms": {"receive_message": 100.0},
    "requests": {"s3.PutObject": 1, "s3.DeleteObject": 1, "sqs.SendMessage": 1},
    "read_units": 4.0,
    "write_units": 8.0,
}


def calculator(**prices):
    listed = json.loads((ROOT / "infra" / "prices.json").read_text())
    free = {name: {**price, "price": 0} if isinstance(price, dict) else price for name, price in listed.items()}
    for name, price in prices.items():
        free[name] = {**free[name], "price": price, "per": 1}
    return Calculator({"sms_in": ONE_OF_EACH}, Prices(free), {"": 1_769})


@pytest.mark.parametrize(
    ("prices", "service", "price"),
    [
        ({"dynamodb_read_unit": 1}, "DynamoDB", 4),
        ({"dynamodb_write_unit": 1}, "DynamoDB", 8),
        ({"s3_put": 1}, "S3", 1),
        ({"sqs_request": 1}, "SQS", 3),  # ours, and the two by which Lambda takes it
        ({"lambda_request": 1}, "Lambda", 1),
        ({"lambda_gb_second_arm": 1}, "Lambda", (0.1 + 3 * cost.WAITS_MS / 1000) * 1_769 / 1024),
        ({"api_request": 1}, "API Gateway", 0),
        ({"sns_publish": 1}, "SNS", 1),
    ],
)
def test_each_thing_that_was_counted_has_its_price(prices, service, price):
    bill = calculator(**prices).message_in("sms", A_MILLION)
    assert bill.by_service[service] == pytest.approx(price)
    assert bill.total == pytest.approx(price)


def test_a_function_with_less_memory_takes_longer_for_the_same_work():
    found = calculator(lambda_gb_second_arm=1)
    found.memory = {"": 1_769 // 2}
    half = found.message_in("sms", A_MILLION).total * 1024 / (1_769 // 2)
    assert half == pytest.approx(0.2 + 3 * cost.WAITS_MS / 1000, rel=0.01)


def test_twice_the_messages_cost_twice_as_much_beyond_what_is_idle():
    def month(use):
        said = [line for line in report(load(), use, queues=5, alarms=22, metrics=20) if line.startswith("A month")]
        return float(said[0].rpartition(": ")[2].rstrip(".").replace(",", ""))

    idle = load().idle(5, 22, 20).total
    one, two = month(replace(A_MILLION, sms_price=0.04)), month(Use(2_000_000, sms_price=0.04))
    assert two - idle == pytest.approx(2 * (one - idle), rel=0.001)


def test_text_messages_without_a_price_are_named_as_missing():
    without = "\n".join(report(load(), A_MILLION, queues=5, alarms=22, metrics=20))
    assert "Not in it: 300,000 parts of text messages" in without
    assert (
        "SMS" not in load().answer("sms", A_MILLION).by_service or not load().answer("sms", A_MILLION).by_service["SMS"]
    )
    assert load().answer("sms", replace(A_MILLION, sms_price=0.04)).by_service["SMS"] == pytest.approx(0.08)


def test_every_channel_was_counted():
    for channel in CHANNELS:
        assert load().message_in(channel, A_MILLION).total > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--share", "pigeon=1"], "'pigeon' is none of"),
        (["--share", "email=0.5"], "the shares make 0.5, not 1"),
        (["--share", "email"], "--share"),
        (["--messages", "0"], "a number above 0"),
    ],
)
def test_nonsense_is_refused_by_its_name(arguments, words, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert words in capsys.readouterr().err


def test_shares_are_read():
    assert parse_shares(["email=0.75", "sms=0.25"]) == {"email": 0.75, "sms": 0.25}


_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def test_the_page_on_cost_says_what_the_calculator_says_give_or_take_a_tenth(capsys):
    main([])
    page = {_NUMBER.sub("#", line): line for line in (ROOT / "docs" / "cost.md").read_text().splitlines()}
    for line in capsys.readouterr().out.splitlines():
        if not line.startswith(("| email", "| sms", "| form", "| app", "| fax", "Idle", "A month", "Not in it")):
            continue
        shape = _NUMBER.sub("#", line)
        assert shape in page, f"docs/cost.md lacks: {line}"
        said = [float(number.replace(",", "")) for number in _NUMBER.findall(page[shape])]
        assert said == pytest.approx(
            [float(number.replace(",", "")) for number in _NUMBER.findall(line)], rel=0.1, abs=1
        )


@pytest.mark.emulator
def test_what_was_counted_is_what_is_asked_for_now():
    """But for the time it takes. `python -m tests.bench.cost --write` counts again."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.cost"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    kept = json.loads((ROOT / "infra" / "cost_counts.json").read_text())
    found = json.loads(done.stdout)
    for name in kept.keys() | found.keys():
        assert {**found[name], "cpu_ms": None} == {**kept[name], "cpu_ms": None}, name
