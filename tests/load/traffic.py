"""What customers and agents do to the hub, each until it has an answer, as their programs would.

A mail that got no 250 is sent again as it is, a call of the API that got no answer is repeated with its key. A text
message has no such name: one without an answer is left alone, since a second one would rightly be two.
"""

from __future__ import annotations

import random
import smtplib
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from http import HTTPStatus
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlencode

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.outside import Outside, Refused, mail
from infra.local.stack import NotDeployed
from tests.load.book import Book
from tests.load.reckoning import Outcome, marks_in

OUR_ADDRESS, OUR_NUMBER = "pomoc@hub.example", "+48799000001"
APP_USER = "app user"
SHARES = {"mail": 24, "mail with a file": 10, "answer to our mail": 16, "sms": 15, "form": 12, "app": 8, "agent": 15}
"""Percent of all that happens. An agent lists, reads a thread and answers."""
PATIENCE_SECONDS = 600
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 20.0
KNOWN_SENDERS = 0.4  # of mails and text messages: people who have written before
FILE_BYTES = 40_000
SMTP_REFUSES_FOR_GOOD = 500
NO_ANSWER = (OSError, HTTPException, ValueError, KeyError, BotoCoreError, ClientError, NotDeployed)

LETTER = """Dzień dobry,

zamówiłam u Państwa książkę, miała być w piątek, a paczki wciąż nie ma. {mark}
Bardzo proszę o sprawdzenie, gdzie utknęła, i o wiadomość, kiedy będzie.

Z poważaniem
Anna Żółkiewska
"""
THANKS = """Dziękuję, czekam w takim razie na kuriera. {mark}

W dniu 19.11.2026 o 10:02, Pomoc <pomoc@hub.example> napisał(a):
{quote}
"""
ANSWER = "Dzień dobry, sprawdziliśmy: paczka jest w sortowni i będzie jutro do południa. {mark}"


@dataclass(frozen=True)
class Received:
    """A mail of ours in a customer's mailbox."""

    person: str
    mail: EmailMessage


@dataclass
class Traffic:
    """`received`: mails of ours that nobody has answered yet. `given_up`: set when nothing is repeated any more."""

    outside: Outside
    book: Book
    chance: random.Random
    received: deque[Received] = field(default_factory=lambda: deque(maxlen=200))
    given_up: threading.Event = field(default_factory=threading.Event)
    _people: int = 0
    _senders: list[str] = field(default_factory=list)
    _phones: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def act(self) -> None:
        """One of all that may happen."""
        with self._lock:
            (what,) = self.chance.choices([*SHARES], [*SHARES.values()])
        try:
            self._act(what)
        except Exception as error:  # noqa: BLE001  # one client that breaks is told of with the account; the run goes on
            self.book.count_refusal(f"{what}: the client broke: {error!r}")

    def _act(self, what: str) -> None:
        match what:
            case "sms":
                self._send_text()
            case "form":
                self._post_form()
            case "app":
                self._post_from_app()
            case "agent":
                self._answer()
            case "answer to our mail":
                self._reply()
            case _:
                self._write(with_file=what == "mail with a file")

    def _write(self, *, with_file: bool) -> None:
        person = self._somebody(self._senders, self._new_address)
        mark = self.book.begin_message("mail", person, with_file=with_file)
        letter = mail(f"Anna <{person}>", OUR_ADDRESS, f"Paczka {mark}", LETTER.format(mark=mark))
        if with_file:
            content = b"\x89PNG\r\n\x1a\n" + random.Random(mark).randbytes(FILE_BYTES)
            letter.add_attachment(content, maintype="image", subtype="png", filename=f"{mark}.png")
        self.book.settle(mark, self._send(letter))

    def _reply(self) -> None:
        try:
            got = self.received.popleft()
        except IndexError:
            self._write(with_file=False)
            return
        mark = self.book.begin_message("mail", got.person)
        body = got.mail.get_body(("plain",))
        quote = "\n".join(f"> {line}" for line in (body.get_content() if body else "").splitlines())
        text = THANKS.format(mark=mark, quote=quote)
        reply = mail(f"Anna <{got.person}>", str(got.mail["Reply-To"]), f"Re: {got.mail['Subject']}", text)
        reply["In-Reply-To"] = reply["References"] = str(got.mail["Message-ID"])
        self.book.settle(mark, self._send(reply))

    def _send_text(self) -> None:
        person = self._somebody(self._phones, self._new_number)
        mark = self.book.begin_message("sms", person)
        while True:
            try:
                self.outside.send_sms(person, OUR_NUMBER, f"Gdzie jest moja paczka? {mark}")
            except URLError as error:
                if isinstance(error.reason, ConnectionRefusedError) and not self.given_up.wait(PAUSE_SECONDS):
                    self.book.count_repeat("sms")  # nobody was there to take it
                    continue
                outcome = Outcome.UNANSWERED
            except Refused as refused:
                outcome = Outcome.REFUSED if refused.status == HTTPStatus.BAD_REQUEST else Outcome.UNANSWERED
            except NO_ANSWER:
                outcome = Outcome.UNANSWERED
            else:
                outcome = Outcome.ACCEPTED
            break
        self.book.settle(mark, outcome)

    def _post_form(self) -> None:
        person = self._new_address()
        mark = self.book.begin_message("form", person)
        form = {"name": "Jan", "email": person, "text": f"Chcę zwrócić buty. {mark}"}
        self.book.settle(mark, self._repeat("form", lambda: self.outside.post_form("contact", form, mark)))

    def _post_from_app(self) -> None:
        mark = self.book.begin_message("app", APP_USER)
        self.book.points.setdefault(APP_USER, frozenset())
        body, key = {"text": f"Pytanie z aplikacji. {mark}"}, {"Idempotency-Key": mark}

        def post() -> None:
            self.outside.as_role("customer", "POST", "/v1/messages", body, key)

        self.book.settle(mark, self._repeat("app", post))

    def _answer(self) -> None:
        """An agent takes one of the most urgent cases, reads its thread and answers."""
        found: list[tuple[str, str]] = []
        self._repeat("reading", lambda: found.extend(self._read()))
        if not found:
            self._write(with_file=False)  # nobody waits
            return
        reference, person = found[0]
        mark = self.book.begin_answer(person)
        path, body = f"/v1/cases/{reference}/replies", {"text": ANSWER.format(mark=mark)}

        def reply() -> None:
            self.outside.as_role("agent", "POST", path, body, {"Idempotency-Key": mark})

        self.book.settle(mark, self._repeat("answer", reply))

    def _read(self) -> list[tuple[str, str]]:
        """Reference and person of a case that waits, [] if none does."""
        page = self.outside.agent("GET", f"/v1/cases?{urlencode({'team': 'care', 'limit': 20})}")
        waiting = [case for case in page["cases"] if case["awaiting_since"]]
        if not waiting:
            return []
        with self._lock:
            case = self.chance.choice(waiting)
        thread = self.outside.agent("GET", f"/v1/customers/{case['customer_id']}/thread?limit=50")
        marks = [mark for entry in thread["entries"] for mark in marks_in(entry["text"] or "")]
        return [(case["reference"], self.book.person_of(mark)) for mark in marks[:1]]

    def _send(self, letter: EmailMessage) -> Outcome:
        return self._repeat("mail", lambda: self.outside.send_mail(letter))

    def _repeat(self, channel: str, ask: Callable[[], object]) -> Outcome:
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, PAUSE_SECONDS
        while True:
            try:
                ask()
            except (Refused, *NO_ANSWER) as error:
                if reason := refusal_in(error):
                    self.book.count_refusal(f"{channel}: {reason}")
                    return Outcome.REFUSED
                if isinstance(error, Refused) and error.status == HTTPStatus.UNAUTHORIZED:
                    self.outside.forget_tokens()
            else:
                return Outcome.ACCEPTED
            if time.monotonic() > deadline or self.given_up.wait(pause):
                return Outcome.UNANSWERED
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            self.book.count_repeat(channel)

    def _somebody(self, known: list[str], new: Callable[[], str]) -> str:
        with self._lock:
            if known and self.chance.random() < KNOWN_SENDERS:
                return self.chance.choice(known)
        person = new()
        known.append(person)
        return person

    def _new_address(self) -> str:
        return self._new_person("load.{}@example.pl")

    def _new_number(self) -> str:
        return self._new_person("+485{}")

    def _new_person(self, form: str) -> str:
        with self._lock:
            self._people += 1
            person = form.format(f"{10_100_000 + self._people}")
            self.book.points[person] = frozenset({person})
        return person


def refusal_in(error: Exception) -> str:
    """Why the hub will never take it, or "" where trying again is right.

    While an emulator starts it answers for the hub with words of its own, which have no `code`.
    """
    if isinstance(error, Refused):
        code = str(error.problem.get("code", ""))
        for_now = {HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS}
        return "" if error.status in for_now or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else code
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    else:
        codes = [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
    return next((str(code) for code in codes if code >= SMTP_REFUSES_FOR_GOOD), "")
