"""First and last day of a public notice."""

from datetime import date, timedelta

from jurisdictions.engine.dates import WorkCalendar, add_working_days
from jurisdictions.schema.stages.publicity import Period

ONE_DAY = timedelta(days=1)


def notice_days(period: Period, chosen: int | None = None) -> int:
    """Length of the notice: fixed by the text, else chosen for the round, else the default.

    Raises:
        ValueError: the bureau must set the number and has not.
    """
    days = period.days or chosen or period.default_days
    if not days:
        raise ValueError("文件未规定公示天数，请先在批次中设定公示天数")
    return days


def notice_window(
    period: Period, published: date, calendar: WorkCalendar, chosen: int | None = None
) -> tuple[date, date]:
    """First and last day of the notice, both inside.

    Raises:
        ValueError: the number of days is not set.
        CalendarMissing: working days of a year not in the calendar.
    """
    days = notice_days(period, chosen)
    first = published if period.first_day_counts else published + ONE_DAY
    if period.unit == "calendar":
        return first, first + ONE_DAY * (days - 1)
    return first, add_working_days(first - ONE_DAY, days, calendar)
