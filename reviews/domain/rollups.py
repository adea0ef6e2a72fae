"""推荐汇总表: what an office proposes to recommend, signed on one paper before it goes up."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from applications.domain import events
from jurisdictions.engine.policy import canonical
from jurisdictions.engine.values import show_value
from jurisdictions.models import Round
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.files import check_upload, storage_name
from portal.common.pdf import render_pdf
from reviews.domain import road
from reviews.domain.decision import day_of
from reviews.domain.work import PASS, Work, locked_cases, need
from reviews.enums import RunState
from reviews.models import RollUp, RollUpLine, StageRun
from reviews.permissions import can_handle, can_handle_run

_STYLE_SHEET = Path(__file__).resolve().parents[1] / "static" / "reviews" / "rollup.css"
_KINDS = frozenset({"pdf", "jpg", "png"})
_HEADS = ("申报编号", "申报单位", "人选", "职业（工种）")


@dataclass(frozen=True)
class Table:
    """The table as it would be printed now.

    Attributes:
        title: its name.
        heads: names of the columns.
        rows: one for each passage, in order of the filings' numbers.
        runs: those passages.
        digest: names the table as it stands.
    """

    title: str
    heads: list[str]
    rows: list[list[str]]
    runs: list[StageRun]
    digest: str


def stage_of(run: StageRun) -> Any | None:
    """The stage of a passage of a filing in a call, when it is summed up on a table."""
    application = run.case.application if run.case else None
    if application is None or application.round_id is None:
        return None
    stage = road.stage_of(application.ruleset, application.procedure, run.stage)
    return stage if getattr(stage, "rollup", None) else None


def table_of(run: StageRun, stage: Any) -> Table:
    """What the office of a passage proposes to recommend in its call and has not signed yet.

    Args:
        run: any passage of the stage at that office.
        stage: what the ruleset says of it.
    """
    application = _application(run)
    policy = policy_of(application.ruleset)
    known = policy.catalogue.fields
    runs = list(_waiting(run))
    rows = [_cells(row, known, stage.rollup.fields) for row in runs]
    heads = [*_HEADS, *(known[path].label for path in stage.rollup.fields)]
    title = f"{application.round}{stage.rollup.title}"
    said = [title, heads, [[str(row.public_id), row.submission_id] for row in runs], rows]
    digest = hashlib.sha256(canonical(said).encode()).hexdigest()
    return Table(title, heads, rows, runs, digest)


def _application(run: StageRun) -> Any:
    """The filing of a passage of one case."""
    return run.case.application if run.case else None


def _waiting(run: StageRun) -> Any:
    return (
        StageRun.objects.filter(
            stage=run.stage, office=run.office_id, outcome=PASS, rollup_lines=None,
            state__in=[RunState.OPEN, RunState.SIGNING],
            case__application__round=_application(run).round_id,
        )
        .select_related("case__application", "submission")
        .order_by("case__application__number", "pk")
    )  # fmt: skip


def _cells(run: StageRun, known: Any, fields: tuple[str, ...]) -> list[str]:
    application = _application(run)
    answers = run.submission.answers if run.submission else {}
    first = [application.number or "", application.unit_name, application.leader_name,
             application.occupation]  # fmt: skip
    return [*first, *(show_value(known[path], answers.get(path)) for path in fields)]


def paper_of(run: StageRun, stage: Any) -> bytes:
    """The table as PDF, to be signed and stamped.

    Raises:
        DomainError: nothing is proposed.
        MissingGlyphsError: a character no font can draw.
    """
    table = table_of(run, stage)
    need(table.rows, "还没有拟推荐的件：请先逐件选择“通过”并暂存。", "file")
    html = render_to_string("reviews/rollup_paper.html", {"table": table, "office": run.office})
    return render_pdf(html, stylesheets=[_STYLE_SHEET], title=table.title).content


def keep(run: StageRun, stage: Any, upload: Any, *, signed_on: str, digest: str, by: Any) -> RollUp:
    """Keep the signed copy; what stands on it may now be sent up.

    Args:
        run: any passage of the stage at the office.
        stage: what the ruleset says of it.
        upload: the signed copy.
        signed_on: its day.
        digest: of the table as the page showed it.
        by: a handler of the office.

    Raises:
        DomainError: no right, no file, or what is proposed changed since it was printed.
    """
    need(upload, "请选择签字盖章的汇总表。", "file")
    # Parsed before any lock is taken: that may last seconds.
    checked = check_upload(upload, name=upload.name, allowed=_KINDS)
    day: date = day_of(signed_on, "请填写签署日期。", "signed_on")
    verdict = can_handle_run(by, run)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    with transaction.atomic():
        Round.objects.select_for_update(of=("self",)).get(pk=_application(run).round_id)
        locked_cases(row.case_id for row in _waiting(run))
        table = table_of(run, stage)
        need(table.rows, "还没有拟推荐的件：请先逐件选择“通过”并暂存。", "file")
        if table.digest != digest:
            raise DomainError("拟推荐的件已有变动，请重新打印汇总表，签字盖章后上传。")
        path = default_storage.save(storage_name(checked.kind), ContentFile(checked.content))
        row = RollUp.objects.create(
            round=_application(run).round, office=run.office, stage=run.stage, digest=digest,
            title=table.title[:160], heads=table.heads, rows=table.rows, file=path,
            name=checked.download_name[:200], sha256=checked.sha256, signed_on=day,
            uploaded_by=by,
        )  # fmt: skip
        RollUpLine.objects.bulk_create(RollUpLine(table=row, run=one) for one in table.runs)
        for one in table.runs:
            events.record(_application(one), "rolled_up", f"列入“{row.title}”", actor=by,
                          office=run.office, data={"table": row.pk})  # fmt: skip
        return row


def void(table: RollUp, *, by: Any, reason: str) -> None:
    """Set a wrong copy aside while everything on it is still here; its filings stand on none then.

    Args:
        table: the signed table.
        by: a handler of its office.
        reason: why, for the record.

    Raises:
        DomainError: no right, no reason, set aside before, or something on it has gone up.
    """
    verdict = can_handle(by, table.office)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    need(reason.strip(), "请填写作废理由。", "reason")
    with transaction.atomic():
        Round.objects.select_for_update(of=("self",)).get(pk=table.round_id)
        table.refresh_from_db()
        if table.voided_at is not None:
            raise DomainError("该汇总表已经作废，请刷新页面。")
        locked_cases(table.lines.values_list("run__case", flat=True))
        runs = [line.run for line in table.lines.select_related("run__case__application")]
        if any(run.state not in (RunState.OPEN, RunState.SIGNING) for run in runs):
            raise DomainError("表中已有件转入下一环节，汇总表不能作废；需要更正的，请按更正办理。")
        table.lines.all().delete()
        table.voided_at, table.voided_by = timezone.now(), by
        table.void_reason = reason.strip()[:200]
        table.save(update_fields=["voided_at", "voided_by", "void_reason"])
        for run in runs:
            events.record(_application(run), "rollup_voided", f"“{table.title}”作废：{reason}",
                          actor=by, office=table.office, data={"table": table.pk})  # fmt: skip


def require(work: Work) -> None:
    """What is recommended stands on a signed table.

    Raises:
        DomainError: it does not yet.
    """
    if stage_of(work.run) is None or work.run.outcome != PASS:
        return
    if not RollUpLine.objects.filter(run=work.run).exists():
        raise DomainError(
            f"本件还没有列入签署的{work.stage.rollup.title}：请先打印汇总表，签字盖章后上传。"
        )
