"""The first page of a studio: its overview with what it may take away."""

import datetime as dt
from typing import Any

from django.urls import reverse

from applications.models import Studio
from applications.queries.units import unattended_hosts
from assessments.interfaces import documents, handovers, pages
from jurisdictions.permissions import can_administer


def front(studio: Studio, on: dt.date, *, desk: bool, user: Any) -> dict[str, Any]:
    """Everything the first page shows, for the unit or for an officer at the desk."""
    return {
        **pages.overview(studio, on, desk=desk, user=user),
        "handed": handovers.card(studio, desk=desk),
        "certificate": documents.has_certificate(studio),
        "grants": pages.grant_rows(studio),
        "clawbacks": pages.clawback_rows(studio),
        "unattended": _unattended(studio, user) if desk else [],
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
