"""The record as the audit administrator reads it: events only, no filing behind them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from applications.models import Event
from portal.accounts.models import AccountEvent


def _days(first: date | None, last: date | None) -> dict[str, datetime]:
    zone = timezone.get_current_timezone()
    found = {}
    if first is not None:
        found["at__gte"] = datetime.combine(first, time(), zone)
    if last is not None:
        found["at__lt"] = datetime.combine(last + timedelta(days=1), time(), zone)
    return found


def events(*, text: str, place: str, first: date | None, last: date | None) -> QuerySet[Event]:
    """Lines of the record, the newest first.

    Args:
        text: a word of the line, its kind, or the name of who acted.
        place: code of a jurisdiction, empty for all.
        first: first day, None for no bound.
        last: last day, that day included.
    """
    found = Event.objects.filter(**_days(first, last)).select_related(
        "jurisdiction", "actor", "office"
    )
    if text:
        said = Q(text__icontains=text) | Q(kind=text) | Q(actor__name__icontains=text)
        found = found.filter(said)
    if place:
        found = found.filter(jurisdiction__code=place)
    return found.order_by("-pk")


def account_events(
    *, text: str, first: date | None, last: date | None, **others: Any
) -> QuerySet[AccountEvent]:
    """Lines about accounts, the newest first; arguments as ``events``."""
    found = AccountEvent.objects.filter(**_days(first, last)).select_related("user", "actor")
    if text:
        found = found.filter(Q(text__icontains=text) | Q(reason__icontains=text))
    return found.order_by("-pk")
