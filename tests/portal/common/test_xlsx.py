"""Workbooks: nothing typed becomes a formula, nothing uploaded is believed."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from portal.common.errors import DomainError
from portal.common.xlsx import SheetData, write_sheets, write_xlsx
from portal.common.xlsx_read import CellError, ReadColumn, read_xlsx
from tests.portal.common import hostile

COLUMNS = [("name", "姓名", 12), ("value", "内容", 30.5)]


def _naive(text: str) -> dt.datetime:
    """Return a cell's instant: workbooks know no time zones."""
    return dt.datetime.fromisoformat(text)


def _sheet(content: bytes) -> Worksheet:
    return load_workbook(io.BytesIO(content)).worksheets[0]


def _written(value: object) -> object:
    return _sheet(write_xlsx("表", COLUMNS, [{"name": "张三", "value": value}]))["B2"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠"])
def test_text_that_looks_like_a_formula_stays_text(start: str) -> None:
    cell = _written(f'{start}cmd|"/c calc"!A1')
    assert (cell.data_type, cell.value) == ("s", f'{start}cmd|"/c calc"!A1')
    assert cell.quotePrefix is True
    assert cell.number_format == "@"


@pytest.mark.parametrize("start", ["\x00", "\x0b", "\x1f"])
def test_control_characters_are_dropped_and_the_rest_stays_text(start: str) -> None:
    cell = _written(f"{start}=1+1")
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", "=1+1", True)


def test_a_carriage_return_in_front_cannot_open_a_formula() -> None:
    cell = _written("\r=1+1")
    assert (cell.data_type, cell.value.strip()) == ("s", "=1+1")


def test_a_heading_is_text_too() -> None:
    cell = _sheet(write_xlsx("表", [("a", "=HYPERLINK(1)", 10)], []))["A1"]
    assert (cell.data_type, cell.value) == ("s", "=HYPERLINK(1)")


@pytest.mark.parametrize(
    ("value", "data_type", "shown"),
    [
        (12, "n", 12),
        (Decimal("3.50"), "n", 3.5),
        (91500000000000001, "s", "91500000000000001"),
        (Decimal("NaN"), "s", "NaN"),
        (float("inf"), "s", "inf"),
        (True, "s", "是"),
        (False, "s", "否"),
        (None, "n", None),
        ("", "n", None),
        ("11010519491231002X", "s", "11010519491231002X"),
        (dt.date(2025, 7, 31), "d", _naive("2025-07-31")),
    ],
)
def test_values_keep_their_meaning(value: object, data_type: str, shown: object) -> None:
    cell = _written(value)
    assert (cell.data_type, cell.value) == (data_type, shown)


def test_an_instant_is_shown_in_the_time_of_the_place() -> None:
    moment = dt.datetime(2025, 7, 31, 16, 0, tzinfo=dt.UTC)
    assert timezone.get_current_timezone_name() == "Asia/Shanghai"
    assert _written(moment).value == _naive("2025-08-01")


def test_the_heading_row_is_frozen_bold_and_wide_enough() -> None:
    sheet = _sheet(write_xlsx("名单/2025:[草]", COLUMNS, []))
    assert (sheet.title, sheet.freeze_panes) == ("名单_2025__草_", "A2")
    assert (sheet["A1"].value, sheet["A1"].font.bold) == ("姓名", True)
    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [12, 30.5]


def test_several_sheets_come_in_order() -> None:
    content = write_sheets([SheetData(title, COLUMNS, []) for title in ("甲", "乙")])
    assert load_workbook(io.BytesIO(content)).sheetnames == ["甲", "乙"]


def test_a_text_longer_than_a_cell_is_an_error_that_names_the_cell() -> None:
    with pytest.raises(DomainError, match="单元格 B2 的文字超过 32767 个字符"):
        write_xlsx("表", COLUMNS, [{"value": "字" * 32_768}])


# --- reading ----------------------------------------------------------------------------------
READ = [
    ReadColumn("name", "姓名", required=True, max_length=4),
    ReadColumn("level", "等级", choices=("技师", "高级技师")),
    ReadColumn("years", "年限", kind="integer"),
    ReadColumn("money", "金额", kind="decimal"),
    ReadColumn("since", "起始日期", kind="date"),
]
HEADING: list[object] = ["姓名", "等级", "年限", "金额", "起始日期", "备注"]


def _read(rows: list[list[object]], max_rows: int = 100) -> list[object]:
    return list(read_xlsx(io.BytesIO(hostile.xlsx(rows)), columns=READ, max_rows=max_rows))


def test_rows_are_read_by_heading_in_any_order() -> None:
    rows = _read(
        [
            [" 起始日期 ", "姓名", "金额", "年限", "等级"],
            [_naive("2020-01-02"), "张三", 1.5, 3.0, "技师"],
            [None, " ", None, None, None],
            ["2020年3月4日", "李四", "1,234.50", "7", None],
        ]
    )
    assert [(row.number, dict(row.values), row.ok) for row in rows] == [
        (2, {"name": "张三", "level": "技师", "years": 3, "money": Decimal("1.5"),
             "since": dt.date(2020, 1, 2)}, True),
        (4, {"name": "李四", "level": None, "years": 7, "money": Decimal("1234.50"),
             "since": dt.date(2020, 3, 4)}, True),
    ]  # fmt: skip


def test_errors_name_the_cell() -> None:
    (row,) = _read([HEADING, [None, "大师", "3.5", "很多", "昨天", "x"]])
    assert not row.ok
    assert [str(error) for error in row.errors] == [
        "A2：“姓名”必填。",
        "B2：“等级”应为：技师、高级技师；现为“大师”。",
        "C2：“年限”应为整数，现为“3.5”。",
        "D2：“金额”应为数字，现为“很多”。",
        "E2：“起始日期”应为日期，如 2025-07-31；现为“昨天”。",
    ]
    (row,) = _read([HEADING, ["甲", None, None, "很" * 21]])
    assert str(row.errors[0]) == f"D2：“金额”应为数字，现为“{'很' * 20}…”。"
    (row,) = _read([HEADING, ["欧阳修文公"]])
    assert row.errors == (CellError("A2", "“姓名”有 5 个字符，最多 4 个。"),)


def test_missing_and_doubled_headings_are_named() -> None:
    with pytest.raises(DomainError, match="第一行缺少列：等级、金额"):
        _read([["姓名", "年限", "起始日期"]])
    with pytest.raises(DomainError, match="第一行的列重复：姓名"):
        _read([[*HEADING, "姓名"]])
    with pytest.raises(DomainError, match="第一行缺少列"):
        _read([[]])


def test_too_many_rows_are_refused_not_cut() -> None:
    rows: list[list[object]] = [HEADING, *[["张三"]] * 3]
    assert len(_read(rows, max_rows=3)) == 3
    with pytest.raises(DomainError, match="超过 2 行"):
        _read(rows, max_rows=2)


def test_a_cell_at_the_far_end_of_the_sheet_costs_little() -> None:
    far = hostile.xlsx([HEADING, ["张三"]])
    far = hostile.repack(
        far,
        replace={"xl/worksheets/sheet1.xml": (
            "</sheetData>",
            '<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>',
        )},
    )  # fmt: skip
    with pytest.raises(DomainError, match="行数过多"):
        read_xlsx(io.BytesIO(far), columns=READ, max_rows=10)


@pytest.mark.parametrize(
    "item",
    [item for item in hostile.corpus() if item.name.endswith(".xlsx")],
    ids=lambda item: item.code,
)
def test_hostile_workbooks_never_reach_the_reader(item: hostile.Hostile) -> None:
    with pytest.raises(DomainError) as caught:
        read_xlsx(io.BytesIO(item.content), columns=READ, max_rows=10)
    assert caught.value.code == item.code


def test_a_bomb_and_an_entity_in_a_workbook_are_refused() -> None:
    bomb = hostile.repack(hostile.xlsx(), add={"xl/media/a.bin": b"\x00" * 60_000_000})
    entity = hostile.repack(
        hostile.xlsx(), add={"xl/x.xml": b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'}
    )
    for content, code in ((bomb, "bomb"), (entity, "dtd")):
        with pytest.raises(DomainError) as caught:
            read_xlsx(io.BytesIO(content), columns=READ, max_rows=10)
        assert caught.value.code == code


def test_what_was_written_can_be_read_back() -> None:
    written = write_xlsx("表", [("n", "姓名", 9)], [{"n": "=张三"}, {"n": "+李四"}])
    rows = read_xlsx(io.BytesIO(written), columns=[READ[0]], max_rows=5)
    assert [row.values["name"] for row in rows] == ["=张三", "+李四"]
