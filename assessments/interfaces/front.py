"""The first page of a studio: its overview with what it may take away."""

import datetime as dt
from typing import Any

from django.urls import reverse

from applications.models import Studio
from applications.queries.units import unattended_hosts
from assessments.interfaces import documents, grants, handovers, pages, recommending
from assessments.permissions import can_prefill
from assessments.queries import persons
from assessments.queries.recommending import bases
from jurisdictions.permissions import can_administer


def front(
    studio: Studio, on: dt.date, *, desk: bool, user: Any, handling: bool = False
) -> dict[str, Any]:
    """Everything the first page shows.

    Args:
        studio: the studio.
        on: today.
        desk: whether an officer reads, not the unit.
        user: who reads.
        handling: whether he may enter things for his office.
    """
    return {
        **pages.overview(studio, on, desk=desk, user=user),
        "handed": handovers.card(studio, desk=desk),
        "certificate": documents.has_certificate(studio),
        "letters": recommending.letters(studio, handling=handling),
        "prefillable": bool(can_prefill(studio)),
        "recommendable": handling and bool(bases(studio)),
        "persons": handling and bool(persons.grounds(studio)),
        "grants": grants.grant_rows(studio),
        "clawbacks": grants.clawback_rows(studio),
        "unattended": _unattended(studio, user) if desk and studio.ended_on is None else [],
    }


def _unattended(studio: Studio, user: Any) -> list[dict[str, Any]]:
    """Hosts without an account, each with the page by which an administrator opens it."""
    mine = bool(can_administer(user, studio.jurisdiction))
    place = studio.jurisdiction.code
    return [
        {
            "name": unit.name,
            "url": reverse("applications:unit_open", args=[place, unit.public_id]) if mine else "",
        }
        for unit in unattended_hosts(studio)
    ]
