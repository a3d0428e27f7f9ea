"""Sample payloads as carriers deliver them, written for these tests in the shapes that real software writes."""

from __future__ import annotations

from pathlib import Path

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.messages import Receipt
from chalicelib.domain.trust import Verdicts
from tests.domain.making import APP, FAXES, FORM, HOTLINE, LETTERS, MONDAY_TEN, SUPPORT, TEXTS, VISITS

FOLDER = Path(__file__).parent / "samples"
INBOXES = {
    "email": SUPPORT,
    "sms": TEXTS,
    "fax": FAXES,
    "web_form": FORM,
    "app": APP,
    "phone": HOTLINE,
    "letter": LETTERS,
    "in_person": VISITS,
    "connect": HOTLINE,
}
OURS = frozenset({"pomoc@hub.example", "faktury@hub.example", "fax@hub.example"})
PASSED = Verdicts(spf="PASS", dkim="PASS", dmarc="PASS", spam="PASS", virus="PASS")
TRANSPORTS = {"fax": "email"}
AGENT = "agent-1"


def sample(channel: str, name: str) -> bytes:
    """Mails lie here with the line ends of text files; SES stores them with those of mail."""
    data = (FOLDER / channel / name).read_bytes()
    return data.replace(b"\n", b"\r\n") if name.endswith(".eml") else data


def every_sample() -> list[tuple[str, str]]:
    return sorted((path.parent.name, path.name) for path in FOLDER.glob("*/*"))


_PRINCIPALS = {
    Channel.APP: "https://login.example|anna",
    Channel.PHONE: AGENT,
    Channel.LETTER: AGENT,
    Channel.IN_PERSON: AGENT,
}


def receipt(channel: str = "email", **changed: object) -> Receipt:
    inbox = INBOXES[channel]
    parts: dict[str, object] = {
        "transport": TRANSPORTS.get(channel, channel),
        "fingerprint": "o3vrnil0e2ic28trm7dfhrc2v0cnbeccl4nbp0g1",
        "received_at": MONDAY_TEN,
        "recipients": (inbox.address or inbox.name,),
        "source": "anna@example.pl" if inbox.channel in (Channel.EMAIL, Channel.FAX) else "",
        "verdicts": PASSED if inbox.channel in (Channel.EMAIL, Channel.FAX) else Verdicts(),
        "principal": _PRINCIPALS.get(inbox.channel, ""),
    }
    return Receipt(**{**parts, **changed})  # type: ignore[arg-type] # a test names what it changes
