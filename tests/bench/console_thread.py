"""How fast the console is with a long thread: `python -m tests.bench.console_thread`, about half a minute.

The built console in headless Chromium, with an API that answers at once out of this process: what is measured is the
page and nothing behind it. What the web takes for good (https://web.dev/articles/vitals): a first contentful paint
within 1,800 ms, an interaction within 200 ms.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import sync_playwright

from infra.local.console_build import build_console

ENTRIES, PAGE = 1_000, 50
ADDRESS = "http://localhost:9"  # nobody is there: every request is answered below
REFERENCE = "PR4V5-E3WSZ-J"
START = datetime(2026, 11, 2, 8, tzinfo=UTC)
TEXT = "Dzień dobry, piszę w sprawie zamówienia 4711.\n\nCzajnik jeszcze nie przyszedł, a miał być w środę. " * 3
KEYS = 40
_INTERACTION = """text => new Promise(done => {
  const field = document.querySelector(".composer textarea");
  const began = performance.now();
  field.value += text;
  field.dispatchEvent(new Event("input", {bubbles: true}));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
})"""


def main() -> None:
    files = build_console()
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page()
        page.route(f"{ADDRESS}/**", lambda route: _answer(route, files))
        page.goto(ADDRESS)
        page.locator(".users button").first.click()
        page.locator(".top").wait_for()
        page.goto(f"{ADDRESS}/#/team/care/{REFERENCE}")
        page.reload()
        page.locator(".entry").first.wait_for()
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        shown = page.evaluate("performance.now()")
        while page.locator(".thread .more").count():
            before = page.locator(".entry").count()
            page.locator(".thread .more").click()
            page.wait_for_function("before => document.querySelectorAll('.entry').length > before", arg=before)
        entries = page.locator(".entry").count()
        keys = [page.evaluate(_INTERACTION, "a") for _ in range(KEYS)]
        browser.close()
    told = (
        f"first contentful paint    {paint:6.0f} ms",
        f"the thread is shown       {shown:6.0f} ms",
        f"a letter, {entries:5} entries {statistics.median(keys):7.0f} ms (median), {max(keys):.0f} ms (slowest)",
    )
    sys.stdout.write("\n".join(told) + "\n")


def _answer(route, files) -> None:
    asked = urlsplit(route.request.url)
    file = files / (asked.path.removeprefix("/") or "index.html")
    if file.is_file():
        route.fulfill(path=file)
    else:
        route.fulfill(status=200, content_type="application/json", body=json.dumps(_told(asked)))


def _told(asked) -> object:  # noqa: PLR0911  # one answer per path
    query = parse_qs(asked.query)
    match asked.path.removeprefix("/api/v1/").split("/"):
        case ["", "config.json"]:
            login = {"kind": "local", "url": "login", "users": ["agent"]}
            return {"api": "/api", "login": login, "teams": ["care"]}
        case ["", "login"]:
            claims = {"sub": "agent", "exp": 4_102_444_800, "cognito:groups": ["role:agent"]}
            return {"token": f"e30.{urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.e30"}
        case ["cases", _]:
            return _case()
        case ["cases"]:
            return {"cases": [_case()], "next": None}
        case ["customers", _, "thread"]:
            end = int(query.get("cursor", [str(ENTRIES)])[0])
            entries = [_entry(number) for number in range(end - 1, max(0, end - PAGE) - 1, -1)]
            return {"entries": entries, "next": str(end - PAGE) if end > PAGE else None}
        case ["customers", _, "preferences"]:
            return {"channel": None, "quiet_hours": None, "no_surveys": False, "consents": {}, "addresses": []}
        case ["customers", _]:
            return {
                "id": "CUSTOMER", "name": "Anna", "vip": False, "claims_to_be": None, "language": "pl", "carer": None,
                "segment": None, "contact_points": ["email:anna@example.pl"], "cases": [_case()], "external_ids": [],
                "attributes": [], "live_promises": [],
            }  # fmt: skip
        case ["changes"]:
            return {"changes": [], "next": "1", "more": False}
        case [*_, last]:
            return {name: [] for name in ("agents", "templates", "clocks", "merges", "suggestions", "present")} | {
                "of": last
            }


def _case() -> dict[str, object]:
    at = (START + timedelta(minutes=ENTRIES)).isoformat()
    return {
        "id": "CASE", "reference": REFERENCE, "customer_id": "CUSTOMER", "status": "open", "kind": "question",
        "priority": "normal", "tags": ["kettle"], "routed_by": None, "team": "care", "inbox": "support",
        "channel": "email",
        "subject": "Czajnik", "assignee": None, "answer_by": None, "opened_at": START.isoformat(), "closed_at": None,
        "last_activity_at": at, "awaiting_since": at, "answered": True, "clocks": [], "promises": [], "tasks": [],
        "deadline_at": None, "messages_in": ENTRIES // 2, "follows": None, "version": 1, "customer_name": "Anna",
        "last_channel": "email", "next_clock": None,
    }  # fmt: skip


_SAID = {"code": "in_reply_to", "values": {}, "text": "it answers a message of the case (In-Reply-To)"}
_ARRIVAL = {
    "contact_point": "email:anna@example.pl", "sender_name": "Anna", "trust": {"level": "authenticated", "meaning": ""},
    "warnings": [], "matching": {"rule": "by_in_reply_to", "evidence": _SAID["text"], "remarks": [_SAID]},
    "automatic": None, "unparsed": None, "fax": None, "sms": None, "repairs": [], "remarks": [],
}  # fmt: skip
_DELIVERY = {
    "status": "delivered", "recipient": "anna@example.pl", "attempts": 1, "detail": None, "not_before": None,
    "possible_duplicate": False,
}  # fmt: skip


def _entry(number: int) -> dict[str, object]:
    ours = number % 2 == 1
    return {
        "id": f"{number:026d}", "case_id": "CASE", "at": (START + timedelta(minutes=number)).isoformat(),
        "kind": "outbound" if ours else "inbound", "author": "agent:agent" if ours else "customer", "channel": "email",
        "subject": "Czajnik", "text": f"{number}. {TEXT}", "quoted_text": "> Dzień dobry\n> Anna" * 5, "signature": "",
        "forward": None, "html": None, "attachments": [], "event": None,
        "arrival": None if ours else _ARRIVAL, "delivery": _DELIVERY if ours else None,
        "reading": None, "contact": None, "facts": {}, "links": {}, "moved_to": None, "moved_from": None,
    }  # fmt: skip


if __name__ == "__main__":
    main()
