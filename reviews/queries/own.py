"""Reviews that a person has to keep out of: those of units he acts for (回避)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from applications.models import Party
from portal.accounts.models import Membership
from reviews.models import Case, List, ListItem


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


def about_own_unit(user: Any) -> Q:
    """Condition on what belongs to a passage: the passage is about such a unit."""
    cases = Case.objects.filter(of_own_unit(user)).values("pk")
    lists = List.objects.filter(lists_of_own_unit(user)).values("pk")
    return Q(run__case__in=cases) | Q(run__listing__in=lists)


@dataclass(frozen=True)
class Own:
    """Keys of the cases and lists of which a person hears nothing at work."""

    cases: frozenset[int] = frozenset()
    lists: frozenset[int] = frozenset()

    def concerns(self, row: Any) -> bool:
        """Whether something is about one of them.

        Args:
            row: has ``case_id`` and ``listing_id``.
        """
        return row.case_id in self.cases or row.listing_id in self.lists


def own_of(people: Iterable[Any]) -> dict[int, Own]:
    """What each person has to keep out of, by the person's key; those who act for no unit are left
    out."""
    users = {person.pk: person for person in people}
    members = Membership.objects.filter(user__in=users).values_list("user_id", flat=True)
    return {
        pk: Own(
            frozenset(Case.objects.filter(of_own_unit(users[pk])).values_list("pk", flat=True)),
            frozenset(
                List.objects.filter(lists_of_own_unit(users[pk])).values_list("pk", flat=True)
            ),
        )
        for pk in sorted(set(members))
    }
