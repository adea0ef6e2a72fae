"""The day of a decision fits what it decides: a slip in the year would move bans and paybacks."""

from datetime import date

from django.utils import timezone

from applications.models import Application
from jurisdictions.engine.dates import format_date
from portal.common.errors import DomainError
from reviews.domain.work import Work


def require_fit(work: Work, day: date, field: str) -> None:
    """Refuse a day before the studio was named, or before the filing was begun here.

    What was signed on paper, or filed at a window, may have been decided before it was entered.

    Args:
        work: the passage.
        day: that of the decision, as entered.
        field: name of the field of the form.

    Raises:
        DomainError: says the first day that fits.
    """
    keys = [item.case.application_id for item in work.present]
    for filing in Application.objects.filter(pk__in=keys).select_related("studio"):
        first, what = _first_day(filing, paper=work.paper)
        if first is not None and day < first:
            raise DomainError(
                f"日期不得早于{format_date(first)}（{filing.studio_name}{what}），请核对年份。",
                field=field, status=422,
            )  # fmt: skip


def _first_day(filing: Application, *, paper: bool) -> tuple[date | None, str]:
    """The first day on which a filing can have been decided, and what was then."""
    at_window = filing.studio is None and filing.entered_by_office_id is not None
    if not paper and not at_window:
        return timezone.localdate(filing.created_at), "的本件建立之日"
    return (filing.studio.founded_on, "命名之日") if filing.studio else (None, "")
