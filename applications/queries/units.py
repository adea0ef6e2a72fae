"""Units that a jurisdiction knows but nobody can act for yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from applications.enums import Status
from applications.models import Application, Studio, StudioHost
from jurisdictions.models import Jurisdiction
from jurisdictions.queries import current_ruleset, policy_of
from portal.accounts.models import Enterprise, Invitation
from portal.accounts.queries import still_open, unattended


@dataclass
class Unattended:
    """A unit without people, as one jurisdiction knows it.

    Attributes:
        place: the jurisdiction.
        unit: the unit.
        known_by: names of its studios and numbers of its filings there.
        invitation: the open invitation of its first handler or principal.
    """

    place: Jurisdiction
    unit: Enterprise
    known_by: list[str] = field(default_factory=list)
    invitation: Invitation | None = None


def _hosts(places: Iterable[Jurisdiction]) -> QuerySet[StudioHost]:
    """Lines of units that host a studio of the places now."""
    return StudioHost.objects.filter(studio__jurisdiction__in=places, until__isnull=True)


def _filings(places: Iterable[Jurisdiction]) -> QuerySet[Application]:
    """Filings of the places; a unit's own draft is nobody else's business."""
    shared = ~Q(status=Status.DRAFT) | Q(entered_by_office__isnull=False)
    return Application.objects.filter(shared, jurisdiction__in=places)


def unattended_in(place: Jurisdiction) -> QuerySet[Enterprise]:
    """Units that host a studio of a place or filed there, and that nobody can act for.

    Args:
        place: the jurisdiction.
    """
    known = Q(pk__in=_hosts([place]).values("enterprise"))
    known |= Q(pk__in=_filings([place]).values("enterprise"))
    return unattended().filter(known)


def list_unattended(places: Iterable[Jurisdiction]) -> list[Unattended]:
    """The same units of several places with what is known of them, by place and name.

    Args:
        places: the jurisdictions.
    """
    wanted = list(places)
    people = unattended().values("pk")
    found: dict[tuple[int, int], Unattended] = {}
    by_key = {place.pk: place for place in wanted}
    hosts = _hosts(wanted).filter(enterprise__in=people).select_related("enterprise", "studio")
    for host in hosts.order_by("since", "pk"):
        place = by_key[host.studio.jurisdiction_id]
        _line(found, place, host.enterprise).known_by.append(host.studio.name)
    filed = _filings(wanted).filter(enterprise__in=people).select_related("enterprise")
    for row in filed.only("jurisdiction", "number", "enterprise").order_by("pk"):
        line = _line(found, by_key[row.jurisdiction_id], row.enterprise)
        line.known_by.append(row.number or "代录申报件")
    _add_invitations(found)
    return sorted(found.values(), key=lambda line: (line.place.region_code, line.unit.name))


def _line(
    found: dict[tuple[int, int], Unattended], place: Jurisdiction, unit: Enterprise
) -> Unattended:
    return found.setdefault((place.pk, unit.pk), Unattended(place, unit))


def _add_invitations(found: dict[tuple[int, int], Unattended]) -> None:
    units = {line.unit.pk for line in found.values()}
    rows = still_open().filter(enterprise__in=units).exclude(authority="")
    newest = {row.enterprise_id: row for row in rows.order_by("created_at", "pk")}
    for line in found.values():
        line.invitation = newest.get(line.unit.pk)


def unattended_hosts(studio: Studio) -> list[Enterprise]:
    """Units that host a studio now and that nobody can act for."""
    lines = studio.hosts.filter(until__isnull=True)
    return list(unattended().filter(pk__in=lines.values("enterprise")))


def first_invitations(unit: Enterprise) -> QuerySet[Invitation]:
    """Open invitations by which an authority lets the first person into a unit."""
    return still_open().filter(enterprise=unit).exclude(authority="").select_related("enterprise")


def authority_of(place: Jurisdiction) -> tuple[str, str]:
    """The body that answers for a place to the outside, and its telephone number.

    Args:
        place: the jurisdiction; its policy names the body, else its own name stands.
    """
    ruleset = current_ruleset(place)
    contacts = policy_of(ruleset).ruleset.identity.contacts if ruleset else ()
    if contacts:
        return contacts[0].office, contacts[0].phone
    return f"{place}技能大师工作室主管部门", ""


def places_knowing(unit: Enterprise) -> QuerySet[Jurisdiction]:
    """Places where a unit hosts a studio or filed."""
    everywhere = Jurisdiction.objects.all()
    known = Q(pk__in=_hosts(everywhere).filter(enterprise=unit).values("studio__jurisdiction"))
    known |= Q(pk__in=_filings(everywhere).filter(enterprise=unit).values("jurisdiction"))
    return Jurisdiction.objects.filter(known)
