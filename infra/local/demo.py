"""A day in a few minutes on the local stack: people write by every channel, an agent answers, and a case that nobody
answers escalates. Starts the stack if it is not running.

    python -m infra.local.demo [FOLDER]

No clock is moved: the inbox `express@hub.example` has one minute for an answer, and the sweep runs every minute.
Each run has new people, so it can be repeated.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from secrets import token_hex
from typing import Any

from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from infra.local.configuration import EXPRESS
from infra.local.fax_page import render_fax_page
from infra.local.hub import HubPorts
from infra.local.outside import NothingHappened, Outside, Refused, mail, wait_for
from infra.local.stack import DEFAULT_FOLDER, PROJECT, LocalStack, NotDeployed
from infra.local.supervisor import find_supervisor

ESCALATES_WITHIN_SECONDS = 200

FIRST_MAIL = """Dzień dobry,

zamówiłam u Państwa książkę, miała być w piątek, a paczki wciąż nie ma. Potwierdzenie w załączniku.

Pozdrawiam
Anna Żółkiewska

W dniu 19.11.2026 o 10:02, Księgarnia <pomoc@hub.example> napisał(a):
> Dziękujemy za zamówienie. Paczka dotrze do Państwa w piątek.
"""
ANSWER = "Dzień dobry, paczka utknęła w sortowni. Dziś wysyłamy drugą, będzie jutro do południa."
SECOND_MAIL = """Dziękuję! Czy kurier może zadzwonić przed przyjazdem?

> Dziś wysyłamy drugą, będzie jutro do południa.
"""


@dataclass(frozen=True)
class Person:
    name: str
    address: str
    phone: str
    fax: str


@dataclass(frozen=True)
class Inboxes:
    """The first inbox of each channel, and the one with the minute."""

    mail: str
    fax: str
    sms: str
    form: str
    express: str


def inboxes_of(configuration: Configuration) -> Inboxes:
    """Raises NothingHappened, naming what the configuration lacks."""

    def first(channel: Channel, name: str = "") -> str:
        for inbox in configuration.inboxes:
            if inbox.channel is channel and name in {"", inbox.name}:
                return inbox.address or inbox.name
        raise NothingHappened(f"the configuration has an inbox {name} for {channel}")

    return Inboxes(
        mail=first(Channel.EMAIL),
        fax=first(Channel.FAX),
        sms=first(Channel.SMS),
        form=first(Channel.WEB_FORM),
        express=first(Channel.EMAIL, EXPRESS),
    )


def play(outside: Outside, inboxes: Inboxes) -> None:
    run = token_hex(3)
    digits = f"{int(run, 16) % 10_000_000:07d}"
    anna = Person("Anna Żółkiewska", f"anna.{run}@example.pl", f"+4860{digits}", f"+4822{digits}")

    step("Bartek writes to the inbox that promises an answer within a minute; nobody will answer him")
    bartek = f"bartek.{run}@example.pl"
    outside.send_mail(mail(f"Bartek <{bartek}>", inboxes.express, "Pilne", "Proszę o pilny kontakt."))

    step("Anna writes an e-mail with a quote and an attachment")
    outside.send_mail(_first_mail(anna, inboxes.mail))
    case = wait_for(lambda: outside.find_case("care", anna.address), "Anna's mail is in a case")
    done(f"case {case['reference']}, team {case['team']}, answer due {case['deadline_at']}")

    step("An agent answers her")
    path = f"/v1/cases/{case['reference']}"
    outside.agent("POST", f"{path}/replies", {"text": ANSWER, "messages_read": 1})
    answer = wait_for(lambda: outside.sent_mails(anna.address), "the answer is sent")[-1]
    done(f"sent with Reply-To {answer['Reply-To']}")

    step("Anna answers that answer, and her mail program says that she is away")
    outside.send_mail(_reply(anna, answer, SECOND_MAIL))
    away = _reply(anna, answer, "Jestem na urlopie do poniedziałku.")
    away["Auto-Submitted"] = "auto-replied"
    outside.send_mail(away, sender="")
    entry = _wait_for_entry(outside, case, "Czy kurier")
    done(f"joined by {entry['arrival']['matching']['rule']}: {entry['arrival']['matching']['evidence']}")
    entry = _wait_for_entry(outside, case, "urlopie")
    done(f"a machine's: {entry['arrival']['automatic']}; it moves no clock")

    step("The agent notes her numbers; she sends two text messages and a fax")
    for kind, value in (("phone", anna.phone), ("fax", anna.fax)):
        outside.agent("POST", f"/v1/customers/{case['customer_id']}/contact-points", {"kind": kind, "value": value})
    for text in ("To znowu ja, Anna.", "Kurier byl, dziekuje!"):
        outside.send_sms(anna.phone, inboxes.sms, text)
    outside.send_mail(_fax(anna, inboxes.fax))
    for said in ("To znowu ja", "Kurier byl", "image/tiff"):
        _wait_for_entry(outside, case, said)
    done("all of it is in her thread")

    step("Jan fills in the form on the web site")
    form = {"name": "Jan Kowalski", "email": f"jan.{run}@example.pl", "text": "Czy mają Państwo tę książkę w sklepie?"}
    posted = outside.post_form(inboxes.form, form, f"demo-{run}")
    done(f"case {posted['case']}, told to him at once")

    step("Ola writes from a mailbox that gives every answer back (a magic recipient)")
    ola = f"bounced+{run}@example.pl"
    outside.send_mail(mail(f"Ola <{ola}>", inboxes.mail, "Zwrot", "Jak mogę zwrócić książkę?"))
    hers = wait_for(lambda: outside.find_case("care", ola), "Ola's mail is in a case")
    outside.agent("POST", f"/v1/cases/{hers['reference']}/replies", {"text": ANSWER, "messages_read": 1})
    wait_for(lambda: _has_event(outside, hers, "delivery.bounced"), "the answer bounces")
    done("the agent is told, and her case waits for an answer again")

    step("Nobody has answered Bartek (a minute, and the next sweep)")
    escalated = _wait_for_escalation(outside, bartek)

    print_thread(f"Anna's thread, as an agent reads it: /v1/customers/{case['customer_id']}/thread",
                 outside.thread(case["customer_id"]))  # fmt: skip
    print_thread(f"Bartek's thread, with the escalation: /v1/customers/{escalated['customer_id']}/thread",
                 outside.thread(escalated["customer_id"]))  # fmt: skip
    print(f"\nWhat was sent, to the customers and to the team: {outside.stack.url('carriers')}/")
    print(f"All of it, as agents see it: {outside.stack.url('console')}/#/team/care/{case['reference']}")


def print_thread(title: str, entries: list[dict[str, Any]]) -> None:
    print(f"\n{title}")
    for entry in entries:
        who = entry["author"] if entry["kind"] != "event" else "hub"
        how = entry["channel"] or entry["event"]
        print(f"  {entry['at'][11:19]}  {entry['kind']:8}  {who.partition(':')[0]:8}  {how}")
        print("".join(f"            | {line}\n" for line in _lines(entry)), end="")


def _lines(entry: dict[str, Any]) -> list[str]:
    lines = [line for line in (entry["text"] or "").splitlines() if line.strip()]
    if entry["quoted_text"]:
        lines.append(f"[{len(entry['quoted_text'].splitlines())} quoted lines folded]")
    lines += [f"[{file['name']}, {file['content_type']}, {file['size']} bytes]" for file in entry["attachments"]]
    if entry["reading"]:
        reading = entry["reading"]
        lines.append(f"(pages: {reading['status']} {reading['detail'] or ''})")
        lines += [f"    {line}" for line in (reading["text"] or "").splitlines() if line.strip()]
    if entry["arrival"]:
        matching = entry["arrival"]["matching"]
        lines.append(f"({matching['rule']}: {matching['evidence']}; sender {entry['arrival']['trust']['level']})")
    if entry["delivery"]:
        lines.append(f"(to {entry['delivery']['recipient']}: {entry['delivery']['status']})")
    if entry["event"]:
        lines.append(", ".join(f"{name} {value}" for name, value in entry["facts"].items() if value))
    return lines


def _first_mail(person: Person, to: str) -> EmailMessage:
    message = mail(f"{person.name} <{person.address}>", to, "Gdzie jest moja paczka?", FIRST_MAIL)
    message.add_attachment(b"%PDF-1.4 zamowienie", maintype="application", subtype="pdf", filename="zamówienie.pdf")
    return message


def _reply(person: Person, to: EmailMessage, text: str) -> EmailMessage:
    reply = mail(f"{person.name} <{person.address}>", str(to["Reply-To"]), f"Re: {to['Subject']}", text)
    reply["In-Reply-To"] = reply["References"] = str(to["Message-ID"])
    return reply


def _fax(person: Person, to: str) -> EmailMessage:
    message = mail("Fax <noreply@fax-gateway.example>", to, f"Fax from {person.fax}", "1 page.")
    message.add_attachment(render_fax_page(), maintype="image", subtype="tiff", filename="fax.tif")
    return message


def _wait_for_entry(outside: Outside, case: dict[str, Any], said: str) -> dict[str, Any]:
    def find() -> dict[str, Any] | None:
        for entry in outside.thread(case["customer_id"]):
            if said in entry["text"] or any(said in file["content_type"] for file in entry["attachments"]):
                return entry
        return None

    return wait_for(find, f"{said!r} is in the thread")


def _wait_for_escalation(outside: Outside, address: str) -> dict[str, Any]:
    case = wait_for(lambda: outside.find_case(EXPRESS, address), "Bartek's mail is in a case")

    started = time.monotonic()
    wait_for(lambda: _has_event(outside, case, "case.escalated"), "the case escalates", ESCALATES_WITHIN_SECONDS)
    done(f"case {case['reference']} was escalated after {time.monotonic() - started:.0f} s more")
    return case


def _has_event(outside: Outside, case: dict[str, Any], name: str) -> bool:
    return any(entry["event"] == name for entry in outside.thread(case["customer_id"]))


def step(text: str) -> None:
    print(f"\n{time.strftime('%H:%M:%S')}  {text} ...", flush=True)


def done(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}    {text}", flush=True)


def main(folder: str = str(DEFAULT_FOLDER)) -> None:
    stack = LocalStack(Path(folder).resolve())
    if find_supervisor(stack.folder) is None:
        start = [sys.executable, "-m", "infra.local", "--folder", str(stack.folder), "run"]
        subprocess.run(start, cwd=PROJECT, check=True)
    try:
        os.environ.update(stack.environment())
        play(Outside(stack), inboxes_of(HubPorts(stack).configuration()))
    except NotDeployed:
        sys.exit("error: The local stack is still starting. Try again in a moment.")
    except (NothingHappened, Refused) as error:
        sys.exit(f"error: this should have happened and did not: {error}\nSee `make logs`.")


if __name__ == "__main__":
    main(*sys.argv[1:])
