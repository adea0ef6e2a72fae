"""From points or a choice to a grade, and from a grade to what follows."""

from dataclasses import dataclass
from decimal import Decimal

from jurisdictions.engine.policy import Policy
from jurisdictions.engine.scoring import allowed_by_cap, grade_of, plain
from jurisdictions.schema.assessment import AssessedGrade, Assessment, Award
from jurisdictions.schema.scoring import Cap, ScoreTable


class GradeError(ValueError):
    """A grade cannot be given; the message says why and what to do."""


@dataclass(frozen=True)
class Graded:
    """A grade with what it brings; ``grade`` is None where the text gives the total none."""

    grade: AssessedGrade | None
    advice: str = ""
    gap: str = ""


@dataclass(frozen=True)
class CapVerdict:
    """Whether a share is kept; ``reason_needed`` when 原则上 is exceeded."""

    allowed: int
    ok: bool
    reason_needed: bool


def table_of(policy: Policy, assessment: Assessment) -> ScoreTable | None:
    """The score table of an assessment, if it has one."""
    return policy.ruleset.score_tables[assessment.table] if assessment.table else None


def give_grade(
    policy: Policy,
    assessment: Assessment,
    *,
    total: Decimal | None = None,
    chosen: str = "",
    reason: str = "",
) -> Graded:
    """Work out the grade of one studio.

    Args:
        policy: the policy of the assessment.
        assessment: which assessment.
        total: verified points, where there is a table.
        chosen: the grade the assessors chose; where points decide, only for a total to which
            the text gives no grade.
        reason: their reason.

    Raises:
        GradeError: points missing, outside the table or broken; a choice without a reason.
    """
    table = table_of(policy, assessment)
    advice, gap = _by_points(table, total)
    if assessment.grade_by == "points" and not gap:
        if not advice:
            raise GradeError("核定分数未填写完整，不能定等次。")
        if chosen and chosen != advice:
            raise GradeError(f"按分数应为“{advice}”，不能改选“{chosen}”。")
        return Graded(_grade(assessment, advice), advice)
    if not chosen:
        return Graded(None, advice, gap)
    if not reason.strip():
        raise GradeError("认定等次须写明理由。")
    return Graded(_grade(assessment, chosen), advice, gap)


def _by_points(table: ScoreTable | None, total: Decimal | None) -> tuple[str, str]:
    if table is None or total is None:
        return "", ""
    if not 0 <= total <= table.total:
        raise GradeError(f"总分应在 0 至 {plain(table.total)} 分之间，现为 {plain(total)}。")
    label, gap = grade_of(table, total)
    return label or "", gap


def _grade(assessment: Assessment, label: str) -> AssessedGrade:
    for grade in assessment.grades:
        if grade.label == label:
            return grade
    known = "、".join(grade.label for grade in assessment.grades)
    raise GradeError(f"没有“{label}”这个等次，可选：{known}。")


def award_of(assessment: Assessment, label: str) -> Award:
    """The distinction of that name.

    Raises:
        GradeError: there is none.
    """
    for award in assessment.awards:
        if award.label == label:
            return award
    raise GradeError(f"没有“{label}”这个奖项。")


def check_cap(cap: Cap, *, chosen: int, passed: int, assessed: int) -> CapVerdict:
    """Whether so many may have a grade or award.

    Args:
        cap: the share and what it is of.
        chosen: how many would have it.
        passed: studios of the batch that passed.
        assessed: all studios of the batch that took part.
    """
    allowed = allowed_by_cap(cap.share, passed if cap.of == "passed" else assessed)
    over = chosen > allowed
    return CapVerdict(allowed, ok=not (over and cap.hard), reason_needed=over and not cap.hard)


def cap_for(assessment: Assessment, label: str) -> Cap | None:
    """The cap on a grade or award, if the text sets one."""
    return next((cap for cap in assessment.caps if cap.grade == label), None)
