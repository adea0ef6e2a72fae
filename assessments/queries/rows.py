"""Rows of one studio by their public ids."""

from typing import Any

from django.db.models import QuerySet

from applications.models import Studio
from assessments.models import (
    Activity,
    Apprentice,
    Clawback,
    DossierFile,
    GrantDue,
    LedgerEntry,
    Member,
    Obligation,
)

_REGISTERS: dict[str, Any] = {
    "members": Member,
    "apprentices": Apprentice,
    "activities": Activity,
}


def obligations(studio: Studio) -> QuerySet[Obligation]:
    """Everything that is or was due for a studio."""
    found = Obligation.objects.filter(studio=studio)
    return found.select_related("studio", "studio__jurisdiction", "done_by")


def dossier_files(studio: Studio) -> QuerySet[DossierFile]:
    """Files of the archive."""
    return DossierFile.objects.filter(studio=studio, removed_at__isnull=True)


def ledger_entries(studio: Studio) -> QuerySet[LedgerEntry]:
    """Lines of the ledger, struck ones too."""
    return LedgerEntry.objects.filter(studio=studio)


def register_rows(studio: Studio, register: str) -> QuerySet[Any]:
    """Lines of a register that count."""
    return _REGISTERS[register].objects.filter(studio=studio, struck_at__isnull=True)


def grants(studio: Studio) -> QuerySet[GrantDue]:
    """Public money of a studio."""
    return GrantDue.objects.filter(studio=studio).select_related("studio")


def clawbacks(studio: Studio) -> QuerySet[Clawback]:
    """Money of a studio to be paid back."""
    return Clawback.objects.filter(studio=studio).select_related("studio")
