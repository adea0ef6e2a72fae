"""办理期限: the last day of a passage, and the days on which its clock stands still.

What ``stops_for: experts`` means is said here and nowhere else (``at_work``): on a passage of
``panel`` or ``hearing`` the clock stands still from the day the first expert is given a seat
until the day the last of those seated has signed or has left; on a ``visit`` from the day it is
appointed until it is closed. The proposal of the office, and the end of the passage, end it
anyhow. The days stopped are added to the limit in its own unit. Meanwhile no last day is told,
so nothing is due and nobody is reminded.

A last day that needs the holidays of a year not announced yet stays open; the sweep of
``sweeping`` tells it once they are entered, and works open last days out anew when the table of
holidays was changed.
"""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from applications.domain import events
from applications.models import Application
from jurisdictions.engine.dates import (
    CalendarMissing,
    WorkCalendar,
    add_working_days,
    format_date,
    working_days_between,
)
from jurisdictions.queries import work_calendar
from portal.common.history import signed
from portal.common.queue import enqueue
from reviews.domain.work import Work
from reviews.enums import ItemState, ProposalState, RunState, SeatState, SittingState
from reviews.models import ClockStop, Seat, Sitting, StageRun

EXPERTS = "experts"
_SEATED = (SeatState.PENDING, SeatState.SEATED)
_GOING_ON = (SittingState.PLANNED, SittingState.OPEN)
_UNITS = {"working": "个工作日", "calendar": "日"}


def last_day(
    unit: str, start: date, days: int, calendar: WorkCalendar | None = None
) -> tuple[date | None, int | None]:
    """Last day of so many days after ``start``, else the year whose holidays are not entered."""
    if unit == "calendar":
        return start + timedelta(days=days), None
    try:
        return add_working_days(start, days, calendar or work_calendar()), None
    except CalendarMissing as error:
        return None, error.year


def days_between(unit: str, start: date, end: date, calendar: WorkCalendar | None = None) -> int:
    """Days of a unit after ``start`` up to ``end``.

    Raises:
        CalendarMissing: a year on the way is not entered.
    """
    if unit == "calendar":
        return (end - start).days
    return working_days_between(start, end, calendar or work_calendar())


def start(run: StageRun, limit: Any | None, previous: StageRun | None = None) -> None:
    """Set the clock of a passage that is being opened.

    Args:
        run: not saved yet.
        limit: the stage's time limit, if any.
        previous: the passage that ended in a correction; its clock goes on.
    """
    today = timezone.localdate(run.opened_at)
    going_on = previous is not None and previous.closed_at is not None
    if limit is None:
        run.due_on = previous.due_on if going_on and previous else None
        return
    if going_on and previous is not None:
        _resume(run, limit, previous, today)
        return
    run.due_from, run.due_days = today, limit.days
    run.due_on, run.due_year = last_day(limit.unit, today, limit.days)


def _resume(run: StageRun, limit: Any, previous: StageRun, today: date) -> None:
    """What was left when the clock stopped counts from today on, at least one day."""
    run.due_on, run.due_year = previous.due_on, previous.due_year
    run.due_from, run.due_days = previous.due_from, _all_days(previous)
    if "correction" not in limit.stops_for or (run.due_on is None and run.due_year is None):
        return
    left = _left(previous, limit)
    if left is not None:
        run.due_from, run.due_days = today, max(left, 1)
        run.due_on, run.due_year = last_day(limit.unit, today, run.due_days)


def _left(previous: StageRun, limit: Any) -> int | None:
    """Days that were left when a passage ended; None where the calendar cannot tell."""
    stopped = timezone.localdate(previous.closed_at)
    days = _all_days(previous)
    try:
        if previous.due_on is not None:
            return days_between(limit.unit, stopped, previous.due_on)
        if days is None or previous.due_from is None:
            return None
        return days - days_between(limit.unit, previous.due_from, stopped)
    except CalendarMissing:
        return None


def _all_days(run: StageRun) -> int | None:
    """Days of the limit with those it was extended by and those on which the clock stood still."""
    if run.due_days is None or run.pk is None:
        return run.due_days
    given = run.extensions.filter(state=ProposalState.APPROVED).values_list("days", flat=True)
    return run.due_days + sum(given) + sum(run.stops.values_list("days", flat=True))


def fix(run: StageRun, day: date | None) -> None:
    """The last day follows from something else than the limit, e.g. from a public notice."""
    run.due_on, run.due_from, run.due_days, run.due_year = day, None, None, None


def stops_for_experts(stage: Any) -> bool:
    """Whether the time of experts does not count at a stage."""
    return stage.limit is not None and EXPERTS in stage.limit.stops_for


def at_work(run: StageRun) -> bool:
    """Whether experts are at work on a passage now; see the head of this file."""
    return run.state == RunState.OPEN and _not_done(run)


def _not_done(run: StageRun) -> bool:
    if run.kind == "visit":
        return Sitting.objects.filter(run=run, state__in=_GOING_ON).exists()
    return Seat.objects.filter(run=run, state__in=_SEATED, sheet__signed_at=None).exists()


def _done_on(run: StageRun, since: date) -> date:
    """The day on which the last expert was done; today when one is not, or none is known."""
    if _not_done(run):
        return timezone.localdate()
    if run.kind == "visit":
        ended = list(Sitting.objects.filter(run=run).values_list("closed_at", flat=True))
    else:
        seats = Seat.objects.filter(run=run).values_list("sheet__signed_at", "ended_at")
        ended = [moment for pair in seats for moment in pair]
    days = [timezone.localdate(moment) for moment in ended if moment is not None]
    return max(since, *days) if days else timezone.localdate()


def follow(work: Work) -> None:
    """Stop the clock when experts have begun, let it go on when they are done; else nothing."""
    run = work.run
    busy = stops_for_experts(work.stage) and at_work(run)
    if busy and run.stopped_on is None and (run.due_on or run.due_year):
        _stop(run, work)
    elif busy or run.stopped_on is None or not go_on(run, by=work.by):
        return
    holder: Any = work.subject
    holder.due_on = run.due_on
    reason = "专家工作期间停止计时" if run.stopped_on else "恢复计时"
    signed(holder, by=work.by, reason=reason).save()


def look_again(run: StageRun) -> None:
    """Have the clock set as soon as what an expert did is kept; the sweep makes up for it.

    Not within the act itself: the holder of the passage is locked before it, here it would come
    after.
    """
    enqueue("reviews.tasks.set_clock", run_id=run.pk)


def _stop(run: StageRun, work: Work) -> None:
    run.stopped_on = timezone.localdate()
    ClockStop.objects.create(run=run, unit=work.stage.limit.unit, since=run.stopped_on,
                             old_due=run.due_on)  # fmt: skip
    run.due_on = None
    signed(run, by=work.by, reason="专家工作期间停止计时").save()
    _record(run, work.by, "clock_stopped",
            f"{work.stage.label}：停止计时，专家工作所用时间不计入办理期限",
            f"“{work.stage.applicant_label}”：专家工作期间停止计时，不计入办理期限")  # fmt: skip


def go_on(run: StageRun, *, by: Any) -> bool:
    """Let the clock of a passage go on: its last day moves by the days stopped.

    Args:
        run: locked; whoever holds it copies the day.
        by: who ended it; None for the portal itself.

    Returns:
        Whether it went on. Days that hang on a year not entered yet are counted later.
    """
    stop = run.stops.filter(until=None).first() if run.stopped_on else None
    if stop is None:
        return False
    until = _done_on(run, stop.since)
    from_start = run.due_from is not None and run.due_days is not None
    try:
        stop.days = days_between(stop.unit, stop.since, until)
    except CalendarMissing as error:
        run.due_year = error.year
        if not from_start:
            return False
    stop.until, run.stopped_on = until, None
    stop.save()
    if from_start:
        reckon(run, stop.unit)
    elif stop.old_due is not None:
        run.due_on, year = last_day(stop.unit, stop.old_due, stop.days)
        run.due_year = year or run.due_year
    stop.new_due = run.due_on
    stop.save(update_fields=["new_due"])
    signed(run, by=by, reason="恢复计时").save()
    counted = f"停止 {stop.days} {_UNITS[stop.unit]}，" if stop.days or run.due_on else ""
    text = f"恢复计时：{counted}{told(run)}"
    _record(run, by, "clock_resumed", text, text)
    return True


def reckon(run: StageRun, unit: str) -> None:
    """Set the last day as ``reckoned`` finds it, and the days of stops as they count now."""
    run.due_on, year = reckoned(run, unit)
    run.due_year = year or run.due_year
    if year is None:
        for stop in run.stops.all():
            if stop.until is None:
                continue
            days = days_between(stop.unit, stop.since, stop.until)
            if days != stop.days:
                stop.days = days
                stop.save(update_fields=["days"])


def reckoned(
    run: StageRun, unit: str, calendar: WorkCalendar | None = None
) -> tuple[date | None, int | None]:
    """The last day by what is kept: start, days of the limit, extensions and stops.

    Args:
        run: one with ``due_from`` and ``due_days``.
        unit: of the limit.
        calendar: the working days; asked for unless given.

    Returns:
        The day, else the year whose holidays are not entered.
    """
    if run.due_from is None or run.due_days is None:
        return run.due_on, run.due_year
    known = calendar or work_calendar()
    try:
        stopped = sum(
            days_between(stop.unit, stop.since, stop.until, known)
            for stop in run.stops.all() if stop.until is not None
        )  # fmt: skip
    except CalendarMissing as error:
        return None, error.year
    given = sum(row.days for row in run.extensions.all() if row.state == ProposalState.APPROVED)
    return last_day(unit, run.due_from, run.due_days + given + stopped, known)


def _about(run: StageRun) -> list[Application]:
    if run.case is not None:
        return [run.case.application]
    if run.listing is None:
        return []
    items = run.listing.items.exclude(state=ItemState.STRUCK).order_by("position", "pk")
    return [item.case.application for item in items.select_related("case__application")]


def _record(run: StageRun, by: Any, kind: str, text: str, shown: str) -> None:
    for application in _about(run):
        events.record(
            application, kind, text, actor=by, office=run.office, applicant_text=shown,
            data={"stage": run.stage, "run": str(run.public_id)},
        )  # fmt: skip


def told(run: Any) -> str:
    """The last day in words."""
    return f"办理期限为{format_date(run.due_on)}" if run.due_on else words(run)


def words(run: Any) -> str:
    """Why a passage has no last day now; empty when it has one, or no limit.

    Args:
        run: anything with ``due_on``, ``stopped_on`` and ``due_year`` of a passage.
    """
    if run is None or run.due_on is not None:
        return ""
    if run.stopped_on is not None:
        return f"专家工作期间停止计时（{format_date(run.stopped_on)}起）"
    if run.due_year is not None:
        return f"到期日待定：尚未公布 {run.due_year} 年节假日安排"
    return ""
