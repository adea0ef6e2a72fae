"""专家评审: seats, avoidance, scores or opinions, and one way to one result."""

from typing import Literal

from pydantic import Field

from jurisdictions.schema.base import Code, Entry
from jurisdictions.schema.stages.base import StageBase


class Seats(Entry):
    """Who sits on the panel. ``sources`` must each be present (院校、行业、企业)."""

    minimum: int = Field(default=3, ge=1)
    sources: tuple[str, ...] = ()
    offices: tuple[Code, ...] = ()
    appoint: Literal["appoint", "draw", "either"] = "either"


class PanelStage(StageBase):
    """Experts give opinions (``mode: opinion``) or fill a score table (``mode: score``)."""

    kind: Literal["panel"]
    seats: Seats = Seats()
    mode: Literal["opinion", "score"] = "opinion"
    score_table: Code | None = None
    aggregate: Literal["mean", "median", "trimmed"] = "mean"
    outcome: Literal["pass_fail", "rank"] = "pass_fail"
    refusal: Code = "refused"
