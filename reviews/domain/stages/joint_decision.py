"""共同审定: each body has decided on the same list."""

from reviews.domain.decision import day_of
from reviews.domain.road import body_label
from reviews.domain.work import Kind, Work


def check_paper(work: Work) -> None:
    """The day each body approved."""
    days = work.data.get("bodies", {})
    jurisdiction = work.applications[0].jurisdiction
    for role in work.stage.bodies:
        label = body_label(work.policy, role, jurisdiction)
        day_of(days.get(role), f"请填写{label}审定的日期。", f"body-{role}")


KIND = Kind("joint_decision", check_paper=check_paper)
