"""The page that shows what the hub has sent, newest first, and the parts of a mail that it leads to.

What a mail carries is somebody else's: its HTML is shown in a frame without scripts, origin or network, and every
answer says so to the browser itself, for whoever opens a part alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from pathlib import Path
from urllib.parse import quote

from infra.local.reporting import events_of

PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'"
PART_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sent by the local hub</title>
<style>
  body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
  article {{ border: 1px solid #ccc; border-radius: .4rem; padding: .8rem 1rem; margin: 1rem 0 }}
  h2 {{ font-size: 1rem; margin: 0 }}
  p {{ margin: .2rem 0; color: #555 }}
  pre {{ white-space: pre-wrap; overflow-wrap: anywhere; margin: .6rem 0 0; font: inherit }}
  details {{ margin-top: .4rem }}
  dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .4rem 0; font-size: .85rem }}
  dd {{ margin: 0; overflow-wrap: anywhere }}
  iframe {{ width: 100%; height: 24rem; border: 1px solid #ccc }}
</style>
<h1>Sent by the local hub</h1>
<p>Nothing left this machine. Newest first; reload to see more.</p>
{messages}
</html>
"""


@dataclass(frozen=True)
class Served:
    """What a browser gets: the type, the bytes, and further fields of the answer."""

    kind: str
    body: bytes
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """`files`: names of the attachments, in their order in the mail. `events`: when, and what the carrier told."""

    kind: str
    title: str
    to: str
    sender: str
    at: str
    text: str
    file: str
    header: Sequence[tuple[str, str]] = ()
    has_page: bool = False
    files: Sequence[str] = ()
    events: Sequence[tuple[str, str]] = ()


def render_page(newest: Iterable[Path]) -> Served:
    messages = "\n".join(_article(_shown(path)) for path in newest) or "<p>Nothing was sent yet.</p>"
    return Served("text/html; charset=utf-8", _PAGE.format(messages=messages).encode(), _safe(PAGE_POLICY))


def find_shown(messages: Iterable[Path], address: str) -> Served | None:
    """`/outbox/<file>` as it was sent, `.../html` the HTML part of a mail, `.../files/<number>` an attachment,
    `.../events` what was told of it.
    """
    _, _, rest = address.partition("/outbox/")
    name, _, part = rest.partition("/")
    path = next((path for path in messages if path.name == name), None)
    if path is None:
        return None
    if not part:
        # Never text/html, whatever is in it: it would run in the page's origin.
        return Served("text/plain; charset=utf-8", path.read_bytes(), _safe(PART_POLICY))
    if part == "events" and events_of(path).exists():
        return Served("application/json", events_of(path).read_bytes(), _safe(PART_POLICY))
    return _part(_mail(path), part) if path.suffix == ".eml" else None


def _part(mail: EmailMessage, part: str) -> Served | None:
    if part == "html":
        page = mail.get_body(("html",))
        text = str(page.get_content()) if page else ""
        return Served("text/html; charset=utf-8", text.encode("utf-8", "replace"), _safe(PART_POLICY))
    files = [*mail.iter_attachments()]
    kind, _, number = part.partition("/")
    if kind != "files" or not number.isdecimal() or int(number) >= len(files):
        return None
    attachment = files[int(number)]
    data = attachment.get_payload(decode=True)
    disposition = f"attachment; filename*=UTF-8''{quote(_name(attachment), safe='')}"
    content = data if isinstance(data, bytes) else attachment.as_bytes()
    return Served("application/octet-stream", content, {**_safe(PART_POLICY), "Content-Disposition": disposition})


def _article(shown: Shown) -> str:
    link = f"/outbox/{quote(shown.file)}"
    told = " → ".join(kind for _, kind in shown.events) or "nothing was told of it"
    fields = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in shown.header)
    events = "".join(f"<dt>{escape(at)}</dt><dd>{escape(kind)}</dd>" for at, kind in shown.events)
    files = " ".join(f'<a href="{link}/files/{at}">{escape(name)}</a>' for at, name in enumerate(shown.files))
    route = f"{shown.kind} to {shown.to} from {shown.sender}, {shown.at}"
    parts = [
        f"<h2>{escape(shown.title)}</h2>",
        f'<p>{escape(route)} - <a href="{link}">as it was sent</a></p>',
        f"<p>Carrier: {escape(told)}</p>",
        f"<pre>{escape(shown.text)}</pre>",
    ]
    if files:
        parts.append(f"<p>Attachments: {files}</p>")
    if shown.has_page:
        frame = f'<iframe sandbox loading="lazy" title="HTML" src="{link}/html"></iframe>'
        parts.append(f"<details><summary>HTML</summary>{frame}</details>")
    if fields:
        parts.append(f"<details><summary>Header</summary><dl>{fields}</dl></details>")
    if events:
        all_ = f'<a href="{link}/events">all that was told</a>'
        parts.append(f"<details><summary>Events</summary><dl>{events}</dl>{all_}</details>")
    return "<article>\n" + "\n".join(parts) + "\n</article>"


def _shown(path: Path) -> Shown:
    if path.suffix == ".eml":
        return _shown_mail(path)
    if path.name.endswith(".push.json"):
        bell = json.loads(path.read_text())
        return Shown("Bell", "Device", bell["Device"], "the app", bell["SentAt"], bell["Text"], path.name)
    sms = json.loads(path.read_text())
    known = {"MessageBody", "DestinationPhoneNumber", "OriginationIdentity", "SentAt"}
    return Shown(
        kind="Text message",
        title=sms["DestinationPhoneNumber"],
        to=sms["DestinationPhoneNumber"],
        sender=sms["OriginationIdentity"],
        at=sms["SentAt"],
        text=sms["MessageBody"],
        file=path.name,
        header=[(name, str(value)) for name, value in sms.items() if name not in known],
        events=_events(path),
    )


def _shown_mail(path: Path) -> Shown:
    mail = _mail(path)
    text = mail.get_body(("plain", "html"))
    return Shown(
        kind="Mail",
        title=str(mail["Subject"] or "(no subject)"),
        to=str(mail["To"]),
        sender=str(mail["From"]),
        at=str(mail["Date"]),
        text=str(text.get_content()) if text else "",
        file=path.name,
        header=[(name, str(value)) for name, value in mail.items()],
        has_page=mail.get_body(("html",)) is not None,
        files=[_name(attachment) for attachment in mail.iter_attachments()],
        events=_events(path),
    )


def _events(path: Path) -> list[tuple[str, str]]:
    told = events_of(path)
    events = json.loads(told.read_text()) if told.exists() else []
    return [(_time_of(event), event["eventType"]) for event in events]


def _time_of(event: Mapping[str, object]) -> str:
    mail = event.get("mail")
    if isinstance(mail, dict):
        return str(mail["timestamp"])
    return datetime.fromtimestamp(float(str(event["eventTimestamp"])) / 1000, UTC).isoformat()


def _mail(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)


def _name(attachment: EmailMessage) -> str:
    return attachment.get_filename() or attachment.get_content_type()


def _safe(policy: str) -> dict[str, str]:
    return {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
