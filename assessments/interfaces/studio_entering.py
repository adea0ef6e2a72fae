"""Carrying out the import of studios named before the portal: at once, or in the background."""

import datetime as dt
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from assessments.interfaces.studio_import import Trial
from jurisdictions.models import Jurisdiction, Ruleset
from jurisdictions.queries import administered_by, current_ruleset
from portal.common.errors import DomainError
from portal.common.jobs import JobRun, job_kind, jobs_of, start_job
from portal.common.models import Job
from portal.common.sealed import WORK, drop_work, open_work, seal

KIND = "old_studios"
_STEP = 10
_NOTHING = "没有导入任何工作室。"


def carry_out(
    jurisdiction: Jurisdiction,
    ruleset: Ruleset,
    upload: Any,
    *,
    sha256: str,
    by: Any,
    today: dt.date,
) -> int | Job:
    """Import the workbook that was checked, all rows or none.

    Returns:
        How many studios were entered, or the job that enters them. The same workbook sent again
        leads to the same job.

    Raises:
        DomainError: another file than the one checked, or a row no longer fits.
    """
    trial = Trial(jurisdiction, ruleset, upload, by=by, today=today)
    trial.require(sha256)
    if trial.found().long:
        upload.seek(0)
        return _started(jurisdiction, upload.read(), len(trial.rows), sha256=sha256, by=by)
    for _ in trial.steps():
        pass
    return trial.enter()


def _started(
    jurisdiction: Jurisdiction, content: bytes, count: int, *, sha256: str, by: Any
) -> Job:
    # Of two presses of the button the second waits here, and then finds the job of the first.
    place = Jurisdiction.objects.select_for_update().get(pk=jurisdiction.pk)
    same = jobs_of(by).filter(kind=KIND, jurisdiction_code=place.code, params__sha256=sha256)
    known = same.exclude(state__in=[Job.State.FAILED, Job.State.CANCELLED]).first()
    if known is not None:
        return known
    again = {"url": reverse("assessments:import_studios", args=[place.code]),
             "label": "返回补录工作室"}  # fmt: skip
    told = {
        Job.State.QUEUED: {"text": f"即将导入 {count} 个工作室，完成前可以取消。"},
        Job.State.RUNNING: {"text": f"正在导入 {count} 个工作室，完成前可以取消。"},
        Job.State.DONE: {"text": f"已补录 {count} 个工作室。", "url": reverse("assessments:desk"),
                         "label": "查看工作室管理"},
        Job.State.FAILED: {"text": _NOTHING, **again},
        Job.State.CANCELLED: {"text": _NOTHING, **again},
    }  # fmt: skip
    # The workbook holds the numbers of the leaders: it waits under seal.
    book = seal(WORK, b64encode(content).decode())
    params = {"book": book, "sha256": sha256, "outcome": told}
    return start_job(KIND, by, params, jurisdiction_code=place.code)


def _place(run: JobRun) -> Jurisdiction:
    """The place, while the person administers it.

    Raises:
        DomainError: he does no longer.
    """
    place = administered_by(run.owner).filter(code=run.jurisdiction_code).first()
    if place is None:
        raise DomainError("您已不再管理本地区，任务终止。")
    return place


@job_kind(KIND)
def enter_studios(run: JobRun) -> Iterator[tuple[int, int]]:
    """Try row after row, then enter all studios and end the job in one transaction."""
    place = _place(run)
    ruleset = current_ruleset(place)
    if ruleset is None:
        raise DomainError("政策尚未发布，不能补录工作室。")
    book = ContentFile(b64decode(open_work(run.params["book"])), name="补录.xlsx")
    trial = Trial(place, ruleset, book, by=run.owner, today=timezone.localdate())
    total = len(trial.rows)
    for done in trial.steps():
        if done % _STEP == 0:
            yield done, total
    yield total, total
    with run.ending():
        _place(run)
        trial.enter()
        drop_work(run.params["book"])
