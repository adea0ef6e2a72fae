"""Date arithmetic as the Civil Code counts it, plus working days on given holiday tables.

Nothing here looks at the clock: every function is told the day it works from.
"""

import calendar as month_calendar
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

MONTHS_A_YEAR = 12
SATURDAY = 5
ONE_DAY = timedelta(days=1)

FirstDay = Literal["next", "same"]
"""Whether day one is the day after the event (民法典 第二百零一条) or the day itself."""


class DateTextError(ValueError):
    """A date typed by a person cannot be read; the message says which forms are accepted."""


class CalendarMissing(ValueError):  # noqa: N818 - states what is missing, agreed across apps
    """The holiday table has no entries for a year that the calculation needs.

    Attributes:
        year: the first year that is not covered.
    """

    def __init__(self, year: int) -> None:
        """Remember the year and word the message for the administrator who can mend it."""
        self.year = year
        super().__init__(
            f"节假日表中没有{year}年的放假调休安排，无法计算工作日。"
            f"请管理员在“节假日”中补录{year}年的放假日和调休上班日后重试。"
        )


@dataclass(frozen=True)
class DayWindow:
    """A run of days; both ends are inside (24:00 of `last`, 民法典 第二百零三条)."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Whether the day lies in the window."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class WorkCalendar:
    """Public holidays and make-up working days for a set of years.

    Attributes:
        holidays: days off by announcement, weekends inside a holiday included.
        workdays: Saturdays and Sundays announced as working days (调休上班).
        covered_years: years whose announcement has been entered.
    """

    holidays: frozenset[date]
    workdays: frozenset[date]
    covered_years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Whether people work on that day.

        Raises:
            CalendarMissing: the year of the day is not covered.
        """
        if day.year not in self.covered_years:
            raise CalendarMissing(day.year)
        if day in self.workdays:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def missing_years(self, first: date, last: date) -> tuple[int, ...]:
        """Years from `first` to `last` that are not covered, for a warning in advance."""
        years = range(first.year, last.year + 1)
        return tuple(year for year in years if year not in self.covered_years)


def add_months(day: date, months: int) -> date:
    """The corresponding day `months` later (or earlier), clamped to the month's last day.

    民法典 第二百零二条: where the month has no corresponding day, its last day counts.
    """
    index = day.year * MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_A_YEAR)
    last = month_calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    """The corresponding day `years` later (or earlier); 29 February becomes the 28th."""
    return add_months(day, years * MONTHS_A_YEAR)


def years_before(day: date, years: int) -> date:
    """The corresponding day `years` earlier, clamped to the month's last day."""
    return add_years(day, -years)


def full_years(birth: date, on: date) -> int:
    """Full years of age (周岁) on a day: one more from each birthday on.

    A person born on 29 February has the birthday on 28 February in common years.

    Raises:
        ValueError: `on` lies before the birth.
    """
    if on < birth:
        raise ValueError(f"计算年龄的日期{format_date(on)}早于出生日期{format_date(birth)}。")
    years = on.year - birth.year
    return years if add_years(birth, years) <= on else years - 1


def last_day_aged(birth: date, years: int) -> date:
    """The last day on which somebody is still `years` full years old."""
    return add_years(birth, years + 1) - ONE_DAY


def period_end(
    start: date,
    *,
    days: int = 0,
    months: int = 0,
    years: int = 0,
    calendar: WorkCalendar | None = None,
) -> date:
    """The last day of a period (期间) that begins the day after `start`.

    民法典 第二百至二百零三条: the first day is not counted, the corresponding day ends the
    period and is itself inside. Months and years are added before days.

    Args:
        start: the day of the event.
        days: calendar days of the period.
        months: months of the period.
        years: years of the period.
        calendar: when given, an end on a day off moves to the next working day
            (第二百零三条); leave it out where the text fixes the day itself.

    Raises:
        CalendarMissing: the calendar does not cover the year of the end.
    """
    end = add_months(start, years * MONTHS_A_YEAR + months) + timedelta(days=days)
    if calendar is not None:
        while not calendar.is_working_day(end):
            end += ONE_DAY
    return end


def calendar_window(published: date, days: int, first_day: FirstDay = "next") -> DayWindow:
    """The window of a notice that runs `days` calendar days.

    Args:
        published: the day it was published.
        days: length of the notice, at least one.
        first_day: "next" when the day after publication is day one, "same" when the day
            of publication is.
    """
    _require_length(days)
    first = published if first_day == "same" else published + ONE_DAY
    return DayWindow(first, first + timedelta(days=days - 1))


def working_window(
    published: date, days: int, calendar: WorkCalendar, first_day: FirstDay = "next"
) -> DayWindow:
    """The window of a notice that runs `days` working days; arguments as `calendar_window`.

    The window opens on day one even when that is a day off; only working days count.

    Raises:
        CalendarMissing: a year on the way is not covered.
    """
    _require_length(days)
    first = published if first_day == "same" else published + ONE_DAY
    return DayWindow(first, add_working_days(first - ONE_DAY, days, calendar))


def add_working_days(start: date, days: int, calendar: WorkCalendar) -> date:
    """The `days`-th working day after `start`; before it when `days` is negative.

    Zero gives `start` itself, working day or not.

    Raises:
        CalendarMissing: a year on the way is not covered.
    """
    step = ONE_DAY if days > 0 else -ONE_DAY
    day, left = start, abs(days)
    while left:
        day += step
        if calendar.is_working_day(day):
            left -= 1
    return day


def working_days_between(start: date, end: date, calendar: WorkCalendar) -> int:
    """How many working days lie after `start` up to and including `end`; negative backwards.

    Raises:
        CalendarMissing: a year on the way is not covered.
    """
    if end < start:
        return -working_days_between(end, start, calendar)
    span = ((start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
    return sum(calendar.is_working_day(day) for day in span)


def make_calendar(holidays: Iterable[date], workdays: Iterable[date]) -> WorkCalendar:
    """A calendar whose covered years are those that have at least one announced day off."""
    off = frozenset(holidays)
    return WorkCalendar(off, frozenset(workdays), frozenset(day.year for day in off))


def format_date(day: date) -> str:
    """2026年7月31日; month and day carry no leading zero (GB/T 9704-2012 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def format_month(day: date) -> str:
    """2026年7月."""
    return f"{day.year}年{day.month}月"


def format_window(window: DayWindow) -> str:
    """2026年7月1日至2026年7月7日, both ends written in full."""
    return f"{format_date(window.first)}至{format_date(window.last)}"


_YEAR_MONTH = re.compile(r"(\d{4})(?:[.\-/年](\d{1,2})月?|(\d{2}))")
_FULL_DATE = re.compile(r"(\d{4})(?:[.\-/年](\d{1,2})[.\-/月](\d{1,2})日?|(\d{2})(\d{2}))")


def parse_year_month(text: str) -> date:
    """The first day of a month written 1990.07, 1990-7, 1990/07, 1990年7月 or 199007.

    Raises:
        DateTextError: the text is no such month.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    found = _YEAR_MONTH.fullmatch(plain)
    if found is None:
        raise DateTextError(f"“{text}”不是年月。请按“1990.07”或“1990年7月”的样式填写。")
    year, month = (int(part) for part in found.groups() if part)
    return _make_date(text, year, month, 1)


def parse_date(text: str) -> date:
    """A day written 2026-07-31, 2026.7.31, 2026/7/31, 2026年7月31日 or 20260731.

    Raises:
        DateTextError: the text is no such day or the day does not exist.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    found = _FULL_DATE.fullmatch(plain)
    if found is None:
        raise DateTextError(f"“{text}”不是日期。请按“2026-07-31”或“2026年7月31日”的样式填写。")
    year, month, day = (int(part) for part in found.groups() if part)
    return _make_date(text, year, month, day)


def _make_date(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DateTextError(f"“{text}”中的日期不存在，请核对年、月、日。") from error


def _require_length(days: int) -> None:
    if days < 1:
        raise ValueError(f"期限应至少为1天，现为{days}天。")
