"""Which studios a person may reach; others' studios do not exist for him."""

from typing import Any

from django.db.models import Q, QuerySet

from applications.enums import StudioStatus
from applications.models import Studio
from applications.queries.reach import overseen_by
from jurisdictions.models import Jurisdiction
from jurisdictions.queries import BULKY, administered_by, posts_of
from portal.accounts.queries import MANAGING_ROLES, enterprises_of

SEARCHED = ("name", "number", "occupation", "hosts__name", "leaders__name")
_SLIM = tuple(f"founding_ruleset__{name}" for name in BULKY)


def studios() -> QuerySet[Studio]:
    """All studios with their place, bulky policy columns left out."""
    return (
        Studio.objects.select_related("jurisdiction", "founding_ruleset")
        .defer(*_SLIM)
        .prefetch_related("hosts__enterprise", "leaders")
    )


def of_units(user: Any) -> QuerySet[Studio]:
    """Studios hosted now by the units a person acts for."""
    return _hosted(enterprises_of(user))


def managed_by(user: Any) -> QuerySet[Studio]:
    """Studios for which a person may enter things: as handler or principal of a host."""
    return _hosted(enterprises_of(user, roles=MANAGING_ROLES))


def _hosted(units: Any) -> QuerySet[Studio]:
    hosted = Q(hosts__enterprise__in=units, hosts__until__isnull=True)
    return studios().filter(hosted).distinct().order_by("name")


def places_of(user: Any) -> QuerySet[Jurisdiction]:
    """Places whose studios an officer sees: of his posts, administered or overseen."""
    offices = posts_of(user).filter(office__is_active=True)
    mine = Q(pk__in=offices.values("office__jurisdiction_id"))
    return Jurisdiction.objects.filter(mine | Q(pk__in=overseen_by(user).values("pk")))


def of_places(user: Any) -> QuerySet[Studio]:
    """Studios of the places an officer works for."""
    return studios().filter(jurisdiction__in=places_of(user)).order_by("jurisdiction", "number")


def handled_places(user: Any) -> QuerySet[Jurisdiction]:
    """Places where an officer may enter things: of his posts, or administered."""
    return places_of(user).filter(
        Q(pk__in=posts_of(user).values("office__jurisdiction_id"))
        | Q(pk__in=administered_by(user).values("pk"))
    )


def public_studios(text: str = "", place: str = "", status: str = "") -> QuerySet[Studio]:
    """The public register.

    Args:
        text: words of name, number, occupation, unit or leader.
        place: code of a jurisdiction.
        status: a ``StudioStatus``.
    """
    found = studios().filter(jurisdiction__is_active=True)
    if place:
        found = found.filter(jurisdiction__code=place)
    if status in StudioStatus.values:
        found = found.filter(status=status)
    for word in text.split():
        said = Q()
        for column in SEARCHED:
            said |= Q(**{f"{column}__icontains": word})
        found = found.filter(said)
    return found.distinct().order_by("jurisdiction", "number")


def studio_with(number: str) -> Studio | None:
    """The studio whose own, plaque or certificate number this is; blanks and case forgiven."""
    plain = "".join(number.split()).upper()
    bare = plain.removesuffix("-P").removesuffix("-C")
    return studios().filter(Q(number=bare) | Q(plaque_number=plain) & ~Q(plaque_number="")).first()
