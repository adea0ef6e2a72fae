"""Carrying out the import of studios named before the portal: at once, or in the background."""

import datetime as dt
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from assessments.domain.importing import entered_with, note_workbook
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


@dataclass(frozen=True)
class Done:
    """What a workbook has entered.

    Attributes:
        count: how many studios.
        again: it had entered them before, and entered nothing now.
    """

    count: int
    again: bool = False

    @property
    def says(self) -> str:
        """The sentence for whoever pressed the button."""
        if self.again:
            return f"这份表格已经导入，{self.count} 个工作室均已在册，没有重复登记。"
        return f"已补录 {self.count} 个工作室。"


def carry_out(
    jurisdiction: Jurisdiction,
    ruleset: Ruleset,
    upload: Any,
    *,
    sha256: str,
    by: Any,
    today: dt.date,
) -> Done | Job:
    """Import the workbook that was checked, all rows or none.

    Returns:
        What was entered, or the job that enters it. The same workbook sent again, also at the
        same moment, leads to the same job, or is told that it has been entered.

    Raises:
        DomainError: another file than the one checked, or a row no longer fits.
    """
    # Of two presses of the button the second waits here, and then finds what the first did.
    place = Jurisdiction.objects.select_for_update(no_key=True).get(pk=jurisdiction.pk)
    known = _job_of(place, sha256, by) or before(place, sha256)
    if known is not None:
        return known
    trial = Trial(jurisdiction, ruleset, upload, by=by, today=today)
    trial.require(sha256)
    if trial.found().long:
        upload.seek(0)
        return _started(place, upload.read(), len(trial.rows), sha256=sha256, by=by)
    for _ in trial.steps():
        pass
    count = trial.enter()
    note_workbook(place, sha256, count, by=by)
    return Done(count)


def before(place: Jurisdiction, sha256: str) -> Done | None:
    """What a workbook, named by its digest, has entered already; None where nothing."""
    count = entered_with(place, sha256)
    return Done(count, again=True) if count else None


def _job_of(place: Jurisdiction, sha256: str, by: Any) -> Job | None:
    """The job of the person that enters the workbook, or has entered it."""
    same = jobs_of(by).filter(kind=KIND, jurisdiction_code=place.code, params__sha256=sha256)
    return same.exclude(state__in=[Job.State.FAILED, Job.State.CANCELLED]).first()


def _started(place: Jurisdiction, content: bytes, count: int, *, sha256: str, by: Any) -> Job:
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
        note_workbook(place, run.params["sha256"], trial.enter(), by=run.owner)
        drop_work(run.params["book"])
