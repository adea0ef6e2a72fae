"""建议名单: chosen in order, cut at the quota, the others in reserve or struck."""

from typing import Any

from portal.common.errors import DomainError
from reviews.domain import cutting, grading, lists
from reviews.domain.work import (
    PASS,
    REFUSE,
    RESERVE,
    Kind,
    Step,
    Work,
    apply_items,
    need,
)


def outcomes(stage: Any) -> tuple[str, ...]:
    """Reserve only where the ruleset keeps one; with grades, the results of the assessment."""
    if stage.grading:
        return (PASS, *stage.choices)
    return (PASS, RESERVE, REFUSE) if stage.reserve else (PASS, REFUSE)


def check(work: Work) -> None:
    """Each is chosen or left out by a person; whoever is left out is told why; nobody is chosen
    beyond the quota.

    Raises:
        DomainError: names the item, or the number of places.
    """
    if work.stage.grading:
        grading.check(work)
        return
    said = work.data.get("items", {})
    for item in work.present:
        name = item.case.application.studio_name or item.case.application.unit_name
        if str(item.pk) in said:
            chosen = said[str(item.pk)].get("result")
            need(chosen, f"请选择是否入选：{name}。", f"result-{item.pk}")
        if work.result_of(item) != PASS:
            need(work.text_of(item).strip(), f"未入选的须写明理由：{name}。", f"text-{item.pk}")
    chosen = sum(1 for item in work.present if work.result_of(item) == PASS)
    hard = lists.check_places(work, chosen)
    cut = cutting.cut_of(work.listing_in_hand, (hard, None), chosen)
    if cut is not None and cut.over:
        raise DomainError(f"{cut}，请移出或列为候补。")


def finish(work: Work) -> Step:
    """Strike those left out; those chosen take their places of the quota. Grades leave all in."""
    if work.stage.grading:
        return Step.ADVANCE
    apply_items(work)
    lists.take_places(work)
    return Step.ADVANCE


KIND = Kind("shortlist", interactive=True, outcomes=outcomes, check=check, check_paper=check,
            finish=finish)  # fmt: skip
