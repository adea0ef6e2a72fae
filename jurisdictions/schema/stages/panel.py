"""专家评审: seats, avoidance, scores or opinions, and one way to one result."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from jurisdictions.schema.base import Code, Entry
from jurisdictions.schema.stages.base import StageBase

_TRIMMED_NEEDS = 3
_WHOLE = 100


class Seats(Entry):
    """Who sits on the panel. ``sources`` must each be present (院校、行业、企业).

    ``weights`` is the share of each source in the mean (院校 40、企业 60); without it every
    expert counts the same.
    """

    minimum: int = Field(default=3, ge=1)
    sources: tuple[str, ...] = ()
    offices: tuple[Code, ...] = ()
    appoint: Literal["appoint", "draw", "either"] = "either"
    weights: dict[str, Annotated[Decimal, Field(gt=0)]] = {}

    @model_validator(mode="after")
    def _weights_fit(self) -> Self:
        if self.weights and set(self.weights) != set(self.sources):
            raise ValueError("weights 须与 sources 一一对应，每个来源一个权重")
        return self


class EarlierScore(Entry):
    """The score of an earlier stage and what it counts for, in percent."""

    stage: Code
    weight: Annotated[Decimal, Field(gt=0)]


class Weighs(Entry):
    """The final score: ``own`` for the experts of this stage, the rest for earlier scores."""

    own: Annotated[Decimal, Field(gt=0)]
    earlier: tuple[EarlierScore, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = self.own + sum(row.weight for row in self.earlier)
        if total != _WHOLE:
            raise ValueError(f"own 与各 weight 合计须为 {_WHOLE}，现为 {total}")
        if len({row.stage for row in self.earlier}) < len(self.earlier):
            raise ValueError("earlier 中的环节不得重复")
        return self


class Judging(StageBase):
    """What panels and hearings share: who judges, and how many judgements become one.

    ``outcome: grade`` passes everybody on with his score; the grade is given to the list.
    ``weighs``: the score of the stage is made of its own and of earlier ones.
    """

    seats: Seats = Seats()
    score_table: Code | None = None
    aggregate: Literal["mean", "median", "trimmed"] = "mean"
    outcome: Literal["pass_fail", "rank", "grade"] = "pass_fail"
    weighs: Weighs | None = None
    refusal: Code = "refused"

    @model_validator(mode="after")
    def _way_fits_the_seats(self) -> Self:
        if self.seats.weights and self.aggregate != "mean":
            raise ValueError("设置来源权重时 aggregate 须为 mean")
        if self.aggregate == "trimmed" and self.seats.minimum < _TRIMMED_NEEDS:
            raise ValueError(f"去掉最高分和最低分时 seats.minimum 须不小于 {_TRIMMED_NEEDS}")
        if self.weighs is not None and self.score_table is None:
            raise ValueError("写 weighs 的环节须写明 score_table")
        return self


class PanelStage(Judging):
    """Experts give opinions (``mode: opinion``) or fill a score table (``mode: score``)."""

    kind: Literal["panel"]
    mode: Literal["opinion", "score"] = "opinion"

    @model_validator(mode="after")
    def _scores_need_a_table(self) -> Self:
        if (self.mode == "score") != (self.score_table is not None):
            raise ValueError("mode: score 须写明 score_table，mode: opinion 不得写 score_table")
        return self
