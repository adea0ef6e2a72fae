"""The account pages in a real browser: clean, accessible, usable at both widths."""

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.models import Enterprise, User
from tests.browser import assert_accessible_at_both_widths
from tests.factories import PASSWORD, make_uscc

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, login: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("邮箱或手机号码").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


@pytest.mark.parametrize(
    "path", ["/", "/accounts/login/", "/register/", "/accounts/password/reset/"]
)
def test_public_pages_are_clean(page: Page, path: str) -> None:
    page.goto(path)
    assert_accessible_at_both_widths(page)


def test_the_pages_of_a_member_are_clean(page: Page, enterprise: Enterprise, alice: User) -> None:
    sign_in(page, alice.email)
    unit = f"/me/units/{enterprise.public_id}/"
    for path in ("/me/", "/me/edit/", unit, f"{unit}edit/", f"{unit}invite/", "/accounts/2fa/"):
        page.goto(path)
        assert_accessible_at_both_widths(page)


def test_a_unit_registers_and_invites_a_colleague_who_joins(page: Page) -> None:
    page.goto("/register/")
    page.get_by_label("单位名称").fill("浏览器示例有限公司")
    page.get_by_label("统一社会信用代码").fill(make_uscc("91500103MA8888888"))
    page.get_by_label("您的姓名").fill("张三")
    page.get_by_label("邮箱").fill("zhang@example.com")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="注册").click()
    expect(page.get_by_text("注册信息已受理")).to_be_visible()

    sign_in(page, "zhang@example.com")
    page.goto("/me/")
    page.get_by_role("link", name="浏览器示例有限公司").click()
    page.get_by_role("link", name="邀请成员").click()
    page.get_by_label("角色").select_option(label="负责人")
    page.get_by_label("手机号码").fill("13900000003")
    page.get_by_role("button", name="保存").click()
    link = page.locator("code").inner_text().removeprefix("http://testserver")

    page.context.clear_cookies()
    page.goto(link)
    page.get_by_label("您的姓名").fill("李四")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="建立账号并加入").click()
    expect(page.get_by_text("您已加入浏览器示例有限公司")).to_be_visible()


def test_registering_works_without_javascript(chromium, live_server) -> None:
    context = chromium.new_context(base_url=str(live_server), java_script_enabled=False)
    page = context.new_page()
    page.goto("/register/")
    page.get_by_label("单位名称").fill("无脚本有限公司")
    page.get_by_role("button", name="注册").click()
    expect(page.get_by_label("单位名称")).to_have_value("无脚本有限公司")
    expect(page.get_by_role("heading", level=1)).to_have_text("单位注册")
    context.close()
