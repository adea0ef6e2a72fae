"""What every stage says, whatever its kind."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from jurisdictions.schema.base import BoolExpr, Code, Entry

Post = Literal["handler", "reviewer", "approver"]
#: Kinds of stages at which experts are at work.
EXPERT_KINDS = ("panel", "hearing", "visit")


class Extend(Entry):
    """How far the time limit may be moved on, in the unit of the limit."""

    days: int = Field(ge=1, description="most days in all")
    times: int = Field(default=1, ge=1, description="how often")


class Limit(Entry):
    """Time allowed for the stage; without ``extend`` the text sets no bound to an extension.

    ``remind_days_before``: days before the last one on which to remind; left out, the portal's
    own habit holds and is marked as such (``engine.reminding``). ``stops_for``: time that does
    not count: ``correction`` from the notice to the answer; ``experts``, at ``panel``,
    ``hearing`` and ``visit``, while experts are at work (``reviews.domain.clock``).
    """

    days: int = Field(ge=1)
    unit: Literal["calendar", "working"] = "working"
    stops_for: tuple[Literal["correction", "experts"], ...] = ("correction",)
    extend: Extend | None = None
    remind_days_before: tuple[Annotated[int, Field(ge=0, le=60)], ...] | None = None


class Point(Entry):
    """One thing an officer judges: 符合 / 不符合 / 存疑.

    ``rules`` and ``materials`` tell which findings and papers belong beside it.
    """

    id: Code
    text: str
    rules: tuple[Code, ...] = ()
    materials: tuple[Code, ...] = ()


class StageBase(Entry):
    """Common part of all stages.

    ``scope: case`` works on one filing, ``list`` on what is decided together.
    ``office`` names an office role of the ruleset; ``when`` skips the stage for a case and
    then ``box_skipped`` is printed in its opinion box. ``signoff`` lists the posts in the order
    they sign; the result is a proposal until the last one has. ``gathers``: filings that belong
    to no round wait here until the office draws up a list of those decided together.
    """

    id: Code
    label: str = Field(description="what officers see")
    applicant_label: str = Field(description="what the applicant sees")
    scope: Literal["case", "list"] = "case"
    office: Code
    when: BoolExpr | None = None
    gathers: bool = False
    signoff: tuple[Post, ...] = ("handler",)
    limit: Limit | None = None
    resumes_at: Code | None = Field(
        default=None, description="stage a corrected filing goes to; empty: back to this stage"
    )
    box: Code | None = None
    box_skipped: str = ""
    duty_note: str = ""
    notes: tuple[Entry, ...] = ()

    @model_validator(mode="after")
    def _experts_where_they_work(self) -> Self:
        kind = getattr(self, "kind", "")
        if self.limit and "experts" in self.limit.stops_for and kind not in EXPERT_KINDS:
            raise ValueError(
                f"stops_for 的 experts 只能写在 {'、'.join(EXPERT_KINDS)} 环节，{kind} 环节没有专家"
            )
        return self
