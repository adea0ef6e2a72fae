"""The workbook of studios named before the portal: template, check, trial."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError

from assessments.domain.brought import Named
from assessments.domain.importing import Intake
from jurisdictions.models import Jurisdiction, Ruleset
from portal.accounts.validators import validate_uscc
from portal.common.errors import DomainError
from portal.common.xlsx import write_xlsx
from portal.common.xlsx_read import CellError, ReadColumn, RowOrErrors, read_xlsx

MOST_ROWS = 500
#: Up to here a request enters them within a second or two, also on the smallest machine; beyond
#: it, people see progress and can cancel. Trying alone stays quick: nothing is written.
AT_ONCE = 100
COLUMNS = (
    ReadColumn("name", "工作室名称", required=True, max_length=160),
    ReadColumn("number", "编号", required=True, max_length=40),
    ReadColumn("occupation", "职业（工种）", required=True, max_length=60),
    ReadColumn("founded_on", "命名日期", kind="date", required=True),
    ReadColumn("decision_number", "命名文号", max_length=80),
    ReadColumn("term_until", "建设期满", kind="date"),
    ReadColumn("unit_name", "单位名称", required=True, max_length=200),
    ReadColumn("unit_uscc", "统一社会信用代码", required=True, max_length=18),
    ReadColumn("leader_name", "领办人姓名", required=True, max_length=60),
    ReadColumn("leader_id", "领办人身份证号", required=True, max_length=18),
    ReadColumn("industry", "产业（领域）", max_length=60),
    ReadColumn("district", "县（区）", max_length=60),
    ReadColumn("department", "行业主管部门", max_length=80),
    ReadColumn("address", "地点", max_length=200),
    ReadColumn("area", "面积（平方米）", kind="decimal"),
    ReadColumn("title", "领办人称号", max_length=80),
    ReadColumn("plaque_number", "铭牌编号", max_length=40),
    ReadColumn("ended_on", "终止日期", kind="date"),
    ReadColumn("banned_until", "处罚（禁申）至", kind="date"),
    ReadColumn("ban_ground", "处罚事由", max_length=120),
    ReadColumn("grant_paid", "命名资助已拨（元）", kind="decimal"),
    ReadColumn("grant_paid_on", "命名资助拨付日期", kind="date"),
    ReadColumn("second_paid", "追加资助已拨（元）", kind="decimal"),
    ReadColumn("second_paid_on", "追加资助拨付日期", kind="date"),
    ReadColumn("graded_on", "最近考核认定日期", kind="date"),
    ReadColumn("grade", "最近考核等次", max_length=40),
    ReadColumn("partner_names", "共建单位名称（多个用；隔开）", max_length=600),
    ReadColumn("partner_usccs", "共建单位统一社会信用代码", max_length=200),
    ReadColumn("partner_since", "共建起始日", kind="date"),
    ReadColumn("clawback", "应追回资助（元）", kind="decimal"),
    ReadColumn("clawback_on", "追回决定日期", kind="date"),
    ReadColumn("clawed_back", "追回已到账（元）", kind="decimal"),
    ReadColumn("clawed_back_on", "最近到账日期", kind="date"),
)
#: Days that lie in the past: they tell what happened.
_PAST = (
    "founded_on", "ended_on", "grant_paid_on", "second_paid_on", "graded_on",
    "partner_since", "clawback_on", "clawed_back_on",
)  # fmt: skip
_WIDTH = 20


@dataclass(frozen=True)
class Checked:
    """What a workbook holds: rows, every fault by cell, and the digest of the file."""

    rows: tuple[RowOrErrors, ...]
    errors: tuple[CellError, ...]
    sha256: str

    @property
    def long(self) -> bool:
        """Whether they are entered in the background."""
        return len(self.rows) > AT_ONCE

    def shown(self) -> dict[str, Any]:
        """Every column that holds something, each cell with what is wrong with it."""
        faults: dict[str, list[str]] = {}
        for error in self.errors:
            faults.setdefault(error.address, []).append(error.message)
        used = [column for column in COLUMNS if any(_speaks(r, column, faults) for r in self.rows)]
        lines = [
            {"number": row.number, "cells": [_cell(row, column, faults) for column in used]}
            for row in self.rows
        ]
        heads = [column.label for column in used]
        return {"heads": heads, "lines": lines, "empty": len(COLUMNS) - len(used)}


def _speaks(row: RowOrErrors, column: ReadColumn, faults: dict[str, list[str]]) -> bool:
    """Whether a cell holds something, or something is wrong with it."""
    return row.values.get(column.key) is not None or row.cells.get(column.key) in faults


def _cell(row: RowOrErrors, column: ReadColumn, faults: dict[str, list[str]]) -> dict[str, Any]:
    value = row.values.get(column.key)
    address = row.cells.get(column.key, "")
    text = "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
    return {
        "label": column.label, "text": text, "address": address,
        "num": column.kind in ("integer", "decimal"), "errors": faults.get(address, []),
    }  # fmt: skip


def template() -> bytes:
    """An empty workbook with the headings."""
    return write_xlsx("工作室", [(c.key, c.label, _WIDTH) for c in COLUMNS], [])


def check(
    jurisdiction: Jurisdiction, ruleset: Ruleset, upload: Any, *, by: Any, today: dt.date
) -> Checked:
    """Read a workbook and try every row; nothing is saved.

    Raises:
        DomainError: it is no such workbook.
    """
    trial = Trial(jurisdiction, ruleset, upload, by=by, today=today)
    for _ in trial.steps():
        pass
    return trial.found()


class Trial:
    """A workbook whose rows are tried one after the other, and then entered all together."""

    def __init__(
        self, jurisdiction: Jurisdiction, ruleset: Ruleset, upload: Any, *, by: Any, today: dt.date
    ) -> None:
        """Read the workbook and what the register holds of its studios.

        Raises:
            DomainError: it is no such workbook.
        """
        content = upload.read()
        self.rows = read_xlsx(BytesIO(content), columns=COLUMNS, max_rows=MOST_ROWS,
                              name=upload.name)  # fmt: skip
        self._digest = hashlib.sha256(content).hexdigest()
        more = [error for row in self.rows for error in _more(row, today)]
        self._errors = [error for row in self.rows for error in row.errors]
        self._errors += more + _twice(self.rows)
        faulty = {error.place[0] for error in self._errors}
        self._sound = [(row, _named(row)) for row in self.rows if row.number not in faulty]
        named = [name for _, name in self._sound]
        self._intake = Intake(jurisdiction, ruleset, named, by=by, today=today)

    def require(self, sha256: str) -> None:
        """Refuse another file than the one that was checked.

        Raises:
            DomainError: it is another one.
        """
        if self._digest != sha256:
            raise DomainError("文件与检查过的不同，请重新检查。", field="file", status=422)

    def steps(self) -> Iterator[int]:
        """Try every sound row, so that rows that clash with each other are found too.

        Yields:
            How many of them have been tried.
        """
        for done, (row, name) in enumerate(self._sound, start=1):
            try:
                self._intake.add(name)
            except DomainError as error:
                self._errors.append(_at(row, error.field or "name", error.message))
            yield done

    def found(self) -> Checked:
        """What the workbook holds, and what was wrong with it so far."""
        errors = sorted(self._errors, key=lambda error: error.place)
        return Checked(tuple(self.rows), tuple(errors), self._digest)

    def enter(self) -> int:
        """Enter all rows; returns how many.

        Raises:
            DomainError: one does not fit, or somebody else was first meanwhile.
        """
        if not self.rows:
            raise DomainError("表格中没有内容。", field="file", status=422)
        if self._errors:
            first = self.found().errors[0]
            raise DomainError(
                f"表格中还有 {len(self._errors)} 处问题，请重新检查并改正。第一处在{first}",
                field="file", status=422,
            )  # fmt: skip
        self._intake.save()
        return len(self.rows)


def _more(row: RowOrErrors, today: dt.date) -> list[CellError]:
    found = []
    uscc = row.values.get("unit_uscc")
    if uscc:
        try:
            validate_uscc(uscc)
        except ValidationError as error:
            found.append(_at(row, "unit_uscc", "；".join(error.messages)))
    for column in COLUMNS:
        named = row.values.get(column.key)
        if column.key in _PAST and named and named > today:
            found.append(_at(row, column.key, f"{column.label}不得晚于今天。"))
    return found


def _twice(rows: list[RowOrErrors]) -> list[CellError]:
    """Numbers that stand in two rows."""
    first: dict[str, int] = {}
    found = []
    for row in rows:
        number = row.values.get("number")
        if number and first.setdefault(number, row.number) != row.number:
            says = f"编号“{number}”与第 {first[number]} 行重复。"
            found.append(_at(row, "number", says))
    return found


def _named(row: RowOrErrors) -> Named:
    given = {key: value for key, value in row.values.items() if value is not None}
    return Named(**given)


def _at(row: RowOrErrors, key: str, message: str) -> CellError:
    return CellError(row.cells.get(key, f"A{row.number}"), message)
