"""The same mails given to Splot and to django-helpdesk (SQLite), in one run: what each makes of them.

    python -m tests.bench.comparison [--rounds 8] [--damaged 500] [--python .venv-peers/bin/python]

Every mail is delivered twice, as a mail server does that did not hear our "thanks". django-helpdesk gets a mail as its
IMAP reader would hand it over, in its default settings. Splot gets it as SES stores and tells it, on moto and the local
DynamoDB; what they do is not counted, what boto3 does is. CPU time, because the machine is not ours alone; of two
deliveries the first.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

import boto3
from moto import mock_aws

from chalicelib import wiring
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.replay_messages import Days
from infra.local.dynoxide import Dynoxide
from tests.bench.comparison_mails import Mail, broken, conversations
from tests.bench.cost import Meter
from tests.channels.mutations import mutated
from tests.faults.functions import silence
from tests.main_path import conftest as main_path

INTAKE = Path(__file__).with_name("helpdesk_intake.py")
SEED = 1


@dataclass(frozen=True)
class Outcome:
    """`kept`: what an agent can read, each with the ticket in which it stands. `refused`: damaged mails that were not
    taken in. `aside`: damaged mails that wait for a person instead of standing in a ticket.
    """

    kept: Sequence[tuple[str, str]]
    seconds: Sequence[float]
    refused: int
    aside: int = 0


@dataclass(frozen=True)
class Judged:
    lost: int
    garbled: int
    with_a_stranger: int
    apart: int
    twice: int


def judge(mails: Sequence[Mail], kept: Sequence[tuple[str, str]]) -> Judged:
    """`apart`: an answer that stands in another ticket than what it answers."""
    found = Counter[str]()
    tickets: dict[str, set[str]] = defaultdict(set)
    for mail in mails:
        number = next(part.strip(",") for part in mail.sentence.split() if part.strip(",").isdigit())
        places = [(ticket, text) for ticket, text in kept if number in text]
        if not places:
            found["lost"] += 1
            continue
        found["garbled"] += not any(mail.sentence in text for _, text in places)
        found["twice"] += len(places) > 1
        mine = places[0][0]
        found["apart"] += mail.answers and bool(tickets[mail.matter]) and mine not in tickets[mail.matter]
        found["with_a_stranger"] += any(mine in of for matter, of in tickets.items() if matter != mail.matter)
        tickets[mail.matter].add(mine)
    return Judged(**{name: found[name] for name in Judged.__dataclass_fields__})


def by_helpdesk(python: str, mails: Sequence[Mail], damaged: Sequence[bytes]) -> Outcome:
    given = [(f"mail{number}", mail.raw) for number, mail in enumerate(mails)] * 2
    given += [(f"damaged{number}", raw) for number, raw in enumerate(damaged)]
    lines = "".join(json.dumps({"id": name, "raw": base64.b64encode(raw).decode()}) + "\n" for name, raw in given)
    run = subprocess.run([python, str(INTAKE)], input=lines, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(f"django-helpdesk did not run: {run.stderr[-2000:]}")
    told = json.loads(run.stdout)
    kept = [(str(one["ticket"]), one["text"]) for one in told["kept"] if "text" in one]
    seconds = [told["seconds"][f"mail{number}"][0] for number in range(len(mails))]
    return Outcome(kept, seconds, sum(name.startswith("damaged") for name in told["raised"]))


def by_splot(mails: Sequence[Mail], damaged: Sequence[bytes]) -> Outcome:
    meter = Meter()
    process = Dynoxide(path=None, port=None).start()  # moto copies the whole table for every transaction
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = process.endpoint
    with ExitStack() as stack:
        stack.callback(process.stop)
        for one in (mock_aws(), silence(), meter.without_moto()):
            stack.enter_context(one)
        world = main_path.Aws()
        wiring.use(world.hub)
        try:
            seconds = [_delivered(world, meter, mail.raw, mail.sender) for mail in (*mails, *mails)][: len(mails)]
            kept = [place for entry in _entries(world) for place in _shown(entry)]
            before = _without_an_outcome(world)
            for raw in damaged:
                _delivered(world, meter, raw, "anna@example.pl")
            refused = _without_an_outcome(world) - before
            aside = sum(item["pk"]["S"].startswith("PARKED") for item in _items())
        finally:
            wiring.use(None)
    return Outcome(kept, seconds, refused, aside)


def _delivered(world: main_path.Aws, meter: Meter, raw: bytes, sender: str) -> float:
    """Seconds of CPU of the function."""
    world.later(seconds=30)
    world.mail_arrives(raw, source=sender)
    meter.bill.cpu_ms.clear()
    with meter.running("receive_message"):
        world.run_queues()  # what was not taken in is found by the account
    return meter.bill.cpu_ms["receive_message"] / 1000


def _without_an_outcome(world: main_path.Aws) -> int:
    """Kept messages whose account is open."""
    today = world.ports.now().date()
    days = Days(today - timedelta(days=1), today + timedelta(days=1))
    found, after = 0, ""
    while True:
        page = world.hub.check_account(days, after=after)
        found += sum(breach.what in {"no_row", "no_entry", "no_parked_record"} for breach in page.breaches)
        after = page.next
        if not after:
            return found


def _items() -> Iterator[Mapping[str, Mapping[str, str]]]:
    for page in boto3.client("dynamodb").get_paginator("scan").paginate(TableName="splot"):
        yield from page["Items"]


def _entries(world: main_path.Aws) -> Iterator[Entry]:
    for item in _items():
        pk, sk = item["pk"]["S"], item["sk"]["S"]
        if sk.startswith("T#"):
            entry = world.threads.get_entry(pk.partition("#")[2], sk.partition("#")[2])
            if entry.kind is EntryKind.INBOUND and not entry.is_second_copy:
                yield entry


def _shown(entry: Entry) -> Iterator[tuple[str, str]]:
    yield entry.case_id, "\n".join((entry.subject, entry.text, entry.quoted_text, entry.signature))


def rows(mails: Sequence[Mail], damaged: int, outcomes: Mapping[str, Outcome]) -> Iterator[list[str]]:
    judged = {name: judge(mails, outcome.kept) for name, outcome in outcomes.items()}
    answers = sum(mail.answers for mail in mails)
    of = list(outcomes)

    def row(what: str, values: Mapping[str, object]) -> list[str]:
        return [what, *(str(values[name]) for name in of)]

    yield row(f"of {len(mails)} mails: lost", {name: one.lost for name, one in judged.items()})
    yield row("kept, but garbled", {name: one.garbled for name, one in judged.items()})
    yield row("in the ticket of somebody else", {name: one.with_a_stranger for name, one in judged.items()})
    yield row(f"of {answers} answers: not with what they answer", {name: one.apart for name, one in judged.items()})
    yield row("shown twice after the second delivery", {name: one.twice for name, one in judged.items()})
    yield row(f"of {damaged} damaged mails: not taken in", {name: one.refused for name, one in outcomes.items()})
    yield row("set aside for a person", {name: one.aside for name, one in outcomes.items()})
    yield row("CPU ms per mail, median", {name: f"{median(one.seconds) * 1000:.1f}" for name, one in outcomes.items()})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.comparison")
    parser.add_argument("--rounds", type=int, default=8, help="each has ten openings and twenty answers")
    parser.add_argument("--damaged", type=int, default=500)
    parser.add_argument("--python", default=".venv-peers/bin/python", help="of the environment with django-helpdesk")
    options = parser.parse_args()
    if not Path(options.python).exists():
        raise SystemExit(f"{options.python} is not there: `make bench-peers` makes it")
    os.environ |= dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "testing")
    os.environ["AWS_DEFAULT_REGION"] = main_path.REGION
    mails, damaged = conversations(SEED, options.rounds), [*broken(mutated, options.damaged)]
    sys.stderr.write(f"{len(mails)} mails twice, {len(damaged)} damaged ones: django-helpdesk ...\n")
    begun = time.monotonic()
    outcomes = {"django-helpdesk": by_helpdesk(options.python, mails, damaged)}
    sys.stderr.write(f"{time.monotonic() - begun:.0f} s; Splot ...\n")
    outcomes = {"Splot": by_splot(mails, damaged), **outcomes}
    sys.stdout.write(f"| | {' | '.join(outcomes)} |\n|---|{'---|' * len(outcomes)}\n")
    for row in rows(mails, len(damaged), outcomes):
        sys.stdout.write(f"| {' | '.join(row)} |\n")


if __name__ == "__main__":
    main()
