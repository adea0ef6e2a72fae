"""Who may do what in a review. Each answer is a Verdict with its reason."""

from typing import Any

from jurisdictions.permissions import GRANT_OF_POST, can_act_for, can_administer, works_for
from portal.common.doors import holders
from portal.common.verdict import ALLOW, Verdict, deny

OPEN_STATES = ("open", "signing")


def can_sign(user: Any, run: Any) -> Verdict:
    """Allow the post whose turn it is, of the office that holds the passage."""
    if run.state not in OPEN_STATES:
        return deny("该环节已办理完毕，请刷新页面查看最新状态。")
    turn = can_act_for(user, run.office, run.waiting_for)
    return four_eyes(user, run) if turn else turn


def four_eyes(user: Any, run: Any) -> Verdict:
    """One person may not sign two posts of a passage while others hold the post."""
    mine = run.signatures.filter(user=user, agrees=True, recalled_at=None)
    if not mine.exclude(post=run.waiting_for).exists():
        return ALLOW
    if not others_hold(user, run.office, run.waiting_for):
        return ALLOW
    return deny("您已在本环节签过其他岗位，请由另一位同岗人员签署。")


def others_hold(user: Any, office: Any, post: str) -> bool:
    """Whether somebody else may sign a post of an office."""
    people = holders(GRANT_OF_POST[post], office)
    return any(person != user and getattr(person, "is_active", True) for person in people)


def can_claim(user: Any, case: Any) -> Verdict:
    """Allow anybody at a post of the case's office to take it up."""
    if case.office is None or case.state != "open":
        return deny("该件不在办理中，不能领取。")
    return works_for(user, case.office)


def can_enter_paper(user: Any, run: Any) -> Verdict:
    """Allow the handlers of the office to complete a stage from paper."""
    if run.state not in OPEN_STATES:
        return deny("该环节已办理完毕，请刷新页面查看最新状态。")
    return can_act_for(user, run.office, "handler")


def can_reroute(user: Any, run: Any) -> Verdict:
    """Allow administrators of the jurisdiction, and approvers of the office that has it."""
    if run.state not in OPEN_STATES:
        return deny("该环节已办理完毕，不能改派。")
    if can_act_for(user, run.office, "approver"):
        return ALLOW
    return can_administer(user, run.office.jurisdiction)


def can_handle(user: Any, office: Any) -> Verdict:
    """Allow the handlers of an office."""
    return can_act_for(user, office, "handler")


def can_approve_for(user: Any, office: Any) -> Verdict:
    """Allow the approvers of a deciding body."""
    return can_act_for(user, office, "approver")
