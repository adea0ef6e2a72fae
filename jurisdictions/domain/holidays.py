"""节假日和调休: started from the shipped table, then kept up by hand."""

import datetime as dt
from typing import Any

from django.utils import timezone

from jurisdictions.engine.dates import SATURDAY
from jurisdictions.engine.national import National
from jurisdictions.enums import DayKind
from jurisdictions.models import Holiday
from portal.common.errors import DomainError

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
