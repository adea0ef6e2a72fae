"""纸质办理: any stage completed from signed paper, with who signed, when, and who entered it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from portal.common.errors import DomainError
from portal.common.files import CheckedFile, check_upload, storage_name
from reviews.domain import closing, returning
from reviews.domain.stages.base import require_current
from reviews.domain.work import RETURN, Work, is_emptied, kind_of, need, open_work
from reviews.models import PaperRecord, StageRun
from reviews.permissions import can_enter_paper

KINDS_ACCEPTED = frozenset({"pdf", "jpg", "png"})


@dataclass(frozen=True)
class Paper:
    """What the paper says.

    Attributes:
        signed_by: who signed it.
        signed_on: when.
        outcome: result of the case, or of every item not named in ``items``.
        opinion: text for the opinion box.
        items: item pk as text to ``{"result", "text"}``.
        particulars: what the kind asks.
    """

    signed_by: str
    signed_on: date
    outcome: str
    opinion: str = ""
    items: dict[str, dict[str, str]] = field(default_factory=dict)
    particulars: dict[str, Any] = field(default_factory=dict)


def complete_from_paper(
    run: StageRun, paper: Paper, uploads: list[Any], *, by: Any, version: int
) -> StageRun:
    """End a passage with what a signed paper says.

    Args:
        run: the passage.
        paper: what it says.
        uploads: the signed minutes, then photos or annexes.
        by: a handler of the office, who enters it.
        version: of the passage as the page showed it.

    Raises:
        StaleActionError: somebody acted meanwhile.
        DomainError: no right, no file, or particulars that the kind asks are missing.
    """
    # Files are parsed before any lock is taken: that may last seconds.
    checked = [check_upload(file, name=file.name, allowed=KINDS_ACCEPTED) for file in uploads]
    with transaction.atomic():
        work = open_work(run, by=by)
        require_current(work.run, version)
        verdict = can_enter_paper(by, work.run)
        if not verdict:
            raise DomainError(verdict.reason, status=403)
        if is_emptied(work):
            raise DomainError("名单中已没有在名单的件，请在名单页面签署，名单即办结。")
        returning.require_none_waiting(work)
        _fill(work, paper, checked)
        kind_of(work.stage.kind).check_paper(work)
        for file in checked:
            _keep(work, paper, file)
        work.run.save()
        closing.complete(work)
        return work.run


def _fill(work: Work, paper: Paper, files: list[CheckedFile]) -> None:
    need(files, "请上传签字的纪要或文件。", "file")
    need(paper.signed_by.strip(), "请填写签署人。", "signed_by")
    if paper.signed_on > timezone.localdate():
        raise DomainError("签署日期不能晚于今天。", field="signed_on", status=422)
    outcomes = [o for o in kind_of(work.stage.kind).outcomes(work.stage) if o != RETURN]
    need(paper.outcome, "请在“结果”中选择一项，系统不预先选定。", "outcome")
    given = [paper.outcome, *(said.get("result", "") for said in paper.items.values())]
    if any(result and result not in outcomes for result in given):
        raise DomainError("没有这种结果，请重新选择。", field="outcome", status=422)
    # What an item does not say for itself is what the paper says of all.
    items = {key: {**said, "result": said.get("result") or paper.outcome}
             for key, said in paper.items.items()}  # fmt: skip
    work.paper, work.signer, work.on = True, paper.signed_by.strip(), paper.signed_on
    work.run.outcome, work.run.opinion = paper.outcome, paper.opinion
    pictures = sum(1 for file in files[1:] if file.kind in ("jpg", "png"))
    work.run.data = {
        **work.run.data, **paper.particulars, "items": items, "photos": pictures,
        "paper": True,
    }  # fmt: skip


def _keep(work: Work, paper: Paper, file: CheckedFile) -> None:
    path = default_storage.save(storage_name(file.kind), ContentFile(file.content))
    PaperRecord.objects.create(
        run=work.run, file=path, kind=file.kind, name=file.download_name[:200],
        sha256=file.sha256, signed_by=paper.signed_by.strip()[:200],
        signed_on=paper.signed_on, entered_by=work.by,
    )  # fmt: skip
