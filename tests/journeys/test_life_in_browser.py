"""What becomes of studios, seen in the browser by each person on pages of their own."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from applications.models import Studio
from assessments.models import Clawback, GradeRecord, GrantDue, Recommendation
from reviews.models import Case
from tests.assessments import assessed as way
from tests.assessments.factories import id_number, member_of
from tests.browser import Watcher, assert_accessible
from tests.factories import make_member, make_uscc, make_user
from tests.journeys.hand import signed_paper
from tests.journeys.living import Living
from tests.reviews import factories as make

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
CITY, OFFICE = "chaoyang", "district_bureau"
#: Marks of a workbook as a browser sends it.
BOOK = {
    "name": "补录.xlsx",
    "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ENDED = {"终止日期": dt.date(2025, 6, 1), "应追回资助（元）": 100_000, "追回已到账（元）": 40_000,
         "最近到账日期": dt.date(2025, 7, 1)}  # fmt: skip


@pytest.fixture(autouse=True)
def _as_at_work(settings: Any, watcher: Watcher) -> None:
    """No second factor; forms are sent wrong on purpose, which the browser writes down."""
    settings.STAFF_MFA_REQUIRED = False
    watcher.allow("status of 422")


def row(number: int, **more: Any) -> dict[str, Any]:
    """A studio of before as a line of the workbook tells it."""
    return {
        "工作室名称": f"示例{number}号䶮氏工作室", "编号": f"OLD-{number}",
        "职业（工种）": f"木工{number}", "命名日期": dt.date(2024, 3, 4),
        "单位名称": "长名" * 40 + f"{number}厂",
        "统一社会信用代码": make_uscc(f"91110105MA7{number:06d}"), "领办人姓名": f"示例䶮{number}",
        "领办人身份证号": id_number(f"1101051975030700{number}"), **more,
    }  # fmt: skip


def filled(template: Path, *rows: dict[str, Any]) -> Any:
    """The downloaded template with lines in it, as an upload."""
    book = load_workbook(template)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for number, line in enumerate(rows, start=2):
        for head, value in line.items():
            sheet.cell(number, heads[head], value)
    book.save(template)
    return {**BOOK, "buffer": template.read_bytes()}


def test_studios_of_before_come_in_whole_and_what_one_owes_comes_back(
    page: Page, tmp_path: Path
) -> None:
    life = Living(page, make.make_city(CITY), OFFICE)
    imported(life, tmp_path / "studios.xlsx")
    first, owing = Studio.objects.order_by("number")
    for studio, says in ((first, "在册"), (owing, "已终止")):
        page.context.clear_cookies()
        page.goto(reverse("assessments:register_public") + f"?q={studio.number}")
        expect(page.locator("tbody tr").filter(has_text=studio.name)).to_contain_text(says)
    unit = make_user("unit@example.com", name="示例经办人")
    make_member(unit, owing.hosts.get().enterprise)
    paid_back(life, owing, unit)


def imported(life: Living, template: Path) -> None:
    """The template is filled in, every fault found by its cell, mended, and carried out."""
    page = life.page
    life.see(life.city.admin, reverse("assessments:import_studios", args=[CITY]))
    with page.expect_download() as sent:
        page.get_by_role("link", name="下载模板").click()
    sent.value.save_as(template)
    life.refused("检查", "表格文件")
    same = row(3)["领办人身份证号"]
    wrong = (row(1, 命名日期="昨天"), row(2, 统一社会信用代码="123"), row(3), row(4, 编号="OLD-3"),
             row(5, 领办人身份证号=same), row(6, 最近考核等次="优良"))  # fmt: skip
    page.get_by_label("表格文件").set_input_files(filled(template, *wrong))
    life.press("检查")
    told = [text.split("：")[0] for text in page.locator(".gj-note--err li").all_inner_texts()]
    assert told == ["D2", "H3", "B5", "J6", "Z7"]
    assert page.locator("td .gj-field__e").count() == len(told)
    assert_accessible(page)
    template.unlink()
    sent.value.save_as(template)
    page.get_by_label("表格文件").set_input_files(filled(template, row(1), row(2, **ENDED)))
    life.press("重新检查")
    assert (Studio.objects.count(), page.locator("tbody tr").count()) == (0, 2)
    life.press("导入 2 个工作室")
    expect(page.get_by_text("已补录 2 个工作室。")).to_be_visible()


def paid_back(life: Living, studio: Studio, unit: Any) -> None:
    """The office enters the rest in parts; the unit reads on its phone what is still owed."""
    page, today = life.page, timezone.localdate().isoformat()
    life.see(life.officer, reverse("assessments:desk") + "?view=clawbacks")
    life.follow(page.get_by_role("link", name="登记到账"))
    page.get_by_label("金额（元）").fill("60000.01")
    page.get_by_label("日期").fill(today)
    page.get_by_label("收款凭证号或说明").fill("收据7号")
    life.refused("保存", "尚欠 60000.00 元")
    assert page.get_by_label("收款凭证号或说明").input_value() == "收据7号"
    page.get_by_label("金额（元）").fill("20000")
    with page.expect_navigation():
        life.button("保存").dblclick()
    life.see(unit, life.studio_page(studio, "studio"), phone=True)
    money = page.locator("section[aria-labelledby=grants]")
    expect(money).to_contain_text("已到账 60,000 元，尚欠 40,000 元")
    expect(money).to_contain_text(f"{today} 到账 20,000 元（收据7号）")
    life.see(life.officer, life.studio_page(studio))
    life.follow(money.get_by_role("link", name="登记到账"))
    page.get_by_label("金额（元）").fill("40000")
    page.get_by_label("日期").fill(today)
    life.press("保存")
    expect(money).to_contain_text(f"{today} 结清")
    assert Clawback.objects.get().payments.count() == 3


@pytest.mark.clause("chaoyang-11-5", "chaoyang-14-1")
def test_beyond_the_share_with_a_reason_then_recommended_and_taken_back(page: Page) -> None:
    life = Living(page, make.make_city(CITY), OFFICE)
    studio = way.studio_in(life.city)
    unit = member_of(studio)
    graded(life, studio, unit)
    assert GradeRecord.objects.get(studio=studio).grade == "优秀"
    paid_again(life, studio, unit)
    recommended(life, studio)
    row = Recommendation.objects.get()
    life.see(life.officer, life.studio_page(studio))
    life.follow(page.get_by_role("link", name="撤回"))
    life.refused("撤回推荐", "理由")
    page.get_by_label("理由").fill("文号登记有误")
    life.press("撤回推荐")
    life.see(unit, life.studio_page(studio, "studio"), phone=True)
    letters = page.locator("section[aria-labelledby=letters]")
    expect(letters).to_contain_text(f"{row.document_number}")
    expect(letters).to_contain_text("已撤回：文号登记有误")
    with page.expect_download() as sent:
        letters.get_by_role("link", name="预填表", exact=True).click()
    assert Path(sent.value.path()).read_bytes()[:5] == b"%PDF-"


def graded(life: Living, studio: Studio, unit: Any) -> None:
    """The office sees what the share leaves, gives its reason, and both posts sign."""
    page = life.page
    case = way.scored(life.city, way.filed(studio, unit), "95", way.assessors(life.city))
    listing = way.gathered(life.city, Case.objects.get(pk=case.pk))
    run = make.list_run(listing)
    address = reverse("reviews:list", args=[listing.public_id])
    life.see(life.handler(run), address)
    page.get_by_role("combobox", name="等次").first.select_option("优秀")
    life.press("预览名额")
    expect(page.get_by_text("现评定 1 个，超出 1 个")).to_be_visible()
    assert_accessible(page)
    why = page.locator("#stage [name^=text-]")
    why.fill("成果突出。")
    page.locator("#stage [name^=may-]").select_option("yes")
    life.refused("提交并签署", "现评定 1 个，请写明理由")
    assert why.input_value() == "成果突出。"
    page.get_by_label("超出原则性比例的理由").fill("仅一家参评，经会议研究。")
    life.sign_list(run)
    expect(page.get_by_text("仅一家参评，经会议研究").first).to_be_visible()
    life.officers.decision(make.list_run(listing))


def paid_again(life: Living, studio: Studio, unit: Any) -> None:
    """The grade is public, and the second grant it brings is paid and stands in the ledger."""
    page, today = life.page, timezone.localdate().isoformat()
    life.look(None, reverse("assessments:results_public"))
    expect(page.locator("tbody tr")).to_contain_text("优秀")
    due = GrantDue.objects.get(studio=studio, extra=True)
    life.look(unit, life.studio_page(studio, "studio"), phone=True)
    life.look(life.officer, life.studio_page(studio))
    life.follow(page.get_by_role("link", name=f"登记拨付 {due.title}"))
    page.get_by_label("金额（元）").fill("100000")
    page.get_by_label("日期").fill(today)
    life.press("保存")
    life.look(unit, life.studio_page(studio, "ledger"), phone=True)


def recommended(life: Living, studio: Studio) -> None:
    """The office enters the letter by which it recommends the studio upward."""
    page = life.page
    life.see(life.officer, life.studio_page(studio))
    life.follow(page.get_by_role("link", name="登记推荐", exact=True))
    page.locator("[name=basis]").last.check()
    page.get_by_label("推荐文件文号").fill("示人社函〔2026〕3号")
    page.get_by_label("推荐日期").fill(timezone.localdate().isoformat())
    page.get_by_label("推荐理由").fill("考核优秀，符合上一级条件。")
    page.locator("input[type=file]").set_input_files(signed_paper())
    life.press("登记推荐")
