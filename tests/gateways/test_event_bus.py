"""What a receiver of a webhook gets can be checked as docs/events.md shows it."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.gateways.event_bus import EventBridgeAnnouncer
from chalicelib.usecases.ports import Announcement

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
EVENT = Announcement(
    "01E.case.routed",
    "case.routed",
    NOW,
    1,
    {"customer": "01C", "case": "01K"},
    {"team": "obsługa", "rule": "\u2028\x7f"},
)
PAGE = (Path(__file__).parents[2] / "docs/events.md").read_text()


class Bus:
    def __init__(self):
        self.entries = []

    def put_events(self, Entries):  # noqa: N803  # boto's name
        self.entries += Entries
        return {"FailedEntryCount": 0}


def snippet():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names = {}
    exec(code, names)  # noqa: S102  # our own page
    return names["verified"]


def posted(keys, **changed):
    """The body of a webhook: written in another way than the hub wrote it."""
    bus = Bus()
    EventBridgeAnnouncer(bus, "bus", lambda: keys, lambda: NOW).announce([EVENT])
    detail = json.loads(bus.entries[0]["Detail"])
    event = {"detail": dict(reversed(detail.items())), "detail-type": bus.entries[0]["DetailType"], "source": "splot"}
    for path, value in changed.items():
        place = event["detail"] if path in event["detail"] else event
        place[path.replace("_", "-") if place is event else path] = value
    return json.dumps(event, indent=2).encode()


def check(body, key=NEW, now=NOW, webhook="crm"):
    return snippet()(body, webhook, base64.b64encode(key).decode(), now.timestamp())


@pytest.mark.parametrize("key", [OLD, NEW])
def test_while_keys_are_exchanged_the_receiver_may_know_either(key):
    assert check(posted({"crm": [NEW, OLD], "bi": [OTHER]}), key)["detail"]["id"] == EVENT.id


def test_after_24_hours_of_retries_it_is_still_taken_and_two_hours_later_it_is_not():
    body = posted({"crm": [NEW]})
    check(body, now=NOW + timedelta(hours=24))
    with pytest.raises(ValueError, match="too old"):
        check(body, now=NOW + timedelta(hours=26))
    with pytest.raises(ValueError, match="future"):
        check(body, now=NOW - timedelta(hours=1))


@pytest.mark.parametrize(
    "body",
    [
        posted({"crm": [OLD]}),
        posted({"bi": [NEW]}),
        posted({}),
        posted({"crm": [NEW]}, detail_type="case.closed"),
        posted({"crm": [NEW]}, customer="01D"),
        posted({"crm": [NEW]}, facts={}),
        posted({"crm": [NEW]}, signatures={"crm": "t=1795424400,v1="}),
        posted({"crm": [NEW]}, signatures={"crm": ""}),
    ],
)
def test_what_is_not_signed_with_the_key_or_was_changed_is_refused(body):
    with pytest.raises(ValueError, match="not signed"):
        check(body)
