"""Which studios a person may reach; others' studios do not exist for him."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from applications.enums import StudioStatus
from applications.models import Studio, StudioHost
from applications.queries.reach import offices_of, overseen_by, overseen_ids
from jurisdictions.models import Jurisdiction, Office, OfficeBinding
from jurisdictions.queries import (
    administered_ids,
    bulky,
    current_ruleset,
    policy_of,
)
from portal.accounts.models import Enterprise
from portal.accounts.queries import MANAGING_ROLES, enterprises_of
from portal.common.memory import recall

SEARCHED = ("name", "number", "occupation", "hosts__name", "leaders__name")
#: What a role may be split by, and the studio's column that says it.
_SPLIT_BY = {"unit.district": "district", "unit.department": "department"}
_SLIM = bulky("founding_ruleset")


def told(way: str = "") -> Q:
    """Condition: the naming of a studio was told to the unit; nobody outside learns of it before.

    Args:
        way: leads to the studio, e.g. ``studio__``.
    """
    released = Q(**{f"{way}founding_application__result_released_at__isnull": False})
    return Q(**{f"{way}founding_application": None}) | released


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


def managed_units(user: Any, studio: Studio) -> list[Enterprise]:
    """Units hosting a studio now for which a person may enter things, the first host first."""
    mine = enterprises_of(user, roles=MANAGING_ROLES)
    rows = studio.hosts.filter(enterprise__in=mine, until__isnull=True)
    return [row.enterprise for row in rows.select_related("enterprise").order_by("since", "pk")]


def _hosted(units: Any) -> QuerySet[Studio]:
    hosted = Q(hosts__enterprise__in=units, hosts__until__isnull=True)
    return studios().filter(hosted, told()).distinct().order_by("name")


def _own(user: Any) -> QuerySet[StudioHost]:
    """Lines of the units a person acts for: he reads their studios as a unit does (回避)."""
    return StudioHost.objects.filter(enterprise__in=enterprises_of(user), until__isnull=True)


@dataclass(frozen=True)
class Share:
    """A role by which an office of a person answers for studios of a place.

    Attributes:
        office: the office.
        role: code of the role in the policy.
        columns: columns of the studio that narrow it; empty: the whole place.
    """

    office: Office
    role: str
    columns: dict[str, str]

    def takes(self, studio: Studio) -> bool:
        """Whether the studio is of this share."""
        if studio.jurisdiction_id != self.office.jurisdiction_id:
            return False
        return all(getattr(studio, name) == value for name, value in self.columns.items())


def shares_of(user: Any) -> list[Share]:
    """The roles by which the offices of a person, or of whom he stands in for, answer."""
    found: list[Share] = recall(("assessments.shares", user.pk), lambda: _shares_of(user))
    return found


def _shares_of(user: Any) -> list[Share]:
    offices = [office.pk for office in offices_of(user)]
    bindings = OfficeBinding.objects.filter(office__in=offices).order_by("pk")
    shapes: dict[int, Any] = {}
    found = []
    for binding in bindings.select_related("office__jurisdiction"):
        place = binding.office.jurisdiction
        if place.pk not in shapes:
            ruleset = current_ruleset(place)
            shapes[place.pk] = policy_of(ruleset).ruleset.offices if ruleset else {}
        columns = _columns(shapes[place.pk].get(binding.role), binding.covers)
        if columns is not None:
            found.append(Share(binding.office, binding.role, columns))
    return found


def roles_for(user: Any, studio: Studio) -> list[Share]:
    """The roles by which the offices of a person answer for one studio; none for his own unit's."""
    found = [share for share in shares_of(user) if share.takes(studio)]
    return [] if found and _own(user).filter(studio=studio).exists() else found


def covered_by_posts(user: Any) -> Q:
    """Condition on studios: those that the offices of a person's posts answer for.

    As with cases, a role that is split by district or department reaches the studios of its own
    share; a role for the whole place, or bound without a share, reaches all of them. An office
    that is only consulted, or bound to no role, reaches none.
    """
    found = Q(pk__in=())
    for share in shares_of(user):
        found |= Q(jurisdiction=share.office.jurisdiction_id, **share.columns)
    return found


def _columns(role: Any, covers: str) -> dict[str, str] | None:
    """Columns that narrow a role to its share; None when it reaches no studio."""
    if role is None or role.kind == "consulted":
        return None
    if role.covers_by is None or not covers:
        return {}
    column = _SPLIT_BY.get(role.covers_by)
    return {column: covers} if column else None


def places_of(user: Any) -> QuerySet[Jurisdiction]:
    """Places whose studios an officer sees, all or some: of his posts, administered, overseen."""
    return Jurisdiction.objects.filter(pk__in=place_ids(user))


def place_ids(user: Any) -> set[int]:
    """Keys of the places whose studios an officer sees, all or some."""
    return _posted_places(user) | overseen_ids(user)


def _posted_places(user: Any) -> set[int]:
    return {share.office.jurisdiction_id for share in shares_of(user)}


def of_places(user: Any) -> QuerySet[Studio]:
    """Studios an officer sees: of his offices' share, and all of places he runs or oversees;
    those of his own unit only as the unit sees them."""
    overseen = Q(jurisdiction__in=overseen_ids(user))
    found = studios().filter(covered_by_posts(user) | overseen)
    found = found.exclude(pk__in=_own(user).values("studio"))
    return found.order_by("jurisdiction", "number")


def districts_of(found: QuerySet[Studio]) -> list[str]:
    """Districts that occur among studios."""
    named = found.exclude(district="").order_by("district")
    return list(named.values_list("district", flat=True).distinct())


def handled_by(user: Any) -> QuerySet[Studio]:
    """Studios for which an officer may enter things: of his offices' share, or administered."""
    run = Q(jurisdiction__in=administered_ids(user))
    found = studios().filter(covered_by_posts(user) | run)
    return found.exclude(pk__in=_own(user).values("studio"))


def overseen(user: Any) -> QuerySet[Jurisdiction]:
    """Places whose figures a person may see: administered or overseen."""
    return overseen_by(user).order_by("region_code")


def whole_places(user: Any) -> QuerySet[Jurisdiction]:
    """Places all of whose studios a person may see."""
    whole = {s.office.jurisdiction_id for s in shares_of(user) if not s.columns}
    return Jurisdiction.objects.filter(pk__in=whole | overseen_ids(user))


def plaqued(place: Jurisdiction) -> QuerySet[Studio]:
    """Living studios of a place in the order of their numbers."""
    living = studios().filter(jurisdiction=place).exclude(status=StudioStatus.ENDED)
    return living.order_by("number")


def handled_places(user: Any) -> QuerySet[Jurisdiction]:
    """Places where an officer may enter things: of his posts, or administered."""
    return Jurisdiction.objects.filter(pk__in=_posted_places(user) | administered_ids(user))


def roles_in(user: Any, places: Iterable[Jurisdiction]) -> dict[int, set[str]]:
    """Roles that a person's offices fill, by key of the place."""
    bound = OfficeBinding.objects.filter(
        office__in=offices_of(user), office__jurisdiction__in=list(places)
    )
    found: dict[int, set[str]] = {}
    for place, role in bound.values_list("office__jurisdiction", "role"):
        found.setdefault(place, set()).add(role)
    return found


def public_studios(text: str = "", place: str = "", status: str = "") -> QuerySet[Studio]:
    """The public register: studios of active places whose naming is out.

    Args:
        text: words of name, number, occupation, unit or leader.
        place: code of a jurisdiction.
        status: a ``StudioStatus``.
    """
    found = studios().filter(told(), jurisdiction__is_active=True)
    if place:
        found = found.filter(jurisdiction__code=place)
    if status in StudioStatus.values:
        found = found.filter(status=status)
    return searched(found, text).order_by("jurisdiction", "number")


def searched(found: QuerySet[Studio], text: str, district: str = "") -> QuerySet[Studio]:
    """Studios that hold every word in name, number, occupation, unit or leader.

    Args:
        found: studios the person may see.
        text: the words.
        district: only of this district.
    """
    for word in text.split():
        said = Q()
        for column in SEARCHED:
            said |= Q(**{f"{column}__icontains": word})
        found = found.filter(pk__in=Studio.objects.filter(said).values("pk"))
    return found.filter(district=district) if district else found


def public_studio_with(number: str) -> Studio | None:
    """The studio of the public register whose own, plaque or certificate number this is.

    Args:
        number: as somebody read it; blanks and case forgiven.
    """
    plain = "".join(number.split()).upper()
    bare = plain.removesuffix("-P").removesuffix("-C")
    said = Q(number=bare) | Q(plaque_number=plain) & ~Q(plaque_number="")
    return studios().filter(said, told(), jurisdiction__is_active=True).first()
