"""Grades that were given, and what follows from them for the good."""

from django.db.models import QuerySet

from applications.models import EffectRun, Studio
from assessments.models import GradeRecord


def of_studio(studio: Studio) -> QuerySet[GradeRecord]:
    """Grades of a studio, the newest first."""
    return GradeRecord.objects.filter(studio=studio)


def published(found: QuerySet[GradeRecord]) -> QuerySet[GradeRecord]:
    """Those given in the portal that the regulation makes public."""
    return found.filter(public=True, application__isnull=False)


def privileges(studio: Studio) -> list[str]:
    """What decisions on a studio promised: a recommendation upward, a preference."""
    rows = EffectRun.objects.filter(
        application__studio=studio, kind="privilege", undone__isnull=True
    )
    return list(dict.fromkeys(str(row.data.get("title", "")) for row in rows.order_by("pk")))


def public(place: str = "") -> QuerySet[GradeRecord]:
    """Results that the regulation makes public, the newest first.

    Args:
        place: code of a jurisdiction.
    """
    found = published(GradeRecord.objects.filter(studio__jurisdiction__is_active=True))
    if place:
        found = found.filter(studio__jurisdiction__code=place)
    return found.select_related("studio__jurisdiction")
