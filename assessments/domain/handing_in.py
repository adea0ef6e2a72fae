"""Handing in what is due: a text for each part, a file where a signed paper is asked for."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from applications.domain import events
from assessments.domain import handovers
from assessments.enums import DueKind
from assessments.models import Obligation
from assessments.queries.policies import living_policy
from portal.common.errors import DomainError
from portal.common.files import CheckedFile, check_upload, storage_name

KINDS = frozenset({"pdf", "jpg", "png", "docx"})
MOST_WORDS = 20_000


@transaction.atomic
def hand_in(
    obligation: Obligation,
    *,
    by: Any,
    on: dt.date,
    text: str = "",
    parts: Mapping[str, str] | None = None,
    upload: Any = None,
) -> Obligation:
    """Hand in a yearly paper or agreement.

    Args:
        obligation: what is due.
        by: the person.
        on: the day; the last day itself is in time.
        text: what it says, where it has no parts.
        parts: text by part, where the policy names parts.
        upload: the file as uploaded, or None.

    Raises:
        DomainError: handed in already, empty, too long, or a part or the signed scan is missing.
    """
    row = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk)
    paper = paper_of(row)
    given = {key: value.strip() for key, value in (parts or {}).items() if value.strip()}
    _refuse(row, paper, on=on, text=text, given=given, scanned=upload is not None)
    if upload is not None:
        keep_file(row, check_upload(upload, name=upload.name, allowed=KINDS))
    row.text, row.parts, row.done_on, row.done_by = text.strip(), given, on, by
    row.returned_reason = ""
    row.save()
    late = row.due_on is not None and on > row.due_on
    events.record(
        row.studio.jurisdiction,
        "paper_handed_in",
        f"{row.studio}报送{row.title}" + ("（逾期）" if late else ""),
        actor=by,
        data={"obligation": str(row.public_id), "late": late},
    )
    return row


def _refuse(
    row: Obligation, paper: Any, *, on: dt.date, text: str, given: Mapping[str, str], scanned: bool
) -> None:
    if row.done_on is not None:
        raise DomainError("这项材料已经报送，不能重复报送。")
    if on < row.opens_on:
        raise DomainError(f"{row.opens_on}起方可报送。")
    missing = [part.text for part in paper.parts if part.id not in given] if paper else []
    if missing and not scanned:
        raise DomainError(f"请填写：{'、'.join(missing)}；或上传写明这些内容的文件。", status=422)
    signed_paper = (paper and paper.signed) or row.kind == DueKind.AGREEMENT
    if signed_paper and not scanned:
        raise DomainError("请上传签字盖章的扫描件。", field="upload", status=422)
    if not text.strip() and not given and not scanned:
        raise DomainError("请填写内容或上传文件。", field="text", status=422)
    for field, said in (("text", text.strip()), *((f"part_{key}", v) for key, v in given.items())):
        if len(said) > MOST_WORDS:
            # Nothing is ever cut: what was written here goes to the office whole.
            raise DomainError(
                f"内容不超过 {MOST_WORDS} 字，现有 {len(said)} 字；全文请作为文件上传。",
                field=field, status=422,
            )  # fmt: skip


def paper_of(row: Obligation) -> Any:
    """What the policy says of a yearly paper, or None for what is not in its calendar."""
    policy = living_policy(row.studio, "calendar")
    return next((paper for paper in policy.ruleset.calendar if paper.id == row.item), None)


def keep_file(row: Any, checked: CheckedFile) -> None:
    """Store a checked file on a row that has file, file_name and, where kept, sha256."""
    row.file.save(storage_name(checked.kind), ContentFile(checked.content), save=False)
    row.file_name = checked.download_name
    if hasattr(row, "sha256"):
        row.sha256 = checked.sha256


@transaction.atomic
def settle(obligation: Obligation, *, by: Any, on: dt.date, text: str) -> Obligation:
    """An office records that something of its own is done: a plaque taken back, a filing sent.

    Raises:
        DomainError: done already, or nothing is said.
    """
    row = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk)
    if row.done_on is not None:
        raise DomainError("这项已经办理。")
    if not text.strip():
        raise DomainError("请写明办理情况（接收人、回执等）。", field="text", status=422)
    row.text, row.done_on, row.done_by = text.strip()[:MOST_WORDS], on, by
    row.save()
    if row.kind == DueKind.RECALL:
        handovers.recalled(row, by=by, on=on)
    events.record(
        row.studio.jurisdiction,
        "obligation_settled",
        f"{row.studio}：{row.title}已办理",
        actor=by,
        data={"obligation": str(row.public_id)},
    )
    return row
