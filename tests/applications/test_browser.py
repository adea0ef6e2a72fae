"""From an empty form to the receipt in a real browser, at both widths, clean and accessible."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from applications.domain import attachments
from applications.interfaces.samples import sample_file
from applications.models import Application, Submission
from applications.queries import answers_of
from jurisdictions.queries import policy_of
from portal.accounts.models import User
from tests.applications.factories import call, publish_city, sample, staff
from tests.applications.pages import CITY, at, begun
from tests.browser import DESKTOP, PHONE, Watcher, assert_accessible
from tests.factories import PASSWORD
from tests.portal.common import hostile

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, login: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("邮箱或手机号码").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def shot(page: Page, name: str) -> None:
    """Keep a picture where PORTAL_SHOTS says so, for people to look at."""
    folder = os.environ.get("PORTAL_SHOTS")
    if folder:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


def clean(page: Page) -> None:
    """Accessible with the bar at the foot in its own place: over the text it would cover some."""
    kept = page.viewport_size
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        assert_accessible(page)
    page.set_viewport_size(kept)


def open_call() -> Any:
    ruleset = publish_city(CITY)
    staff(ruleset)
    return call(ruleset, title="2026年度市级技能大师工作室")


def put(page: Page, name: str, value: Any) -> None:
    """Answer one question the way a person would."""
    field = page.locator(f'[name="{name}"]').first
    if field.evaluate("e => !!e.closest('[hidden]')"):
        return  # not asked of these answers
    tag, kind = field.evaluate("e => [e.tagName, e.type]")
    if isinstance(value, list):
        for one in value:
            page.locator(f'[name="{name}"][value="{one}"]').check()
        return
    if kind == "checkbox":
        field.check()
        return
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    if kind == "radio":
        page.locator(f'[name="{name}"][value="{text}"]').check()
    elif tag == "SELECT":
        field.select_option(text)
    elif field.is_visible():
        # A sealed number that is held hides its input.
        field.fill(text)


def fill_section(page: Page, given: dict[str, Any]) -> None:
    """Fill everything of the section on the screen that the sample knows; twice, since some
    questions appear only once another is answered and saved."""
    for _ in range(2):
        names = page.locator("[name=asked]").input_value().split()
        for path in names:
            section, _dot, key = path.partition(".")
            if key and key in given.get(section, {}):
                put(page, path, given[section][key])
        for table in [name for name in names if "." not in name]:
            fill_rows(page, table, given.get(table, []))
        save(page)


def save(page: Page) -> None:
    """Press 保存 and wait for the next page: the one before may say 已保存 as well."""
    with page.expect_navigation():
        page.locator(".gj-actionbar").get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存。")).to_be_visible()


def fill_rows(page: Page, table: str, rows: list[dict[str, Any]]) -> None:
    block = page.locator(f"#rows-{table}")
    for index, row in enumerate(rows):
        if block.locator("tbody tr").count() <= index:
            block.get_by_role("button", name="添加一行").click()
        line = block.locator("tbody tr").nth(index)
        row_id = line.get_attribute("data-row")
        for column, value in row.items():
            if line.locator(f'[name="{table}-{row_id}-{column}"]').count():
                put(page, f"{table}-{row_id}-{column}", value)


def upload_all(page: Page, application: Application, user: User) -> None:
    """One paper through the page, the others through the code the page calls."""
    page.locator("#mat-licence-all input[type=file]").set_input_files(
        {"name": "营业执照.jpg", "mimeType": "image/jpeg", "buffer": hostile.jpeg(1200, 800)}
    )
    expect(page.locator("#mat-licence-all").get_by_text("营业执照.jpg").first).to_be_visible()
    items = {m.id: m for m in policy_of(application.ruleset).procedure("establish").materials}
    answers = answers_of(application)
    for material, fact in sample(CITY)["materials"].items():
        if material == "licence":
            continue
        places = [""] * fact.get("count", 0) + ["leader"] * fact.get("person", 0)
        for table in fact.get("rows", {}):
            places += [str(row["row_id"]) for row in answers[table]]
        for number, place in enumerate(places, 1):
            paper = sample_file("pdf", None)
            attachments.keep(
                application, items[material], paper, name=f"{number}.pdf", by=user, row=place
            )


def test_a_unit_fills_in_and_hands_in(page: Page, alice: User) -> None:
    """On a phone, as a technician would; each page is looked at on a desk as well."""
    call_ = open_call()
    page.set_viewport_size(PHONE)
    sign_in(page, alice.email or "")
    page.goto("/apply/")
    shot(page, "list")
    clean(page)
    page.get_by_role("link", name=call_.title).first.click()
    shot(page, "start")
    clean(page)
    page.get_by_role("button", name="新建申报").click()
    expect(page.get_by_role("heading", name="填报内容")).to_be_visible()
    shot(page, "tasks-empty")
    clean(page)
    application = Application.objects.get()
    given = sample(CITY)["answers"]
    sections = policy_of(application.ruleset).procedure("establish").form.sections
    for section in sections:
        page.goto(at("section", application, section.id))
        fill_section(page, given)
        shot(page, f"section-{section.id}")
        clean(page)
    page.goto(at("tasks", application))
    shot(page, "tasks-filled")
    page.goto(at("files", application))
    shot(page, "files-empty")
    clean(page)
    upload_all(page, application, alice)
    page.goto(at("files", application))
    shot(page, "files")
    clean(page)
    page.goto(at("tasks", application))
    shot(page, "tasks-ready")
    clean(page)
    page.goto(at("check", application))
    shot(page, "check")
    clean(page)
    for box in page.locator(".gj-declare input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="提交申报").dblclick()
    expect(page.get_by_role("heading", name="申报已提交")).to_be_visible(timeout=60_000)
    shot(page, "done")
    clean(page)
    assert Submission.objects.count() == 1
    page.get_by_role("link", name="查看办理进度").click()
    shot(page, "timeline")
    clean(page)


def test_what_is_typed_is_saved_by_itself_and_survives_a_conflict(page: Page, alice: User) -> None:
    application = begun(alice, open_call())
    sign_in(page, alice.email or "")
    page.goto(at("section", application, "leader"))
    other = page.context.new_page()
    other.goto(at("section", application, "leader"))
    page.get_by_label("领办人姓名").fill("示例甲")
    expect(page.locator("[data-save-state]")).to_contain_text("已保存 ", timeout=10_000)
    assert answers_of(application)["leader.name"] == "示例甲"
    other.get_by_label("领办人姓名").fill("示例乙")
    other.get_by_role("link", name="查看两份内容的差别").click(timeout=10_000)
    expect(other.get_by_text("示例甲")).to_be_visible()
    shot(other, "compare")
    clean(other)
    other.get_by_role("button", name="按所选保存").click()
    expect(other.get_by_label("领办人姓名")).to_have_value("示例乙")
    assert answers_of(application)["leader.name"] == "示例乙"


def test_a_question_appears_and_goes_with_the_answer_that_decides(page: Page, alice: User) -> None:
    application = begun(alice, open_call())
    sign_in(page, alice.email or "")
    page.goto(at("section", application, "unit"))
    carrier = page.get_by_role("group", name="依托的载体")
    note = page.locator('[name="unit.carrier_note"]')
    expect(note).to_be_hidden()
    carrier.get_by_label("其他", exact=True).check()
    expect(note).to_be_visible()
    note.fill("示例行业协会")
    carrier.get_by_label("企业", exact=True).check()
    expect(note).to_be_hidden()
    carrier.get_by_label("其他", exact=True).check()
    expect(note).to_be_visible()
    expect(note).to_have_value("示例行业协会")
    save(page)
    assert answers_of(application)["unit.carrier_note"] == "示例行业协会"


def test_a_slow_press_on_save_is_not_lost_when_a_question_appears(page: Page, alice: User) -> None:
    application = begun(alice, open_call())
    sign_in(page, alice.email or "")
    page.goto(at("section", application, "unit"))
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    button = page.locator(".gj-actionbar").get_by_role("button", name="保存", exact=True)
    box = button.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 3)
    page.mouse.down()
    other = page.get_by_role("group", name="依托的载体").get_by_label("其他", exact=True)
    with page.expect_response("**/autosave"):
        other.evaluate("e => e.click()")
    page.wait_for_timeout(200)
    expect(page.locator('[name="unit.carrier_note"]')).to_be_hidden()
    with page.expect_navigation():
        page.mouse.up()
    expect(page.locator('[name="unit.carrier_note"]')).to_be_visible()


def test_a_slow_press_on_a_box_is_not_lost_when_a_question_appears_above_it(
    page: Page, alice: User
) -> None:
    application = begun(alice, open_call())
    sign_in(page, alice.email or "")
    page.goto(at("section", application, "unit"))
    note = page.locator('[name="unit.carrier_note"]')
    pressed = page.locator('[name="unit.is_leader_employer"]').first
    pressed.scroll_into_view_if_needed()
    box = pressed.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    other = page.get_by_role("group", name="依托的载体").get_by_label("其他", exact=True)
    with page.expect_response("**/autosave"):
        other.evaluate("e => e.click()")
    page.wait_for_timeout(200)
    expect(note).to_be_hidden()
    page.mouse.up()
    expect(note).to_be_visible()
    assert pressed.is_checked()
    assert pressed.bounding_box() != box


def test_a_refused_file_is_named_beside_its_place(
    page: Page, alice: User, watcher: Watcher
) -> None:
    watcher.allow("422")
    application = begun(alice, open_call())
    sign_in(page, alice.email or "")
    page.goto(at("files", application))
    page.locator("#mat-licence-all input[type=file]").set_input_files(
        {"name": "执照.jpg", "mimeType": "image/jpeg", "buffer": hostile.blank_pdf()}
    )
    expect(page.locator("#mat-licence-all .gj-field__e")).to_be_visible()
    shot(page, "files-refused")
    clean(page)


def test_filling_and_uploading_work_without_javascript(
    chromium: Browser, live_server: Any, alice: User
) -> None:
    application = begun(alice, open_call())
    context = chromium.new_context(base_url=str(live_server), java_script_enabled=False)
    page = context.new_page()
    sign_in(page, alice.email or "")
    page.goto(at("section", application, "team"))
    page.get_by_role("button", name="添加一行").click()
    page.locator('[name$="-name"]').first.fill("示例李四")
    page.locator(".gj-actionbar").get_by_role("button", name="保存并继续").click()
    assert answers_of(application)["team"][0]["name"] == "示例李四"
    page.goto(at("files", application))
    page.locator("#mat-licence-all input[type=file]").set_input_files(
        {"name": "营业执照.jpg", "mimeType": "image/jpeg", "buffer": hostile.jpeg()}
    )
    page.locator("#mat-licence-all").get_by_role("button", name="上传").click()
    expect(page.locator("#mat-licence-all").get_by_text("营业执照.jpg").first).to_be_visible()
    context.close()
