"""实地考察: team, day, place, checklist, photos, opinion."""

from typing import Literal

from jurisdictions.schema.base import Code
from jurisdictions.schema.stages.base import Point, StageBase


class VisitStage(StageBase):
    """A team goes to the place and gives an opinion."""

    kind: Literal["visit"]
    points: tuple[Point, ...] = ()
    minimum_team: int = 2
    photos: int = 0
    refusal: Code = "refused"
