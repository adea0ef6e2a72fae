"""When somebody is reminded of a day by which something is due."""

from collections.abc import Sequence
from datetime import date, timedelta

#: 系统拟制: no regulation says when to remind of a stage's time limit.
USUAL_DAYS_BEFORE = (2,)
#: 系统拟制: an overdue stage is called to mind again each week.
DAYS_BETWEEN = 7
ASSUMPTION = "提醒时间原文未规定，由系统拟制"


def days_before(chosen: Sequence[int] | None) -> tuple[int, ...]:
    """Days before the due day on which to remind: the ruleset's, else the usual ones."""
    return tuple(chosen) if chosen is not None else USUAL_DAYS_BEFORE


def occasion(due_on: date, on: date, chosen: Sequence[int] | None = None) -> str | None:
    """The newest reminder that is due on a day; earlier ones that were missed are let go.

    Args:
        due_on: the last day.
        on: the day asked about.
        chosen: days before, as the ruleset says them; None: the usual ones.

    Returns:
        A name that stays the same until the next reminder is due, or None before the first.
    """
    if on > due_on:
        return f"late{((on - due_on).days - 1) // DAYS_BETWEEN}"
    past = [n for n in days_before(chosen) if due_on - timedelta(days=n) <= on]
    return f"before{min(past)}" if past else None
