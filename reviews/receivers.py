"""What reviews does when a filing is submitted, withdrawn, lapses, is heard, or its call moves."""

from typing import Any

from django.dispatch import receiver

from applications.models import Application, Statement, Submission
from applications.signals import lapsed, lapsing, stated, submitted, withdrawn
from jurisdictions.models import Round
from jurisdictions.signals import acted
from reviews.domain import arriving, cases
from reviews.domain.notices import tell_stated


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


@receiver(lapsing, dispatch_uid="reviews.lock_lapsing")
def on_lapsing(sender: Any, application: Application, **kwargs: Any) -> None:
    """Lock list and case first: everybody locks them before the filing."""
    cases.lock_for(application)


@receiver(lapsed, dispatch_uid="reviews.close_lapsed")
def on_lapsed(sender: Any, application: Application, reason: str, **kwargs: Any) -> None:
    """Close the case, inside the transaction in which the filing lapsed."""
    cases.close_lapsed(application, reason)


@receiver(stated, dispatch_uid="reviews.tell_stated")
def on_stated(sender: Any, application: Application, statement: Statement, **kwargs: Any) -> None:
    """Tell the office that hears, inside the transaction of the statement."""
    tell_stated(application, statement)


@receiver(acted, sender=Round, dispatch_uid="reviews.follow_call")
def on_call_moved(sender: Any, kind: str, data: dict[str, Any], **kwargs: Any) -> None:
    """The closing moment moved: inside the transaction that moved it, with the call locked."""
    if kind in ("round_extended", "round_closed"):
        arriving.follow(Round.objects.get(public_id=data["round"]))
