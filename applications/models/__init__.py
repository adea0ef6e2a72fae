"""Tables of applications, one file each."""

from applications.models.application import Application, DraftSection, Party
from applications.models.attachment import Attachment
from applications.models.claim import Ban, Claim
from applications.models.document import Document, SheetEntry
from applications.models.event import Amended, ChainHead, EffectRun, EffectUndo, Event
from applications.models.held import HeldDecision
from applications.models.named_above import NamedAbove
from applications.models.set_aside import SetAside
from applications.models.statement import Statement
from applications.models.studio import Studio, StudioHost, StudioLeader
from applications.models.submission import Finding, Submission

__all__ = [
    "Amended",
    "Application",
    "Attachment",
    "Ban",
    "ChainHead",
    "Claim",
    "Document",
    "DraftSection",
    "EffectRun",
    "EffectUndo",
    "Event",
    "Finding",
    "HeldDecision",
    "NamedAbove",
    "Party",
    "SetAside",
    "SheetEntry",
    "Statement",
    "Studio",
    "StudioHost",
    "StudioLeader",
    "Submission",
]
