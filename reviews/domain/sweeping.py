"""Clocks that nobody's action sets: experts who are done, holidays entered at last."""

from typing import Any

from django.db import transaction

from applications.domain import events
from jurisdictions.schema.stages.base import EXPERT_KINDS
from portal.common.history import signed
from reviews.domain import clock
from reviews.domain.sheets import stage_of
from reviews.domain.work import open_work
from reviews.enums import RunState
from reviews.models import StageRun


def sweep() -> int:
    """Set the clock of every open passage that needs it; a second run finds nothing to do.

    Returns:
        How many passages got another last day, or stopped.
    """
    return sum(_follow(run) for run in _with_experts()) + sum(_reckon(run) for run in _waiting())


def _with_experts() -> list[StageRun]:
    """Open passages whose clock and experts disagree."""
    rows = StageRun.objects.filter(
        state__in=[RunState.OPEN, RunState.SIGNING], kind__in=EXPERT_KINDS
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


def _waiting() -> list[StageRun]:
    """Open passages whose last day hung on a year that was not entered.

    They are looked at until they end: a year is entered day by day.
    """
    rows = StageRun.objects.filter(
        state__in=[RunState.OPEN, RunState.SIGNING], due_year__isnull=False,
        due_days__isnull=False, stopped_on=None,
    )  # fmt: skip
    return list(rows.order_by("pk"))


@transaction.atomic
def _reckon(run: StageRun) -> bool:
    work = open_work(run, by=None)
    fresh, before = work.run, work.run.due_on
    if fresh.state not in (RunState.OPEN, RunState.SIGNING) or work.stage.limit is None:
        return False
    clock.reckon(fresh, work.stage.limit.unit)
    if fresh.due_on == before:
        return False
    reason = f"{fresh.due_year} 年节假日安排已录入，{clock.told(fresh)}"
    signed(fresh, by=None, reason=reason[:100]).save()
    holder: Any = work.subject
    holder.due_on = fresh.due_on
    signed(holder, by=None, reason=reason[:100]).save()
    for application in work.applications:
        events.record(
            application, "due_reckoned", f"{work.stage.label}：{reason}", office=fresh.office,
            applicant_text=f"“{work.stage.applicant_label}”的{clock.told(fresh)}",
            data={"stage": work.stage.id, "run": str(fresh.public_id),
                  "due": fresh.due_on.isoformat() if fresh.due_on else None},
        )  # fmt: skip
    return True
