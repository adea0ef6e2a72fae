"""How a studio stands for anybody, while a decision on it still waits to be told to the unit."""

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from applications.enums import Status
from applications.models import Application, Studio

#: Effects that change the status of a studio.
STANDING = ("revoke_studio", "suspend_studio", "resume_studio")


def with_told_status(studios: QuerySet[Studio]) -> QuerySet[Studio]:
    """Studios with ``told_status``: theirs, or the one before the first decision that waits.

    What was told after it stands: a decision that waits does not hide a newer one.
    """
    decided = Application.objects.filter(status=Status.DECIDED, effects__kind__in=STANDING)
    newer = decided.filter(
        studio=OuterRef("studio"), decided_at__gt=OuterRef("decided_at"),
        result_released_at__isnull=False,
    )  # fmt: skip
    waits = decided.filter(~Exists(newer), studio=OuterRef("pk"), result_released_at=None)
    # What a decision does is written after the moment at which it was taken.
    before = Studio.history.filter(id=OuterRef("pk"), history_date__lt=OuterRef("waits_since"))
    return studios.annotate(
        waits_since=Subquery(waits.order_by("decided_at").values("decided_at")[:1]),
        told_status=Coalesce(
            Subquery(before.order_by("-history_date", "-history_id").values("status")[:1]),
            F("status"),
        ),
    )
