"""Tables of reviews, one file each."""

from reviews.models.case import Case, Judgement, PaperRecord, Signature, StageRun
from reviews.models.consultation import Consultation, ConsultReply
from reviews.models.correction import Correction, CorrectionItem, Letter, Phrase
from reviews.models.listing import Approval, List, ListItem, QuotaSlot
from reviews.models.publicity import Objection, Publicity
from reviews.models.sitting import (
    AgendaItem,
    Attendance,
    Ballot,
    FieldNote,
    Sitting,
    SittingFile,
)

__all__ = [
    "AgendaItem",
    "Approval",
    "Attendance",
    "Ballot",
    "Case",
    "ConsultReply",
    "Consultation",
    "Correction",
    "CorrectionItem",
    "FieldNote",
    "Judgement",
    "Letter",
    "List",
    "ListItem",
    "Objection",
    "PaperRecord",
    "Phrase",
    "Publicity",
    "QuotaSlot",
    "Signature",
    "Sitting",
    "SittingFile",
    "StageRun",
]
