"""答辩: schedule, order drawn, scores."""

from typing import Literal

from jurisdictions.schema.base import Code
from jurisdictions.schema.stages.base import StageBase


class HearingStage(StageBase):
    """Candidates present and are scored."""

    kind: Literal["hearing"]
    minutes_each: int = 15
    draw_order: bool = True
    score_table: Code | None = None
    refusal: Code = "refused"
