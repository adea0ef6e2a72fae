"""Tables of reviews, one file each."""

from reviews.models.case import Case, Judgement, PaperRecord, Signature, StageRun
from reviews.models.correction import Correction, CorrectionItem, Letter, Phrase
from reviews.models.listing import Approval, List, ListItem, QuotaSlot
from reviews.models.publicity import Objection, Publicity

__all__ = [
    "Approval",
    "Case",
    "Correction",
    "CorrectionItem",
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
    "StageRun",
]
