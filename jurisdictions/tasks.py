"""Work the clock starts."""

from celery import shared_task

from jurisdictions.domain import rounds


@shared_task(name="jurisdictions.tasks.close_due_rounds")
def close_due_rounds() -> int:
    """Close every call whose closing moment has come."""
    return rounds.close_due()
