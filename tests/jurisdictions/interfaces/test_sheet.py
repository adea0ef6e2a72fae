"""The official sheets: layout of the paper, values, growth, opinion boxes, safety."""

import datetime
import io
from pathlib import Path

import pikepdf
import pytest
import yaml

from jurisdictions.interfaces.sheet import (
    BoxEntry,
    build_sheet,
    check_sheet,
    render_sheet,
)
from jurisdictions.interfaces.sheet_page import SheetPage
from portal.common.pagecode import page_code, verify_page_code
from portal.common.pdf import MissingGlyphsError
from tests.jurisdictions.interfaces.sheets import (
    CITIES,
    ESTABLISH,
    FILED,
    complete,
    marked,
    members,
    page_of,
    pages_of,
    pdf_of,
    policy_of,
    squeeze,
    text_of,
    words_of,
)

#: Labels, headings, hints and fixed sentences of each form, word for word as in the source.
PRINTED: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "printed.yaml").read_text(encoding="utf-8")
)
#: Blank rows of the paper, and whether more rows go to an attached sheet.
TEAM_ROWS = {"yuzhong": (8, False), "urumqi": (6, True), "chaoyang": (13, False)}
HOSTILE = "<script>alert(1)</script><img src=x onerror=y>&amp;\"'{{ page }}{% now 'Y' %}"


def long_text(without: str, count: int = 3000) -> str:
    """So many different characters, none of them among ``without``."""
    pool = [chr(code) for code in range(0x5A00, 0x9000) if chr(code) not in without]
    return "".join(pool[:count])


@pytest.mark.parametrize("city", CITIES)
def test_the_sheet_and_the_form_of_a_city_fit_and_the_hash_is_pinned(city: str) -> None:
    assert check_sheet(policy_of(city), ESTABLISH) == []


@pytest.mark.parametrize("city", CITIES)
def test_the_blank_sheet_has_every_label_and_fixed_sentence_word_for_word(city: str) -> None:
    html = build_sheet(policy_of(city), ESTABLISH, {}, blank=True).html
    printed = words_of(html.split("<body", 1)[1])
    assert [words for words in PRINTED[city] if words not in printed] == []


@pytest.mark.parametrize("city", CITIES)
def test_the_blank_sheet_shows_no_value_even_when_answers_are_given(city: str) -> None:
    answers, sealed, marks = marked(city)
    entry = BoxEntry(policy_of(city).procedure(ESTABLISH).sheet.boxes[0].id, "某局", "同意盖章")
    sheet = build_sheet(
        policy_of(city), ESTABLISH, answers, blank=True, entries=[entry], sealed_values=sealed,
        filed_on=FILED,
    )  # fmt: skip
    assert [mark for mark in [*marks, *sealed.values(), "同意盖章"] if mark in sheet.html] == []


@pytest.mark.parametrize("city", CITIES)
def test_every_printed_value_stands_in_the_searchable_text_of_the_pdf(city: str) -> None:
    answers, sealed, marks = marked(city)
    page = page_of(city, answers, sealed)
    pdf = pdf_of(city, answers, sealed_values=sealed)
    # Line by line a value that wraps in its cell is interrupted by the cell beside it.
    text = text_of(pdf) + text_of(pdf, "-raw")
    expected = [page.text(path) for path, use in page.fields.items() if _is_text(page, path, use)]
    lacking = [value for value in [*expected, *marks] if squeeze(value) not in text]
    assert [value for value in lacking if value not in _hidden(page, answers)] == []


def _is_text(page: SheetPage, path: str, use: object) -> bool:
    if not use.printed or use.fixed_text:  # type: ignore[attr-defined]
        return False
    # A day may be printed as year and month: the start of the text is what must be there.
    return page.definition(path).type not in ("yes_no", "declaration", "choices", "date")


def _hidden(page: SheetPage, answers: dict) -> set[str]:
    """Values of fields that do not apply to these answers."""
    return {str(answers[path]) for path in page.fields if not page.shown(path) and path in answers}


@pytest.mark.parametrize("city", CITIES)
def test_fields_kept_off_the_paper_are_not_on_it(city: str) -> None:
    answers, sealed = complete(city)
    page = page_of(city, answers, sealed)
    off = {
        path: f"不印{index:03d}"
        for index, (path, use) in enumerate(page.fields.items())
        if not use.printed and page.definition(path).type in ("text", "long_text")
    }
    html = build_sheet(
        policy_of(city), ESTABLISH, {**answers, **off}, sealed_values=sealed, filed_on=FILED
    ).html
    assert [value for value in off.values() if value in html] == []


@pytest.mark.parametrize("city", CITIES)
def test_sealed_values_are_masked_unless_given_for_print(city: str) -> None:
    answers, sealed = complete(city)
    plain = sealed["leader.id_number"]
    masked = build_sheet(policy_of(city), ESTABLISH, answers, filed_on=FILED).html
    printed = build_sheet(
        policy_of(city), ESTABLISH, answers, filed_on=FILED, sealed_values=sealed
    ).html
    assert (plain in masked, plain in printed) == (False, True)


def test_a_sealed_answer_prints_what_it_shows() -> None:
    answers, _ = complete("urumqi")
    answers["leader.id_number"] = {
        "sealed": "token", "shown": "650102********1234", "birth": "1975-10-20", "sex": "男",
    }  # fmt: skip
    html = build_sheet(policy_of("urumqi"), ESTABLISH, answers, filed_on=FILED).html
    assert "650102********1234" in html


# --- growth ------------------------------------------------------------------------------------
@pytest.mark.parametrize("city", CITIES)
def test_fifteen_members_all_stand_on_the_sheet(city: str) -> None:
    answers, sealed = complete(city)
    answers["team"] = members(city, 15)
    text = text_of(pdf_of(city, answers, sealed_values=sealed))
    assert [row["name"] for row in answers["team"] if row["name"] not in text] == []


@pytest.mark.parametrize("city", TEAM_ROWS)
def test_rows_are_padded_to_those_of_the_paper_and_go_on_as_the_form_says(city: str) -> None:
    rows, attaches = TEAM_ROWS[city]
    answers, _ = complete(city)
    few = _team_rows(city, {**answers, "team": members(city, 3)})
    more = _team_rows(city, {**answers, "team": members(city, rows + 2)})
    assert few == rows
    assert more == (rows if attaches else rows + 2)


def _team_rows(city: str, answers: dict) -> int:
    html = build_sheet(policy_of(city), ESTABLISH, answers, filed_on=FILED).html
    tables = html.split('<table class="inner')[1:]
    heads = ("主要业绩", "突出业绩")
    table = next(
        part for part in tables if any(head in part.split("</thead>")[0] for head in heads)
    )
    return table.split("</tbody>")[0].split("</thead>")[1].count("<tr")


def test_the_attached_sheet_goes_on_counting_and_the_form_points_to_it() -> None:
    answers, _ = complete("urumqi")
    answers["team"] = members("urumqi", 9)
    html = build_sheet(policy_of("urumqi"), ESTABLISH, answers, filed_on=FILED).html
    head, attached = html.split('<section class="attached">')
    assert "（其余3行见附表）" in head
    assert words_of(attached).startswith("附表：技能大师工作室其他人员序号姓名")
    assert [f"<td>{number}</td>" in attached for number in (6, 7, 8, 9, 10)] == [
        False, True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("city", CITIES)
def test_three_thousand_characters_flow_over_pages_and_none_is_cut(city: str) -> None:
    answers, sealed = complete(city)
    page = page_of(city, answers, sealed)
    path = next(
        name
        for name, use in page.fields.items()
        if use.printed and page.shown(name) and page.definition(name).type == "long_text"
    )
    short = pdf_of(city, {**answers, path: ""}, sealed_values=sealed)
    answers[path] = long_text(text_of(short))
    pdf = pdf_of(city, answers, sealed_values=sealed)
    kept = set(answers[path])
    found = "".join(char for char in text_of(pdf, "-raw") if char in kept)
    assert found == answers[path]
    assert pages_of(pdf) > pages_of(short)


# --- opinion boxes -------------------------------------------------------------------------------
@pytest.mark.parametrize("city", CITIES)
def test_what_offices_wrote_stands_in_their_boxes_with_name_and_date(city: str) -> None:
    answers, sealed = complete(city)
    boxes = policy_of(city).procedure(ESTABLISH).sheet.boxes
    entries = [
        BoxEntry(box.id, f"示例局{n}", f"意见{n:02d}同意", "张三丰", datetime.date(2026, 8, n + 1))
        for n, box in enumerate(boxes)
    ]
    text = text_of(pdf_of(city, answers, sealed_values=sealed, entries=entries))
    lacking = [
        entry
        for entry in entries
        if entry.text not in text or f"2026年8月{entry.date.day}日" not in text
    ]
    assert lacking == []


def test_one_box_of_two_bodies_prints_both_opinions_and_two_places_to_sign() -> None:
    answers, _ = complete("yuzhong")
    entries = [
        BoxEntry("bodies_opinion", "区委组织部", "同意命名。", "甲", datetime.date(2026, 9, 1)),
        BoxEntry("bodies_opinion", "区人力社保局", "同意。", "乙", datetime.date(2026, 9, 2)),
    ]
    html = build_sheet(
        policy_of("yuzhong"), ESTABLISH, answers, filed_on=FILED, entries=entries
    ).html
    box = words_of(html.split("区人力社保局<br>意见", 1)[1])
    assert box.startswith("区委组织部：同意命名。区人力社保局：同意。甲(签字盖章)2026年9月1日")
    assert "乙(签字盖章)2026年9月2日" in box


def test_the_box_of_a_skipped_stage_says_why() -> None:
    answers, _ = complete("yuzhong")
    answers |= {"unit.no_department": True, "unit.department": ""}
    html = build_sheet(policy_of("yuzhong"), ESTABLISH, answers, filed_on=FILED).html
    assert "无行业主管部门，直接申报" in words_of(html)


def test_a_stage_that_was_not_skipped_leaves_its_box_empty() -> None:
    answers, _ = complete("yuzhong")
    html = build_sheet(policy_of("yuzhong"), ESTABLISH, answers, filed_on=FILED).html
    assert "行业主管部门意见(签字盖章)年月日" in words_of(html)


def test_a_member_with_a_title_and_no_skill_level_prints_the_title() -> None:
    answers, _ = complete("yuzhong")
    team = [{**answers["team"][0], "name": name} for name in ("甲一", "乙二", "丙三")]
    for row, (skill, title) in zip(
        team, [("无", "中级"), ("技师", "无"), ("技师", "副高级")], strict=True
    ):
        row |= {"age": 40, "skill_level": skill, "title_level": title, "achievements": "示例"}
    answers |= {"team": team}
    html = words_of(build_sheet(policy_of("yuzhong"), ESTABLISH, answers, filed_on=FILED).html)
    for printed in ("甲一40中级示例", "乙二40技师示例", "丙三40技师/副高级示例"):
        assert printed in html


# --- safety ------------------------------------------------------------------------------------
@pytest.mark.parametrize("city", CITIES)
def test_hostile_values_are_text_and_nothing_else(city: str) -> None:
    answers, _, _ = marked(city)
    page = page_of(city, answers, {})
    for path, use in page.fields.items():
        if use.printed and page.definition(path).type in ("text", "long_text", "person_name"):
            answers[path] = HOSTILE
    answers["team"] = [{**members(city, 1)[0], "name": HOSTILE, "achievements": HOSTILE}]
    box = policy_of(city).procedure(ESTABLISH).sheet.boxes[0].id
    entry = BoxEntry(box, HOSTILE, HOSTILE, HOSTILE, FILED)
    html = build_sheet(policy_of(city), ESTABLISH, answers, filed_on=FILED, entries=[entry]).html
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{% now" in html.replace("&#x27;", "'")


def test_a_number_cannot_leave_the_style_of_the_page_head() -> None:
    answers, _ = complete("yuzhong")
    sheet = build_sheet(
        policy_of("yuzhong"), ESTABLISH, answers, filed_on=FILED, submission_no=1,
        number='A"}</style><script>x</script>', page_code=lambda page: f"CODE{page}", pages=1,
    )  # fmt: skip
    assert "<script>" not in sheet.html
    assert sheet.html.count("</style>") == 1


def test_a_character_without_glyph_is_named_before_anything_is_drawn() -> None:
    answers, sealed = complete("yuzhong")
    answers["unit.name"] = "重庆示例𡛟有限公司"
    with pytest.raises(MissingGlyphsError) as caught:
        pdf_of("yuzhong", answers, sealed_values=sealed)
    assert caught.value.characters == ("𡛟",)


# --- pages and codes -----------------------------------------------------------------------------
def test_each_page_carries_its_own_code_even_when_the_guess_was_too_low() -> None:
    answers, sealed = complete("urumqi")
    answers["team"] = members("urumqi", 15)
    key = b"k" * 32
    drawn = render_sheet(
        policy_of("urumqi"), ESTABLISH, answers, sealed_values=sealed, filed_on=FILED,
        number="WLMQ-2026-0007", submission_no=2, pages=1,
        page_code=lambda page: page_code("WLMQ-2026-0007", 2, page, key),
    )  # fmt: skip
    text = text_of(drawn.content)
    for page in range(1, drawn.pages + 1):
        code = page_code("WLMQ-2026-0007", 2, page, key)
        assert f"WLMQ-2026-0007第2稿第{page}页{code}" in text
        assert verify_page_code(code, "WLMQ-2026-0007", 2, page, key)


def test_a_draft_carries_the_watermark_on_every_page_and_a_filing_none() -> None:
    answers, sealed = complete("yuzhong")
    draft = pdf_of("yuzhong", answers, sealed_values=sealed, watermark=True)
    final = pdf_of("yuzhong", answers, sealed_values=sealed)
    assert (text_of(draft).count("草"), text_of(final).count("草")) == (pages_of(draft), 0)


def test_the_pdf_is_tagged_archivable_and_has_bookmarks() -> None:
    answers, sealed = complete("urumqi")
    with pikepdf.open(io.BytesIO(pdf_of("urumqi", answers, sealed_values=sealed))) as document:
        with document.open_outline() as outline:
            titles = [item.title for item in outline.root]
            below = [item.title for item in outline.root[0].children]
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "zh-CN"
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        size = [round(float(value) / 72 * 25.4) for value in document.pages[0].MediaBox[2:]]
    assert squeeze(titles[0]) == "乌鲁木齐市技能大师工作室申报表"
    assert below == [
        "领办人和工作室人员",
        "工作业绩、单位简介、支持措施、工作方向和预期目标",
        "意见",
    ]
    assert size == [210, 297]


@pytest.mark.parametrize("city", CITIES)
def test_the_same_filing_gives_the_same_bytes(city: str) -> None:
    answers, sealed = complete(city)
    first, second = (pdf_of(city, answers, sealed_values=sealed) for _ in range(2))
    assert first == second
