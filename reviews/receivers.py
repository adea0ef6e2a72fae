"""What reviews does when a filing is submitted or withdrawn."""

from typing import Any

from django.dispatch import receiver

from applications.models import Application, Submission
from applications.signals import submitted, withdrawn
from reviews.domain import cases


@receiver(submitted, dispatch_uid="reviews.open_case")
def on_submitted(
    sender: Any, application: Application, submission: Submission, **kwargs: Any
) -> None:
    """Open or resume the case, inside the submit's transaction."""
    cases.open_case(application, submission)


@receiver(withdrawn, dispatch_uid="reviews.close_withdrawn")
def on_withdrawn(sender: Any, application: Application, **kwargs: Any) -> None:
    """Close the case, inside the transaction of the withdrawal."""
    cases.close_withdrawn(application)
