"""推荐 / 函报: the passed cases of an area go up in one letter."""

from typing import Literal

from pydantic import Field

from jurisdictions.schema.base import Code, Entry
from jurisdictions.schema.stages.base import Point, StageBase


class LetterPart(Entry):
    """A part the letter must have."""

    id: Code
    title: str


class RecommendStage(StageBase):
    """Recommend cases upward in a letter with number and date."""

    kind: Literal["recommend"]
    points: tuple[Point, ...] = ()
    letter: bool = Field(default=True, description="a letter with 文号 and date goes up")
    letter_parts: tuple[LetterPart, ...] = ()
    refusal: Code = "refused"
