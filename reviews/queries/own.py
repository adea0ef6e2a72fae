"""Reviews that a person has to keep out of: those of units he acts for (回避)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from applications.models import Party
from portal.accounts.models import Membership
from reviews.models import Case, ListItem


def of_own_unit(user: Any) -> Exists:
    """Condition on cases: the person acts, or acted since the filing was begun, for the unit that
    files or for one that takes part."""
    partners = Party.objects.filter(application=OuterRef(OuterRef("application")))
    return Exists(
        Membership.objects.filter(
            Q(active_until=None) | Q(active_until__gte=OuterRef("application__created_at")),
            Q(enterprise=OuterRef("application__enterprise"))
            | Q(enterprise__in=partners.values("enterprise")),
            user_id=user.pk,
        )
    )


def lists_of_own_unit(user: Any, listing: str = "pk") -> Exists:
    """Condition on lists, or on what belongs to one: a filing on it is of such a unit.

    Args:
        user: the person.
        listing: column that names the list.
    """
    mine = Case.objects.filter(of_own_unit(user))
    return Exists(ListItem.objects.filter(listing=OuterRef(listing), case__in=mine.values("pk")))
