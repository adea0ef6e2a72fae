"""The first page of a studio: its overview with what it may take away."""

import datetime as dt
from typing import Any

from applications.models import Studio
from assessments.interfaces import documents, pages
from assessments.queries import rows


def front(studio: Studio, on: dt.date, *, desk: bool, user: Any) -> dict[str, Any]:
    """Everything the first page shows, for the unit or for an officer at the desk."""
    return {
        **pages.overview(studio, on, desk=desk, user=user),
        "permits": list(rows.permits(studio)),
        "certificate": documents.has_certificate(studio),
        "grants": pages.grant_rows(studio),
        "clawbacks": pages.clawback_rows(studio),
    }
