"""Background work of assessments: the clock that opens what falls due and calls it to mind."""

from celery import shared_task
from django.utils import timezone

from assessments.domain import assessing, calendar, reminding


@shared_task
def open_calendar() -> None:
    """Open papers and assessments up to today, begin what is assessed, send reminders due."""
    today = timezone.localdate()
    calendar.open_all(today)
    assessing.open_all(today)
    reminding.remind_all(today)
    reminding.remind_of_days(today)
