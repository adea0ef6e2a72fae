"""The pages in a real browser: accessible, on a phone and a desk, without a script fault."""

from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser import PHONE, assert_accessible_at_both_widths
from tests.jurisdictions.factories import administrator, call, publish_shiyan

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_public_pages_are_accessible(page: Page) -> None:
    made = call(publish_shiyan(), quota=5, notice="请勿空项")
    for address in (
        "/",
        "/policies/shiyan/",
        f"/guide/{made.public_id}/",
        f"/check/{made.public_id}/",
    ):
        page.goto(address)
        assert_accessible_at_both_widths(page)


def test_the_guide_folds_its_details_and_prints_them_all(page: Page) -> None:
    made = call(publish_shiyan())
    page.goto(f"/guide/{made.public_id}/")
    folds = page.locator("details.gj-fold")
    opened = page.locator("details.gj-fold[open]")
    expect(opened).to_have_count(0)
    page.get_by_role("navigation", name="本页目录").get_by_role("link", name="怎么办理").click()
    expect(opened).to_have_count(1)
    assert opened.get_attribute("id") == "steps"
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(opened).to_have_count(folds.count())
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(opened).to_have_count(1)


def test_the_quick_check_answers_on_the_same_page(page: Page) -> None:
    made = call(publish_shiyan())
    page.goto(f"/check/{made.public_id}/")
    page.get_by_label("出生日期").fill("1960-01-01")
    page.get_by_label("男", exact=True).check()
    page.get_by_label("职业资格或职业技能等级").select_option("技师")
    page.get_by_role("button", name="查看结果").click()
    assert page.get_by_text("目前有 2 项不符合").is_visible()
    assert_accessible_at_both_widths(page)


def test_the_administrators_pages_are_accessible_and_their_entry_in_the_menu_is_in_view(
    page: Page, as_user: object, settings: LazySettings
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    ruleset = publish_shiyan()
    made = call(ruleset)
    client: Client = as_user(administrator(ruleset.jurisdiction))  # type: ignore[operator]  # fixture
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.goto("/")
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": page.url}]
    )
    for address in (
        "/manage/",
        "/manage/holidays/",
        "/manage/shiyan/rounds/",
        "/manage/shiyan/rounds/new/",
        f"/manage/shiyan/rounds/{made.public_id}/",
        "/manage/shiyan/offices/",
        "/manage/shiyan/offices/new/",
        "/manage/shiyan/posts/",
        "/manage/shiyan/rules/",
    ):
        page.goto(address)
        assert urlsplit(page.url).path == address
        assert_accessible_at_both_widths(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain mapping
    page.goto(address)
    menu = page.get_by_role("navigation", name="功能菜单")
    # One row that scrolls: what is open here lies to the right of what fits on it.
    assert menu.evaluate("row => row.scrollLeft") > 0
    expect(menu.locator("[aria-current]")).to_be_in_viewport(ratio=1)
