"""Life after naming, worked out from days alone: papers, assessments, windows, changes, bans.

Periods begin the day after the event and end on the corresponding day, which is still inside
(民法典 第二百至二百零三条). Nothing here looks at the clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from jurisdictions.engine.dates import add_months, add_years, format_date, period_end
from jurisdictions.engine.policy import Policy
from jurisdictions.schema.assessment import Assessment, Cycle, Rectification
from jurisdictions.schema.life import YearDay, YearlyPaper

DECEMBER = 12


class PeriodError(ValueError):
    """A day or a length does not fit what the regulation allows; the message says why."""


@dataclass(frozen=True)
class Due:
    """Something that falls due for a studio.

    Attributes:
        item: code of the yearly paper or assessment.
        period: the year in which a paper is due, or the number of the assessment.
        about: the year the paper speaks of; 0 for an assessment by number.
        opens_on: first day on which it can be handed in.
        due_on: last day in time.
    """

    item: str
    period: int
    about: int
    opens_on: date
    due_on: date


def day_in_year(rule: YearDay, year: int, entered: date | None = None) -> date | None:
    """The day of a year; one that an office sets is None until it is entered.

    29 February becomes the 28th in common years, as for every corresponding day.

    Raises:
        PeriodError: the entered day lies in another year.
    """
    if rule.set_by:
        if entered is not None and entered.year != year:
            raise PeriodError(f"{format_date(entered)}不在{year}年内，请填写当年的日期。")
        return entered
    # Counted from January: a month that is shorter than the day takes its last day.
    return add_months(date(year, 1, rule.day or 1), (rule.month or 1) - 1)


def papers_due(
    policy: Policy,
    *,
    founded_on: date,
    until: date,
    ended_on: date | None = None,
    entered: Mapping[tuple[str, int], date] | None = None,
) -> list[Due]:
    """Yearly papers that are open on a day or were due before it, the earliest first.

    Args:
        policy: the policy the studio lives under.
        founded_on: day of naming; a paper due before it is none of the studio's.
        until: the day up to which papers have opened.
        ended_on: nothing is due after the studio ended.
        entered: days set by offices, by paper and year.
    """
    found = []
    for paper in policy.ruleset.calendar:
        for year in range(founded_on.year, until.year + 2):
            due_on = day_in_year(paper.due, year, (entered or {}).get((paper.id, year)))
            if due_on is None or due_on < founded_on or (ended_on and due_on > ended_on):
                continue
            opens_on = max(due_on - timedelta(days=paper.opens_days_before), founded_on)
            if opens_on <= until:
                found.append(Due(paper.id, year, about_year(paper, year), opens_on, due_on))
    return sorted(found, key=lambda due: (due.due_on, due.item, due.period))


def about_year(paper: YearlyPaper, year: int) -> int:
    """The year a paper speaks of when it is due in ``year``."""
    return year + 1 if paper.about == "next_year" else year


def assessments_due(
    policy: Policy,
    *,
    founded_on: date,
    term_until: date | None,
    until: date,
    ended_on: date | None = None,
    entered: Mapping[tuple[str, int], date] | None = None,
) -> list[Due]:
    """Assessments that have opened up to a day, the earliest first; arguments as ``papers_due``.

    Args:
        policy: the policy the studio lives under.
        founded_on: day of naming.
        term_until: last day of the construction period, where there is one.
        until: the day up to which assessments have opened.
        ended_on: nothing falls due after the studio ended.
        entered: days set by offices, by assessment and year.
    """
    found = []
    for code, assessment in policy.ruleset.assessments.items():
        for period, falls_on in _falls(assessment.cycle, code, founded_on, term_until, until,
                                       entered or {}):  # fmt: skip
            if falls_on < founded_on or (ended_on and falls_on > ended_on):
                continue
            due = _assessment(code, assessment, period, falls_on, founded_on)
            if due.opens_on <= until:
                found.append(due)
    return sorted(found, key=lambda due: (due.due_on, due.item, due.period))


def _falls(
    cycle: Cycle,
    code: str,
    founded_on: date,
    term_until: date | None,
    until: date,
    entered: Mapping[tuple[str, int], date],
) -> list[tuple[int, date]]:
    """Numbers or years of an assessment with the day it falls on."""
    if cycle.at_term_end:
        return [(1, term_until)] if term_until else []
    if cycle.each_year is not None:
        years = range(founded_on.year, until.year + 2)
        days = ((y, day_in_year(cycle.each_year, y, entered.get((code, y)))) for y in years)
        return [(year, day) for year, day in days if day is not None]
    months = cycle.every_months or 1
    found, number = [], 1
    horizon = add_months(until, cycle.opens_months_before)
    while (falls_on := period_end(founded_on, months=months * number)) <= horizon:
        found.append((number, falls_on))
        number += 1
    return found


def _assessment(
    code: str, assessment: Assessment, period: int, falls_on: date, founded_on: date
) -> Due:
    cycle = assessment.cycle
    opens_on = max(add_months(falls_on, -cycle.opens_months_before), founded_on)
    about = period if cycle.each_year is not None else 0
    return Due(code, period, about, opens_on, add_months(falls_on, cycle.within_months))


def standing(due: Due, on: date, handed_in: date | None = None) -> Literal[
    "later", "open", "overdue", "in_time", "late"
]:  # fmt: skip
    """Where something due stands on a day; a paper on the due day itself is in time."""
    if handed_in is not None:
        return "in_time" if handed_in <= due.due_on else "late"
    if on < due.opens_on:
        return "later"
    return "open" if on <= due.due_on else "overdue"


def reminders(paper: YearlyPaper | Assessment, due: Due) -> tuple[date, ...]:
    """The days on which a paper or self-score not yet handed in is called to mind."""
    days = (due.due_on - timedelta(days=n) for n in sorted(paper.remind_days_before, reverse=True))
    return tuple(day for day in days if day >= due.opens_on)


def mending_until(rule: Rectification, notified_on: date, asked: date | None = None) -> date:
    """The last day of a rectification.

    Args:
        rule: what the regulation says.
        notified_on: day of the notice; the period begins the day after.
        asked: the day the office sets, where it must.

    Raises:
        PeriodError: the office must set a day and has not, or set one outside the limit.
    """
    if rule.months is not None:
        return period_end(notified_on, months=rule.months)
    if asked is None:
        raise PeriodError("原文没有固定整改期限，请填写整改截止日期。")
    if asked <= notified_on:
        raise PeriodError("整改截止日期须晚于通知日期。")
    if rule.max_months is not None:
        last = period_end(notified_on, months=rule.max_months)
        if asked > last:
            raise PeriodError(f"整改期限不超过{rule.max_months}个月，最迟为{format_date(last)}。")
    return asked


def window_last_day(policy: Policy, founded_on: date) -> date | None:
    """The last day on which the grounds of revocation hold; None: no such window."""
    rules = policy.ruleset.revocations
    if rules is None or rules.window is None:
        return None
    return period_end(founded_on, months=rules.window.months)


def window_open(policy: Policy, founded_on: date, on: date) -> bool:
    """Whether the grounds of revocation still hold on a day."""
    last = window_last_day(policy, founded_on)
    return last is None or on <= last


def ban_until(decided_on: date, years: int) -> date:
    """The last day of a ban; the anniversary itself is still inside."""
    return add_years(decided_on, years)


def grant_due(decided_on: date, *, same_year: bool, within_months: int | None) -> date | None:
    """The last day for paying a grant; None: the text says none."""
    days = []
    if same_year:
        days.append(date(decided_on.year, DECEMBER, 31))
    if within_months is not None:
        days.append(period_end(decided_on, months=within_months))
    return min(days) if days else None
