"""Workbooks out and in: the only importer of openpyxl.

What people typed is written as text, never as a formula, whatever it begins with. What people
upload is judged by ``files.check_upload`` in a child process before openpyxl sees it.
"""

import datetime as dt
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from portal.common.errors import DomainError

_MAX_CELL = 32_767
_MAX_EXACT_DIGITS = 15
_MAX_SHEET_NAME = 31
_FORMULA_STARTS = frozenset("=+-@\t\r\n\x00＝＋－＠")
_BAD_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="FFE8EEF7")
_HEADER_ALIGNMENT = Alignment(horizontal="center", vertical="center", wrap_text=True)

#: key of the row's mapping, heading, width in characters
SheetColumn = tuple[str, str, float]


@dataclass(frozen=True)
class SheetData:
    """One sheet: its title, its columns and its rows by column key."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Mapping[str, Any]]


def write_xlsx(
    sheet_title: str, columns: Sequence[SheetColumn], rows: Iterable[Mapping[str, Any]]
) -> bytes:
    """Return a workbook of one sheet; see ``write_sheets``."""
    return write_sheets([SheetData(sheet_title, columns, rows)])


def write_sheets(sheets: Iterable[SheetData]) -> bytes:
    """Return a workbook with one sheet after another.

    Text stays text. Whole numbers of more than 15 digits become text, because Excel would round
    them. Instants are shown in the portal's time zone, booleans as 是 or 否.

    Raises:
        DomainError: a text longer than a cell holds (32,767), naming the cell.
    """
    buffer = BytesIO()
    write_sheets_to(buffer, sheets)
    return buffer.getvalue()


def write_sheets_to(target: IO[bytes], sheets: Iterable[SheetData]) -> None:
    """Write the workbook into an open binary file, keeping memory flat; see ``write_sheets``."""
    workbook = Workbook(write_only=True)
    try:
        for sheet in sheets:
            _write_sheet(workbook, sheet)
    except BaseException:
        # Finishing is the only way to let go of the temporary files behind open sheets.
        with Path(os.devnull).open("wb") as nowhere:
            workbook.save(nowhere)
        raise
    workbook.save(target)


def _write_sheet(workbook: Workbook, data: SheetData) -> None:
    title = _BAD_SHEET_NAME.sub("_", data.title)[:_MAX_SHEET_NAME]
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, (_, _, width) in enumerate(data.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_heading(sheet, label) for _, label, _ in data.columns])
    keys = [key for key, _, _ in data.columns]
    for number, row in enumerate(data.rows, start=2):
        sheet.append(
            [_cell(sheet, row.get(key), number, place) for place, key in enumerate(keys, start=1)]
        )


def _heading(sheet: Any, label: str) -> WriteOnlyCell:
    cell = _text(sheet, label)
    cell.font, cell.fill, cell.alignment = _HEADER_FONT, _HEADER_FILL, _HEADER_ALIGNMENT
    return cell


def _cell(sheet: Any, value: Any, row: int, column: int) -> Any:
    """Return what to append: the bare value where openpyxl's own guess is safe and exact."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float | Decimal):
        return _number(sheet, value)
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.make_naive(value)
    if isinstance(value, dt.date):
        return value
    return _checked_text(sheet, str(value), row, column)


def _number(sheet: Any, value: float | Decimal) -> Any:
    if not math.isfinite(value):
        return _text(sheet, str(value))
    digits = len(str(abs(value)).replace(".", "").lstrip("0"))
    exact = isinstance(value, float) or digits <= _MAX_EXACT_DIGITS
    return value if exact else _text(sheet, str(value))


def _checked_text(sheet: Any, text: str, row: int, column: int) -> Any:
    if len(text) > _MAX_CELL:
        place = f"{get_column_letter(column)}{row}"
        raise DomainError(
            f"单元格 {place} 的文字超过 {_MAX_CELL} 个字符，无法导出为表格。请改用 PDF 导出。"
        )
    if text[0] in _FORMULA_STARTS or ILLEGAL_CHARACTERS_RE.search(text):
        return _text(sheet, text)
    return text


def _text(sheet: Any, text: str) -> WriteOnlyCell:
    """Return a cell that is text for every program, also after somebody edits it."""
    cell = WriteOnlyCell(sheet)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True
    return cell
