"""受理 / 初审: points to judge, one notice with all faults, or a refusal."""

from typing import Literal

from pydantic import Field

from jurisdictions.schema.base import Code, Entry
from jurisdictions.schema.stages.base import Point, StageBase


class PaperReceipt(Entry):
    """Paper the counter must have received before the stage can pass."""

    copies: int = Field(ge=1)
    bound: bool = False


class CheckStage(StageBase):
    """Pass, return for correction, or refuse (with the result ``refusal``).

    ``result``: passing decides the filing at once, later stages only report it.
    ``hears_unit``: the unit is told and may state its view before the stage can pass.
    """

    kind: Literal["check"]
    points: tuple[Point, ...] = ()
    verdicts: tuple[Point, ...] = Field(default=(), description="overall verdicts, all must hold")
    paper: PaperReceipt | None = None
    outcomes: tuple[Literal["pass", "return", "refuse"], ...] = ("pass", "return", "refuse")
    refusal: Code = "refused"
    result: Code | None = None
    hears_unit: bool = False
    acceptance: bool = Field(default=False, description="issues 受理 / 不予受理 letters")
    opinion_required: bool = True
