"""Who acts for a unit: inviting, accepting, handing over, leaving."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from portal.accounts import queries
from portal.accounts.domain.links import fresh_token, hash_of
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, Invitation, Membership, User
from portal.accounts.permissions import can_manage
from portal.accounts.signals import still_in_charge
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.notifying import notify
from portal.common.queue import post_mail

INVITATION_LIFE = dt.timedelta(days=7)
DEAD_LINK = "邀请链接已失效或已被使用。请联系邀请您的同事重新发送。"


def _lock(enterprise: Enterprise, *, by: User) -> Enterprise:
    """Lock the unit, so that two changes of its members follow one another."""
    locked = Enterprise.objects.select_for_update(of=("self",)).get(pk=enterprise.pk)
    verdict = can_manage(by, locked)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    return locked


@transaction.atomic
def invite(
    enterprise: Enterprise,
    *,
    role: MemberRole,
    by: User,
    email: str = "",
    mobile: str = "",
    replaces: Membership | None = None,
) -> tuple[Invitation, str]:
    """Invite somebody to act for a unit.

    Args:
        enterprise: the unit.
        role: what the invited person will do.
        by: an active handler or principal of the unit.
        email: where the link is mailed to; may be empty when ``mobile`` is given.
        mobile: eleven digits; without an SMS gateway the inviter passes the link on himself.
        replaces: the membership that ends when the invitation is accepted (handing over).

    Returns:
        The invitation and its link; the link is shown once and kept nowhere.

    Raises:
        DomainError: no right to invite, no address, or the person holds the role already.
    """
    enterprise = _lock(enterprise, by=by)
    invitation = Invitation(
        enterprise=enterprise,
        role=role,
        email=email.strip().lower(),
        mobile=mobile,
        replaces=replaces,
        invited_by=by,
    )
    _check_invitation(invitation)
    return invitation, send_invitation(invitation)


def _check_invitation(invitation: Invitation) -> None:
    if not invitation.recipient:
        raise DomainError("请填写被邀请人的邮箱或手机号码。", field="email")
    replaced = invitation.replaces
    if replaced is not None and replaced.enterprise_id != invitation.enterprise_id:
        raise DomainError("只能交接本单位的角色。", status=403)
    same = Q(user__email=invitation.email) if invitation.email else Q(pk__in=[])
    if invitation.mobile:
        same |= Q(user__mobile=invitation.mobile)
    if queries.members_of(invitation.enterprise).filter(same, role=invitation.role).exists():
        raise DomainError("该人员已在本单位担任此角色，无需再次邀请。", field="email")


def send_invitation(invitation: Invitation) -> str:
    """Store an invitation under the hash of a fresh link, send the link, and return it.

    Args:
        invitation: an unsaved one, its rights checked.
    """
    token, invitation.token_hash = fresh_token()
    invitation.expires_at = timezone.now() + INVITATION_LIFE
    invitation.full_clean()
    invitation.save()
    page = reverse("accounts:invitation", args=[token])
    _tell(invitation, page)
    return settings.PUBLIC_URL + page


def _tell(invitation: Invitation, page: str) -> None:
    """A notice to whoever has an account; a mail to an address that nobody has."""
    until = f"{timezone.localtime(invitation.expires_at):%Y年%m月%d日 %H:%M}"
    unit = invitation.enterprise.name
    title = f"{unit}邀请您担任{invitation.get_role_display()}"
    if invitation.authority:
        title = f"{invitation.authority}邀请您担任{unit}{invitation.get_role_display()}"
    who = (
        f"{invitation.inviter}邀请您加入{unit}，"
        f"担任{invitation.get_role_display()}。\n请在{until}前"
    )
    # A notice is kept for good, the link of an invitation nowhere: his own page leads him on.
    mine = "登录门户，在“我的账号与单位”中接受。如果您不认识邀请人，请忽略。"
    key = f"{queries.TOLD}{invitation.public_id}"
    known = queries.people_with(invitation.email, invitation.mobile)
    notify(known, "account", title, f"{who}{mine}", link=reverse("accounts:me"), key=key)
    if invitation.email and all(person.email != invitation.email for person in known):
        post_mail(
            invitation.email, title,
            f"{who}打开：\n{settings.PUBLIC_URL}{page}\n如果您不认识邀请人，请忽略本邮件。",
            key=key,
        )  # fmt: skip


def find_invitation(token: str) -> Invitation:
    """Return the open invitation behind a link.

    Raises:
        DomainError: unknown, used, revoked or expired link (the text does not say which).
    """
    invitation = (
        queries.still_open()
        .select_related("enterprise", "invited_by")
        .filter(token_hash=hash_of(token))
        .first()
    )
    if invitation is None or not _stands(invitation):
        raise DomainError(DEAD_LINK, status=404)
    return invitation


def _stands(invitation: Invitation) -> bool:
    """An authority's invitation ends when whoever made it acts for the authority no more."""
    if not invitation.authority:
        return True
    answers = still_in_charge.send(Invitation, invitation=invitation)
    return any(answer for _, answer in answers)


@transaction.atomic
def accept(token: str, *, by: User) -> Membership:
    """Join the unit behind an invitation link; ends the membership it replaces.

    Raises:
        DomainError: dead link, or an account other than the invited one.
    """
    return _join(find_invitation(token), by=by)


@transaction.atomic
def accept_mine(invitation: Invitation, *, by: User) -> Membership:
    """Join the unit by an invitation one was told of in the portal; its link is not needed.

    Args:
        invitation: the invitation.
        by: who was invited.

    Raises:
        DomainError: not open any more, or not told to this account.
    """
    if not queries.invitations_for(by).filter(pk=invitation.pk).exists():
        raise DomainError(DEAD_LINK, status=404)
    return _join(invitation, by=by)


def _join(found: Invitation, *, by: User) -> Membership:
    enterprise = Enterprise.objects.select_for_update(of=("self",)).get(pk=found.enterprise_id)
    # Read again, now that nobody else can accept it.
    known = queries.still_open().select_related("enterprise", "invited_by", "replaces")
    invitation = known.filter(pk=found.pk).first()
    if invitation is None or not _stands(invitation):
        raise DomainError(DEAD_LINK, status=404)
    if not _is_for(invitation, by):
        raise DomainError(
            "该邀请发给了另一个邮箱或手机号码。请退出后用被邀请的账号登录，或请同事重新邀请。",
            status=403,
        )
    if by.duty:
        raise DomainError("系统、安全、审计管理员不能加入申报单位，请使用其他账号。", status=403)
    if invitation.authority and not queries.unattended().filter(pk=enterprise.pk).exists():
        raise DomainError("该单位已有经办人或负责人，请由其邀请您加入。", status=409)
    now = timezone.now()
    invitation.accepted_at, invitation.accepted_by = now, by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    member = queries.members_of(enterprise).filter(user=by, role=invitation.role).first()
    if member is None:
        member = Membership(
            user=by,
            enterprise=enterprise,
            role=invitation.role,
            active_from=now,
            invited_by=invitation.invited_by,
        )
        member.full_clean()
        signed(member, by=by, reason="接受邀请").save()
    if invitation.replaces is not None and invitation.replaces.active_until is None:
        _end(invitation.replaces, by=by, reason=f"交接给{by}", at=now)
    return member


def _is_for(invitation: Invitation, user: User) -> bool:
    if invitation.email and user.email == invitation.email:
        return True
    return bool(invitation.mobile) and user.mobile == invitation.mobile


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> None:
    """Take an invitation back.

    Raises:
        DomainError: no right, or it was accepted meanwhile.
    """
    _lock(invitation.enterprise, by=by)
    revoked = Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True
    ).update(revoked_at=timezone.now())
    if not revoked:
        raise DomainError("该邀请已被接受或已撤销，请刷新页面。")


@transaction.atomic
def hand_over(membership: Membership, *, to: User, by: User, reason: str) -> Membership:
    """Give a role to another member of the unit; the present holder's role ends at once.

    Raises:
        DomainError: no right, no reason, or ``to`` does not act for the unit.
    """
    enterprise = _lock(membership.enterprise, by=by)
    if not reason.strip():
        raise DomainError("请填写交接原因。", field="reason")
    current = queries.members_of(enterprise).filter(pk=membership.pk).first()
    if current is None:
        raise DomainError("该成员的角色已经结束，请刷新页面。")
    if to.pk == current.user_id or not queries.members_of(enterprise).filter(user=to).exists():
        raise DomainError("只能交接给本单位的另一名成员；新同事请先邀请加入。", field="to")
    now = timezone.now()
    held = queries.members_of(enterprise).filter(user=to, role=current.role).first()
    if held is None:
        held = Membership(
            user=to, enterprise=enterprise, role=current.role, active_from=now, invited_by=by
        )
        signed(held, by=by, reason=reason).save()
    _end(current, by=by, reason=reason, at=now)
    return held


@transaction.atomic
def end_membership(membership: Membership, *, by: User, reason: str) -> None:
    """End somebody's role for a unit.

    Raises:
        DomainError: no right, no reason, already ended, or nobody would be left to manage.
    """
    enterprise = _lock(membership.enterprise, by=by)
    if not reason.strip():
        raise DomainError("请填写原因。", field="reason")
    members = queries.members_of(enterprise)
    current = members.filter(pk=membership.pk).first()
    if current is None:
        raise DomainError("该成员的角色已经结束，请刷新页面。")
    others = members.exclude(pk=current.pk).filter(role__in=queries.MANAGING_ROLES)
    if not others.exists():
        raise DomainError("单位至少保留一名经办人或负责人。请先邀请接手的同事，或办理交接。")
    _end(current, by=by, reason=reason, at=timezone.now())


def _end(membership: Membership, *, by: User, reason: str, at: dt.datetime) -> None:
    membership.active_until = at
    signed(membership, by=by, reason=reason).save(update_fields=["active_until"])


@transaction.atomic
def update_profile(
    enterprise: Enterprise, *, by: User, changes: dict[str, object], reason: str
) -> Enterprise:
    """Change facts of a unit. The social credit code is its identity and never changes here.

    Raises:
        DomainError: no right to manage the unit.
        ValidationError: a value does not fit.
    """
    locked = _lock(enterprise, by=by)
    for column, value in changes.items():
        if column not in queries.PROFILE_COLUMNS:
            raise ValueError(f"not a profile column: {column}")
        setattr(locked, column, value)
    locked.full_clean()
    signed(locked, by=by, reason=reason or "更新单位资料").save()
    return locked
