"""The page that shows what the hub has sent, newest first."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from pathlib import Path

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sent by the local hub</title>
<style>
  body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
  article {{ border: 1px solid #ccc; border-radius: .4rem; padding: .8rem 1rem; margin: 1rem 0 }}
  h2 {{ font-size: 1rem; margin: 0 }}
  p {{ margin: .2rem 0; color: #555 }}
  pre {{ white-space: pre-wrap; overflow-wrap: anywhere; margin: .6rem 0 0; font: inherit }}
</style>
<h1>Sent by the local hub</h1>
<p>Nothing left this machine. Newest first; reload to see more.</p>
{messages}
</html>
"""

_MESSAGE = """<article>
<h2>{title}</h2>
<p>{kind} to {to} from {sender}, {at} - <a href="/outbox/{file}">as it was sent</a></p>
<pre>{text}</pre>
</article>"""


@dataclass(frozen=True)
class Shown:
    kind: str
    title: str
    to: str
    sender: str
    at: str
    text: str
    file: str


def render_page(newest: Iterable[Path]) -> str:
    messages = [
        _MESSAGE.format(**{name: escape(value) for name, value in vars(shown).items()}) for shown in map(_shown, newest)
    ]
    return _PAGE.format(messages="\n".join(messages) or "<p>Nothing was sent yet.</p>")


def _shown(path: Path) -> Shown:
    if path.suffix == ".eml":
        mail = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
        text = mail.get_body(("plain", "html"))
        return Shown(
            kind="Mail",
            title=str(mail["Subject"] or "(no subject)"),
            to=str(mail["To"]),
            sender=str(mail["From"]),
            at=str(mail["Date"]),
            text=str(text.get_content()) if text else "",
            file=path.name,
        )
    if path.name.endswith(".push.json"):
        bell = json.loads(path.read_text())
        return Shown(
            kind="Bell",
            title="Device",
            to=bell["Device"],
            sender="the app",
            at=bell["SentAt"],
            text=bell["Text"],
            file=path.name,
        )
    sms = json.loads(path.read_text())
    return Shown(
        kind="Text message",
        title=sms["DestinationPhoneNumber"],
        to=sms["DestinationPhoneNumber"],
        sender=sms["OriginationIdentity"],
        at=sms["SentAt"],
        text=sms["MessageBody"],
        file=path.name,
    )
