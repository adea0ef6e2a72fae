"""The self-score a unit filed for an assessment, as input of the score table."""

from dataclasses import dataclass
from typing import Any

from applications.models import Application
from applications.queries import filing_of, last_submission
from assessments.enums import DueKind
from assessments.models import Obligation
from jurisdictions.engine.derived import selfscore
from jurisdictions.engine.facts import build_facts
from jurisdictions.engine.policy import Policy
from jurisdictions.queries import policy_of
from jurisdictions.schema.scoring import ScoreTable


@dataclass(frozen=True)
class Stored:
    """A self-score as it is kept.

    Attributes:
        policy: the version it was filed under.
        code: of the score table.
        table: the table.
        lines: input of each line; what was left empty is left out.
        application: the filing; without a number while it is a draft.
        period: which assessment of its kind.
    """

    policy: Policy
    code: str
    table: ScoreTable
    lines: dict[str, Any]
    application: Application
    period: int


def stored(number: str, assessment: str = "", period: int = 0) -> Stored | None:
    """The self-score of a studio by its number, the newest unless a period is given.

    Args:
        number: of the studio.
        assessment: code of the assessment; any without it.
        period: which one; the newest without it.

    Returns:
        None where no assessment with a score table was begun.
    """
    rows = Obligation.objects.filter(
        studio__number=number, kind=DueKind.ASSESSMENT, application__isnull=False
    ).select_related("application__ruleset", "application__jurisdiction")
    if assessment:
        rows = rows.filter(item=assessment)
    if period:
        rows = rows.filter(period=period)
    return next((found for row in rows.order_by("-period", "-pk") if (found := _of(row))), None)


def _of(row: Obligation) -> Stored | None:
    application = row.application
    if application is None:
        return None
    policy = policy_of(application.ruleset)
    code = policy.ruleset.assessments[row.item].table
    if not code:
        return None
    table = policy.ruleset.score_tables[code]
    submission = last_submission(application)
    filing = filing_of(application, submission.answers) if submission else filing_of(application)
    facts = build_facts(policy, application.procedure, filing)
    lines = selfscore.lines_of(code, table, facts.typed)
    return Stored(policy, code, table, lines, application, row.period)
