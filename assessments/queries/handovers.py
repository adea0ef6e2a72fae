"""Plaques and work permits: what is with the unit, and what a plaque still waits for."""

from collections.abc import Iterable

from django.db.models import QuerySet

from applications.models import Studio
from assessments.enums import DueKind
from assessments.models import Member, Obligation, Permit, PlaqueHandover
from assessments.queries.policies import effect_of, founding_policy

#: The effect that a plaque may wait for.
_AGREEMENT = "open_agreement"


def of_studio(studio: Studio) -> QuerySet[PlaqueHandover]:
    """Handovers of a plaque, the first one first."""
    return PlaqueHandover.objects.filter(studio=studio)


def held(studios: Iterable[Studio]) -> dict[int, PlaqueHandover]:
    """The handover of each plaque that is with its unit now, by key of the studio."""
    rows = PlaqueHandover.objects.filter(studio__in=list(studios), returned_on__isnull=True)
    return {row.studio_id: row for row in rows}


def waits_for_agreement(studio: Studio) -> bool:
    """Whether the text lets the plaque wait for the responsibility agreement."""
    item = effect_of(studio, "issue_plaque")
    return item is not None and _AGREEMENT in item.waits_for


def without_agreement(studios: Iterable[Studio]) -> set[int]:
    """Keys of studios whose agreement, for which their plaque waits, is not on file.

    One that was named before the portal owes no agreement here.
    """
    asked = [studio.pk for studio in studios if waits_for_agreement(studio)]
    if not asked:
        return set()
    rows = Obligation.objects.filter(studio__in=asked, kind=DueKind.AGREEMENT)
    filed: dict[int, bool] = {}
    for key, received_on in rows.values_list("studio", "received_on"):
        filed[key] = filed.get(key, False) or received_on is not None
    return {key for key, done in filed.items() if not done}


def plaque_clauses(studio: Studio) -> list[str]:
    """What the text says of the plaque, in its words."""
    item, policy = effect_of(studio, "issue_plaque"), founding_policy(studio)
    found = (policy.inventory.clause(name) for name in (item.clause if item else ()))
    return [clause.text for clause in found if clause is not None]


def people_without_permit(studio: Studio) -> list[str]:
    """Leaders and members of now who have no work permit."""
    leaders = studio.leaders.filter(until__isnull=True).values_list("name", flat=True)
    members = Member.objects.filter(studio=studio, struck_at__isnull=True, left_on__isnull=True)
    names = dict.fromkeys([*leaders, *members.values_list("name", flat=True)])
    out = Permit.objects.filter(studio=studio, returned_on__isnull=True)
    have = set(out.values_list("holder", flat=True))
    return [name for name in names if name not in have]
