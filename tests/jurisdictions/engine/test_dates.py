"""Date arithmetic: 民法典 200–203, ages, notice windows, working days."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.dates import (
    CalendarMissing,
    DateTextError,
    DayWindow,
    WorkCalendar,
    add_months,
    add_working_days,
    add_years,
    calendar_window,
    format_date,
    format_month,
    format_window,
    full_years,
    last_day_aged,
    make_calendar,
    parse_date,
    parse_year_month,
    period_end,
    working_days_between,
    working_window,
    years_before,
)
from jurisdictions.engine.national import load_national

NATIONAL = Path(__file__).parents[3] / "fixtures" / "national"
CALENDAR = load_national(NATIONAL).calendar
DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))
COVERED = st.dates(date(2023, 3, 1), date(2026, 9, 1))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2025, 1, 15), -1, date(2024, 12, 15)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 3, 31), 0, date(2025, 3, 31)),
    ],
)
def test_months_are_added_to_the_corresponding_day_or_the_last_of_the_month(
    start: date, months: int, end: date
) -> None:
    assert add_months(start, months) == end


@given(DAYS, st.integers(-600, 600))
def test_adding_months_lands_in_the_expected_month_and_never_on_a_later_day(
    day: date, months: int
) -> None:
    result = add_months(day, months)
    assert result.year * 12 + result.month == day.year * 12 + day.month + months
    assert result.day <= day.day
    assert result.day == day.day or (result + timedelta(days=1)).month != result.month


@given(DAYS, st.integers(1, 5000), st.integers(0, 600))
def test_adding_months_keeps_the_order_of_days(day: date, gap: int, months: int) -> None:
    assert add_months(day, months) <= add_months(day + timedelta(days=gap), months)


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (date(1970, 5, 12), date(2025, 5, 11), 54),
        (date(1970, 5, 12), date(2025, 5, 12), 55),
        (date(1970, 5, 12), date(2026, 5, 11), 55),
        (date(1970, 5, 12), date(2026, 5, 12), 56),
        (date(1972, 2, 29), date(2025, 2, 27), 52),
        (date(1972, 2, 29), date(2025, 2, 28), 53),
        (date(1972, 2, 29), date(2024, 2, 28), 51),
        (date(1972, 2, 29), date(2024, 2, 29), 52),
        (date(2025, 1, 1), date(2025, 1, 1), 0),
    ],
)
def test_an_age_lasts_until_the_day_before_the_next_birthday(
    birth: date, on: date, age: int
) -> None:
    assert full_years(birth, on) == age


def test_an_age_before_birth_is_refused() -> None:
    with pytest.raises(ValueError, match="2025年1月1日早于出生日期2025年1月2日"):
        full_years(date(2025, 1, 2), date(2025, 1, 1))


@given(DAYS, st.integers(0, 120))
def test_the_last_day_of_an_age_is_followed_by_the_next_age(birth: date, years: int) -> None:
    last = last_day_aged(birth, years)
    assert full_years(birth, last) == years
    assert full_years(birth, last + timedelta(days=1)) == years + 1


@pytest.mark.parametrize(
    ("start", "lengths", "end"),
    [
        (date(2025, 7, 31), {"months": 3}, date(2025, 10, 31)),
        (date(2025, 11, 30), {"months": 3}, date(2026, 2, 28)),
        (date(2025, 9, 29), {"days": 30}, date(2025, 10, 29)),
        (date(2023, 8, 28), {"years": 4}, date(2027, 8, 28)),
        (date(2024, 2, 29), {"years": 3}, date(2027, 2, 28)),
        (date(2025, 1, 30), {"months": 1, "days": 1}, date(2025, 3, 1)),
    ],
)
def test_a_period_begins_the_day_after_and_includes_the_corresponding_day(
    start: date, lengths: dict[str, int], end: date
) -> None:
    assert period_end(start, **lengths) == end


def test_a_period_that_ends_on_a_day_off_ends_on_the_next_working_day_when_asked() -> None:
    assert period_end(date(2026, 9, 1), months=1) == date(2026, 10, 1)
    assert period_end(date(2026, 9, 1), months=1, calendar=CALENDAR) == date(2026, 10, 8)
    # 2026-01-04 is a Sunday on which people work.
    assert period_end(date(2026, 1, 3), days=1, calendar=CALENDAR) == date(2026, 1, 4)


def test_a_notice_of_seven_days_starts_the_day_after_or_on_the_day() -> None:
    published = date(2026, 7, 1)
    assert calendar_window(published, 7) == DayWindow(date(2026, 7, 2), date(2026, 7, 8))
    same = calendar_window(published, 7, first_day="same")
    assert same == DayWindow(date(2026, 7, 1), date(2026, 7, 7))
    assert [day in same for day in (published, date(2026, 7, 7), date(2026, 7, 8))] == [
        True,
        True,
        False,
    ]


def test_the_first_day_included_gives_seven_calendar_and_five_working_days_together() -> None:
    # The 宁波 notice of 2023-11-30: 7 calendar days and exactly 5 working days.
    published = date(2023, 11, 30)
    expected = DayWindow(published, date(2023, 12, 6))
    assert calendar_window(published, 7, first_day="same") == expected
    assert working_window(published, 5, CALENDAR, first_day="same") == expected


def test_a_notice_in_working_days_passes_over_the_holiday() -> None:
    # 2026-09-30 is a Wednesday; 1–7 October off, Saturday 10 October is worked.
    window = working_window(date(2026, 9, 30), 5, CALENDAR)
    assert window == DayWindow(date(2026, 10, 1), date(2026, 10, 13))


@pytest.mark.parametrize("days", [0, -1])
def test_a_notice_needs_at_least_one_day(days: int) -> None:
    with pytest.raises(ValueError, match="至少为1天"):
        calendar_window(date(2026, 7, 1), days)
    with pytest.raises(ValueError, match="至少为1天"):
        working_window(date(2026, 7, 1), days, CALENDAR)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 2, 24), -2, date(2026, 2, 13)),
        (date(2026, 7, 31), 1, date(2026, 8, 3)),
        (date(2026, 8, 1), 0, date(2026, 8, 1)),
        (date(2026, 12, 24), 5, date(2026, 12, 31)),
    ],
)
def test_working_days_skip_weekends_and_holidays_and_count_make_up_days(
    start: date, days: int, end: date
) -> None:
    assert add_working_days(start, days, CALENDAR) == end


def test_a_year_without_holiday_table_is_named() -> None:
    with pytest.raises(CalendarMissing, match="没有2027年的放假调休安排") as caught:
        add_working_days(date(2026, 12, 28), 10, CALENDAR)
    assert caught.value.year == 2027
    assert CALENDAR.missing_years(date(2022, 12, 1), date(2027, 1, 1)) == (2022, 2027)


@given(COVERED, st.integers(1, 60))
def test_working_days_are_as_many_as_were_added(start: date, days: int) -> None:
    end = add_working_days(start, days, CALENDAR)
    assert CALENDAR.is_working_day(end)
    assert working_days_between(start, end, CALENDAR) == days
    assert working_days_between(end, start, CALENDAR) == -days


def test_the_shipped_holidays_agree_with_the_library_on_every_day_of_four_years() -> None:
    first, last = date(2023, 1, 1), date(2026, 12, 31)
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    ours = [day for day in span if CALENDAR.is_working_day(day)]
    assert ours == [day for day in span if chinese_calendar.is_workday(day)]
    assert len(span) == 1461


def test_a_calendar_covers_the_years_of_its_days_off() -> None:
    calendar = make_calendar([date(2030, 1, 1)], [date(2030, 1, 5)])
    assert calendar == WorkCalendar(
        frozenset({date(2030, 1, 1)}), frozenset({date(2030, 1, 5)}), frozenset({2030})
    )


def test_dates_are_written_without_leading_zeros() -> None:
    assert format_date(date(2026, 7, 5)) == "2026年7月5日"
    assert format_month(date(2026, 7, 5)) == "2026年7月"
    window = DayWindow(date(2026, 7, 2), date(2026, 7, 8))
    assert format_window(window) == "2026年7月2日至2026年7月8日"


@pytest.mark.parametrize(
    "text",
    ["1990.07", "1990-07", "1990/7", "1990年7月", "199007", " １９９０．０７ ", "1990年 7 月"],
)
def test_a_month_is_read_in_every_usual_form(text: str) -> None:
    assert parse_year_month(text) == date(1990, 7, 1)


@pytest.mark.parametrize("text", ["", "1990", "90.07", "1990.07.15", "1990.", "七月", "1990-007"])
def test_a_text_that_is_no_month_is_refused_with_the_accepted_forms(text: str) -> None:
    with pytest.raises(DateTextError, match=r"“1990\.07”或“1990年7月”"):
        parse_year_month(text)


@pytest.mark.parametrize("text", ["1990.13", "1990年0月", "0000.01"])
def test_a_month_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(DateTextError, match="日期不存在"):
        parse_year_month(text)


@pytest.mark.parametrize(
    "text", ["2026-07-31", "2026.7.31", "2026/7/31", "2026年7月31日", "20260731", "２０２６-7-31"]
)
def test_a_day_is_read_in_every_usual_form(text: str) -> None:
    assert parse_date(text) == date(2026, 7, 31)


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(DateTextError, match="不是日期"):
        parse_date("2026-07")
    with pytest.raises(DateTextError, match="日期不存在"):
        parse_date("2025-02-29")


@given(DAYS)
def test_a_formatted_date_is_read_back(day: date) -> None:
    assert parse_date(format_date(day)) == day
    assert parse_year_month(format_month(day)) == day.replace(day=1)


def test_years_before_and_after_clamp_the_leap_day() -> None:
    assert years_before(date(2028, 2, 29), 2) == date(2026, 2, 28)
    assert add_years(date(2028, 2, 29), 4) == date(2032, 2, 29)
