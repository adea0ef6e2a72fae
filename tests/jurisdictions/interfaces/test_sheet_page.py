"""Values as on paper, and what a template may ask."""

import datetime

import pytest

from jurisdictions.interfaces.sheet import SheetError, build_sheet, parts_digest, template_sha256
from jurisdictions.interfaces.sheet_page import SheetPage, join_texts
from tests.jurisdictions.interfaces.sheets import (
    ESTABLISH,
    FILED,
    complete,
    members,
    page_of,
    policy_of,
)


def test_the_preview_links_its_style_sheet_and_has_no_styles_of_its_own() -> None:
    answers, _ = complete("yuzhong")
    html = build_sheet(
        policy_of("yuzhong"), ESTABLISH, answers, filed_on=FILED, preview=True,
        page_code=lambda page: "X",
    ).html  # fmt: skip
    assert '<link rel="stylesheet" href="/static/sheet.css">' in html
    assert ("<style" in html, "<script" in html, " style=" in html) == (False, False, False)


def test_the_filing_day_is_the_answer_of_the_form_else_the_day_given() -> None:
    answers, _ = complete("yuzhong")
    asked = build_sheet(
        policy_of("yuzhong"), ESTABLISH, {**answers, "declare.filed_on": "2026-07-08"},
        filed_on=FILED,
    ).html  # fmt: skip
    answers.pop("declare.filed_on", None)
    given = build_sheet(policy_of("yuzhong"), ESTABLISH, answers, filed_on=FILED).html
    assert ("2026年7月8日" in asked, "2026年7月20日" in given) == (True, True)


@pytest.mark.parametrize(("month", "age"), [(7, "35"), (8, "36")])
def test_ages_come_from_the_reference_day(month: int, age: str) -> None:
    answers, _ = complete("urumqi")
    row = {**members("urumqi", 1)[0], "age": "", "id_number": "650102199008011514"}
    page = page_of("urumqi", {**answers, "team": [row]}, {}, datetime.date(2026, month, 1))
    assert page.rows("team", ["age"]) == [[age]]


def test_without_any_day_a_filled_sheet_is_refused() -> None:
    with pytest.raises(SheetError, match="填报日期或计算基准日"):
        build_sheet(policy_of("yuzhong"), ESTABLISH, complete("yuzhong")[0])


def test_several_values_share_a_cell_and_nothing_is_left_out_among_them() -> None:
    assert join_texts(["大学本科", "学士"], "（）") == "大学本科（学士）"
    assert join_texts(["大学本科", ""], "（）") == "大学本科"
    assert join_texts(["无", "中级"], "/") == "中级"
    assert join_texts(["高级工", "无"], "/") == "高级工"
    assert join_texts(["无", "无"], "/") == "无"
    assert join_texts(["", ""], "/") == ""


def _page_without(city: str, path: str) -> SheetPage:
    page = page_of(city, *complete(city))
    del page.fields[path]
    return page


def test_a_path_the_catalogue_does_not_know_is_an_error() -> None:
    page = page_of("yuzhong", *complete("yuzhong"))
    with pytest.raises(SheetError, match=r"没有的字段 leader\.nmae"):
        page.text("leader.nmae")


def test_a_field_that_the_form_does_not_print_is_an_error_unless_optional() -> None:
    page = _page_without("yuzhong", "unit.fax")
    with pytest.raises(SheetError, match=r"unit\.fax 不在表单中"):
        page.text("unit.fax")
    assert page.text("unit.fax?") == ""


def test_a_box_the_ruleset_does_not_have_is_an_error() -> None:
    page = page_of("yuzhong", *complete("yuzhong"))
    with pytest.raises(SheetError, match="没有的意见栏 mayor"):
        page.box("mayor")


def test_the_hash_is_that_of_the_template_file() -> None:
    pinned = policy_of("yuzhong").procedure(ESTABLISH).sheet
    assert template_sha256(pinned.template) == pinned.sha256
    assert len(parts_digest()) == 64
