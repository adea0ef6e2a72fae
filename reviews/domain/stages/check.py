"""受理 / 初审: points judged one by one, one notice with all faults, or a refusal."""

from typing import Any

from applications.domain import statements, visibility
from portal.common.errors import DomainError
from reviews.domain import corrections, judging
from reviews.domain.work import PASS, REFUSE, RETURN, Kind, Step, Work, apply_items, need


def outcomes(stage: Any) -> tuple[str, ...]:
    """What the ruleset allows."""
    found: tuple[str, ...] = stage.outcomes
    return found


def check(work: Work) -> None:
    """Points judged, faults listed for a return, an opinion for a refusal."""
    if work.run.outcome == RETURN:
        corrections.check(work)
        return
    judging.check(work)
    if work.run.outcome == REFUSE:
        need(work.run.opinion.strip(), "不予通过须写明理由，申报单位可见。", "opinion")
        return
    if work.stage.hears_unit and work.case is not None:
        statements.require_heard(work.case.application)
    if work.stage.opinion_required:
        need(work.run.opinion.strip(), "请填写意见。", "opinion")
    check_paper_set(work)


def check_paper_set(work: Work) -> None:
    """The bound paper set must have come before the stage passes."""
    wanted, case = work.stage.paper, work.case
    if wanted is None or case is None or work.run.outcome != PASS:
        return
    application = case.application
    copies = int(work.data.get("paper_copies") or application.paper_copies or 0)
    received = work.data.get("paper_received_on") or application.paper_received_on
    if copies < wanted.copies or not received:
        bound = "（装订成册）" if wanted.bound else ""
        raise DomainError(
            f"须先收到纸质材料{bound}一式 {wanted.copies} 份，请登记收到日期和份数。",
            field="paper_copies", status=422,
        )  # fmt: skip


def check_paper(work: Work) -> None:
    """From paper a check passes or refuses; a return needs its faults and is written here."""
    if work.run.outcome == RETURN:
        raise DomainError("退回补正须在办理页面标记全部问题，不能用纸质录入。",
                          field="outcome", status=422)  # fmt: skip
    check_paper_set(work)
    if work.stage.hears_unit and work.case is not None and work.run.outcome == PASS:
        # The signed record of the hearing stands for what the unit said.
        visibility.show_to_unit(work.case.application, by=work.by)


def finish(work: Work) -> Step:
    """Pass on, return with the notice, or refuse."""
    if work.case is None:
        apply_items(work)
        return Step.ADVANCE
    return {RETURN: Step.RETURN, REFUSE: Step.REFUSE}.get(work.run.outcome, Step.ADVANCE)


KIND = Kind("check", interactive=True, outcomes=outcomes, check=check, check_paper=check_paper,
            finish=finish)  # fmt: skip
