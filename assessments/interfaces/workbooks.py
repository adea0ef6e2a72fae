"""Registers and ledgers as workbooks, and registers read from them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core import signing

from applications.models import Studio
from assessments.domain.registers import REGISTERS, Lines
from assessments.interfaces.forms import choices_of, row_fields
from assessments.queries import dues
from assessments.queries.rows import newest_line
from portal.common.errors import DomainError
from portal.common.xlsx import SheetColumn, write_xlsx
from portal.common.xlsx_read import CellError, ReadColumn, RowOrErrors, read_xlsx

TITLES = {"members": "成员", "apprentices": "带徒", "activities": "活动和业绩"}
MOST_ROWS = 300
_SALT = "assessments.register-import"
_HOUR = 3600
_WIDTH = 18
_LEDGER: tuple[SheetColumn, ...] = (
    ("on", "日期", 14), ("direction", "收支", 8), ("source", "资金来源", 22),
    ("purpose", "用途", 20), ("amount", "金额（元）", 16), ("text", "摘要", 36),
    ("reason", "理由", 24), ("voucher", "凭证号", 16), ("marked", "已标明经费字样", 14),
    ("fixed_asset", "形成固定资产", 14), ("asset_number", "固定资产编号", 18),
    ("asset_place", "存放地点", 18),
)  # fmt: skip


def template(studio: Studio, register: str) -> bytes:
    """An empty workbook with the headings of a register."""
    return write_xlsx(TITLES[register], _columns(studio, register), [])


def exported(studio: Studio, register: str) -> bytes:
    """A register as a workbook that can be read back."""
    fields = row_fields(studio, register)
    rows = REGISTERS[register]._default_manager.filter(studio=studio, struck_at__isnull=True)
    lines = [{name: _shown(fields[name], getattr(row, name)) for name in fields} for row in rows]
    return write_xlsx(TITLES[register], _columns(studio, register), lines)


def _columns(studio: Studio, register: str) -> list[SheetColumn]:
    return [(n, str(f.label), _WIDTH) for n, f in row_fields(studio, register).items()]


def _shown(field: forms.Field, value: Any) -> Any:
    if isinstance(field, forms.ChoiceField):
        return dict(choices_of(field)).get(value, value) if value else ""
    return value


def ledger(studio: Studio) -> bytes:
    """The ledger as a workbook."""
    found = dues.money(studio, dt.date.max)
    sources = {s.id: s.label for s in found.rules.sources} if found.rules else {}
    purposes = {p.id: p.label for p in found.rules.purposes} if found.rules else {}
    rows = [
        {
            **{name: getattr(line, name) for name, _, _ in _LEDGER},
            "direction": line.get_direction_display(),
            "source": sources.get(line.source, line.source),
            "purpose": purposes.get(line.purpose, line.purpose),
        }
        for line in found.lines
    ]
    return write_xlsx("经费台账", _LEDGER, rows)


def read_register(
    studio: Studio, register: str, upload: Any
) -> tuple[list[dict[str, Any]], list[RowOrErrors], list[CellError]]:
    """Rows ready to save, rows as read, and every fault by cell.

    A line that is in the register already, word for word, is not entered again: what was
    downloaded, added to and uploaded enters what was added.

    Raises:
        DomainError: it is no such workbook.
    """
    fields = row_fields(studio, register)
    columns = [_column(name, field) for name, field in fields.items()]
    rows = read_xlsx(upload, columns=columns, max_rows=MOST_ROWS, name=upload.name)
    errors = [error for row in rows for error in row.errors]
    kept = REGISTERS[register]._default_manager.filter(studio=studio, struck_at__isnull=True)
    known = {comparable(line) for line in kept.values_list(*fields)}
    read = [(row, _coded(fields, row)) for row in rows if row.ok]
    fresh = [(row, line) for row, line in read if comparable(line.values()) not in known]
    errors += _tried(studio, register, fresh)
    ready = [line for _, line in fresh]
    return ready, rows, sorted(errors, key=lambda error: error.place)


def _tried(
    studio: Studio, register: str, fresh: list[tuple[RowOrErrors, dict[str, Any]]]
) -> list[CellError]:
    """What entering the lines would be refused for, by cell: a check that passes is kept to."""
    lines, found = Lines(studio, register), []
    for row, line in fresh:
        try:
            lines.add(line)
        except DomainError as error:
            found.append(
                CellError(row.cells.get(error.field or "", f"A{row.number}"), error.message)
            )
    return found


def comparable(values: Iterable[Any]) -> tuple[Any, ...]:
    """Values of a line as they are told apart: a workbook keeps neither line ends nor margins."""
    return tuple("\n".join(v.split("\r\n")).strip() if isinstance(v, str) else v for v in values)


def _column(name: str, field: forms.Field) -> ReadColumn:
    label = str(field.label)
    if isinstance(field, forms.DateField):
        return ReadColumn(name, label, kind="date", required=field.required)
    if isinstance(field, forms.IntegerField):
        return ReadColumn(name, label, kind="integer", required=field.required)
    if isinstance(field, forms.BooleanField):
        return ReadColumn(name, label, choices=("是", "否"))
    if isinstance(field, forms.ChoiceField):
        labels = tuple(text for _, text in choices_of(field))
        return ReadColumn(name, label, required=field.required, choices=labels)
    longest = getattr(field, "max_length", None) or 500
    return ReadColumn(name, label, required=field.required, max_length=longest)


def _coded(fields: dict[str, forms.Field], row: RowOrErrors) -> dict[str, Any]:
    """Labels of choices back to their codes; empty texts as empty texts."""
    found: dict[str, Any] = {}
    for name, field in fields.items():
        value = row.values.get(name)
        if isinstance(field, forms.BooleanField):
            found[name] = value == "是"
        elif isinstance(field, forms.ChoiceField):
            found[name] = {text: code for code, text in choices_of(field)}.get(value or "", "")
        elif isinstance(field, forms.CharField):
            found[name] = value or ""
        else:
            found[name] = value
    return found


def packed(rows: list[dict[str, Any]], studio: Studio, register: str) -> str:
    """Checked rows for the confirming page, signed so that nobody changes them on the way."""
    plain = [{k: v.isoformat() if isinstance(v, dt.date) else v for k, v in row.items()}
             for row in rows]  # fmt: skip
    held = {"studio": str(studio.public_id), "register": register, "rows": plain,
            "newest": newest_line(studio, register)}  # fmt: skip
    return signing.dumps(held, salt=_SALT, compress=True)


def unpacked(text: str, studio: Studio, register: str) -> tuple[list[dict[str, Any]], int]:
    """The rows of ``packed``, and the key of the line that was the last one then.

    Raises:
        DomainError: changed, too old, or of another register.
    """
    try:
        held = signing.loads(text, salt=_SALT, max_age=_HOUR)
    except signing.BadSignature as error:
        raise DomainError("检查结果已失效，请重新上传表格。", status=422) from error
    if (held["studio"], held["register"]) != (str(studio.public_id), register):
        raise DomainError("检查结果不属于这项登记，请重新上传表格。", status=422)
    fields = row_fields(studio, register)
    days = [name for name, field in fields.items() if isinstance(field, forms.DateField)]
    for row in held["rows"]:
        for name in days:
            row[name] = dt.date.fromisoformat(row[name]) if row[name] else None
    rows: list[dict[str, Any]] = held["rows"]
    return rows, int(held["newest"])
