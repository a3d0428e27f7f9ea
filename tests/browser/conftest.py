"""One local stack for all tests of this folder, and the console in Chromium, as the people in front of it see it."""

from __future__ import annotations

import importlib.util
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import pytest

from infra.local.outside import Outside, Refused, wait_for
from infra.local.stack import PROJECT, LocalStack
from tests.running_stack import quiet_configuration, running_stack

# The other suites collect these tests too, and do without what they need.
collect_ignore_glob = [] if importlib.util.find_spec("playwright") else ["test_*.py"]

UNDO_SECONDS = 10
PATIENCE_SECONDS = 40  # nothing takes that long on a machine that has nothing else to do
ASKED_AT_ONCE = 6  # by a page when it opens
PICTURES = PROJECT / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def configuration():
    """An answer leaves after few seconds."""
    return {**quiet_configuration(), "undo_seconds": UNDO_SECONDS}


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    """Of its own, or for whoever writes these tests the one of the folder SPLOT_STACK, which goes on running."""
    if folder := os.environ.get("SPLOT_STACK"):
        yield LocalStack(Path(folder))
        return
    with running_stack(tmp_path_factory.mktemp("stack"), configuration()) as (stack, said):
        assert f"the console        {stack.url('console')}/" in said, said
        wait_for(lambda: answers_a_page(Outside(stack)), "the API answers as much as a page asks at once", 180)
        yield stack


def answers_a_page(outside):
    """Each call that finds no free worker starts one. On a busy machine the first ones took longer than the gateway
    waits, and the console complained (502).
    """
    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        try:
            return [*pool.map(lambda _: outside.agent("GET", "/v1/kinds"), range(ASKED_AT_ONCE))]
        except Refused as refused:
            if refused.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            return []


@pytest.fixture(scope="session")
def outside(stack):
    return Outside(stack)


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_SECONDS * 1000)

    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    assert found, "the browser tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def is_whole_on_narrow_pages(page, locator):
    """Whether it stands on one line, wherever on the page a line happens to end."""

    def lines(width):
        page.set_viewport_size({"width": width, "height": 740})
        return locator.evaluate("one => one.getClientRects().length")

    return {lines(width) for width in range(220, 340, 20)} == {1}


class Console:
    """A page of the console. Whatever it asks for, and whatever it complains of, is remembered."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.requests = []
        self.complaints = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def log_in(self, role="agent"):
        self.page.goto(self.address)
        self.page.locator(".users button").nth(["agent", "supervisor", "admin"].index(role)).click()
        self.page.locator("header.top").wait_for()
        return self

    def go(self, fragment):
        self.page.evaluate("fragment => { location.hash = fragment }", fragment)

    def row(self, words):
        return self.page.locator(".row", has_text=words)

    def open(self, words):
        """Waits for a case in the list, opens it, and waits for its thread."""
        self.row(words).locator("a").click(timeout=3_000 * PATIENCE_SECONDS)  # its message may be the stack's first
        self.page.locator(".case h2", has_text=words).wait_for()
        self.page.locator(".entry").first.wait_for()
        return self

    @property
    def dialog(self):
        """The one that is open. Fields are looked for in it: a page behind it may have some of the same name."""
        return self.page.locator("dialog[open]")

    def entry(self, words):
        return self.page.locator(".entry", has_text=words)

    @property
    def answer(self):
        return self.page.locator(".composer textarea")

    @property
    def send(self):
        return self.page.locator(".composer button[type=submit]")

    @property
    def reference(self):
        return self.page.locator(".case-names code").inner_text()

    def take_picture(self, name):
        """For the documentation, when it is asked for: `make pictures`."""
        if os.environ.get("SPLOT_PICTURES"):
            PICTURES.mkdir(exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


@pytest.fixture
def console(chromium, stack):
    """Opens the console: `console(language="pl-PL", width=1440, scheme="light")`."""
    contexts = []

    def console(language="en-GB", width=1440, height=900, scheme="light"):
        context = chromium.new_context(
            locale=language,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            timezone_id="Europe/Warsaw",
        )
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        if slowed := os.environ.get("SPLOT_SLOWED"):  # times as slow: what does not wait for what it needs shows
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": float(slowed)})
        return Console(page, f"{stack.url('console')}/")

    yield console
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe():
    """The source of axe-core, which says what people with a disability cannot use."""
    return (Path(PROJECT) / "console/node_modules/axe-core/axe.min.js").read_text()
