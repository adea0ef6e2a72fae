"""Work the clock starts."""

from celery import shared_task

from jurisdictions.domain import holidays, rounds


@shared_task(name="jurisdictions.tasks.close_due_rounds")
def close_due_rounds() -> int:
    """Close every call whose closing moment has come."""
    return rounds.close_due()


@shared_task(name="jurisdictions.tasks.tell_missing_holidays", ignore_result=True)
def tell_missing_holidays() -> None:
    """Tell administrators that the coming year is not entered; each of them once a year."""
    holidays.tell_missing()
