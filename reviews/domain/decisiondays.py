"""The day of a decision fits what it decides: a slip in the year would move bans and paybacks."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from applications.models import Application
from jurisdictions.engine.dates import format_date
from portal.common.errors import DomainError


def require_fit(filings: Iterable[int], day: date, field: str, *, paper: bool = False) -> None:
    """Refuse a day before the studio was named, or before the filing was begun here.

    What was signed on paper, or filed at a window, may have been decided before it was entered.

    Args:
        filings: keys of what is decided.
        day: that of the decision, as entered.
        field: name of the field of the form.
        paper: the decision may be older than the filing is here.

    Raises:
        DomainError: says the first day that fits.
    """
    for filing in Application.objects.filter(pk__in=list(filings)).select_related("studio"):
        first, what = _first_day(filing, paper=paper)
        if first is not None and day < first:
            raise DomainError(
                f"日期不得早于{format_date(first)}（{filing.studio_name}{what}），请核对年份。",
                field=field, status=422,
            )  # fmt: skip


def _first_day(filing: Application, *, paper: bool) -> tuple[date | None, str]:
    """The first day on which a filing can have been decided, and what was then."""
    studio = filing.studio
    if studio is not None and studio.founding_application_id == filing.pk:
        # It is this decision that named the studio.
        studio = None
    at_window = studio is None and filing.entered_by_office_id is not None
    if not paper and not at_window:
        return timezone.localdate(filing.created_at), "的本件建立之日"
    return (studio.founded_on, "命名之日") if studio else (None, "")
