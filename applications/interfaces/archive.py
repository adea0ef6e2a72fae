"""申报表 of many filings as one archive, made in the background."""

import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.files.storage import default_storage

from applications import permissions
from applications.domain import events
from applications.interfaces.sheets import sheet_document
from applications.models import Application
from applications.queries import reach
from jurisdictions.models import Jurisdiction
from portal.common.errors import DomainError
from portal.common.files import download_name
from portal.common.jobs import JobRun, job_kind, start_job
from portal.common.models import Job

KIND = "application_sheets"
MOST = 2000


def start(jurisdiction: Jurisdiction, found: Sequence[Application], *, by: Any) -> Job:
    """Ask for the sheets of a list of filings as one archive.

    Args:
        jurisdiction: whose filings; others in the list are left out.
        found: the filings.
        by: the administrator.

    Raises:
        DomainError: nothing to export, or too much at once.
    """
    ids = [row.pk for row in found if row.jurisdiction_id == jurisdiction.pk]
    if not ids:
        raise DomainError("没有可以导出的申报件，请调整查询条件。")
    if len(ids) > MOST:
        raise DomainError(f"一次最多导出 {MOST} 份，请按批次或县（区）分次导出。")
    events.record(
        jurisdiction, "export", f"批量导出申报表 {len(ids)} 份", actor=by, data={"count": len(ids)}
    )
    return start_job(KIND, by, {"ids": ids}, jurisdiction_code=jurisdiction.code)


@job_kind(KIND)
def sheets_archive(run: JobRun) -> Iterator[tuple[int, int]]:
    """Write the archive. Drawn sheets are stored, so a worker that takes over only copies them."""
    ids = [int(key) for key in run.params["ids"]]
    jurisdiction = Jurisdiction.objects.get(code=run.jurisdiction_code)
    run.file_name = f"申报表_{jurisdiction.short_name}_{len(ids)}份.zip"
    allowed = reach.in_jurisdictions([jurisdiction.pk])
    with zipfile.ZipFile(run.path, "w", zipfile.ZIP_STORED) as archive:
        for done, key in enumerate(ids, 1):
            _still_allowed(run, jurisdiction)
            application = allowed.filter(pk=key).first()
            if application is not None:
                _put(archive, application, by=run.owner)
            yield done, len(ids)


def _still_allowed(run: JobRun, jurisdiction: Jurisdiction) -> None:
    """Stop as soon as the person may no longer export.

    Raises:
        DomainError: the grant is gone.
    """
    if not permissions.can_export(run.owner, jurisdiction):
        raise DomainError("您已不再管理本地区，导出任务终止。")


def _put(archive: zipfile.ZipFile, application: Application, *, by: Any) -> None:
    submission = application.submissions.order_by("-number").first()
    if submission is None:
        return
    document = sheet_document(submission, by=by)
    name = download_name(f"{application.number}_{application.unit_name}.pdf")
    with default_storage.open(str(document.file.name), "rb") as content:
        archive.writestr(name, content.read())
