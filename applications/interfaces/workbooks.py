"""Filings as a workbook: one line each, what was filled in beside it; sealed numbers masked."""

from collections.abc import Iterator, Sequence
from typing import Any

from applications.interfaces.summary import value_text
from applications.models import Application, Submission
from applications.queries import reach
from jurisdictions.engine.policy import Policy
from jurisdictions.queries import policy_of
from portal.common.xlsx import SheetColumn, SheetData, write_sheets

_COLUMNS: tuple[SheetColumn, ...] = (
    ("number", "申报编号", 22),
    ("round", "批次", 28),
    ("status", "状态", 10),
    ("result", "结果", 16),
    ("unit_name", "申报单位", 32),
    ("unit_uscc", "统一社会信用代码", 22),
    ("district", "县（区）", 14),
    ("leader_name", "领办人", 12),
    ("leader_id", "领办人身份证号（掩码）", 24),
    ("occupation", "职业（工种）", 16),
    ("studio_name", "工作室名称", 34),
    ("industry", "产业（领域）", 18),
    ("priority", "优先情形", 22),
    ("submitted_at", "提交时间", 20),
    ("decided_at", "办结时间", 20),
    ("paper_received_on", "纸质材料收到日期", 18),
    ("paper_copies", "纸质份数", 10),
)
_PLAIN = (
    "number", "unit_name", "unit_uscc", "district", "leader_name", "occupation", "studio_name",
    "industry", "priority", "submitted_at", "decided_at", "paper_received_on", "paper_copies",
)  # fmt: skip
_ANSWER_WIDTH = 24


def workbook(found: Sequence[Application]) -> bytes:
    """The filings of a list: a sheet of facts, and one of answers for each policy version."""
    submissions = reach.newest_submissions([row.pk for row in found])
    sheets = [SheetData("申报件", _COLUMNS, [_line(row, submissions.get(row.pk)) for row in found])]
    versions: dict[tuple[int, str], list[Application]] = {}
    for row in found:
        versions.setdefault((row.ruleset_id, row.procedure), []).append(row)
    for number, ((_, procedure), rows) in enumerate(versions.items(), 1):
        policy = policy_of(rows[0].ruleset)
        title = f"填报内容{number} {policy.ruleset.identity.short_name}"
        sheets.append(_answers(title, policy, procedure, rows, submissions))
    return write_sheets(sheets)


def _line(row: Application, submission: Submission | None) -> dict[str, Any]:
    answers = submission.answers if submission else {}
    number = answers.get("leader.id_number")
    return {
        **{name: getattr(row, name) for name in _PLAIN},
        "round": row.round.title if row.round else "",
        "status": row.get_status_display(),
        "result": result_label(row),
        "leader_id": number.get("shown", "") if isinstance(number, dict) else "",
    }


def result_label(row: Application) -> str:
    """The result in the words of the ruleset; empty until it is told."""
    if row.result_released_at is None:
        return ""
    results = policy_of(row.ruleset).procedure(row.procedure).results
    return results[row.result].label if row.result in results else row.result


def _answers(
    title: str,
    policy: Policy,
    procedure: str,
    rows: Sequence[Application],
    submissions: dict[int, Submission],
) -> SheetData:
    asked = dict(_asked(policy, procedure))
    columns = [("number", "申报编号", 22.0), ("unit", "申报单位", 32.0)]
    columns += [(path, label, _ANSWER_WIDTH) for path, label in asked.items()]
    lines = []
    for row in rows:
        answers = submissions[row.pk].answers if row.pk in submissions else {}
        texts = {path: value_text(policy, path, answers.get(path)) for path in asked}
        lines.append({"number": row.number, "unit": row.unit_name, **texts})
    return SheetData(title, columns, lines)


def _asked(policy: Policy, procedure: str) -> Iterator[tuple[str, str]]:
    """Paths and labels of all that a form asks, tables as one column each."""
    form = policy.procedure(procedure).form
    for section in form.sections:
        for use in section.fields:
            yield use.field, use.label or policy.catalogue.fields[use.field].label
        for table in section.tables:
            yield table.table, table.label or policy.catalogue.tables[table.table].label
