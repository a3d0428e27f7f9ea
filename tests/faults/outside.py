"""Who writes to the hub from outside, and through whom: customers, carriers, forms and apps, agents.

Everything that somebody writes carries a mark, so that it can be found again wherever it ends: `#17#`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from chalicelib.domain.automatic_answers import AcknowledgementRule
from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.threads import Entry
from infra.local.carrier_reports import mail_event
from infra.local.carrier_reports import sms_event as sms_report
from tests.domain.making import FAXES, POLICY
from tests.faults.carriers import (
    FAX_GATEWAY,
    OUR_ADDRESS,
    OUR_FAX,
    Said,
    fax_bytes,
    fax_report_bytes,
    mail_bytes,
    marks_in,
    receipt_notification,
    report_bytes,
    sms_event,
    stamp,
)
from tests.faults.functions import connect_event
from tests.faults.ports import OFFICE, Accepted
from tests.faults.simulation import Answer, Simulation
from tests.faults.world import Ending

_NOTIFIED_AFTER = (timedelta(0), timedelta(seconds=3), timedelta(minutes=5), timedelta(minutes=40))
_ASKED_AGAIN_AFTER = timedelta(seconds=2)


@dataclass
class Request:
    """A call of the API that its caller repeats under one idempotency key until an answer comes."""

    method: str
    path: str
    body: bytes
    token: str
    headers: Mapping[str, str]
    tries: int
    asked_at: datetime
    mark: int = 0
    said: Said | None = None
    answers: list[Answer | None] = field(default_factory=list)


class Outside:
    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.world = simulation.world
        self.ports = simulation.ports
        self.said: list[Said] = []
        self.requests: list[Request] = []
        self.reported: list[tuple[str, str]] = []
        self._numbers = count(1)
        self.broken_promises: list[str] = []
        self.let_in: list[tuple[str, str]] = []

    def never_escalate(self) -> None:
        """A policy without steps makes runs short that are not about clocks."""
        self.configure(policies={"standard": replace(POLICY, steps=())})

    def acknowledge(self) -> None:
        """Every inbox that a story writes to answers by itself, also when a case opens again."""
        saved = self.ports.configuration.saved[-1][1]
        by = {Channel.EMAIL: Channel.EMAIL, Channel.WEB_FORM: Channel.EMAIL, Channel.SMS: Channel.SMS}
        inboxes = tuple(
            replace(inbox, acknowledgement=AcknowledgementRule((by[inbox.channel],), on_reopening=True))
            if inbox.channel in by
            else inbox
            for inbox in saved.inboxes
        )
        self.configure(inboxes=inboxes)

    def configure(self, **changed: Any) -> None:
        """Holds at once, and as if it always had."""
        saved = self.ports.configuration.saved[-1][1]
        self.ports.configuration.saved = [(self.world.at, replace(saved, **changed))]

    def take_over(self, other: Outside) -> None:
        """Goes on where another world has come to rest."""
        self.simulation.take_over(other.simulation)
        said = {id(each): replace(each) for each in other.said}
        self.said = [*said.values()]
        self.requests = [
            replace(request, answers=[*request.answers], said=said.get(id(request.said))) for request in other.requests
        ]
        self._numbers = count(1 + len(other.said) + 2 * len(other.requests))

    # Carriers.

    def mail(
        self,
        sender: str,
        *,
        to: str = OUR_ADDRESS,
        dmarc: str = "PASS",
        in_reply_to: str = "",
        automatic: bool = False,
        poison: bool = False,
        to_case: str = "",
        genuine: bool = True,
        notifications: int | None = None,
        parked_as: str = "",
    ) -> Said:
        """SES takes a mail: it stores it, then says so. `notifications`: how often; None leaves it to chance."""
        said = Said(
            next(self._numbers), "email", sender, self.world.at, True, dmarc, to_case, genuine, automatic, parked_as
        )
        self._take_mail(said, mail_bytes(said, to, in_reply_to, poison=poison), to, notifications)
        return said

    def mail_again(self, said: Said) -> None:
        """The sender's server did not hear that SES had taken it, and hands it over once more (RFC 1047)."""
        said.copies += 1
        self._store_mail(
            replace(said, at=self.world.at), mail_bytes(said, OUR_ADDRESS, "", poison=False), OUR_ADDRESS, 1
        )

    def fax(self, number: str) -> Said:
        """A gateway mails a fax with two pages. The stream is listened to, because it says which faxes wait."""
        self.simulation.listening = True
        said = Said(next(self._numbers), "fax", FAX_GATEWAY, self.world.at, True, "PASS")
        self._take_mail(said, fax_bytes(said, number), OUR_FAX, None)
        return said

    def _take_mail(self, said: Said, raw: bytes, to: str, notifications: int | None) -> None:
        self.said.append(said)
        self._store_mail(said, raw, to, notifications)

    def _store_mail(self, said: Said, raw: bytes, to: str, notifications: int | None) -> None:
        name = f"ses{said.mark}" if said.copies == 1 else f"ses{said.mark}-{said.copies}"
        key = f"incoming/email/{name}"
        self.ports.raw.put_by_carrier(key, raw)
        told = receipt_notification(said, name, key, to)
        if notifications is None:
            notifications = (1, 2, 0)[self.world.choices.weighted(8, 1, 1)]
        for _ in range(notifications):
            self._notify(told)

    def sms(self, sender: str, *, in_reply_to: str = "", text: str = "") -> Said:
        """The SMS service publishes the message; SNS brings it at least once."""
        said = Said(next(self._numbers), "sms", sender, self.world.at, True)
        self.said.append(said)
        told = sms_event(said, in_reply_to, text)
        for _ in range((1, 2)[self.world.choices.weighted(8, 1)]):
            self._notify(told)
        return said

    def _notify(self, told: Mapping[str, Any]) -> None:
        envelope = {"Type": "Notification", "Message": json.dumps(told), "Timestamp": stamp(self.world.at)}
        after = _NOTIFIED_AFTER[self.world.choices.weighted(6, 2, 1, 1)]
        self.world.later(after, lambda: self.simulation.receive.send(envelope))

    def report(self, sent: Accepted, kind: str, *, after: timedelta = timedelta(0)) -> None:
        """What the carrier tells of a message that it took: a word of SES (`Bounce`) or of the SMS service."""
        tags = {"entry": sent.message.tag, "customer": sent.message.customer_id}
        event = sms_report if sent.message.raw is None else mail_event
        told = event(kind, sent.provider_id, tags, sent.message.recipient, self.world.at)
        envelope = {"Type": "Notification", "Message": json.dumps(told), "Timestamp": stamp(self.world.at)}
        self.reported.append((sent.entry_id, kind))
        self.world.later(after, lambda: self.simulation.queues["receipts"].send(envelope))

    def report_by_mail(self, sent: Accepted) -> Said:
        """The mail system of whoever a mail of ours went to sends it back."""
        sender = "mailer-daemon@mx.example.pl"
        said = Said(next(self._numbers), "email", sender, self.world.at, True, "PASS", automatic=True)
        said.reports_on = self.case_of(sent).id
        id_ = f"{sent.provider_id}@eu-central-1.amazonses.com"
        self._take_mail(said, report_bytes(said, id_, sent.message.recipient), OUR_ADDRESS, None)
        return said

    def report_of_fax(self, sent: Accepted, words: str) -> Said:
        """The gateway that took a fax of ours says what became of it, and repeats the subject of our mail."""
        said = Said(next(self._numbers), "email", FAX_GATEWAY, self.world.at, True, "PASS", automatic=True)
        said.reports_on = self.case_of(sent).id
        self._take_mail(said, fax_report_bytes(said, sent.entry_id, words), OUR_FAX, None)
        return said

    def post_fax_report(self, sent: Accepted, status: str, reason: str = "", *, credential: str = OFFICE) -> Request:
        """The same, posted; the gateway comes again until it hears that it was heard."""
        body = json.dumps({"reference": f"Fax {sent.entry_id}", "status": status, "reason": reason}).encode()
        proof = {"Authorization": f"Bearer {credential}"}
        return self.send("POST", f"/v1/fax-reports/{FAXES.name}", body, "", headers=proof)

    # Those who post.

    def post_form(
        self,
        email: str,
        *,
        call_back: Mapping[str, str] | None = None,
        tries: int = 3,
        key: str = "",
        captcha_answer: str = "",
    ) -> Request:
        """`key`: the idempotency key; left out, one of its own."""
        body = {"email": email, "text": "Formularz"} | ({"call_back": call_back} if call_back else {})
        headers = {"Idempotency-Key": key} if key else {}
        headers |= {"Captcha-Answer": captcha_answer} if captcha_answer else {}
        return self._post("web_form", email, "/v1/forms/contact/messages", body, "", tries, headers)

    def write_in_form(self, email: str, conversation: str, reference: str) -> Request:
        headers = {"Authorization": f"Bearer {conversation}"}
        path = "/v1/forms/contact/conversation/messages"
        request = self._post("web_form", email, path, {"text": "Dalej"}, "", 3, headers)
        self.said[-1].goes_on_with = reference
        return request

    def read_in_form(self, conversation: str) -> Request:
        path, headers = "/v1/forms/contact/conversation", {"Authorization": f"Bearer {conversation}"}
        return self.send("GET", path, b"", "", headers=headers)

    def post_from_app(
        self,
        subject: str,
        *,
        case: str = "",
        email: str = "",
        call_back: Mapping[str, str] | None = None,
        tries: int = 3,
    ) -> Request:
        """`email`: an address that the identity provider has verified."""
        body: dict[str, Any] = {"text": "Aplikacja"} | ({"case": case} if case else {})
        body |= {"call_back": call_back} if call_back else {}
        token = f"{subject}:customer" + (f":{email}" if email else "")
        return self._post("app", subject, "/v1/messages", body, token, tries)

    def post_with_key_of(self, other: Request) -> Request:
        """Another message under a key that was used before: whoever does that has made a mistake."""
        mark = next(self._numbers)
        said = replace(other.said, mark=mark, at=self.world.at, kept_by_right=False)
        other.said.parked_as = said.parked_as = "raw_changed"  # whichever comes second, unless it is refused
        self.said.append(said)
        body = other.body.replace(f"#{other.mark}#".encode(), f"#{mark}#".encode())
        request = replace(other, body=body, mark=mark, said=said, tries=1, answers=[])
        self.requests.append(request)
        self.try_again(request)
        return request

    def _post(
        self,
        transport: str,
        sender: str,
        path: str,
        body: dict[str, Any],
        token: str,
        tries: int,
        headers: Mapping[str, str] | None = None,
    ) -> Request:
        said = Said(next(self._numbers), transport, sender, self.world.at, False)
        self.said.append(said)
        body["text"] += f" #{said.mark}#"
        raw = json.dumps(body).encode()
        return self.send("POST", path, raw, token, headers=headers, tries=tries, mark=said.mark, said=said)

    def read_own(self, user: str, what: str) -> Request:
        return self.ask("GET", f"/v1/me/{what}", {}, f"{user}:customer")

    def connect(self, asked: Request) -> None:
        """Over WebSocket, with the ticket that was answered."""
        answer = asked.answers[-1] if asked.answers else None
        if answer is None or answer.status != 201:
            return
        protocols, id_ = json.loads(answer.text)["protocols"], f"connection-{next(self._numbers)}"
        connected = self.ports.connected

        def ended(ending: Ending) -> None:
            if ending.good and ending.value["statusCode"] == 200:
                connected.open.add(id_)
                self.let_in.append((protocols[-1], id_))

        self.simulation.invoke("serve_connection", connect_event(id_, protocols), ended)

    # Agents.

    def agent(self, method: str, path: str, body: Mapping[str, Any], **how: Any) -> Request:
        """Mostly Ewa works; sometimes Jan does, on the same cases."""
        subject = ("ewa", "jan")[self.world.choices.weighted(2, 1)]
        return self.ask(method, path, body, f"{subject}:agent", **how)

    def reply(
        self, reference: str, *, messages_read: int | None = None, said: Mapping[str, Any] | None = None, **how: Any
    ) -> Request:
        """`said`: further members of the body."""
        mark = next(self._numbers)
        body = {"text": f"Odpowiedź #{mark}#", **(said or {})}
        body |= {} if messages_read is None else {"messages_read": messages_read}
        return self.agent("POST", f"/v1/cases/{reference}/replies", body, mark=mark, **how)

    def write_first(self, customer_id: str, **said: str) -> Request:
        mark = next(self._numbers)
        body = {"channel": "email", "subject": "Sprawa", "text": f"Od nas #{mark}#", **said}
        return self.agent("POST", f"/v1/customers/{customer_id}/cases", body, mark=mark)

    def take_back(self, reference: str, entry_id: str) -> Request:
        return self.agent("DELETE", f"/v1/cases/{reference}/replies/{entry_id}", {})

    def note(self, reference: str, *, mentions: Mapping[str, Any] | None = None, **how: Any) -> Request:
        mark = next(self._numbers)
        body = {"text": f"Notatka #{mark}#", **({"mentions": mentions} if mentions else {})}
        return self.agent("POST", f"/v1/cases/{reference}/notes", body, mark=mark, **how)

    def assign(self, reference: str, assignee: str | None, **how: Any) -> Request:
        return self.agent("PUT", f"/v1/cases/{reference}/assignment", {"assignee": assignee}, **how)

    def case_of(self, sent: Accepted) -> Case | None:
        """None for what belongs to none: a code, a digest."""
        threads = self.simulation.threads
        entry = next(entry for entry in threads.records(Entry) if entry.id == sent.entry_id)
        return next((case for case in threads.records(Case) if case.id == entry.case_id), None)

    def close(self, reference: str, *, messages_read: int | None = None, **how: Any) -> Request:
        body = {} if messages_read is None else {"messages_read": messages_read}
        return self.agent("POST", f"/v1/cases/{reference}/closing", body, **how)

    def add_contact_point(self, customer_id: str, kind: str, value: str, **how: Any) -> Request:
        body = {"kind": kind, "value": value}
        return self.agent("POST", f"/v1/customers/{customer_id}/contact-points", body, **how)

    # Calls of the API.

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        token: str,
        *,
        version: int | None = None,
        tries: int = 3,
        mark: int = 0,
        said: Said | None = None,
    ) -> Request:
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        raw = json.dumps(body).encode()
        return self.send(method, path, raw, token, headers=headers, tries=tries, mark=mark, said=said)

    def send(
        self,
        method: str,
        path: str,
        body: bytes,
        token: str,
        *,
        media_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        tries: int = 3,
        mark: int = 0,
        said: Said | None = None,
    ) -> Request:
        """The bytes as they are."""
        sent = {"Idempotency-Key": f"key-{next(self._numbers)}", "Content-Type": media_type, **(headers or {})}
        request = Request(method, path, body, token, sent, tries, self.world.at, mark, said)
        self.requests.append(request)
        self.try_again(request)
        return request

    def try_again(self, request: Request) -> None:
        self.simulation.call_api(
            request.method,
            request.path,
            request.body,
            token=request.token,
            headers=request.headers,
            heard=lambda answer: self._heard(request, answer),
        )

    def _heard(self, request: Request, answer: Answer | None) -> None:
        request.answers.append(answer)
        if answer and answer.status in (201, 202) and request.said:
            request.said.kept_by_right = True
            if request.mark not in marks_in(found.body for found in self.ports.raw.objects.values()):
                self.broken_promises.append(f"{answer.status} for #{request.mark}#, and its raw message is nowhere")
        certain = answer is not None and answer.status < 500 and answer.status not in (202, 401)
        if not certain and len(request.answers) < request.tries:
            self.world.later(_ASKED_AGAIN_AFTER, lambda: self.try_again(request))
