"""Rows of the worklist as a workbook, or their sheets as one archive, made in the background."""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from applications.domain import events
from applications.interfaces.sheets import sheet_document
from applications.queries import last_submission
from portal.common.errors import DomainError
from portal.common.files import download_name
from portal.common.jobs import JobRun, job_kind, start_job
from portal.common.models import Job
from portal.common.xlsx import SheetColumn, SheetData, write_sheets
from reviews import queries
from reviews.domain import claiming
from reviews.interfaces.casepage import stage_label
from reviews.models import Case

WORKBOOK, SHEETS = "worklist_xlsx", "worklist_sheets"
MOST = 2000
_STEP = 50
_COLUMNS: tuple[SheetColumn, ...] = (
    ("number", "申报编号", 22), ("studio", "工作室名称", 34), ("unit", "申报单位", 32),
    ("leader", "领办人", 12), ("occupation", "职业（工种）", 16), ("stage", "环节", 22),
    ("office", "办理机构", 28), ("state", "状态", 10), ("arrived", "到达时间", 20),
    ("due", "办理期限", 14), ("holder", "领取人", 12),
)  # fmt: skip


def start(kind: str, cases: Sequence[Case], *, by: Any) -> Job:
    """Ask for an export.

    Args:
        kind: ``WORKBOOK`` or ``SHEETS``.
        cases: what to export, in order.
        by: who asks; what he may not see when the work is done is left out.

    Raises:
        DomainError: nothing, or too much at once, or no such export.
    """
    if kind not in (WORKBOOK, SHEETS):
        raise DomainError("没有这种导出方式，请刷新页面后重试。", status=422)
    if not cases:
        raise DomainError("没有可以导出的办理件，请先勾选或调整查询条件。", status=422)
    if len(cases) > MOST:
        raise DomainError(f"一次最多导出 {MOST} 件，请缩小查询范围分次导出。", status=422)
    what = "名册" if kind == WORKBOOK else "申报表"
    counts: dict[Any, int] = {}
    for case in cases:
        counts[case.jurisdiction] = counts.get(case.jurisdiction, 0) + 1
    for place, count in counts.items():
        events.record(place, "export", f"从待办列表导出{what} {count} 件", actor=by,
                      data={"count": count})  # fmt: skip
    return start_job(kind, by, {"ids": [case.pk for case in cases]})


def _visible(run: JobRun, ids: Sequence[int]) -> dict[int, Case]:
    """Cases among these that the person may see now."""
    rows = queries.with_rows(queries.visible_cases(run.owner)).filter(pk__in=ids)
    return {case.pk: case for case in rows}


@job_kind(WORKBOOK)
def workbook(run: JobRun) -> Iterator[tuple[int, int]]:
    """Write the rows; a worker that takes over begins again."""
    ids = [int(key) for key in run.params["ids"]]
    run.file_name = f"办理件_{timezone.localdate():%Y%m%d}_{len(ids)}件.xlsx"
    lines = []
    for start_at in range(0, len(ids), _STEP):
        part = ids[start_at : start_at + _STEP]
        cases = _visible(run, part)
        lines += [_line(cases[pk]) for pk in part if pk in cases]
        yield min(start_at + _STEP, len(ids)), len(ids)
    Path(run.path).write_bytes(write_sheets([SheetData("办理件", _COLUMNS, lines)]))


def _line(case: Case) -> dict[str, Any]:
    application = case.application
    return {
        "number": application.number, "studio": application.studio_name,
        "unit": application.unit_name, "leader": application.leader_name,
        "occupation": application.occupation, "stage": stage_label(case),
        "office": str(case.office or ""), "state": case.get_state_display(),
        "arrived": case.arrived_at, "due": case.due_on,
        "holder": str(claiming.holder(case) or ""),
    }  # fmt: skip


@job_kind(SHEETS)
def sheets_archive(run: JobRun) -> Iterator[tuple[int, int]]:
    """Write the archive. Drawn sheets are stored, so a worker that takes over only copies them."""
    ids = [int(key) for key in run.params["ids"]]
    run.file_name = f"申报表_{timezone.localdate():%Y%m%d}_{len(ids)}件.zip"
    with zipfile.ZipFile(run.path, "w", zipfile.ZIP_STORED) as archive:
        for done, key in enumerate(ids, 1):
            case = _visible(run, [key]).get(key)
            if case is not None:
                _put(archive, case, by=run.owner)
            yield done, len(ids)


def _put(archive: zipfile.ZipFile, case: Case, *, by: Any) -> None:
    submission = last_submission(case.application)
    if submission is None:
        return
    document = sheet_document(submission, by=by)
    name = download_name(f"{case.application.number}_{case.application.unit_name}.pdf")
    with default_storage.open(str(document.file.name), "rb") as content:
        archive.writestr(name, content.read())
