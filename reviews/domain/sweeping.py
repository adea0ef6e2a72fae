"""Clocks that nobody's action sets: experts who are done, holidays entered at last or changed."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from applications.domain import events
from jurisdictions.engine.dates import WorkCalendar, format_date
from jurisdictions.enums import PostKind
from jurisdictions.queries import bulky, work_calendar
from jurisdictions.schema.stages.base import EXPERT_KINDS
from portal.common.history import signed
from reviews.domain import clock, reminding
from reviews.domain.notices import mail_unit, tell_post
from reviews.domain.sheets import stage_of
from reviews.domain.work import Work, open_work
from reviews.enums import RunState
from reviews.models import StageRun


def sweep() -> int:
    """Set the clock of every open passage that needs it; a second run finds nothing to do.

    Returns:
        How many passages got another last day, or stopped.
    """
    return sum(_follow(run) for run in _with_experts()) + sum(_reckon(run) for run in _to_reckon())


def _with_experts(**only: Any) -> list[StageRun]:
    """Open passages whose clock and experts disagree; of those by further conditions."""
    rows = StageRun.objects.filter(
        state__in=[RunState.OPEN, RunState.SIGNING], kind__in=EXPERT_KINDS, **only
    ).select_related("case__application__ruleset", "listing__ruleset").order_by("pk")  # fmt: skip
    return [
        run for run in rows
        if (clock.stops_for_experts(stage_of(run)) and clock.at_work(run))
        != (run.stopped_on is not None)
    ]  # fmt: skip


@transaction.atomic
def _follow(run: StageRun) -> bool:
    work = open_work(run, by=None)
    before = work.run.stopped_on
    clock.follow(work)
    return work.run.stopped_on != before


def follow_one(run_id: int) -> bool:
    """Set the clock of one passage on which an expert has just begun or ended his work."""
    return any(_follow(run) for run in _with_experts(pk=run_id))


def _to_reckon() -> list[StageRun]:
    """Open passages whose last day is another one by the holidays as they stand now.

    A day that has passed stays. What hung on a year that was not entered is looked at until it
    ends: a year is entered day by day.
    """
    today, calendar = timezone.localdate(), work_calendar()
    way = ("case__application__ruleset", "listing__ruleset")
    rows = StageRun.objects.filter(
        Q(due_year__isnull=False) | Q(due_on__gte=today), stopped_on=None, due_from__isnull=False,
        due_days__isnull=False, state__in=[RunState.OPEN, RunState.SIGNING],
    )  # fmt: skip
    rows = rows.select_related(*way).defer(*bulky(*way)).prefetch_related("stops", "extensions")
    return [run for run in rows.order_by("pk") if _other(run, stage_of(run), today, calendar)]


def _other(run: StageRun, stage: Any, today: date, calendar: WorkCalendar) -> bool:
    if stage.limit is None or stage.limit.unit != "working":
        return False
    day, _ = clock.reckoned(run, "working", calendar)
    return _no_earlier(day, today) != run.due_on


def _no_earlier(day: date | None, today: date) -> date | None:
    """A last day is never moved into the past."""
    return day if day is None else max(day, today)


@transaction.atomic
def _reckon(run: StageRun) -> bool:
    work = open_work(run, by=None)
    fresh, before = work.run, work.run.due_on
    if fresh.state not in (RunState.OPEN, RunState.SIGNING) or work.stage.limit is None:
        return False
    clock.reckon(fresh, work.stage.limit.unit)
    fresh.due_on = _no_earlier(fresh.due_on, timezone.localdate())
    if fresh.due_on == before:
        return False
    reason = _why(fresh, before)
    signed(fresh, by=None, reason=reason[:100]).save()
    holder: Any = work.subject
    holder.due_on = fresh.due_on
    signed(holder, by=None, reason=reason[:100]).save()
    for application in work.applications:
        events.record(
            application, "due_reckoned", f"{work.stage.label}：{reason}", office=fresh.office,
            applicant_text=f"“{work.stage.applicant_label}”的{clock.told(fresh)}",
            data={"stage": work.stage.id, "run": str(fresh.public_id),
                  "old": before.isoformat() if before else None,
                  "due": fresh.due_on.isoformat() if fresh.due_on else None},
        )  # fmt: skip
    if before is not None:
        _tell(work, before)
    return True


def _why(run: StageRun, before: date | None) -> str:
    if before is None:
        return f"{run.due_year} 年节假日安排已录入，{clock.told(run)}"
    return f"节假日安排有变动，办理期限原为{format_date(before)}，现{clock.told(run)}"


def _tell(work: Work, before: date) -> None:
    """Whoever is to act, and the units, learn of a day that was told them and is another now."""
    run, moment = work.run, timezone.now().isoformat()
    text = f"因节假日安排变动，办理期限原为{format_date(before)}，现{clock.told(run)}。"
    name, page = reminding.subject_of(run)
    tell_post(
        run.office, [run.waiting_for or PostKind.HANDLER], "due", f"期限变动：{name}", text,
        about=run, link=page, key=f"reckoned:{run.public_id}:{moment}",
    )  # fmt: skip
    for application in work.applications:
        mail_unit(
            application, "办理期限变动", f"“{work.stage.applicant_label}”环节{text}",
            key=f"reckoned:{run.public_id}:{moment}:{application.pk}",
        )  # fmt: skip
