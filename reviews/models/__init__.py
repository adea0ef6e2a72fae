"""Tables of reviews, one file each."""

from reviews.models.authority import Amendment, Extension, ItemReturn
from reviews.models.case import Case, Judgement, PaperRecord, Signature, StageRun
from reviews.models.clock import ClockStop
from reviews.models.consultation import Consultation, ConsultReply
from reviews.models.correction import Correction, CorrectionItem, Letter, Phrase
from reviews.models.desk import SavedFilter, TypedText
from reviews.models.listing import Approval, List, ListItem, QuotaSlot
from reviews.models.panel import Expert, PanelDraw, PanelResult, ScoreSheet, Seat
from reviews.models.publicity import Objection, Publicity
from reviews.models.release import LetterSetting, ReadReceipt
from reviews.models.rollup import RollUp, RollUpLine
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
    "Amendment",
    "Approval",
    "Attendance",
    "Ballot",
    "Case",
    "ClockStop",
    "ConsultReply",
    "Consultation",
    "Correction",
    "CorrectionItem",
    "Expert",
    "Extension",
    "FieldNote",
    "ItemReturn",
    "Judgement",
    "Letter",
    "LetterSetting",
    "List",
    "ListItem",
    "Objection",
    "PanelDraw",
    "PanelResult",
    "PaperRecord",
    "Phrase",
    "Publicity",
    "QuotaSlot",
    "ReadReceipt",
    "RollUp",
    "RollUpLine",
    "SavedFilter",
    "ScoreSheet",
    "Seat",
    "Signature",
    "Sitting",
    "SittingFile",
    "StageRun",
    "TypedText",
]
