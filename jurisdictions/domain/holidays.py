"""节假日和调休: started from the shipped table, then kept up by hand."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from jurisdictions.engine.dates import SATURDAY
from jurisdictions.engine.national import National
from jurisdictions.enums import DayKind
from jurisdictions.models import Holiday
from jurisdictions.queries import administrators_of, places
from portal.accounts.enums import Duty
from portal.accounts.queries import people_on_duty
from portal.common.errors import DomainError
from portal.common.notifying import notify

#: From this month on the next year's announcement is expected to be entered.
_WARN_FROM_MONTH = 11


def seed_holidays(national: National) -> int:
    """Enter the days of the shipped table that are not there; what people entered stays.

    Returns:
        How many days were added.
    """
    present = set(Holiday.objects.values_list("day", flat=True))
    wanted = [
        Holiday(
            day=item.code,
            kind=DayKind.OFF if item.kind == "放假" else DayKind.WORK,
            label=item.label,
        )
        for item in national.holidays.items
        if item.code not in present
    ]
    Holiday.objects.bulk_create(wanted, ignore_conflicts=True)
    return len(wanted)


def set_day(day: dt.date, kind: str, label: str, *, by: Any) -> Holiday:
    """Say that a day is off, or that a weekend day is worked.

    Raises:
        DomainError: a working weekday cannot be a make-up day.
    """
    if kind == DayKind.WORK and day.weekday() < SATURDAY:
        raise DomainError("调休上班只能是星期六或星期日，请核对日期。", field="day")
    row, _ = Holiday.objects.update_or_create(
        day=day, defaults={"kind": kind, "label": label.strip()}
    )
    return row


def remove_day(row: Holiday, *, by: Any) -> None:
    """Take a day out again."""
    row.delete()


def missing_year(today: dt.date | None = None) -> int | None:
    """The year whose announcement should have been entered by now, or None.

    This year counts always; the next from November, when it is usually announced.
    """
    day = today or timezone.localdate()
    years = [day.year, *([day.year + 1] if day.month >= _WARN_FROM_MONTH else [])]
    covered = set(
        Holiday.objects.filter(kind=DayKind.OFF, day__year__in=years).values_list(
            "day__year", flat=True
        )
    )
    return next((year for year in years if year not in covered), None)


def tell_missing(today: dt.date | None = None) -> int:
    """Tell whoever can enter it that a year is missing: each person once for a year.

    Args:
        today: the day; today unless given.

    Returns:
        How many people were told now.
    """
    year = missing_year(today)
    if year is None:
        return 0
    title, key = f"尚未录入 {year} 年节假日安排", f"holidays:{year}"
    text = (
        f"{year} 年的放假和调休安排还没有录入，涉及该年的工作日期限不能计算，显示为“到期日待定”。"
        "安排公布后请在“节假日”中录入。"
    )
    stewards = {user for place in places() for user in administrators_of(place)}
    link = f"{reverse('jurisdictions:manage_holidays')}?year={year}"
    told = notify(stewards, "calendar", title, text, link=link, key=key)
    return told + notify(people_on_duty(Duty.SYSTEM), "calendar", title, text, key=key)
