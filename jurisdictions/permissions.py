"""Who may do what for a jurisdiction or an office. Each answer is a Verdict with its reason."""

from typing import Any

from django.utils import timezone

from jurisdictions.enums import PostKind
from portal.common.doors import holds
from portal.common.memory import recall
from portal.common.verdict import ALLOW, Verdict, deny

#: The grant that goes with each kind of post.
GRANT_OF_POST = {"handler": "handle", "reviewer": "review", "approver": "approve"}


def can_administer(user: Any, jurisdiction: Any) -> Verdict:
    """Allow the administrators of a jurisdiction to run its calls, offices and posts."""
    if holds(user, "administer", jurisdiction):
        return ALLOW
    return deny("只有本地区管理员可以办理。")


def can_oversee(user: Any, jurisdiction: Any) -> Verdict:
    """Allow administrators and overseers to see everything of a jurisdiction."""
    if holds(user, "administer", jurisdiction) or holds(user, "oversee", jurisdiction):
        return ALLOW
    return deny("只有本地区管理员或总览人员可以查看。")


def was_lent_a_post(user: Any) -> bool:
    """Whether a delegation names a person that has not been ended before its last day.

    Few people have one: for all others one small table is asked instead of six.
    """
    if not user.is_authenticated:
        return False
    lent: bool = recall(
        ("jurisdictions.lent", user.pk), lambda: user.deputyships.filter(ended_at=None).exists()
    )
    return lent


def stands_in_for(user: Any, office: Any, post_kind: str = "") -> Any | None:
    """Whose post of an office a person holds today as a deputy; None for everybody else.

    Args:
        user: the person who acts.
        office: the office.
        post_kind: a kind of post; any kind unless given.
    """
    if not user.is_active or not was_lent_a_post(user):
        return None
    today = timezone.localdate()
    wanted = {"kind": post_kind} if post_kind else {}
    post = (
        office.posts.filter(
            active_until=None, user__is_active=True, delegations__deputy=user,
            delegations__ended_at=None, delegations__starts_on__lte=today,
            delegations__ends_on__gte=today, **wanted,
        )
        .select_related("user")
        .first()
    )  # fmt: skip
    return post.user if post is not None else None


def signs_for(user: Any, office: Any, post_kind: str) -> Any | None:
    """For whom a signature at a post is given; None when it is the person's own post."""
    if holds(user, GRANT_OF_POST[post_kind], office):
        return None
    return stands_in_for(user, office, post_kind)


def can_act_for(user: Any, office: Any, post_kind: str) -> Verdict:
    """Allow the people at a post (handler, reviewer, approver) of an office, and their deputies."""
    if office.is_active and (
        holds(user, GRANT_OF_POST[post_kind], office) or stands_in_for(user, office, post_kind)
    ):
        return ALLOW
    return deny(f"须由{office}在岗的{PostKind(post_kind).label}人员或其代理人办理。")


def works_for(user: Any, office: Any) -> Verdict:
    """Allow anybody at a post of an office to see its work; deputies during their days."""
    if any(holds(user, perm, office) for perm in GRANT_OF_POST.values()):
        return ALLOW
    if stands_in_for(user, office):
        return ALLOW
    return deny(f"只有{office}在岗人员可以查看。")


def can_reply_for(user: Any, office: Any) -> Verdict:
    """Allow the people who answer consultations for an office."""
    if holds(user, "consult", office) or works_for(user, office):
        return ALLOW
    return deny(f"只有{office}的回复人员可以办理。")
