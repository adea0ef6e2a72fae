"""The worklist by keyboard and the officer's text that saves itself, in a real browser."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from portal.common.notifying import notify
from reviews.models import TypedText
from tests.browser import DESKTOP, assert_accessible_at_both_widths
from tests.portal.test_browser import sign_in
from tests.reviews import factories as make
from tests.reviews.test_releasing import sent_back, waits

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def test_keys_walk_the_list_and_what_is_typed_saves_itself(page: Page) -> None:
    city = make.make_city("urumqi")
    cases = [make.submitted(city), make.another(city, 5)]
    user = city.person(make.run_of(cases[0]).office)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # a plain mapping
    sign_in(page, user.email or "")
    page.goto(reverse("reviews:worklist"))
    page.locator("body").press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_have_text("1")
    page.keyboard.press("?")
    expect(page.get_by_text("下一件", exact=True)).to_be_visible()
    page.get_by_label("编号、单位、领办人或职业").fill("jjx")
    expect(page.locator("[data-count]")).to_have_text("1")
    page.locator("td.gj-table__main a").nth(1).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 / 2")).to_be_visible()
    page.get_by_label("意见内容").fill("材料齐全。")
    page.locator("label.gj-flag[for^='flag-leaderphone']").click()
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    fields = TypedText.objects.get(owner=user).fields
    assert (fields["opinion"], fields["flags"]) == (["材料齐全。"], ["leader.phone"])
    page.get_by_role("link", name="下一件").click()
    page.get_by_role("link", name="上一件").click()
    expect(page.get_by_label("意见内容")).to_have_value("材料齐全。")


def test_the_pages_around_the_desk_are_clean(page: Page) -> None:
    city = make.make_city("urumqi")
    case = make.submitted(city)
    waits(city, "correction")
    letter = sent_back(city, case)
    boss = city.person(letter.run.office, "approver")
    notify([boss], "office", "一条消息", "请查看。", link=reverse("reviews:letters"), key="clean")
    sign_in(page, boss.email or "")
    for name in ("reviews:letters", "common:inbox", "common:inbox_settings"):
        page.goto(reverse(name))
        assert_accessible_at_both_widths(page)
