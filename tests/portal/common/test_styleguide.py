"""Every component, seen by a browser at both widths, and the scripts that improve them."""

import json
import re

import pytest
from django.test import Client
from playwright.sync_api import FilePayload, Page, Route, expect

from portal.common.styleguide import PAGES
from portal.common.wordcount import count_like_word
from tests.browser import assert_accessible, assert_accessible_at_both_widths

pytestmark = pytest.mark.e2e
AUTOSAVE = "**/styleguide/autosave/"
WORDS = [
    "", "他说“好”——真的。", "2024年3月", "C++/Java 与 Python3", "don’t stop", "全角，标点！",
    "一\n二\t三", "（示例）ABC def", "𠮷野家 ok", "…… a…b", "①②③ 第一", "한국어 단어",
]  # fmt: skip


@pytest.fixture
def demo(settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]  # pytest-django's settings wrapper


@pytest.mark.django_db
def test_the_style_guide_exists_only_in_a_demonstration(client: Client) -> None:
    assert client.get("/styleguide/").status_code == 404


@pytest.mark.django_db
def test_unknown_pages_of_the_style_guide_are_not_found(client: Client, demo: None) -> None:
    assert client.get("/styleguide/").status_code == 200
    assert client.get("/styleguide/nothing/").status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_components_are_accessible_and_break_no_policy(page: Page, demo: None, name: str) -> None:
    page.goto(f"/styleguide/{name}/")
    assert_accessible_at_both_widths(page)


@pytest.mark.parametrize("name", ["tasks", "queue", "review"])
def test_large_type_and_a_narrow_window_do_not_scroll_sideways(
    page: Page, demo: None, name: str
) -> None:
    page.set_viewport_size({"width": 683, "height": 450})
    page.goto("/display/large/")
    page.goto(f"/styleguide/{name}/")
    expect(page.locator("html")).to_have_class("gj-large")
    assert_accessible(page)


def test_large_type_switches_without_leaving_the_page(page: Page, demo: None) -> None:
    page.goto("/styleguide/form/")
    page.fill("#id_name", "未保存的内容")
    page.get_by_text("大字版").click()
    expect(page.locator("html")).to_have_class("gj-large")
    assert page.input_value("#id_name") == "未保存的内容"


def test_the_browser_counts_words_as_the_server_does(page: Page, demo: None) -> None:
    page.goto("/styleguide/form/")
    counted = page.evaluate("texts => texts.map(window.portal.count)", WORDS)
    assert counted == [count_like_word(text) for text in WORDS]


def test_the_error_summary_takes_the_focus(page: Page, demo: None) -> None:
    page.goto("/styleguide/form/")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')") is True


def test_autosave_sends_the_version_and_says_when_it_saved(page: Page, demo: None) -> None:
    seen: list[str] = []

    def answer(route: Route) -> None:
        seen.append(route.request.headers["x-section-version"])
        route.fulfill(json={"version": 3 + len(seen), "saved_at": "10:32:08"})

    page.route(AUTOSAVE, answer)
    page.goto("/styleguide/form/")
    page.fill("#id_name", "李强")
    expect(page.locator("[data-save-state]")).to_have_text("已保存 10:32:08", timeout=5000)
    assert seen == ["3"]
    assert page.locator("input[name=version]").input_value() == "4"


def test_a_failed_autosave_offers_to_try_again(page: Page, demo: None, watcher: object) -> None:
    watcher.allow("status of 503")  # type: ignore[attr-defined]  # the failure under test
    broken = [True]
    page.route(
        AUTOSAVE,
        lambda route: (
            route.fulfill(status=503, body="")
            if broken[0]
            else route.fulfill(json={"version": 4, "saved_at": "10:40:00"})
        ),
    )
    page.goto("/styleguide/form/")
    page.fill("#id_name", "李强")
    expect(page.locator("[data-save-state]")).to_contain_text("保存失败", timeout=5000)
    broken[0] = False
    page.get_by_role("button", name="重试").click()
    expect(page.locator("[data-save-state]")).to_have_text("已保存 10:40:00")


def test_somebody_elses_change_leads_to_the_comparison(
    page: Page, demo: None, watcher: object
) -> None:
    watcher.allow("status of 409")  # type: ignore[attr-defined]  # the conflict under test
    body = json.dumps({"compare": "/styleguide/parts/"})
    page.route(AUTOSAVE, lambda r: r.fulfill(status=409, body=body))
    page.goto("/styleguide/form/")
    page.fill("#id_name", "李强")
    link = page.get_by_role("link", name="查看两份内容的差别")
    expect(link).to_be_visible(timeout=5000)
    link.click()
    expect(page).to_have_url(re.compile(r"/styleguide/parts/$"))


def test_a_lost_sign_in_keeps_the_text_and_saves_afterwards(
    page: Page, demo: None, watcher: object
) -> None:
    watcher.allow("status of 401")  # type: ignore[attr-defined]  # the lost session under test
    signed_in = [False]
    page.route(
        AUTOSAVE,
        lambda route: (
            route.fulfill(json={"version": 4, "saved_at": "11:00:00"})
            if signed_in[0]
            else route.fulfill(status=401, json={})
        ),
    )
    page.goto("/styleguide/form/")
    page.fill("#id_name", "李强")
    dialog = page.get_by_role("dialog", name="登录已过期")
    expect(dialog).to_be_visible(timeout=5000)
    signed_in[0] = True
    dialog.get_by_role("button", name="我已登录，继续保存").click()
    expect(page.locator("[data-save-state]")).to_have_text("已保存 11:00:00")
    assert page.input_value("#id_name") == "李强"


def test_rows_are_added_moved_and_removed_with_ids_of_their_own(page: Page, demo: None) -> None:
    page.route(AUTOSAVE, lambda r: r.fulfill(json={"version": 4, "saved_at": "10:00:00"}))
    page.goto("/styleguide/form/")
    page.get_by_role("button", name="添加一行").click()
    rows = page.locator("gj-rows tbody tr")
    expect(rows).to_have_count(3)
    identity = rows.nth(2).get_attribute("data-row")
    assert identity is not None
    assert rows.nth(2).locator(f"input[name=team-{identity}-name]").count() == 1
    rows.nth(2).get_by_role("button", name="上移").click()
    order = page.eval_on_selector_all("input[name=team-rows]", "all => all.map(i => i.value)")
    assert order[:3] == ["r1", identity, "r2"]
    rows.nth(1).get_by_role("button", name="删除此行").click()
    expect(rows).to_have_count(2)


def test_flags_fill_the_list_of_issues_and_the_verb_follows_the_conclusion(
    page: Page, demo: None
) -> None:
    page.route(AUTOSAVE, lambda r: r.fulfill(json={"version": 2, "saved_at": "10:00:00"}))
    page.goto("/styleguide/review/")
    issues = page.locator("gj-issues li[data-for]")
    expect(issues).to_have_count(1)
    page.locator("label.gj-flag", has_text="标记问题：学历（学位）").click()
    expect(issues).to_have_count(2)
    assert issues.nth(1).locator("input").get_attribute("name") == "note-leader.education"
    page.check("input[value=refuse]")
    expect(page.locator("[data-decide]")).to_have_text("提交：不予推荐")
    expect(page.get_by_label("补正期限")).to_be_hidden()


def test_totals_follow_the_scores_exactly(page: Page, demo: None) -> None:
    page.goto("/styleguide/score/")
    total = page.locator(".gj-actionbar [data-total]")
    expect(total).to_have_text("61.5")
    page.fill("#score-s4", "0.1")
    expect(total).to_have_text("61.6")
    page.fill("#score-s4", "31")
    expect(total).to_have_text("61.5")
    assert page.get_attribute("#score-s4", "aria-invalid") == "true"


def test_a_file_too_large_is_refused_before_it_travels(page: Page, demo: None) -> None:
    page.goto("/styleguide/form/")
    content = b"0" * (10 * 1024 * 1024 + 1)
    file: FilePayload = {"name": "大.pdf", "mimeType": "application/pdf", "buffer": content}
    page.set_input_files("#mat-2-file", file)
    expect(page.locator("#mat-2 [data-upload-state]")).to_contain_text("超过 10 MB 的上限")


def test_an_uploaded_file_replaces_its_card_without_leaving_the_page(
    page: Page, demo: None
) -> None:
    card = '<section id="mat-2"><h3>近三年职工教育经费证明</h3><p>已传 1 份</p></section>'
    page.route(
        "**/styleguide/form/",
        lambda r: (
            r.fulfill(content_type="text/html", body=f"<main>{card}</main>")
            if r.request.method == "POST"
            else r.continue_()
        ),
    )
    page.goto("/styleguide/form/")
    file: FilePayload = {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    page.set_input_files("#mat-2-file", file)
    expect(page.locator("#mat-2")).to_contain_text("已传 1 份")


def test_a_confirmation_is_asked_before_signing(page: Page, demo: None) -> None:
    page.goto("/styleguide/score/")
    page.get_by_role("button", name="签名提交").click()
    dialog = page.get_by_role("dialog", name="签名提交")
    expect(dialog).to_contain_text("评分锁定")
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/styleguide/score/$"))


def test_charts_are_drawn_from_the_table_beneath(page: Page, demo: None) -> None:
    page.goto("/styleguide/figures/")
    expect(page.locator("gj-chart canvas")).to_have_count(2)
    label = page.locator("gj-chart[data-table=by-month]").get_attribute("aria-label")
    assert label == "各月申报与命名，数据见下表"


def test_choosing_all_rows_counts_them(page: Page, demo: None) -> None:
    page.goto("/styleguide/queue/")
    page.get_by_label("全选本页").check()
    expect(page.locator("[data-count]")).to_have_text("3")
