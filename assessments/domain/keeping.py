"""Files beside rows: photos of activities, agreements of apprentices, audit reports."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import events
from applications.models import Studio
from assessments.domain.handing_in import keep_file
from assessments.enums import Holder
from assessments.models import KeptFile
from portal.common.errors import DomainError
from portal.common.files import check_upload

KINDS = frozenset({"pdf", "jpg", "png", "docx", "xlsx"})
#: Most files beside one row.
MOST = 20


@transaction.atomic
def keep(
    studio: Studio, holder: str, upload: Any, *, by: Any, title: str, row: Any = None,
    part: str = "",
) -> KeptFile:  # fmt: skip
    """Put a file beside a row of a register, or into the ledger.

    Args:
        studio: whose file.
        holder: a ``Holder``.
        upload: the file as uploaded.
        by: the person.
        title: what it shows.
        row: public id of the row; None for the ledger.
        part: what kind of paper it is, where the policy names kinds.

    Raises:
        DomainError: too many files already, this one too, or the file is not acceptable.
    """
    Studio.objects.select_for_update(of=("self",)).get(pk=studio.pk)
    held = KeptFile.objects.filter(
        studio=studio, holder=holder, row=row, part=part, removed_at__isnull=True
    )
    if held.count() >= MOST:
        raise DomainError(f"一条记录最多存 {MOST} 个文件。", field="upload", status=422)
    kept = KeptFile(
        studio=studio, holder=holder, row=row, part=part, title=title.strip()[:160], added_by=by
    )
    checked = check_upload(upload, name=upload.name, allowed=KINDS)
    if held.filter(sha256=checked.sha256).exists():
        # A slow line makes people press twice.
        raise DomainError("这个文件已经存入，没有重复存入。", field="upload", status=422)
    keep_file(kept, checked)
    kept.title = kept.title or kept.file_name[:160]
    kept.save()
    return kept


@transaction.atomic
def remove(file: KeptFile, *, by: Any) -> None:
    """Take a file out; it stays in the store and in the record of events.

    Raises:
        DomainError: taken out already.
    """
    row = KeptFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if row.removed_at is not None:
        raise DomainError("这个文件已经移出。")
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
    events.record(
        row.studio.jurisdiction, "kept_file_removed",
        f"{row.studio}移出{Holder(row.holder).label}文件“{row.title}”",
        actor=by, data={"file": str(row.public_id), "sha256": row.sha256},
    )  # fmt: skip
