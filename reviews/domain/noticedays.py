"""公示 before 发文: what was shown to the public is decided after the last day of its notice."""

from datetime import date

from django.utils import timezone

from portal.common.errors import DomainError
from reviews.enums import RunState
from reviews.models import List


def require_after(listing: List, day: date, field: str) -> None:
    """Refuse a day of decision on which the list was still shown, or was not yet.

    Whether the notice is over is asked where it is ended.

    Args:
        listing: the list.
        day: that of the decision, as entered or put right.
        field: name of the field of the form.

    Raises:
        DomainError: says until when the list was shown.
    """
    last = _last_day(listing)
    if last is not None and day <= last < timezone.localdate():
        raise DomainError(f"公示至 {last} 止，决定日期应在公示期满之后，请核对。",
                          field=field, status=422)  # fmt: skip


def _last_day(listing: List) -> date | None:
    """The last day of the notice, here or on paper; None where the road has none."""
    days = listing.publicities.filter(withdrawn_at=None).values_list("last_day", flat=True)
    shown = listing.runs.filter(kind="publicity", state=RunState.DONE)
    on_paper = [run.data["last_day"] for run in shown if run.data.get("last_day")]
    return max([*days, *map(date.fromisoformat, on_paper)], default=None)
