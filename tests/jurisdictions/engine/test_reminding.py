"""Reminders of a due day: the newest one counts, and its name tells it apart."""

import datetime as dt

import pytest

from jurisdictions.engine.reminding import occasion
from jurisdictions.schema.stages.base import Limit

DUE = dt.date(2026, 3, 31)


@pytest.mark.parametrize(
    ("days", "chosen", "expected"),
    [
        (-3, None, None),
        (-2, None, "before2"),
        (0, None, "before2"),
        (-10, (10, 3), "before10"),
        (-3, (10, 3), "before3"),
        (0, (), None),
        (0, (0,), "before0"),
        (1, None, "late0"),
        (7, None, "late0"),
        (8, (), "late1"),
    ],
)
def test_the_newest_reminder_that_is_due(
    days: int, chosen: tuple[int, ...] | None, expected: str | None
) -> None:
    assert occasion(DUE, DUE + dt.timedelta(days=days), chosen) == expected


def test_a_ruleset_may_say_its_own_days_and_leave_them_out() -> None:
    assert Limit(days=5).remind_days_before is None
    assert Limit(days=5, remind_days_before=(3, 1)).remind_days_before == (3, 1)
