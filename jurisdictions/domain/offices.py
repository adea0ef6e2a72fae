"""机构与岗位: who fills a role of the rulesets, and who sits at its posts."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jurisdictions import queries
from jurisdictions.enums import PostKind
from jurisdictions.models import Jurisdiction, Office, OfficeBinding, Post
from jurisdictions.permissions import GRANT_OF_POST, can_oversee
from jurisdictions.signals import acted
from portal.accounts.models import User
from portal.common.doors import grant, has_grants, revoke
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.jobs import end_jobs

_MIN_REASON = 4


@transaction.atomic
def save_office(
    jurisdiction: Jurisdiction,
    *,
    code: str,
    name: str,
    by: Any,
    office: Office | None = None,
    reason: str = "",
    **details: Any,
) -> Office:
    """Enter an office or change one.

    Args:
        jurisdiction: whose office.
        code: short name in small letters, unique in the jurisdiction.
        name: full name as printed.
        by: the administrator.
        office: the row to change; None enters a new one.
        reason: kept in its history.
        details: further columns (short_name, phone, address, office_hours, is_active).

    Raises:
        DomainError: the code is taken.
    """
    row = office or Office(jurisdiction=jurisdiction)
    row.code, row.name = code, name.strip()
    for key, value in details.items():
        setattr(row, key, value)
    row.full_clean(validate_constraints=False)
    others = Office.objects.filter(jurisdiction=jurisdiction, code=code).exclude(pk=row.pk)
    if others.exists():
        raise DomainError(f"代码“{code}”已用于另一机构，请换一个。", field="code", status=422)
    signed(row, by=by, reason=reason.strip() or "维护机构信息").save()
    return row


@transaction.atomic
def bind(office: Office, role: str, *, covers: str = "", by: Any) -> OfficeBinding:
    """Let an office fill a role, for one district or department or for the whole place.

    Raises:
        DomainError: another office fills the role there already.
    """
    covers = covers.strip()
    Jurisdiction.objects.select_for_update().get(pk=office.jurisdiction_id)
    taken = (
        OfficeBinding.objects.filter(
            office__jurisdiction_id=office.jurisdiction_id, role=role, covers=covers
        )
        .exclude(office=office)
        .select_related("office")
        .first()
    )
    if taken is not None:
        where = f"“{covers}”" if covers else "全地区"
        raise DomainError(
            f"{where}的这项职责已由{taken.office}承担，请先解除。", field="role", status=422
        )
    row, created = OfficeBinding.objects.get_or_create(office=office, role=role, covers=covers)
    if created:
        _tell(office, "office_bound", f"{office}承担职责 {role} {covers}".strip(), by)
    return row


@transaction.atomic
def unbind(row: OfficeBinding, *, by: Any) -> None:
    """End an office's filling of a role; filings on their way keep the office they have."""
    office, text = row.office, f"{row.office}不再承担职责 {row.role} {row.covers}".strip()
    row.delete()
    _tell(office, "office_unbound", text, by)


@transaction.atomic
def appoint(user: User, office: Office, post_kind: str, *, by: Any, reason: str) -> Post:
    """Put a person at a post and give the grant that goes with it.

    Args:
        user: the person; becomes a staff member and so needs a second factor.
        office: where.
        post_kind: a ``PostKind``.
        by: the administrator.
        reason: kept in the history of the post.

    Raises:
        DomainError: the person sits there already, is switched off, is who appoints, or the
            reason is missing.
    """
    need_reason(reason)
    need_another(user, by)
    kind = PostKind(post_kind)
    if not user.is_active:
        raise DomainError("该账号已停用，不能任岗。", field="login")
    if not office.is_active:
        raise DomainError("该机构已停用，不能任岗。", field="office")
    post = Post(user=user, office=office, kind=kind, active_from=timezone.now())
    try:
        with transaction.atomic():
            signed(post, by=by, reason=reason.strip()).save()
    except IntegrityError as error:
        raise DomainError("该人员已在此岗位。", field="login") from error
    grant(user, GRANT_OF_POST[kind.value], office)
    mark_staff(user)
    _tell(office, "post_appointed", f"{user}任{office}{kind.label}", by, reason.strip())
    return post


@transaction.atomic
def relieve(post: Post, *, by: Any, reason: str) -> Post:
    """End a post; the grant goes at once, the row stays.

    Raises:
        DomainError: the post has ended already, or the reason is missing.
    """
    need_reason(reason)
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("user", "office", "office__jurisdiction")
        .get(pk=post.pk)
    )
    if post.active_until is not None:
        raise DomainError("该人员已离岗。")
    post.active_until = timezone.now()
    signed(post, by=by, reason=reason.strip()).save(update_fields=["active_until"])
    revoke(post.user, GRANT_OF_POST[post.kind], post.office)
    keep_staff_mark(post.user)
    end_work(post.user, post.office.jurisdiction, "您已离岗")
    text = f"{post.user}不再任{post.office}{post.get_kind_display()}"
    _tell(post.office, "post_relieved", text, by, reason.strip())
    return post


@transaction.atomic
def let_reply(user: User, office: Office, *, by: Any, reason: str) -> None:
    """Let a person answer consultations for an office, and nothing else of its work.

    Args:
        user: the person; becomes a staff member and so needs a second factor.
        office: whose letters he answers.
        by: the administrator.
        reason: kept in the record.

    Raises:
        DomainError: the person or the office is switched off, the person is who lets him, or
            the reason is missing.
    """
    need_reason(reason)
    need_another(user, by)
    if not user.is_active:
        raise DomainError("该账号已停用，不能任岗。", field="login")
    if not office.is_active:
        raise DomainError("该机构已停用，不能任岗。", field="office")
    grant(user, "consult", office)
    mark_staff(user)
    _tell(office, "reply_granted", f"{user}可代{office}回复征求意见", by, reason.strip())


@transaction.atomic
def end_reply(user: User, office: Office, *, by: Any, reason: str) -> None:
    """End a person's answering of consultations for an office.

    Raises:
        DomainError: the reason is missing.
    """
    need_reason(reason)
    revoke(user, "consult", office)
    keep_staff_mark(user)
    _tell(office, "reply_revoked", f"{user}不再代{office}回复征求意见", by, reason.strip())


@transaction.atomic
def make_administrator(user: User, jurisdiction: Jurisdiction, *, by: Any) -> None:
    """Let a person administer a jurisdiction."""
    grant(user, "administer", jurisdiction)
    mark_staff(user)
    acted.send(
        Jurisdiction,
        jurisdiction=jurisdiction,
        kind="administrator_made",
        text=f"{user}任{jurisdiction}管理员",
        by=by,
        data={"user": str(user.public_id)},
    )


@transaction.atomic
def remove_administrator(user: User, jurisdiction: Jurisdiction, *, by: Any) -> None:
    """End a person's administering of a jurisdiction."""
    revoke(user, "administer", jurisdiction)
    keep_staff_mark(user)
    end_work(user, jurisdiction, "您已不再担任管理员")
    acted.send(
        Jurisdiction,
        jurisdiction=jurisdiction,
        kind="administrator_removed",
        text=f"{user}不再任{jurisdiction}管理员",
        by=by,
        data={"user": str(user.public_id)},
    )


def mark_staff(user: User) -> None:
    """Mark a person as somebody who works here: a second factor is asked from now on."""
    if not user.is_staff_member:
        user.is_staff_member = True
        user.save(update_fields=["is_staff_member"])


def keep_staff_mark(user: User) -> None:
    """The mark stays while any post or grant is left: an expert's seat counts as well."""
    kept = queries.posts_of(user).exists() or has_grants(user) or bool(user.duty)
    if kept or not user.is_staff_member:
        return
    user.is_staff_member = False
    user.save(update_fields=["is_staff_member"])


def end_work(user: User, jurisdiction: Jurisdiction, why: str) -> None:
    """Exports a person asked for end with his last post or grant in the jurisdiction.

    Args:
        user: the person.
        jurisdiction: the place.
        why: what ended, as the job tells him.
    """
    stays = queries.posts_of(user).filter(office__jurisdiction=jurisdiction).exists()
    if not stays and not can_oversee(user, jurisdiction):
        end_jobs(user, f"{why}，任务终止。", jurisdiction.code)


def need_reason(reason: str) -> None:
    """Refuse an appointment or its end without a reason.

    Raises:
        DomainError: too short.
    """
    if len(reason.strip()) < _MIN_REASON:
        raise DomainError("请写明理由（任免文件、分工调整等）。", field="reason", status=422)


def need_another(user: User, by: Any) -> None:
    """Refuse that somebody gives himself work: who runs a place does not decide in it unseen.

    Raises:
        DomainError: he does.
    """
    if by is not None and by.pk == user.pk:
        raise DomainError("不能为自己任岗，请由本地区另一位管理员办理。", field="login", status=403)


def _tell(office: Office, kind: str, text: str, by: Any, reason: str = "") -> None:
    acted.send(
        Office,
        jurisdiction=office.jurisdiction,
        kind=kind,
        text=text,
        by=by,
        data={"office": str(office.public_id), "reason": reason},
    )
