"""Opening a unit that is known but has nobody: the authority invites the first person."""

from django.db import transaction
from django.utils import timezone

from portal.accounts import queries
from portal.accounts.domain.members import send_invitation
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, Invitation, User
from portal.common.errors import DomainError


@transaction.atomic
def invite_first(
    enterprise: Enterprise,
    *,
    role: MemberRole,
    authority: str,
    by: User,
    email: str = "",
    mobile: str = "",
) -> tuple[Invitation, str]:
    """Invite the first person to act for a unit; an earlier invitation of this kind ends.

    Args:
        enterprise: a unit without a handler or principal.
        role: handler or principal.
        authority: the authority that invites, as the invited person reads it.
        by: who acts for the authority; the caller has checked his right.
        email: where the link is mailed to; may be empty when ``mobile`` is given.
        mobile: eleven digits; the link is then passed on by hand.

    Returns:
        The invitation and its link; the link is shown once and kept nowhere.

    Raises:
        DomainError: the unit has people, no address, a role that does not manage, or oneself.
    """
    unit = Enterprise.objects.select_for_update(of=("self",)).get(pk=enterprise.pk)
    if not queries.unattended().filter(pk=unit.pk).exists():
        raise DomainError("该单位已有经办人或负责人，请由其邀请同事加入。", status=409)
    if role not in queries.MANAGING_ROLES:
        raise DomainError("首位成员只能是经办人或负责人。", field="role", status=422)
    email = email.strip().lower()
    if not email and not mobile:
        raise DomainError("请填写被邀请人的邮箱或手机号码。", field="email", status=422)
    if by in queries.people_with(email, mobile):
        raise DomainError("不能邀请自己代表申报单位。", field="email", status=422)
    queries.open_invitations(unit).exclude(authority="").update(revoked_at=timezone.now())
    invitation = Invitation(
        enterprise=unit, role=role, email=email, mobile=mobile, authority=authority, invited_by=by
    )
    return invitation, send_invitation(invitation)


@transaction.atomic
def revoke_first(invitation: Invitation) -> None:
    """Take such an invitation back; the caller has checked the right.

    Raises:
        DomainError: it was accepted or revoked meanwhile.
    """
    Enterprise.objects.select_for_update(of=("self",)).get(pk=invitation.enterprise_id)
    revoked = queries.open_invitations(invitation.enterprise).filter(pk=invitation.pk)
    if not revoked.update(revoked_at=timezone.now()):
        raise DomainError("该邀请已被接受、撤销或失效，请刷新页面。", status=409)
