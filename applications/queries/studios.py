"""What the register says of a studio, and which procedures it has."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from applications.enums import Status
from applications.models import Application, Party, Statement, Studio, StudioHost
from jurisdictions.engine.changing import leader_changes
from jurisdictions.engine.scoring import plain
from jurisdictions.queries import bulky, policy_of
from portal.accounts.models import Enterprise


def host_of(studio: Studio, unit: Enterprise | None = None) -> StudioHost:
    """The line of the unit that hosts a studio now: the one asked for, else the first."""
    now = studio.hosts.filter(until__isnull=True).select_related("enterprise")
    if unit is not None:
        now = now.filter(enterprise=unit)
    return now.order_by("since", "pk")[0]


def studio_answers(studio: Studio, unit: Enterprise | None = None) -> dict[str, Any]:
    """What the register already says of a studio, by catalogue path.

    Args:
        studio: the studio.
        unit: which of several hosts speaks.
    """
    host = host_of(studio, unit)
    leader = studio.leaders.filter(until__isnull=True).order_by("-since", "-pk").first()
    known: dict[str, Any] = {
        "unit.name": host.name,
        "unit.uscc": host.enterprise.uscc,
        "unit.district": studio.district,
        "unit.department": studio.department,
        "leader.name": leader.name if leader else "",
        "leader.id_number": leader.id_number if leader else "",
        "leader.occupation": studio.occupation,
        "studio.name": studio.name,
        "studio.address": studio.address,
        "studio.industry": studio.industry,
        "studio.area": str(studio.area) if studio.area is not None else "",
        "change.leader_now": leader.name if leader else "",
        "change.name_now": host.name,
        "change.uscc_now": host.enterprise.uscc,
        "change.address_now": studio.address,
        "change.area_now": plain(studio.area) if studio.area is not None else "",
    }
    return {path: value for path, value in known.items() if value}


def parties_of(application: Application) -> QuerySet[Party]:
    """Units that take part, the filing one first."""
    return application.parties.select_related("enterprise", "confirmed_by").order_by("pk")


def statement_of(application: Application) -> Statement | None:
    """What the unit was asked to say, and what it said; None where nothing was asked."""
    return Statement.objects.filter(application=application).select_related("office").first()


def leader_changes_open(studios: Iterable[Studio]) -> frozenset[int]:
    """Keys of the studios whose change of leader is with an office, or back for correction."""
    rows = (
        Application.objects.filter(
            studio__in=list(studios), status__in=(Status.SUBMITTED, Status.RETURNED)
        )
        .select_related("ruleset")
        .defer(*bulky("ruleset"))
    )
    return frozenset(
        row.studio_id or 0
        for row in rows
        if row.procedure in leader_changes(policy_of(row.ruleset))
    )


def inquiry_open(studio: Studio) -> Application | None:
    """What an office runs against the unit of a studio and has not ended; the unit may not know."""
    rows = (
        studio.procedures.filter(
            entered_by_office__isnull=False,
            status__in=(Status.DRAFT, Status.SUBMITTED, Status.RETURNED),
        )
        .select_related("ruleset", "entered_by_office")
        .defer(*bulky("ruleset"))
        .order_by("pk")
    )
    shapes = ((row, policy_of(row.ruleset).procedure(row.procedure)) for row in rows)
    return next((row for row, shape in shapes if shape.visible_to_unit_from is not None), None)


def procedures_of(studio: Studio, *, shown: bool) -> QuerySet[Application]:
    """Procedures on a studio, the newest first.

    Args:
        studio: the studio.
        shown: only those its unit may know of.
    """
    rows = Application.objects.filter(studio=studio).select_related(
        "ruleset", "enterprise", "statement"
    )
    rows = rows.defer(*bulky("ruleset")).exclude(founded=studio).order_by("-created_at", "-pk")
    return rows.filter(shown_to_unit=True) if shown else rows
