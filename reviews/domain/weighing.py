"""综合得分: what earlier panels gave a case, weighed together with what this one gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jurisdictions.engine.aggregate import from_text, rounded
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.scoring import plain
from reviews.enums import RunState
from reviews.models import Case, PanelResult, StageRun


class NoScoreError(ValueError):
    """An earlier stage that counts gave the case no score; the message names it."""


@dataclass(frozen=True)
class Share:
    """One score that counts with its weight.

    Attributes:
        label: the stage it comes from.
        weight: in percent.
        exact: the score; None where the stage gave none.
    """

    label: str
    weight: Decimal
    exact: Fraction | None

    @property
    def shown(self) -> str:
        """The score for people, two decimals at most."""
        return "" if self.exact is None else plain(rounded(self.exact))

    def __str__(self) -> str:
        """The score and its weight in words."""
        return f"{self.label} {self.shown} 分占 {plain(self.weight)}%"


def shares_of(policy: Policy, stage: Any, case: Case, own: Fraction) -> tuple[Share, ...]:
    """The scores that make up the final one, earlier stages first; empty without weights.

    Args:
        policy: the version.
        stage: the stage that weighs.
        case: whose scores.
        own: what the experts of this stage gave.
    """
    if stage.weighs is None:
        return ()
    known = {s.id: s for s in policy.stages(case.application.procedure)}
    gave = _scores(case, [row.stage for row in stage.weighs.earlier])
    earlier = [
        Share(known[row.stage].label, row.weight, gave.get(row.stage))
        for row in stage.weighs.earlier
    ]
    return (*earlier, Share(stage.label, stage.weighs.own, own))


def combined(shares: Sequence[Share]) -> Fraction:
    """The weighted mean, exact.

    Raises:
        NoScoreError: names the stage that gave no score.
    """
    total = Fraction(0)
    for share in shares:
        if share.exact is None:
            raise NoScoreError(f"“{share.label}”没有得分，不能计算综合得分")
        total += share.exact * Fraction(share.weight)
    return total / sum(Fraction(share.weight) for share in shares)


def needs_total(policy: Policy, procedure: str, stage: Any) -> bool:
    """Whether a score must come out of a stage on paper too: for grades, or to be weighed later."""
    if getattr(stage, "mode", "") != "score":
        return False
    return (stage.kind == "panel" and stage.outcome == "grade") or any(
        row.stage == stage.id
        for other in policy.stages(procedure)
        if getattr(other, "weighs", None)
        for row in other.weighs.earlier
    )


def _scores(case: Case, stages: list[str]) -> dict[str, Fraction]:
    """Score of a case at each of these stages: of its last finished passage.

    A passage completed from paper has the score of its minutes.
    """
    runs = StageRun.objects.filter(case=case, stage__in=stages, state=RunState.DONE)
    last = {run.stage: run for run in runs.order_by("pk")}
    kept = PanelResult.objects.filter(run__in=last.values(), case=case).exclude(exact="")
    exact = {row.run_id: from_text(row.exact) for row in kept.order_by("number")}
    found = {}
    for stage, run in last.items():
        typed = run.data.get("total")
        if run.pk in exact:
            found[stage] = exact[run.pk]
        elif typed not in (None, ""):
            found[stage] = Fraction(str(typed))
    return found
