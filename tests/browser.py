"""A real browser for tests: what a page must never do, and how accessible it must be."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request

from tests.patience import be_patient

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
CHROMIUM = next(
    (path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()),
    "/usr/bin/chromium",
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Installed before any script of the page: policy violations end up in a list of the window.
WATCH = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
# All that is wrong, and nothing else: what is in order is looked at but neither described nor sent.
LOOK = """
axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  resultTypes: ["violations"],
}).then((result) => result.violations)
"""
DESKTOP = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}

be_patient()
# The server writes head and body of an answer apart. Unless told otherwise, the kernel keeps the
# body back until the browser has acknowledged the head, and that takes it 40 ms for each request.
QuietWSGIRequestHandler.disable_nagle_algorithm = True


class Watcher:
    """Collects what pages do wrong: console errors, policy violations, calls to other hosts."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.faults: list[str] = []
        self.allowed: list[str] = []

    def allow(self, text: str) -> None:
        """Let faults containing ``text`` pass, e.g. the 404 a test asks for on purpose."""
        self.allowed.append(text)

    def request(self, request: Request) -> None:
        """Note requests to any host but our own."""
        # Noted, not intercepted: interception would switch off the browser's cache.
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.netloc != self.host:
            self.faults.append(f"request to another host: {request.url}")

    def watch(self, page: Page) -> None:
        """Listen to ``page``."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))

    def _console(self, message: object) -> None:
        if getattr(message, "type", "") == "error":
            place = getattr(message, "location", {})
            self.faults.append(f"console: {getattr(message, 'text', '')} {place.get('url', '')}")

    def remaining(self) -> list[str]:
        """Return the faults no test allowed."""
        return [f for f in self.faults if not any(text in f for text in self.allowed)]


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, one process for the session."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def watcher(live_server: object) -> Watcher:
    """The list of faults of this test."""
    return Watcher(urlsplit(str(live_server)).netloc)


@pytest.fixture
def context(chromium: Browser, live_server: object, watcher: Watcher) -> Iterator[BrowserContext]:
    """A fresh browser profile with the live server as its base address."""
    made = chromium.new_context(
        base_url=str(live_server), viewport=DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    made.set_default_timeout(15_000)
    made.on("request", watcher.request)
    made.add_init_script(WATCH)
    yield made
    made.close()
    _wait_for_last_answers()


def _wait_for_last_answers() -> None:
    """Let the live server end what the closed windows asked for, before the tables are emptied.

    A page that saves by itself may do so at the very moment its window closes.
    """
    give_up = time.monotonic() + 15
    for thread in threading.enumerate():
        # One thread for each connection; it ends when the browser has hung up.
        if "process_request_thread" in thread.name:
            thread.join(max(0, give_up - time.monotonic()))


@pytest.fixture
def page(context: BrowserContext, watcher: Watcher) -> Iterator[Page]:
    """A page that fails the test on console errors, policy violations or other hosts."""
    made = context.new_page()
    watcher.watch(made)
    yield made
    if not made.is_closed():
        made.wait_for_timeout(50)  # late console messages
        watcher.faults += made.evaluate("window.__violations || []")
    assert watcher.remaining() == []


def axe_violations(page: Page) -> list[str]:
    """Return the accessibility violations of the page as readable lines."""
    if not page.evaluate("!!window.axe"):
        # Evaluated by the tool, not by the page, so the page's own content policy stays in force.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return [
        f"{found['id']}: {found['help']} @ {node['target']}"
        for found in page.evaluate(LOOK)
        for node in found["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Fail unless the page is WCAG 2.2 AA clean, has one h1 and does not scroll sideways."""
    assert axe_violations(page) == []
    assert page.locator("h1").count() == 1
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], f"scrolls sideways: {width[0]} > {width[1]}"


def assert_accessible_at_both_widths(page: Page) -> None:
    """The same on a phone and on a desk; the page comes back as wide as it was."""
    kept = page.viewport_size or DESKTOP
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain mapping
        assert_accessible(page)
    page.set_viewport_size(kept)
