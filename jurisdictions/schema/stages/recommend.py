"""推荐 / 函报: the passed cases of an area go up in one letter."""

from typing import Literal, Self

from pydantic import Field, model_validator

from jurisdictions.schema.base import Code, Entry, FieldPath
from jurisdictions.schema.stages.base import Point, StageBase


class LetterPart(Entry):
    """A part the letter must have."""

    id: Code
    title: str


class RollUp(Entry):
    """The table on which an office signs all that it recommends in a call, with more columns."""

    title: str = "推荐汇总表"
    fields: tuple[FieldPath, ...] = ()


class RecommendStage(StageBase):
    """Recommend cases upward in a letter with number and date.

    ``rollup``: in a call nothing goes up before it stands on a table the office has signed.
    """

    kind: Literal["recommend"]
    points: tuple[Point, ...] = ()
    letter: bool = Field(default=True, description="a letter with 文号 and date goes up")
    letter_parts: tuple[LetterPart, ...] = ()
    rollup: RollUp | None = None
    refusal: Code = "refused"

    @model_validator(mode="after")
    def _rollup_of_cases(self) -> Self:
        if self.rollup is not None and self.scope != "case":
            raise ValueError("rollup 只用于逐件推荐的环节（scope: case）")
        return self
