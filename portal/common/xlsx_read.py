"""Workbooks that people upload, read row by row with errors named by cell."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any, Literal

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from portal.common.errors import DomainError
from portal.common.files import ReadableFile, check_upload

_MAX_COLUMNS = 200
_SPARE_ROWS = 10_000
_BRIEF = 20
_UNREADABLE = "表格无法读取。请使用下载的模板填写，并另存为 .xlsx 后再上传。"
_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")

Kind = Literal["text", "integer", "decimal", "date"]


@dataclass(frozen=True)
class ReadColumn:
    """A column to read, found by its heading.

    Attributes:
        key: name in the row's values.
        label: heading in the first row.
        kind: what the cell must hold.
        required: whether an empty cell is an error.
        max_length: most characters of a text.
        choices: allowed texts; empty allows any.
    """

    key: str
    label: str
    kind: Kind = "text"
    required: bool = False
    max_length: int = 500
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellError:
    """What is wrong with one cell, for example at ``C7``."""

    address: str
    message: str

    def __str__(self) -> str:
        return f"{self.address}：{self.message}"

    @property
    def place(self) -> tuple[int, int]:
        """Row and column: people go through a sheet row by row, from left to right."""
        column, row = coordinate_from_string(self.address)
        return row, column_index_from_string(column)


@dataclass(frozen=True)
class RowOrErrors:
    """One row that is not blank: its number in the sheet, values by key, errors by cell.

    ``cells`` names the cell of each key, for faults that are found later.
    """

    number: int
    values: Mapping[str, Any]
    errors: tuple[CellError, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the row may be used."""
        return not self.errors


def read_xlsx(
    fileobj: ReadableFile,
    *,
    columns: Sequence[ReadColumn],
    max_rows: int,
    name: str = "upload.xlsx",
    max_bytes: int | None = None,
) -> list[RowOrErrors]:
    """Read the first sheet of an uploaded workbook.

    Args:
        fileobj: the upload, at its beginning.
        columns: what to read; other columns are left alone.
        max_rows: most rows that are not blank.
        name: file name as uploaded.
        max_bytes: largest size; None takes the setting.

    Returns:
        The rows that are not blank, faulty ones with their errors.

    Raises:
        DomainError: not a workbook, headings missing or twice, too many rows.
    """
    checked = check_upload(fileobj, name=name, allowed=frozenset({"xlsx"}), max_bytes=max_bytes)
    try:
        workbook = load_workbook(
            BytesIO(checked.content), read_only=True, data_only=True, keep_links=False
        )
    except Exception as error:
        raise DomainError(_UNREADABLE, status=422) from error
    try:
        return list(_read_rows(_rows_of(workbook), columns, max_rows))
    finally:
        workbook.close()


def _rows_of(workbook: Any) -> Iterator[tuple[Any, ...]]:
    if not workbook.worksheets:
        raise DomainError(_UNREADABLE, status=422)
    sheet = workbook.worksheets[0]
    # The size a file declares is not to be believed; without it the rows tell.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=_MAX_COLUMNS, values_only=True)
    while True:
        try:
            row = next(rows, None)
        except Exception as error:
            raise DomainError(_UNREADABLE, status=422) from error
        if row is None:
            return
        yield row


def _read_rows(
    rows: Iterator[tuple[Any, ...]], columns: Sequence[ReadColumn], max_rows: int
) -> Iterator[RowOrErrors]:
    places = _places(next(rows, ()), columns)
    count = 0
    for number, row in enumerate(rows, start=2):
        if number > max_rows + _SPARE_ROWS:
            raise DomainError("工作表行数过多。请删除末尾的空行后另存再上传。", status=422)
        if all(_is_blank(value) for value in row):
            continue
        count += 1
        if count > max_rows:
            raise DomainError(f"表格超过 {max_rows} 行的上限。请分批上传。", status=422)
        yield _read_row(number, row, columns, places)


def _places(heading: tuple[Any, ...], columns: Sequence[ReadColumn]) -> dict[str, int]:
    labels = ["" if value is None else str(value).strip() for value in heading]
    missing = [column.label for column in columns if column.label not in labels]
    twice = [column.label for column in columns if labels.count(column.label) > 1]
    if missing:
        shown = "、".join(missing)
        raise DomainError(f"第一行缺少列：{shown}。请使用下载的模板填写。", status=422)
    if twice:
        raise DomainError(f"第一行的列重复：{'、'.join(twice)}。请只保留一列。", status=422)
    return {column.key: labels.index(column.label) for column in columns}


def _read_row(
    number: int, row: tuple[Any, ...], columns: Sequence[ReadColumn], places: dict[str, int]
) -> RowOrErrors:
    values: dict[str, Any] = {}
    cells: dict[str, str] = {}
    errors: list[CellError] = []
    for column in columns:
        place = places[column.key]
        cells[column.key] = f"{get_column_letter(place + 1)}{number}"
        raw = row[place] if place < len(row) else None
        try:
            values[column.key] = _value(raw, column)
        except ValueError as error:
            values[column.key] = None
            errors.append(CellError(cells[column.key], str(error)))
    return RowOrErrors(number, values, tuple(errors), cells)


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _value(raw: Any, column: ReadColumn) -> Any:
    if _is_blank(raw):
        if column.required:
            raise ValueError(f"“{column.label}”必填。")
        return None
    if column.kind == "text":
        return _text_value(raw, column)
    if column.kind == "date":
        return _date_value(raw, column)
    return _number_value(raw, column)


def _text_value(raw: Any, column: ReadColumn) -> str:
    text = _plain(raw)
    if len(text) > column.max_length:
        raise ValueError(f"“{column.label}”有 {len(text)} 个字符，最多 {column.max_length} 个。")
    if column.choices and text not in column.choices:
        raise ValueError(
            f"“{column.label}”应为：{'、'.join(column.choices)}；现为“{_brief(text)}”。"
        )
    return text


def _brief(raw: Any) -> str:
    """What stands in a cell, so that people find it again; a long text is cut."""
    text = _plain(raw)
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]}…"


def _plain(raw: Any) -> str:
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, dt.datetime):
        return raw.date().isoformat() if raw.time() == dt.time() else raw.isoformat(" ")
    return str(raw).strip()


def _number_value(raw: Any, column: ReadColumn) -> int | Decimal:
    whole = column.kind == "integer"
    try:
        if isinstance(raw, bool | dt.date | dt.time):
            raise InvalidOperation
        number = Decimal(str(raw).strip().replace(",", ""))
        if not number.is_finite() or (whole and number != number.to_integral_value()):
            raise InvalidOperation
    except InvalidOperation as error:
        raise ValueError(
            f"“{column.label}”应为{'整数' if whole else '数字'}，现为“{_brief(raw)}”。"
        ) from error
    return int(number) if whole else number


def _date_value(raw: Any, column: ReadColumn) -> dt.date:
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    for pattern in _DATE_FORMATS:
        try:
            return dt.datetime.strptime(str(raw).strip(), pattern).date()  # noqa: DTZ007 -- a day
        except ValueError:
            continue
    raise ValueError(f"“{column.label}”应为日期，如 2025-07-31；现为“{_brief(raw)}”。")
