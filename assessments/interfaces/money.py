"""The ledger by category and by year, and its workbook read back."""

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db import transaction

from applications.models import Studio
from assessments.domain import ledger as books
from assessments.enums import Direction
from assessments.interfaces.amounts import yuan
from assessments.interfaces.records import file_rows
from assessments.interfaces.workbooks import comparable
from assessments.models import KeptFile, LedgerEntry
from assessments.queries import dues
from assessments.queries.policies import living_policy
from assessments.queries.rows import newest_entry
from jurisdictions.queries import current_ruleset
from portal.common.errors import DomainError
from portal.common.xlsx import write_xlsx
from portal.common.xlsx_read import CellError, ReadColumn, RowOrErrors, read_xlsx

MOST_ROWS = 500
_WIDTH = 20
ZERO = Decimal(0)


@dataclass(frozen=True)
class CheckedLines:
    """What a workbook of the ledger holds that is not there yet.

    Attributes:
        rows: the rows as read.
        errors: every fault by cell.
        sha256: digest of file and ledger.
        known: how many rows stand in the ledger already.
        lines: what is entered when there are no faults.
    """

    rows: list[RowOrErrors]
    errors: list[CellError]
    sha256: str
    known: int
    lines: list[LedgerEntry]


def by_category(money: dues.Money) -> dict[str, Any]:
    """What was spent for what, of which source."""
    rules = money.rules
    spent: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in money.lines:
        if line.direction == Direction.OUT:
            spent[(line.purpose, line.source)] += line.amount
    sources = [(s.id, s.label) for s in rules.sources]
    labels = [(p.id, p.label) for p in rules.purposes]
    labels += [
        (p, p or "未写明") for p in sorted({k[0] for k in spent} - {p.id for p in rules.purposes})
    ]
    rows = []
    for purpose, label in labels:
        sums = [spent[(purpose, source)] for source, _ in sources]
        if any(sums):
            rows.append([label, *(yuan(value) for value in sums), yuan(sum(sums, ZERO))])
    return {"head": ["用途", *(label for _, label in sources), "合计（元）"], "rows": rows}


def by_year(money: dues.Money, since: int, until: int) -> dict[str, Any]:
    """Grant, match and expenses of each year, with what was left at its end."""
    kinds = {s.id: s.kind for s in money.rules.sources}
    sums: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for line in money.lines:
        column = kinds.get(line.source, "other") if line.direction == Direction.IN else "out"
        sums[(line.on.year, column)] += line.amount
    rows, left = [], ZERO
    for year in range(since, until + 1):
        parts = [sums[(year, column)] for column in ("grant", "match", "other", "out")]
        left += parts[0] + parts[1] + parts[2] - parts[3]
        rows.append([str(year), *(yuan(part) for part in parts), yuan(left)])
    head = ["年度", "资助（元）", "配套（元）", "其他（元）", "支出（元）", "年末结余（元）"]
    return {"head": head, "rows": rows}


def asked_files(studio: Studio) -> list[tuple[str, str]]:
    """Papers about the money that the text asks for: an audit, a self-evaluation."""
    ruleset = living_policy(studio, "ledger").ruleset
    found = {}
    if ruleset.ledger and ruleset.ledger.audit:
        found["audit"] = ruleset.ledger.audit.title
    for assessment in living_policy(studio, "assessments").ruleset.assessments.values():
        for need in assessment.needs:
            if need.source == "file":
                found.setdefault(need.id, need.text)
    return list(found.items())


def paper_cards(studio: Studio, files: list[KeptFile], *, keeping: bool) -> list[dict[str, Any]]:
    """The papers asked for, each with what is there."""
    cards = []
    for part, label in asked_files(studio):
        mine = [file for file in files if file.part == part]
        shown = file_rows(studio, mine, keeping=keeping)
        cards.append({"part": part, "label": label, "files": shown})
    return cards


def columns_of(studio: Studio) -> list[ReadColumn]:
    """The columns of the ledger's workbook."""
    rules = living_policy(studio, "ledger").ruleset.ledger
    sources = tuple(s.label for s in rules.sources) if rules else ()
    purposes = tuple(p.label for p in rules.purposes) if rules else ()
    found = [
        ReadColumn("on", "日期", kind="date", required=True),
        ReadColumn("direction", "收支", required=True, choices=tuple(Direction.labels)),
        ReadColumn("source", "资金来源", required=True, choices=sources),
        ReadColumn("purpose", "用途", choices=purposes),
        ReadColumn("amount", "金额（元）", kind="decimal", required=True),
        ReadColumn("text", "摘要", required=True, max_length=200),
        ReadColumn("reason", "理由", max_length=300),
        ReadColumn("voucher", "凭证号", max_length=60),
    ]
    if rules and rules.voucher_mark:
        found.append(ReadColumn("marked", "已标明经费字样", choices=("是", "否")))
    if rules and rules.fixed_assets:
        found += [
            ReadColumn("fixed_asset", "形成固定资产", choices=("是", "否")),
            ReadColumn("asset_number", "固定资产编号", max_length=60),
            ReadColumn("asset_place", "存放地点", max_length=120),
        ]
    return found


def template(studio: Studio) -> bytes:
    """An empty workbook for the ledger."""
    columns = [(c.key, c.label, _WIDTH) for c in columns_of(studio)]
    return write_xlsx("经费台账", columns, [])


def check(studio: Studio, upload: Any, *, by: Any) -> CheckedLines:
    """Read a workbook and try every row; nothing is saved.

    A line that stands in the ledger already, word for word, is left out and only counted: an
    exported ledger may be added to and uploaded.

    Raises:
        DomainError: it is no such workbook.
    """
    content = upload.read()
    columns, newest = columns_of(studio), current_ruleset(studio.jurisdiction)
    rows = read_xlsx(BytesIO(content), columns=columns, max_rows=MOST_ROWS, name=upload.name)
    errors = [error for row in rows for error in row.errors]
    rules = living_policy(studio, "ledger", newest=newest).ruleset.ledger
    coded = {row.number: _coded(rules, row.values) for row in rows if row.ok}
    entered = list(dues.entries(studio))
    fresh = _fresh(rows, coded, entered, [column.key for column in columns])
    lines = []
    for row in fresh:
        if not row.ok:
            continue
        try:
            lines.append(books.own_line(studio, by=by, newest=newest, **coded[row.number]))
        except DomainError as error:
            cell = row.cells.get(error.field or "text", f"A{row.number}")
            errors.append(CellError(cell, error.message))
    # Once its lines are entered, or one is struck, the ledger is another one: a page sent twice
    # enters nothing more, nor anything that was struck.
    state = f"{studio.pk}:{newest_entry(studio)}:{len(entered)}:".encode()
    digest = hashlib.sha256(state + content).hexdigest()
    ordered = sorted(errors, key=lambda error: error.place)
    return CheckedLines(fresh, ordered, digest, len(rows) - len(fresh), lines)


def _fresh(
    rows: list[RowOrErrors],
    coded: dict[int, dict[str, Any]],
    entered: list[LedgerEntry],
    keys: list[str],
) -> list[RowOrErrors]:
    """Rows that are not in the ledger yet, faulty ones too.

    Each line of the ledger stands for one row: two payments of a day may read alike.
    """
    known = Counter(comparable(getattr(line, key) for key in keys) for line in entered)
    found = []
    for row in rows:
        if row.ok:
            line = comparable(coded[row.number][key] for key in keys)
            if known[line]:
                known[line] -= 1
                continue
        found.append(row)
    return found


@transaction.atomic
def carry_out(studio: Studio, upload: Any, *, sha256: str, by: Any) -> int:
    """Enter the lines of the workbook that was checked, all or none; returns how many.

    Raises:
        DomainError: another file than the one checked, the ledger changed since, or a line no
            longer fits.
    """
    Studio.objects.select_for_update(of=("self",)).get(pk=studio.pk)
    checked = check(studio, upload, by=by)
    if checked.sha256 != sha256:
        raise DomainError(
            "文件与检查过的不同，或台账此后有变动（可能已经导入），请核对后重新检查。",
            field="file", status=422,
        )  # fmt: skip
    if checked.errors or not checked.lines:
        said = "还有问题，请改正后重新检查" if checked.errors else "没有尚未登记的收支"
        raise DomainError(f"表格中{said}。", field="file", status=422)
    books.enter_lines(checked.lines)
    return len(checked.lines)


def _coded(rules: Any, values: Any) -> dict[str, Any]:
    sources = {s.label: s.id for s in rules.sources} if rules else {}
    purposes = {p.label: p.id for p in rules.purposes} if rules else {}
    given: dict[str, Any] = {
        key: values.get(key) or ""
        for key in ("text", "reason", "voucher", "asset_number", "asset_place")
    }
    return {
        **given,
        "on": values["on"],
        "amount": values["amount"],
        "direction": Direction.IN if values["direction"] == Direction.IN.label else Direction.OUT,
        "source": sources.get(values["source"], ""),
        "purpose": purposes.get(values.get("purpose") or "", ""),
        "marked": values.get("marked") == "是",
        "fixed_asset": values.get("fixed_asset") == "是",
    }


def last_year(studio: Studio, on: dt.date) -> int:
    """The last year the ledger speaks of."""
    return (studio.ended_on or on).year
