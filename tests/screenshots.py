"""Takes the pictures of the user guides from a running demonstration.

    make run                                   # in one terminal
    PORTAL_VAR=var python -m tests.screenshot_stage > staged.json      # in another
    python -m tests.screenshots [BASE_URL [staged.json]]

Eighteen pages of the demonstration, the two of an assessment that is brought to its assessor and to
its grades, a hearing with its clock running and the places of a list with a tie, at 1366 and 390
pixels; reduced to 64 colours so that each stays under 300 kB.
"""

import io
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import yaml
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import CHROMIUM, DESKTOP, FLAGS, PHONE

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "screenshots"
PASSWORD = yaml.safe_load((ROOT / "fixtures/demo/portal.yaml").read_text("utf-8"))["password"]
LIMIT = 300_000
DRAFTER = "media-handler@yuzhong.example"
APPLICANT, OFFICER = "hotel-handler@yuzhong.example", "culture-handler@yuzhong.example"
LEAD, ADMIN = "bureau-handler@yuzhong.example", "admin@yuzhong.example"
KEEPER, LEADER = "studio-handler@yuzhong.example", "overseer@yuzhong.example"
STUDIO = r"/studio/[0-9a-f-]{36}/"
FILING = r"/apply/[0-9a-f-]{36}/"
#: What is pressed, and what is brought into view, before a picture is taken.
PRESSED, VIEWED = {"hearing": "gj-timer [data-turn]"}, {"cut": "#stage-h"}
#: Picture, who is signed in, address, the link to follow from there, and what comes after it.
PAGES = (
    ("home", "", "/", "", ""),
    ("guide", "", "/", r"/guide/[0-9a-f-]{36}/", ""),
    ("tasks", DRAFTER, "/apply/", FILING, ""),
    ("check", DRAFTER, "/apply/", FILING, "check/"),
    ("timeline", APPLICANT, "/apply/", FILING, "timeline/"),
    ("worklist", OFFICER, "/review/", "", ""),
    ("case", OFFICER, "/review/", r"/review/[0-9a-f-]{36}/", ""),
    ("list", LEAD, "/review/lists/", r"/review/lists/[0-9a-f-]{36}/", ""),
    ("rounds", ADMIN, "/manage/yuzhong/rounds/", "", ""),
    ("offices", ADMIN, "/manage/yuzhong/offices/", "", ""),
    ("manage", ADMIN, "/manage/applications/", "", ""),
    ("desk", LEAD, "/desk/", "", ""),
    ("studio", KEEPER, "/studio/", STUDIO, ""),
    ("ledger", KEEPER, "/studio/", STUDIO, "ledger/"),
    ("life", KEEPER, "/studio/", STUDIO, "life/"),
    ("selfscore", KEEPER, "/apply/", FILING, "s/group_tasks/"),
    ("change", KEEPER, "/studio/", STUDIO, "changes/new/"),
    ("overview", LEADER, "/desk/overview/", "", ""),
)


def sign_in(page: Page, login: str) -> None:
    """Sign in as a sample account."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_load_state("networkidle")


def go(page: Page, address: str, link: str, tail: str) -> None:
    """Open an address; then the first link that fits, with a tail."""
    page.goto(address)
    if link:
        found = page.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href') || '')")
        target = next(match for href in found if (match := re.match(link, href)))
        answer = page.goto(target.group(0) + tail)
        if answer is None or not answer.ok:
            raise LookupError(target.group(0) + tail)
    page.wait_for_load_state("networkidle")


def prepare(page: Page, name: str) -> None:
    """Press and bring into view what a picture is about."""
    if name in PRESSED:
        page.locator(PRESSED[name]).first.click()
    if name in VIEWED:
        page.locator(VIEWED[name]).evaluate("part => part.scrollIntoView()")


def store(name: str, picture: bytes) -> int:
    """Write a picture with few colours; returns its size."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(64, dither=Image.Dither.NONE).save(OUT / name, optimize=True)
    return (OUT / name).stat().st_size


def staged(file: str) -> list[tuple[str, str, str, str, str]]:
    """Pages that ``tests.screenshot_stage`` brought the demonstration to."""
    found = json.loads(Path(file).read_text("utf-8"))
    return [(name, login, address, "", "") for name, login, address in found]


def take(browser: Browser, base: str, pages: Iterable[tuple[str, str, str, str, str]]) -> list[str]:
    """Take the pictures of pages; returns what went wrong."""
    faults = []
    for width, size in (("1366", DESKTOP), ("390", PHONE)):
        for name, login, address, link, tail in pages:
            context = browser.new_context(
                base_url=base, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai"
            )
            page = context.new_page()
            try:
                if login:
                    sign_in(page, login)
                go(page, address, link, tail)
                prepare(page, name)
                written = store(f"{name}-{width}.png", page.screenshot())
                if written > LIMIT:
                    faults.append(f"{name}-{width}.png: {written} bytes")
            except (StopIteration, LookupError, TimeoutError) as error:
                faults.append(f"{name}-{width}: {type(error).__name__}")
            finally:
                context.close()
    return faults


def main() -> int:
    """Take the pictures of the portal at the given address."""
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    pages = [*PAGES, *(staged(sys.argv[2]) if len(sys.argv) > 2 else [])]
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        faults = take(browser, base, pages)
        browser.close()
    sys.stderr.write("\n".join(faults) + "\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
