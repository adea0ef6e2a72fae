"""发文 / 认定: number, day, every body's approval; results come out together."""

from typing import Any

from portal.common.errors import DomainError
from reviews.domain import choosing, decision, grading
from reviews.domain.work import PASS, REFUSE, Kind, Step, Work, apply_items


def outcomes(stage: Any) -> tuple[str, ...]:
    """The list is decided as it stands, each item with the result or one of the choices.

    From paper, and where the ruleset names what a refusal is, single items may be refused; an
    assessment refuses nobody.
    """
    if stage.grading:
        return (PASS, stage.result, *stage.choices)
    return (PASS, *stage.choices, REFUSE)


def check(work: Work) -> None:
    """Number and day; nothing while an objection is open."""
    if work.data.get("phase") == decision.ANNOUNCE:
        raise DomainError("已经发文，请登记公布情况。")
    decision.check_proposal(work)
    if work.stage.grading:
        grading.check(work)
    else:
        choosing.check(work)
    decision.require_no_objection(work)


def check_paper(work: Work) -> None:
    """The signed document stands for the bodies' approvals."""
    check(work)
    if work.stage.announcement is not None:
        announced = decision.day_of(work.data.get("announced_on"), "请填写公布日期。",
                                    "announced_on")  # fmt: skip
        if announced.isoformat() < str(work.data["decided_on"]):
            raise DomainError("公布日期不能早于发文日期。", field="announced_on", status=422)


def finish(work: Work) -> Step:
    """Decide all items."""
    if work.paper or work.stage.choices or work.stage.refusal:
        apply_items(work)
    return decision.decide(work)


KIND = Kind("decision", interactive=True, outcomes=outcomes, check=check,
            check_paper=check_paper, finish=finish)  # fmt: skip
