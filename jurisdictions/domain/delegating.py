"""请假代理: a deputy for one post, for some days, named by its holder or the administrator."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from jurisdictions import queries
from jurisdictions.models import Delegation, Post
from jurisdictions.permissions import can_administer
from jurisdictions.signals import acted
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.notifying import notify

_MIN_REASON = 2
#: A habit of the house, in no regulation: who is away longer hands the post over.
LONGEST_DAYS = 92


def may_delegate(user: Any, post: Post) -> bool:
    """Whether a person may name the deputy of a post: its holder, or the administrator."""
    return post.user_id == user.pk or bool(can_administer(user, post.office.jurisdiction))


@transaction.atomic
def delegate(
    post: Post, deputy: User, *, starts_on: date, ends_on: date, reason: str, by: Any
) -> Delegation:
    """Name a deputy for a post.

    Args:
        post: the post whose holder is away.
        deputy: who acts at it; at a post of the same office himself.
        starts_on: first day, today or later.
        ends_on: last day, that day included.
        reason: leave, travel, training; kept in the record.
        by: the holder, or an administrator of the jurisdiction.

    Raises:
        DomainError: no right, wrong days, not of this office, or a deputy is named already.
    """
    locked = _lock(post)
    if not may_delegate(by, locked):
        raise DomainError("只有本人或本地区管理员可以指定代理人。", status=403)
    _check_days(starts_on, ends_on)
    if len(reason.strip()) < _MIN_REASON:
        raise DomainError("请写明事由，如年休假、出差、脱产培训。", field="reason", status=422)
    _check_deputy(locked, deputy, by)
    _require_free(locked, starts_on, ends_on)
    row = Delegation(
        post=locked, deputy=deputy, starts_on=starts_on, ends_on=ends_on,
        reason=reason.strip()[:300], made_by=by,
    )  # fmt: skip
    signed(row, by=by, reason=reason.strip()[:100]).save()
    _tell(row, "deputy_named", f"{deputy}代理{_named(locked)}，{_days(row)}", by)
    _mail(row)
    return row


@transaction.atomic
def end(row: Delegation, *, by: Any) -> Delegation:
    """End a delegation before its last day: the holder is back.

    Raises:
        DomainError: no right, or it is over.
    """
    locked = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("post__user", "post__office__jurisdiction", "deputy")
        .get(pk=row.pk)
    )
    if not may_delegate(by, locked.post):
        raise DomainError("只有本人或本地区管理员可以终止代理。", status=403)
    if locked.ended_at is not None or locked.ends_on < timezone.localdate():
        raise DomainError("代理已经结束。")
    locked.ended_at = timezone.now()
    signed(locked, by=by, reason="提前终止代理").save()
    text = f"{locked.deputy}不再代理{_named(locked.post)}"
    _tell(locked, "deputy_ended", text, by)
    return locked


def _lock(post: Post) -> Post:
    """The post, locked and still held.

    Raises:
        DomainError: its holder has left.
    """
    locked = (
        Post.objects.select_for_update(of=("self",))
        .select_related("user", "office__jurisdiction")
        .get(pk=post.pk)
    )
    if locked.active_until is not None:
        raise DomainError("该人员已离岗，不能指定代理人。请由管理员任命新的人员。")
    return locked


def _check_days(starts_on: date, ends_on: date) -> None:
    if starts_on < timezone.localdate():
        raise DomainError("起始日不能早于今天：代理不能补办。", field="starts_on", status=422)
    if ends_on < starts_on:
        raise DomainError("终止日不能早于起始日。", field="ends_on", status=422)
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        raise DomainError(
            f"一次代理最长 {LONGEST_DAYS} 天；时间更长的，请管理员调整岗位人员。",
            field="ends_on", status=422,
        )  # fmt: skip


def _check_deputy(post: Post, deputy: User, by: Any) -> None:
    if deputy.pk == post.user_id:
        raise DomainError("代理人不能是本人。", field="deputy", status=422)
    if deputy.pk == by.pk:
        raise DomainError(
            "管理员不能指定自己为代理人，请由岗位本人或另一位管理员指定。",
            field="deputy", status=403,
        )  # fmt: skip
    if not queries.colleagues_at(post.office).filter(pk=deputy.pk).exists():
        raise DomainError(
            f"代理人须为{post.office}的在岗人员。", field="deputy", status=422
        )  # fmt: skip
    if queries.posts_of(deputy).filter(office=post.office, kind=post.kind).exists():
        raise DomainError(
            f"{deputy}本来就在这个岗位，可以直接办理，不需要代理。", field="deputy", status=422
        )


def _require_free(post: Post, starts_on: date, ends_on: date) -> None:
    """One deputy at a time for a post; the post is locked.

    Raises:
        DomainError: names who is deputy in these days.
    """
    other = (
        post.delegations.filter(ended_at=None, starts_on__lte=ends_on, ends_on__gte=starts_on)
        .select_related("deputy")
        .first()
    )
    if other is not None:
        raise DomainError(
            f"{other.starts_on} 至 {other.ends_on} 已由{other.deputy}代理，请先终止或另选日期。",
            field="starts_on",
        )


def _named(post: Post) -> str:
    return f"{post.user}的{post.office}{post.get_kind_display()}岗"


def _days(row: Delegation) -> str:
    return f"{row.starts_on} 至 {row.ends_on}"


def _tell(row: Delegation, kind: str, text: str, by: Any) -> None:
    acted.send(
        Delegation, jurisdiction=row.post.office.jurisdiction, kind=kind, text=text, by=by,
        data={"delegation": str(row.public_id), "reason": row.reason},
    )  # fmt: skip


def _mail(row: Delegation) -> None:
    body = (
        f"{row.deputy}：\n{_days(row)}（首尾两日均在内）由您代理{_named(row.post)}，"
        f"事由：{row.reason}。代理期间签署的意见注明“{row.deputy}（代{row.post.user}）”，"
        "同一环节不能再签其他岗位。期满自动终止。"
    )
    notify([row.deputy], "account", "岗位代理通知", body, key=f"deputy:{row.public_id}:to")
    if row.made_by_id != row.post.user_id:
        told = f"{row.post.user}：\n管理员已指定{row.deputy}在{_days(row)}代理您的岗位。"
        notify([row.post.user], "account", "岗位代理通知", told,
               key=f"deputy:{row.public_id}:from")  # fmt: skip
