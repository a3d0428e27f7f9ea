"""A day in a few minutes on the local stack: people write by every channel, agents answer, a promise is broken, and a
case that nobody answers escalates. Starts the stack if it is not running.

    python -m infra.local.demo [FOLDER]

No clock is moved: the inbox `express@hub.example` has one minute for an answer, the promise is for in a minute, and the
sweep runs every minute. Each run has new people, so it can be repeated.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar

from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from infra.local import demo_people as words
from infra.local.configuration import EXPRESS
from infra.local.demo_people import People, Person, new_people, quarrel_of
from infra.local.demo_threads import print_thread
from infra.local.hub import HubPorts
from infra.local.outside import NothingHappened, Outside, Refused
from infra.local.outside import wait_for as wait_within
from infra.local.stack import DEFAULT_FOLDER, PROJECT, LocalStack, NotDeployed
from infra.local.supervisor import find_supervisor

PATIENCE_SECONDS = 120  # nothing takes that long on a machine that has nothing else to do
RUNS_OUT_WITHIN_SECONDS = 200
PROMISED_FOR = timedelta(minutes=1)

Case = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Inboxes:
    """Where people write to: two departments, the fax, the number, the form, and the inbox with the minute."""

    help: str
    invoices: str
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
        help=first(Channel.EMAIL),
        invoices=first(Channel.EMAIL, "invoices"),
        fax=first(Channel.FAX),
        sms=first(Channel.SMS),
        form=first(Channel.WEB_FORM),
        express=first(Channel.EMAIL, EXPRESS),
    )


class Day:
    def __init__(self, outside: Outside, inboxes: Inboxes, people: People) -> None:
        self.outside = outside
        self.inboxes = inboxes
        self.people = people

    def play(self) -> None:
        who = self.people
        step("Bartek writes to the inbox that promises an answer within a minute; nobody will answer him")
        self.outside.send_mail(who.bartek.writes(self.inboxes.express, "Pilne", "Proszę o pilny kontakt."))
        quarrel = self._quarrel(who.anna)
        parcel = self._parcel(who.grace)
        stopped = self._stop(who.tom)
        self._promise_is_kept(who.jan)
        bounced = self._bounce(who.ola)
        self._other_channels(who.maria)

        step(
            "Nobody has sent Anna what she was promised, and nobody has answered Bartek (a minute, and the next sweep)"
        )
        urgent = self._find("express", who.bartek, "Bartek's mail is in a case")
        self._wait_for_event(quarrel, "promise.broken", RUNS_OUT_WITHIN_SECONDS)
        done(f"the promise to Anna is broken, and stays known as broken: case {quarrel['reference']}")
        self._wait_for_event(urgent, "case.escalated", RUNS_OUT_WITHIN_SECONDS)
        done(f"Bartek's case {urgent['reference']} is escalated: the supervisor was told by mail")

        print_thread("Anna's thread, as an agent reads it (times in UTC)", self.outside.thread(quarrel["customer_id"]))
        print_thread("Bartek's thread, with the escalation (times in UTC)", self.outside.thread(urgent["customer_id"]))
        self._say_where_to_look(quarrel, urgent, parcel, stopped, bounced)

    def _quarrel(self, anna: Person) -> Case:
        """About an invoice, by e-mail, fax and SMS."""
        step("Anna quarrels over an invoice, by e-mail, with the invoice and with what she answers to")
        self.outside.send_mail(quarrel_of(anna, self.inboxes.invoices))
        case = self._find("billing", anna, "Anna's mail is in a case")
        done(f"case {case['reference']}, team {case['team']}, answer due {case['deadline_at']}")

        step("An agent notes the numbers below her name, answers, and promises the correction")
        for kind, value in (("phone", anna.phone), ("fax", anna.fax)):
            point = {"kind": kind, "value": value}
            self.outside.agent("POST", f"/v1/customers/{case['customer_id']}/contact-points", point)
        answer = self._answer(case, words.WE_CHECK)
        due_at = (datetime.now(UTC) + PROMISED_FOR).isoformat(timespec="seconds")
        self._do(case, "POST", "promises", {"text": words.PROMISE, "due_at": due_at})
        sent = wait_for(lambda: self._mail_of(case, answer, anna), "the answer is sent")
        done(f"sent with Reply-To {sent['Reply-To']}")

        step("Her mail program says that she is away; then she sends a fax and a text message, louder each time")
        away = anna.answers(sent, words.AWAY)
        away["Auto-Submitted"] = "auto-replied"
        self.outside.send_mail(away, sender="")
        entry = self._wait_for_entry(case, "poza biurem")
        done(f"a machine's: {entry['arrival']['automatic']}; it moves no clock")
        self.outside.send_mail(anna.faxes(self.inboxes.fax, words.FAX))
        self.outside.send_sms(anna.phone, self.inboxes.sms, words.IMPATIENT)
        for said in ("image/tiff", "To znowu ja"):
            self._wait_for_entry(case, said)
        done("e-mail, fax and text message stand in one thread: hers")
        return case

    def _parcel(self, grace: Person) -> Case:
        step("Grace asks in English where her parcel is, is answered, and says thank you")
        self.outside.send_mail(grace.writes(self.inboxes.help, "Where is my parcel?", words.PARCEL))
        case = self._find("care", grace, "Grace's mail is in a case")
        answer = self._do(case, "POST", "replies", {"template": "parcel-on-its-way"})
        sent = wait_for(lambda: self._mail_of(case, answer["entry_id"], grace), "the answer is sent")
        self.outside.send_mail(grace.answers(sent, words.THANKS))
        entry = self._wait_for_entry(case, words.THANKS)
        done(f"joined by {entry['arrival']['matching']['rule']}: {entry['arrival']['matching']['evidence']}")
        self._do(case, "POST", "closing", {})
        return case

    def _stop(self, tom: Person) -> Case:
        step("Tom asks by text message, is answered, and writes STOP")
        self.outside.send_sms(tom.phone, self.inboxes.sms, words.SATURDAY)
        found = wait_for(lambda: self.outside.find_case_of("care", f"phone:{tom.phone}"), "Tom's message is in a case")
        answer = self._answer(found, words.OPEN_TILL_TWO)
        wait_for(lambda: self._status(found, answer) not in {"queued", "sending"}, "the answer is sent")
        self.outside.send_sms(tom.phone, self.inboxes.sms, words.NO_MORE)
        self._wait_for_entry(found, words.NO_MORE)
        try:
            self._answer(found, words.OPEN_TILL_TWO)
        except Refused as refused:
            done(f"no agent can text him any more: {refused.problem['detail']}")
            return found
        raise NothingHappened("STOP keeps us from texting")

    def _promise_is_kept(self, jan: Person) -> None:
        step(
            "Jan fills in the form on the web site; the agent promises to look, does so, tells him and closes his case"
        )
        form = {"name": jan.name, "email": jan.address, "text": words.IN_THE_SHOP}
        posted = self.outside.post_form(self.inboxes.form, form, f"demo-{token_hex(8)}")
        done(f"case {posted['case']}, told to him at once")
        case = {"reference": posted["case"]}
        due_at = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
        promised = self._do(case, "POST", "promises", {"text": words.WE_LOOK, "due_at": due_at})
        self._answer(case, words.IT_WAITS)
        self.outside.agent("PUT", f"/v1/cases/{posted['case']}/promises/{promised['promise']}", {"outcome": "kept"})
        self._do(case, "POST", "closing", {})
        done("a promise that was kept, and a case that is resolved: the reports count them")

    def _bounce(self, ola: Person) -> Case:
        step("Ola writes from a mailbox that gives everything back")
        self.outside.send_mail(ola.writes(self.inboxes.help, "Zwrot", words.RETURN))
        case = self._find("care", ola, "Ola's mail is in a case")
        self._wait_for_event(case, "delivery.bounced")
        done("the acknowledgement came back: nothing more is sent there, and the agent sees it")
        point = {"kind": "phone", "value": ola.phone}
        self.outside.agent("POST", f"/v1/customers/{case['customer_id']}/contact-points", point)
        self._answer(case, words.HOW_TO_RETURN)
        done("so she is answered by text message, at the number below her name")
        return case

    def _other_channels(self, maria: Person) -> None:
        step("Maria telephones, a letter comes, somebody comes by, and a user writes in the app")
        caller = {"contact_point": {"kind": "phone", "value": maria.phone}, "name": maria.name}
        call = {**caller, "direction": "inbound", "outcome": "reached", "notes": "Pyta o godziny otwarcia w święta."}
        self.outside.agent("POST", "/v1/calls", {**call, "duration_seconds": 95})
        scan = {"name": "list.tif", "content_type": "image/tiff", "data_base64": words.scanned_letter()}
        letter = {"name": "Edward Lis", "notes": "Prosi o katalog na papierze.", "scan": [scan]}
        self.outside.agent("POST", "/v1/letters", letter)
        self.outside.agent("POST", "/v1/visits", {**caller, "notes": "Odebrała zamówienie.", "answer_owed": False})
        key = {"Idempotency-Key": token_hex(16)}
        self.outside.as_role("customer", "POST", "/v1/messages", {"text": "Kiedy przyjdzie paczka?"}, key)
        done("all eight channels were used today")

    def _say_where_to_look(self, quarrel: Case, urgent: Case, parcel: Case, stopped: Case, bounced: Case) -> None:
        console, carriers = self.outside.stack.url("console"), self.outside.stack.url("carriers")
        places = [
            ("Anna's quarrel, with the broken promise", f"{console}/#/team/billing/{quarrel['reference']}"),
            ("Bartek's escalation, and how the deadline came to be", f"{console}/#/late/express/{urgent['reference']}"),
            ("Grace, in English", f"{console}/#/team/care/{parcel['reference']}"),
            ("Tom, who said STOP", f"{console}/#/team/care/{stopped['reference']}"),
            ("Ola, whose mail comes back", f"{console}/#/team/care/{bounced['reference']}"),
            ("counted, as a supervisor", f"{console}/#/reports"),
            ("what was sent, to customers and to the team", f"{carriers}/"),
        ]
        print("\nWhere to look (the console logs in with one click):")
        for what, where in places:
            print(f"  {what:53} {where}")

    def _find(self, team: str, person: Person, what: str) -> Case:
        return wait_for(lambda: self.outside.find_case(team, person.address), what)

    def _do(self, case: Case, method: str, what: str, body: dict[str, Any]) -> dict[str, Any]:
        """As an agent who has read all that is there."""
        path = f"/v1/cases/{case['reference']}"
        read = self.outside.agent("GET", path)["messages_in"]
        return self.outside.agent(method, f"{path}/{what}", {**body, "messages_read": read})

    def _answer(self, case: Case, text: str) -> str:
        return str(self._do(case, "POST", "replies", {"text": text})["entry_id"])

    def _entry(self, case: Case, is_it: Callable[[dict[str, Any]], object]) -> dict[str, Any] | None:
        return next((entry for entry in self.outside.thread(case["customer_id"]) if is_it(entry)), None)

    def _status(self, case: Case, entry_id: str) -> str:
        entry = self._entry(case, lambda entry: entry["id"] == entry_id)
        return entry["delivery"]["status"] if entry else "queued"

    def _mail_of(self, case: Case, entry_id: str, person: Person) -> Any:
        if self._status(case, entry_id) in {"queued", "sending"}:
            return None
        return self.outside.sent_mails(person.address)[-1]

    def _wait_for_entry(self, case: Case, said: str) -> dict[str, Any]:
        def is_it(entry: dict[str, Any]) -> bool:
            return said in (entry["text"] or "") or any(said in file["content_type"] for file in entry["attachments"])

        return wait_for(lambda: self._entry(case, is_it), f"{said!r} is in the thread")

    def _wait_for_event(self, case: Case, name: str, within_seconds: float = PATIENCE_SECONDS) -> None:
        wait_within(lambda: self._entry(case, lambda entry: entry["event"] == name), name, within_seconds)


def wait_for(ask: Callable[[], T | None], what: str) -> T:
    return wait_within(ask, what, PATIENCE_SECONDS)


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
        Day(Outside(stack), inboxes_of(HubPorts(stack).configuration()), new_people()).play()
    except NotDeployed:
        sys.exit("error: The local stack is still starting. Try again in a moment.")
    except (NothingHappened, Refused) as error:
        sys.exit(f"error: this should have happened and did not: {error}\nSee `make logs`.")


if __name__ == "__main__":
    main(*sys.argv[1:])
