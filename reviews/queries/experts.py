"""The pool of experts of a place."""

from typing import Any

from django.db.models import Q, QuerySet

from jurisdictions.models import Jurisdiction
from portal.common.doors import visible_ids
from reviews.models import Expert


def experts_in(jurisdiction: Jurisdiction) -> QuerySet[Expert]:
    """The pool of a jurisdiction, those taken out too."""
    return Expert.objects.filter(jurisdiction=jurisdiction).select_related("user", "office")


def expert_places(user: Any) -> QuerySet[Jurisdiction]:
    """Jurisdictions whose pool a person looks after."""
    return Jurisdiction.objects.filter(pk__in=visible_ids(user, "administer", Jurisdiction))


def matching(experts: QuerySet[Expert], text: str) -> QuerySet[Expert]:
    """Experts with a word in name, employer or fields of work."""
    said = Q(pk__in=[])
    for column in ("name", "employer", "specialities"):
        said |= Q(**{f"{column}__icontains": text})
    return experts.filter(said)
