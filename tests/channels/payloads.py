"""Sample payloads as carriers deliver them, written for these tests in the shapes that real software writes."""

from __future__ import annotations

from pathlib import Path

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.messages import Receipt
from chalicelib.domain.trust import Verdicts
from tests.domain.making import APP, FAXES, FORM, MONDAY_TEN, SUPPORT, TEXTS

FOLDER = Path(__file__).parent / "samples"
INBOXES = {"email": SUPPORT, "sms": TEXTS, "fax": FAXES, "web_form": FORM, "app": APP}
OURS = frozenset({"pomoc@hub.example", "faktury@hub.example", "fax@hub.example"})
PASSED = Verdicts(spf="PASS", dkim="PASS", dmarc="PASS", spam="PASS", virus="PASS")
TRANSPORTS = {"fax": "email"}


def sample(channel: str, name: str) -> bytes:
    """Mails lie here with the line ends of text files; SES stores them with those of mail."""
    data = (FOLDER / channel / name).read_bytes()
    return data.replace(b"\n", b"\r\n") if name.endswith(".eml") else data


def every_sample() -> list[tuple[str, str]]:
    return sorted((path.parent.name, path.name) for path in FOLDER.glob("*/*"))


def receipt(channel: str = "email", **changed: object) -> Receipt:
    inbox = INBOXES[channel]
    parts: dict[str, object] = {
        "transport": TRANSPORTS.get(channel, channel),
        "fingerprint": "o3vrnil0e2ic28trm7dfhrc2v0cnbeccl4nbp0g1",
        "received_at": MONDAY_TEN,
        "recipients": (inbox.address or inbox.name,),
        "source": "anna@example.pl" if inbox.channel in (Channel.EMAIL, Channel.FAX) else "",
        "verdicts": PASSED if inbox.channel in (Channel.EMAIL, Channel.FAX) else Verdicts(),
        "principal": "https://login.example|anna" if inbox.channel is Channel.APP else "",
    }
    return Receipt(**{**parts, **changed})  # type: ignore[arg-type] # a test names what it changes
