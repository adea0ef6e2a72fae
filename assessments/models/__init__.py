"""Tables of assessments, one file each."""

from assessments.models.due import Obligation, SetDay
from assessments.models.grades import GradeRecord
from assessments.models.money import (
    Book,
    Clawback,
    ClawbackPayment,
    GrantDue,
    LedgerEntry,
    MatchingDue,
)
from assessments.models.papers import KeptFile, Opinion, Record
from assessments.models.recommending import Recommendation
from assessments.models.registers import (
    Activity,
    Apprentice,
    DossierFile,
    Member,
    Permit,
    PlaqueHandover,
)

__all__ = [
    "Activity",
    "Apprentice",
    "Book",
    "Clawback",
    "ClawbackPayment",
    "DossierFile",
    "GradeRecord",
    "GrantDue",
    "KeptFile",
    "LedgerEntry",
    "MatchingDue",
    "Member",
    "Obligation",
    "Opinion",
    "Permit",
    "PlaqueHandover",
    "Recommendation",
    "Record",
    "SetDay",
]
