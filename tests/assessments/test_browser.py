"""The pages of studios in a real browser, at both widths."""

import datetime as dt
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from applications.models import Studio
from assessments.domain import calendar, ledger, records, registers
from assessments.models import Obligation
from portal.accounts.models import User
from tests.assessments.factories import member_of, officer_of, old_studio
from tests.assessments.test_overview import overseer
from tests.browser import DESKTOP, PHONE, assert_accessible, assert_accessible_at_both_widths
from tests.portal.test_browser import sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
ON = dt.date(2025, 5, 1)

PLACES = [f"示例第{n}县" for n in range(10, 33)] + ["示例高新技术产业开发区（示例新市区）"]
YEARS = [str(year) for year in range(2004, 2028)]
# Many lines in place of the few of the sample.
FILL = """([key, names]) => {
  const body = document.getElementById(key).tBodies[0], row = body.rows[0];
  body.replaceChildren(...names.map((name) => {
    const line = row.cloneNode(true);
    line.cells[0].textContent = name;
    return line;
  }));
}"""
# Every word of a chart that is drawn at the present width, and where it stands.
WORDS = """(key) => {
  window.dispatchEvent(new Event("resize"));
  const list = document.querySelector(`gj-chart[data-table=${key}]`).chart.getZr().storage;
  return list.getDisplayList(true).filter((one) => one.type === "tspan" && one.style.text)
    .map((one) => {
      const box = one.getBoundingRect().clone();
      if (one.transform) { box.applyTransform(one.transform); }
      return [one.style.text, box.x, box.y, box.width, box.height];
    });
}"""


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def living() -> tuple[Studio, User]:
    """A studio with something on each of its pages."""
    studio = old_studio("yuzhong", district="示例区", industry="示例产业")
    user = member_of(studio)
    calendar.open_for(studio, dt.date(2026, 1, 5))
    registers.save_row(studio, "activities", by=user, category="contests", title="竞赛", on=ON)
    registers.save_row(studio, "apprentices", by=user, name="徒弟", since=ON)
    registers.save_row(studio, "members", by=user, name="李示例", joined_on=ON)
    ledger.enter(studio, by=user, direction="in", source="match", amount=Decimal(60_000), on=ON,
                 text="单位配套")  # fmt: skip
    records.write(studio, "report", "major", by=user, title="成果", category="重大成果", on=ON)
    return studio, user


def test_the_pages_of_a_studio_are_clean(page: Page) -> None:
    studio, user = living()
    sign_in(page, user.email or "")
    for name in ("studio", "ledger", "ledger_import", "records", "dossier", "life"):
        page.goto(reverse(f"assessments:{name}", args=[studio.public_id]))
        assert_accessible_at_both_widths(page)
    page.goto(reverse("assessments:register", args=[studio.public_id, "activities"]))
    page.get_by_role("link", name="文件 竞赛").click()
    assert_accessible_at_both_widths(page)
    due = Obligation.objects.filter(kind="paper").first()
    assert due is not None
    page.goto(reverse("assessments:obligation", args=[studio.public_id, due.public_id]))
    assert_accessible_at_both_widths(page)


def test_the_desk_and_the_overview_are_clean_and_charts_are_drawn(page: Page) -> None:
    studio, _ = living()
    sign_in(page, officer_of(studio.jurisdiction, role="bureau").email or "")
    for view in ("due", "risk", "reports", "all"):
        page.goto(reverse("assessments:desk") + f"?view={view}")
        assert_accessible_at_both_widths(page)
    page.context.clear_cookies()
    sign_in(page, overseer(studio.jurisdiction).email or "")
    page.goto(reverse("assessments:overview"))
    expect(page.locator("gj-chart canvas").first).to_be_visible()
    assert_accessible_at_both_widths(page)
    assert page.locator("gj-chart canvas").count() == page.locator("gj-chart").count()
    for key, names in (("papers-district", PLACES), ("papers", YEARS)):
        page.evaluate(FILL, [key, names])
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain mapping
            words = page.evaluate(WORDS, key)
            said = "".join(text for text, *_ in words)
            assert [name for name in names if name not in said] == []
            assert overlapping(words) == []


def overlapping(words: list[tuple[str, float, float, float, float]]) -> list[tuple[str, str]]:
    """Words of a drawing that lie on each other: text, left, top, width, height."""
    found = []
    for (one, x, y, w, h), (two, left, top, wide, high) in combinations(words, 2):
        beside = x + w <= left + 1 or left + wide <= x + 1
        beneath = y + h <= top + 1 or top + high <= y + 1
        if not beside and not beneath:
            found.append((one, two))
    return found


def test_numbers_on_a_plaque_are_looked_up(page: Page) -> None:
    studio, _ = living()
    page.goto(reverse("assessments:lookup"))
    assert_accessible(page)
    page.get_by_label("牌匾或证书编号").fill(studio.number.lower())
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_role("heading", name=studio.name)).to_be_visible()
    assert_accessible(page)
