"""Rows of one studio by their public ids."""

from typing import Any

from django.db.models import Count, Max, QuerySet

from applications.models import Studio
from assessments.enums import RecordKind
from assessments.models import (
    Activity,
    Apprentice,
    Clawback,
    DossierFile,
    GrantDue,
    KeptFile,
    LedgerEntry,
    Member,
    Obligation,
    Opinion,
    Permit,
    Record,
)
from assessments.queries.dues import with_filing

_REGISTERS: dict[str, Any] = {
    "members": Member,
    "apprentices": Apprentice,
    "activities": Activity,
}


def obligations(studio: Studio) -> QuerySet[Obligation]:
    """Everything that is or was due for a studio."""
    found = with_filing(Obligation.objects.filter(studio=studio))
    return found.select_related("studio", "studio__jurisdiction", "done_by")


def dossier_files(studio: Studio) -> QuerySet[DossierFile]:
    """Files of the archive."""
    return DossierFile.objects.filter(studio=studio, removed_at__isnull=True)


def ledger_entries(studio: Studio) -> QuerySet[LedgerEntry]:
    """Lines of the ledger, struck ones too."""
    return LedgerEntry.objects.filter(studio=studio)


def struck_entries(studio: Studio) -> QuerySet[LedgerEntry]:
    """Lines of the ledger that were struck, the earliest first."""
    return ledger_entries(studio).filter(struck_at__isnull=False).order_by("on", "pk")


def register_rows(studio: Studio, register: str) -> QuerySet[Any]:
    """Lines of a register that count."""
    return _REGISTERS[register].objects.filter(studio=studio, struck_at__isnull=True)


def members(studio: Studio) -> QuerySet[Any]:
    """Members of now who hold no post, in the order of the register."""
    found = register_rows(studio, "members").filter(left_on__isnull=True, post="")
    return found.order_by("joined_on", "pk")


def newest_line(studio: Studio, register: str) -> int:
    """Key of the line entered last, struck ones too; 0 while there is none."""
    table = _REGISTERS[register].objects.filter(studio=studio)
    return int(table.aggregate(newest=Max("pk"))["newest"] or 0)


def newest_entry(studio: Studio) -> int:
    """Key of the ledger line entered last, struck ones too; 0 while there is none."""
    return int(ledger_entries(studio).aggregate(newest=Max("pk"))["newest"] or 0)


def grants(studio: Studio) -> QuerySet[GrantDue]:
    """Public money of a studio."""
    return GrantDue.objects.filter(studio=studio).select_related("studio")


def clawbacks(studio: Studio) -> QuerySet[Clawback]:
    """Money of a studio to be paid back, with what came."""
    found = Clawback.objects.filter(studio=studio).select_related("studio")
    return found.prefetch_related("payments")


def records(studio: Studio) -> QuerySet[Record]:
    """Reports and records that count, the newest first."""
    found = Record.objects.filter(studio=studio, struck_at__isnull=True)
    return found.select_related("office", "entered_by", "due").order_by("-on", "-pk")


def reports(studio: Studio) -> QuerySet[Record]:
    """Events the unit reported."""
    return records(studio).filter(kind=RecordKind.REPORT)


def public_records(studio: Studio, items: list[str]) -> QuerySet[Record]:
    """Records of kinds that anybody may read."""
    return records(studio).filter(item__in=items)


def all_kept_files(studio: Studio) -> QuerySet[KeptFile]:
    """Files beside the rows of a studio that count."""
    found = KeptFile.objects.filter(studio=studio, removed_at__isnull=True)
    return found.select_related("added_by")


def kept_files(studio: Studio, holder: str, row: Any = None) -> QuerySet[KeptFile]:
    """Files beside one row, or in the ledger."""
    return all_kept_files(studio).filter(holder=holder, row=row)


def file_counts(studio: Studio, holder: str) -> dict[Any, int]:
    """How many files lie beside each row of a register."""
    found = all_kept_files(studio).filter(holder=holder).order_by()
    return dict(found.values_list("row").annotate(n=Count("pk")))


def opinions(obligation: Obligation) -> QuerySet[Opinion]:
    """What experts said of a paper."""
    return Opinion.objects.filter(obligation=obligation).select_related("entered_by")


def permits(studio: Studio) -> QuerySet[Permit]:
    """Work permits of a studio."""
    return Permit.objects.filter(studio=studio)


def permits_out(place: Any) -> QuerySet[Permit]:
    """Permits of a place that were not handed back, with their studios."""
    out = Permit.objects.filter(studio__jurisdiction=place, returned_on__isnull=True)
    return out.select_related("studio").order_by("number")
