"""答辩: schedule, order drawn, scores."""

from typing import Literal

from pydantic import Field

from jurisdictions.schema.stages.panel import Judging


class HearingStage(Judging):
    """Candidates present and are judged: by a score table where one is named, else by opinion."""

    kind: Literal["hearing"]
    minutes_each: int = Field(default=15, ge=1)
    draw_order: bool = True

    @property
    def mode(self) -> Literal["opinion", "score"]:
        """How the experts judge."""
        return "score" if self.score_table else "opinion"
