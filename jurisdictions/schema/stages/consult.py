"""征求意见: several offices reply, each about each unit and person."""

from typing import Literal

from jurisdictions.schema.base import Code, Entry
from jurisdictions.schema.stages.base import StageBase


class Consulted(Entry):
    """An office that must reply."""

    office: Code
    required: bool = True
    about: tuple[Literal["unit", "leader"], ...] = ("unit", "leader")


class ConsultStage(StageBase):
    """All required replies must be in and negative ones dealt with before the list goes on."""

    kind: Literal["consult"]
    offices: tuple[Consulted, ...]
    others_allowed: bool = True
