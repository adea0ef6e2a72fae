"""Grades that were given, and what follows from them for the good."""

from django.db.models import Q, QuerySet

from applications.models import EffectRun, Studio
from assessments.models import GradeRecord


def of_studio(studio: Studio) -> QuerySet[GradeRecord]:
    """Grades of a studio, the newest first."""
    return GradeRecord.objects.filter(studio=studio)


def told(found: QuerySet[GradeRecord]) -> QuerySet[GradeRecord]:
    """Those that are public and were told to the unit: none is out before."""
    return found.filter(public=True, application__result_released_at__isnull=False)


def known_to_unit(studio: Studio) -> QuerySet[GradeRecord]:
    """Those of a studio that its unit was told, and those of before the portal."""
    told_already = Q(application=None) | Q(application__result_released_at__isnull=False)
    return of_studio(studio).filter(told_already)


def privileges(studio: Studio, *, for_unit: bool) -> list[str]:
    """What decisions on a studio promised: a recommendation upward, a preference.

    Args:
        studio: the studio.
        for_unit: only by decisions that the unit was told.
    """
    rows = EffectRun.objects.filter(
        application__studio=studio, kind="privilege", undone__isnull=True
    )
    if for_unit:
        rows = rows.filter(application__result_released_at__isnull=False)
    return list(dict.fromkeys(str(row.data.get("title", "")) for row in rows.order_by("pk")))


def public(place: str = "") -> QuerySet[GradeRecord]:
    """Results that the regulation makes public, the newest first.

    Args:
        place: code of a jurisdiction.
    """
    found = told(GradeRecord.objects.filter(studio__jurisdiction__is_active=True))
    if place:
        found = found.filter(studio__jurisdiction__code=place)
    return found.select_related("studio__jurisdiction")
