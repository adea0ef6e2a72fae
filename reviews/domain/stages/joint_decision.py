"""共同审定: each body has decided on the same list, or on the same filing."""

from portal.common.errors import DomainError
from reviews.domain import decision
from reviews.domain.decision import day_of
from reviews.domain.road import body_label
from reviews.domain.work import PASS, REFUSE, Kind, Step, Work, finish_judged, need


def check(work: Work) -> None:
    """What is approved is the list, or the filing, as it stands.

    Who is not to pass leaves the list first. One filing that the office in charge does not want
    to pass is refused with its reason, as it would strike it from a list: no other body need sign.

    Raises:
        DomainError: an item of a list is refused in the same breath, or a refusal lacks words.
    """
    if work.case is not None:
        if work.run.outcome == REFUSE:
            need(work.run.opinion.strip(), "不予通过的须写明理由。", "opinion")
        return
    if work.run.outcome != PASS or any(work.result_of(item) != PASS for item in work.present):
        raise DomainError(
            "共同审定的是现有名单：不同意的请先在名单中移出或暂缓，再请各机构重新审定。",
            field="outcome", status=422,
        )  # fmt: skip
    if not work.present:
        raise DomainError("名单中没有可审定的项目。")


def check_paper(work: Work) -> None:
    """The day each body approved."""
    days = work.data.get("bodies", {})
    jurisdiction = work.applications[0].jurisdiction
    for role in work.stage.bodies:
        label = body_label(work.policy, role, jurisdiction)
        day_of(days.get(role), f"请填写{label}审定的日期。", f"body-{role}")


def finish(work: Work) -> Step:
    """The last signature of the office in charge is its own approval; then all are needed."""
    if not work.paper and work.run.outcome == PASS:
        decision.require_bodies(work)
    return finish_judged(work)


KIND = Kind("joint_decision", interactive=True, own_page=True, check=check,
            check_paper=check_paper, finish=finish)  # fmt: skip
