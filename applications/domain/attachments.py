"""Files of a filing: checked, stored under a random name, removed without a trace lost."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from applications.domain.drafts import editable
from applications.enums import Status
from applications.models import Application, Attachment
from applications.queries import files_of
from jurisdictions.queries import policy_of
from jurisdictions.schema.materials import Material
from portal.common.errors import DomainError
from portal.common.files import CheckedFile, check_upload, download_name, storage_name

MEBIBYTE = 1024 * 1024
# Limits of the portal itself, not of any regulation.
FILES_PER_FILING = 60
BYTES_PER_FILING = 100 * MEBIBYTE
BYTES_PER_PERSON_A_DAY = 200 * MEBIBYTE
#: How ticked parts of a paper are kept beside the clauses confirmed for a file.
PART = "part:"


def material_of(application: Application, material: str) -> Material:
    """The checklist item of that id.

    Raises:
        DomainError: this procedure has no such item.
    """
    items = policy_of(application.ruleset).procedure(application.procedure).materials
    for item in items:
        if item.id == material:
            return item
    raise DomainError("没有这项材料，请返回材料清单重新选择。", status=404)


def add(
    application: Application,
    material: str,
    upload: Any,
    *,
    by: Any,
    row: str = "",
    confirmed: tuple[str, ...] = (),
) -> Attachment:
    """Check a file and keep it.

    Args:
        application: the filing.
        material: id of the checklist item.
        upload: the uploaded file.
        by: who uploads.
        row: row id of the table, or ``leader``; empty for the filing as a whole.
        confirmed: clauses the uploader confirmed for this file (此件与原件相符).

    Raises:
        DomainError: the filing may not be changed, or the file is not acceptable.
    """
    item = material_of(application, material)
    # The parse runs before any lock is taken: it may last seconds.
    checked = check_upload(
        upload,
        name=upload.name,
        allowed=frozenset(item.kinds),
        max_bytes=item.max_mb * MEBIBYTE,
        max_pages=item.max_pages,
    )
    return keep(application, item, checked, name=upload.name, by=by, row=row, confirmed=confirmed)


@transaction.atomic
def keep(
    application: Application,
    item: Material,
    checked: CheckedFile,
    *,
    name: str,
    by: Any,
    row: str = "",
    confirmed: tuple[str, ...] = (),
) -> Attachment:
    """Keep a file that has passed the checks; arguments as for ``add``.

    Raises:
        DomainError: the filing may not be changed now, or holds too many files.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    _may_change(locked, item.id)
    _room(locked, item, row, len(checked.content))
    _within_the_day(by, len(checked.content))
    path = default_storage.save(storage_name(checked.kind), ContentFile(checked.content))
    return Attachment.objects.create(
        application=locked,
        material=item.id,
        row=row[:40],
        file=path,
        kind=checked.kind,
        name=download_name(name)[:200],
        size=len(checked.content),
        pages=checked.pages,
        words=checked.words,
        sha256=checked.sha256,
        confirmed=list(confirmed),
        uploaded_by=by,
    )


def _may_change(application: Application, material: str) -> None:
    editable(application)
    flagged = application.status == Status.RETURNED
    if flagged and f"material:{material}" not in application.unlocked:
        raise DomainError("补正期间只能更换被标记的材料，这一项没有被标记。")


def _room(application: Application, item: Material, row: str, size: int) -> None:
    files = files_of(application)
    limit = item.max_files
    beside = files.filter(material=item.id)
    if item.per_row or item.also_person:
        beside = beside.filter(row=row)
    if beside.count() >= limit:
        raise DomainError(f"“{item.title}”最多 {limit} 份，请先移除不用的文件再上传。")
    total = files.aggregate(sum=Sum("size"))["sum"] or 0
    if files.count() >= FILES_PER_FILING or total + size > BYTES_PER_FILING:
        limit_mb = BYTES_PER_FILING // MEBIBYTE
        raise DomainError(
            f"一件申报最多 {FILES_PER_FILING} 个文件、合计 {limit_mb} MB，请合并或压缩后再上传。"
        )


def _within_the_day(by: Any, size: int) -> None:
    since = timezone.now() - timedelta(days=1)
    today = Attachment.objects.filter(uploaded_by=by, uploaded_at__gte=since)
    if (today.aggregate(sum=Sum("size"))["sum"] or 0) + size > BYTES_PER_PERSON_A_DAY:
        limit_mb = BYTES_PER_PERSON_A_DAY // MEBIBYTE
        raise DomainError(f"您一天内上传的文件已达 {limit_mb} MB 的上限，请明天再传或压缩后再传。")


@transaction.atomic
def tick(attachment: Attachment, *, original: bool, parts: Collection[str]) -> None:
    """Keep what the unit confirms for one file.

    Args:
        attachment: the file.
        original: 此件与原件相符, where the checklist asks for it.
        parts: ids of the parts that the paper contains.

    Raises:
        DomainError: the filing may not be changed now.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=attachment.application_id)
    _may_change(locked, attachment.material)
    item = material_of(locked, attachment.material)
    known = [part.id for part in item.contains if part.id in parts]
    clauses = list(item.confirms) if original else []
    attachment.confirmed = [*clauses, *(f"{PART}{part}" for part in known)]
    attachment.save(update_fields=["confirmed"])


def is_confirmed(item: Material, attachment: Attachment) -> bool:
    """Whether everything the checklist wants confirmed for each file is confirmed."""
    return set(item.confirms) <= set(attachment.confirmed)


def unconfirmed(
    application: Application, files: Iterable[Attachment] | None = None
) -> list[Attachment]:
    """Files (all that count, unless read already) that still need the tick 此件与原件相符."""
    items = policy_of(application.ruleset).procedure(application.procedure).materials
    asked = {item.id: item for item in items if item.confirms}
    return [
        file
        for file in (files_of(application) if files is None else files)
        if file.material in asked and not is_confirmed(asked[file.material], file)
    ]


@transaction.atomic
def remove(attachment: Attachment, *, by: Any) -> None:
    """Take a file out of the filing; submissions that used it keep it.

    Raises:
        DomainError: the filing may not be changed now.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=attachment.application_id)
    _may_change(locked, attachment.material)
    attachment.removed_at = timezone.now()
    attachment.save(update_fields=["removed_at"])
