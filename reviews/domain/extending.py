"""延期: the time limit of a passage is moved on, by two people, before it has run out."""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.domain import events
from applications.models import Application
from jurisdictions.engine.dates import CalendarMissing, add_working_days, format_date
from jurisdictions.queries import work_calendar
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import clock, proposals
from reviews.domain.notices import mail_unit
from reviews.domain.work import Work, open_work
from reviews.enums import ProposalState, RunState
from reviews.models import Extension, StageRun
from reviews.permissions import is_impartial

_MIN_REASON = 4


def why_not(run: StageRun, stage: Any) -> str:
    """Why the limit of a passage cannot be extended now; empty when it can."""
    if run.state not in (RunState.OPEN, RunState.SIGNING):
        return "该环节已办理完毕，不能延期。"
    if stage.limit is not None and clock.words(run):
        return f"{clock.words(run)}，有到期日之后才能延期。"
    if stage.limit is None or run.due_on is None:
        fixed = "本环节的期限由申报截止或公示期确定，不能单独延期。"
        return fixed if run.due_on else "本环节没有规定办理期限，不需要延期。"
    if run.due_on < timezone.localdate():
        return "期限已过。延期须在期限届满前批准，不能补办。"
    left = days_left(run, stage)
    if left is not None and left < 1:
        return "已达到文件规定的延期上限，不能再延。"
    return ""


def days_left(run: StageRun, stage: Any) -> int | None:
    """How many days the passage may still be extended by; None without a bound in the text."""
    bound = stage.limit.extend
    if bound is None:
        return None
    given = [row.days for row in run.extensions.all() if row.state == ProposalState.APPROVED]
    return 0 if len(given) >= bound.times else bound.days - sum(given)


def moved(day: date, days: int, unit: str) -> date:
    """The new last day.

    Raises:
        DomainError: the calendar lacks a year.
    """
    if unit == "calendar":
        return day + timedelta(days=days)
    try:
        return add_working_days(day, days, work_calendar())
    except CalendarMissing as error:
        raise DomainError(str(error), field="days") from error


@transaction.atomic
def propose(run: StageRun, *, days: int, reason: str, by: Any) -> Extension:
    """Propose to extend the limit of a passage.

    Args:
        run: the passage.
        days: how many, in the unit of the limit.
        reason: why; the unit reads it.
        by: a handler of the office.

    Raises:
        DomainError: no limit, too late, too many days, one waits already, or no right.
    """
    work = open_work(run, by=by)
    proposals.require_handler(by, work.run.office)
    _require_impartial(work)
    _check(work, days)
    if len(reason.strip()) < _MIN_REASON:
        raise DomainError("请写明延期的理由，申报单位可见。", field="reason", status=422)
    old, unit = _due(work), work.stage.limit.unit
    row = Extension(
        run=work.run, office=work.run.office, days=days, unit=unit, old_due=old,
        new_due=moved(old, days, unit), reason=reason.strip(), proposed_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            signed(row, by=by, reason="提出延期").save()
    except IntegrityError as error:
        raise DomainError("本环节已有待审批的延期，请先办理。") from error
    _record(work, "extension_proposed", f"提出延期：{_words(row)}，理由：{row.reason}")
    proposals.tell_approvers(row, "延期待审批", f"“{work.stage.label}”提出延期：{_words(row)}。")
    return row


def _require_impartial(work: Work) -> None:
    verdict = is_impartial(work.by, work.run)
    if not verdict:
        raise DomainError(verdict.reason, status=403)


def _check(work: Work, days: int) -> None:
    fault = why_not(work.run, work.stage)
    if fault:
        raise DomainError(fault)
    if days < 1:
        raise DomainError("请填写延长的天数。", field="days", status=422)
    left = days_left(work.run, work.stage)
    if left is not None and days > left:
        raise DomainError(
            f"文件规定还可延长 {left} {_unit(work.stage.limit.unit)}，现填 {days}。",
            field="days", status=422,
        )  # fmt: skip


def _due(work: Work) -> date:
    if work.run.due_on is None:
        raise DomainError("本环节没有规定办理期限，不需要延期。")
    return work.run.due_on


@transaction.atomic
def decide(row: Extension, *, approve: bool, by: Any, text: str = "") -> Extension:
    """Sign or refuse a proposed extension; a signed one moves the day and tells the unit.

    Args:
        row: the proposal.
        approve: whether it is granted.
        by: an approver of the office, another person than the proposer.
        text: words; a refusal needs them.

    Raises:
        DomainError: answered already, no right, or the limit has run out meanwhile.
    """
    work = open_work(row.run, by=by)
    locked = (
        Extension.objects.select_for_update(of=("self",))
        .select_related("office", "proposed_by", "decided_by")
        .get(pk=row.pk)
    )
    proposals.require_approver(by, locked)
    _require_impartial(work)
    if approve:
        _check(work, locked.days)
        _still_the_day(work, locked)
    proposals.answer(locked, approve=approve, by=by, text=text)
    if approve:
        _move(work, locked)
        _tell_units(work, locked)
    else:
        _record(work, "extension_refused", f"延期未批准：{locked.answer}")
    proposals.tell_proposer(locked, f"延期{locked.get_state_display()}",
                            f"“{work.stage.label}”{_words(locked)}：{locked.get_state_display()}。"
                            "说明见门户。")  # fmt: skip
    return locked


def _still_the_day(work: Work, row: Extension) -> None:
    """The clock may have stood still for a correction since it was proposed."""
    if work.run.due_on != row.old_due:
        raise DomainError("该环节的期限已有变动，请由经办人员重新提出延期。")


def _move(work: Work, row: Extension) -> None:
    reason = f"延期：{row.old_due} → {row.new_due}"
    work.run.due_on = row.new_due
    work.run.version += 1
    signed(work.run, by=work.by, reason=reason).save()
    holder: Any = work.case or work.listing
    holder.due_on = row.new_due
    holder.version += 1
    signed(holder, by=work.by, reason=reason).save()
    _record(
        work, "extended",
        f"{work.stage.label}延期：{row.old_due} → {row.new_due}（{row.signer}批准），"
        f"理由：{row.reason}",
        f"“{work.stage.applicant_label}”的办理期限由{format_date(row.old_due)}"
        f"延长至{format_date(row.new_due)}，理由：{row.reason}",
        old=row.old_due.isoformat(), new=row.new_due.isoformat(),
    )  # fmt: skip


def _about(work: Work) -> list[Application]:
    if work.case is not None:
        return [work.case.application]
    return [item.case.application for item in work.present]


def _record(work: Work, kind: str, text: str, shown: str = "", **data: Any) -> None:
    for application in _about(work):
        events.record(
            application, kind, text, actor=work.by, office=work.run.office,
            applicant_text=shown, data={"stage": work.stage.id, **data},
        )  # fmt: skip


def _tell_units(work: Work, row: Extension) -> None:
    for application in _about(work):
        mail_unit(
            application, "办理期限延长",
            f"您单位的申报（{application.number}）“{work.stage.applicant_label}”环节的办理期限"
            f"由{format_date(row.old_due)}延长至{format_date(row.new_due)}。理由：{row.reason}",
            key=f"extended:{row.public_id}:{application.pk}",
        )  # fmt: skip


def _unit(unit: str) -> str:
    return "个工作日" if unit == "working" else "日"


def _words(row: Extension) -> str:
    return f"延长 {row.days} {_unit(row.unit)}，{row.old_due} → {row.new_due}"
