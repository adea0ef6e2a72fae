"""Plaque and work permits on the page of a studio."""

from typing import Any

from django.urls import reverse

from applications.models import Studio
from assessments.models import Permit, PlaqueHandover
from assessments.queries import handovers, rows
from assessments.queries.policies import effect_of


def card(studio: Studio, *, desk: bool) -> dict[str, Any]:
    """What was handed over and came back, and what an officer may record next.

    Args:
        studio: the studio.
        desk: for an officer, who records.
    """
    found = list(handovers.of_studio(studio))
    out = any(row.returned_on is None for row in found)
    living = studio.ended_on is None
    waits = bool(living and not out and studio.pk in handovers.without_agreement([studio]))
    permits = [_permit(studio, row, desk=desk) for row in rows.permits(studio)]
    may_hand = living and bool(studio.plaque_number) and not waits
    return {
        "plaques": [plaque_text(row) for row in found],
        "plaque_waits": handovers.plaque_clauses(studio) if waits else [],
        "plaque_url": reverse("assessments:plaque", args=[studio.public_id])
        if desk and (out or may_hand or not (living or found))
        else "",
        "plaque_says": "登记收回" if out or not living else "登记交付",
        "permits": permits,
        "permit_new": reverse("assessments:permit_new", args=[studio.public_id])
        if desk and living and effect_of(studio, "issue_permits") is not None
        else "",
    }


def plaque_text(row: PlaqueHandover) -> str:
    """One handover in words."""
    handed = f"{row.handed_on:%Y-%m-%d} 交付{row.handed_to}" if row.handed_on else "交付未登记"
    note = f"（{row.returned_note}）" if row.returned_note else ""
    return handed + (f"，{row.returned_on:%Y-%m-%d} 收回{note}" if row.returned_on else "")


def _permit(studio: Studio, row: Permit, *, desk: bool) -> dict[str, str]:
    said = [f"{row.issuer} {row.decided_on:%Y-%m-%d} 配发"]
    said += [f"{row.issued_on:%Y-%m-%d} 领取"] if row.issued_on else []
    said += [f"{row.returned_on:%Y-%m-%d} 交回"] if row.returned_on else []
    shown = desk and row.returned_on is None
    taking = row.issued_on is not None or studio.ended_on is not None
    return {
        "name": f"{row.number} {row.holder}",
        "says": "，".join(said),
        "url": reverse("assessments:permit", args=[studio.public_id, row.number]) if shown else "",
        "label": "登记交回" if taking else "登记领取",
    }
