"""First and last day of a public notice."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.dates import CalendarMissing, make_calendar
from jurisdictions.engine.publicity import notice_days, notice_window
from jurisdictions.schema.stages.publicity import Period
from tests.jurisdictions.engine.places import small

CALENDAR = small().national.calendar
NO_HOLIDAYS = make_calendar([date(year, 1, 1) for year in range(2020, 2032)], [])
DAYS = st.dates(min_value=date(2021, 1, 1), max_value=date(2029, 1, 1))


@pytest.mark.parametrize(
    ("period", "published", "first", "last"),
    [
        ({"days": 7}, date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 8)),
        ({"days": 1}, date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 2)),
        ({"days": 7, "first_day_counts": True}, date(2026, 7, 1), date(2026, 7, 1),
         date(2026, 7, 7)),
        ({"days": 5, "unit": "working"}, date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 8)),
        ({"days": 5, "unit": "working", "first_day_counts": True}, date(2026, 7, 1),
         date(2026, 7, 1), date(2026, 7, 7)),
        ({"days": 2, "unit": "working"}, date(2026, 7, 3), date(2026, 7, 4), date(2026, 7, 7)),
    ],
)  # fmt: skip
def test_a_notice_runs_from_its_first_to_its_last_day(
    period: dict[str, object], published: date, first: date, last: date
) -> None:
    assert notice_window(Period.model_validate(period), published, CALENDAR) == (first, last)


def test_the_text_comes_before_the_bureau_and_the_bureau_before_the_default() -> None:
    assert notice_days(Period(days=7, default_days=5), 9) == 7
    assert notice_days(Period(default_days=5), 9) == 9
    assert notice_days(Period(default_days=5)) == 5
    with pytest.raises(ValueError, match="文件未规定公示天数，请先在批次中设定公示天数"):
        notice_days(Period())


def test_working_days_of_a_year_not_entered_are_not_guessed() -> None:
    with pytest.raises(CalendarMissing, match="2099年"):
        notice_window(Period(days=5, unit="working"), date(2099, 3, 2), CALENDAR)


@given(DAYS, st.integers(1, 60), st.booleans())
def test_calendar_days_are_counted_one_by_one(published: date, days: int, same: bool) -> None:
    period = Period(days=days, first_day_counts=same)
    first, last = notice_window(period, published, CALENDAR)
    assert (first - published).days == (0 if same else 1)
    assert (last - first).days + 1 == days


@given(DAYS, st.integers(1, 30), st.booleans())
def test_a_notice_holds_exactly_its_working_days(published: date, days: int, same: bool) -> None:
    period = Period(days=days, unit="working", first_day_counts=same)
    first, last = notice_window(period, published, NO_HOLIDAYS)
    inside = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert sum(NO_HOLIDAYS.is_working_day(day) for day in inside) == days
    assert NO_HOLIDAYS.is_working_day(last)
