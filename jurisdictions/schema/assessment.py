"""考核: when it falls due, on what sheet, which grades, what each grade brings."""

from typing import Literal, Self

from pydantic import Field, model_validator

from jurisdictions.schema.base import Code, Entry
from jurisdictions.schema.effects import Effect
from jurisdictions.schema.life import FiledWith, Part, YearDay
from jurisdictions.schema.scoring import Cap


class Cycle(Entry):
    """When an assessment falls due: exactly one of the three ways.

    ``every_months`` counts from the naming day; ``at_term_end`` is the end of the construction
    period. It opens ``opens_months_before`` that day and must be done ``within_months`` after.
    """

    every_months: int | None = Field(default=None, ge=1)
    each_year: YearDay | None = None
    at_term_end: bool = False
    opens_months_before: int = Field(default=0, ge=0)
    within_months: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum((self.every_months is not None, self.each_year is not None, self.at_term_end)) != 1:
            raise ValueError("every_months、each_year、at_term_end 必须且只能写一个")
        return self


class Rectification(Entry):
    """限期整改: ``months`` fixed by the text, at most ``max_months``, or a day the office sets."""

    months: int | None = Field(default=None, ge=1)
    max_months: int | None = Field(default=None, ge=1)
    set_by: Code | None = None
    fails: "Failure"

    @model_validator(mode="after")
    def _how_long(self) -> Self:
        if self.months is not None and (self.max_months is not None or self.set_by):
            raise ValueError("写了 months 就不再写 max_months 或 set_by")
        if self.months is None and not self.set_by:
            raise ValueError("没有 months 时写明由谁定期限（set_by）")
        return self


class Failure(Entry):
    """What follows when the mending failed."""

    label: str
    effects: tuple[Effect, ...] = Field(min_length=1)


class AssessedGrade(Entry):
    """A grade and what it brings: effects at once, or a time for mending first."""

    label: str
    passed: bool
    effects: tuple[Effect, ...] = ()
    rectification: Rectification | None = None


class Award(Entry):
    """A distinction on top of a grade; not a grade of its own."""

    label: str
    of: str = Field(description="grade from which it may be given")
    effects: tuple[Effect, ...] = ()


class Need(Entry):
    """What must be there before the assessment begins, or is looked at in it."""

    id: Code
    text: str
    required: bool = False
    source: Literal["file", "ledger", "papers", "registers"] = "file"


class Team(Entry):
    """Who takes part besides the office that runs it."""

    roles: tuple[Code, ...] = ()
    third_party: str = ""


class Publication(Entry):
    """The results are made public; the list cannot close before."""

    text: str


class Assessment(Entry):
    """One kind of assessment.

    ``grade_by: points`` reads the grade off the score table; ``choice`` leaves it to the
    assessors, who write a reason, and the table only advises; ``text`` has headings with a
    verdict and no grade.
    """

    label: str
    by: Code
    team: Team | None = None
    cycle: Cycle
    remind_days_before: tuple[int, ...] = (30, 7)
    table: Code | None = None
    headings: tuple[Part, ...] = ()
    grade_by: Literal["points", "choice", "text"] = "points"
    grades: tuple[AssessedGrade, ...] = ()
    awards: tuple[Award, ...] = ()
    caps: tuple[Cap, ...] = ()
    needs: tuple[Need, ...] = ()
    filed_with: tuple[FiledWith, ...] = ()
    publication: Publication | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        labels = {grade.label for grade in self.grades}
        if self.grade_by == "points" and not self.table:
            raise ValueError("按分数定等次须写 table")
        if self.grade_by != "text" and not labels:
            raise ValueError("写明 grades")
        stray = {award.of for award in self.awards} - labels
        stray |= {cap.grade for cap in self.caps} - labels - {a.label for a in self.awards}
        if stray:
            raise ValueError(f"没有这样的等次：{'、'.join(sorted(stray))}")
        return self


Rectification.model_rebuild()
