"""Staff who have no account yet: inviting them to a post or a grant, and their coming in."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from jurisdictions import queries
from jurisdictions.domain import offices, overseeing
from jurisdictions.enums import StaffTask
from jurisdictions.models import Jurisdiction, Office, StaffInvitation
from jurisdictions.permissions import can_administer
from jurisdictions.signals import acted
from portal.accounts.domain.links import fresh_token, hash_of
from portal.accounts.domain.members import INVITATION_LIFE
from portal.accounts.domain.registration import create_invited_person, person_with
from portal.accounts.models import User
from portal.accounts.validators import clean_mobile
from portal.common.errors import DomainError
from portal.common.memory import remembering
from portal.common.notifying import notify
from portal.common.queue import post_mail

DEAD_LINK = "邀请链接已失效或已被使用。请联系本地区管理员重新邀请。"
KNOWN = "该邮箱或手机号码已有账号，邀请只用于新建账号。请告知邀请您的管理员，由其直接办理。"
GONE = "该邀请已被接受、撤销或失效，请刷新页面。"


def address_of(login: str) -> tuple[str, str]:
    """An e-mail address or a mobile number as it is stored, the other one empty.

    Raises:
        DomainError: neither.
    """
    text = login.strip().lower()
    try:
        if "@" in text:
            validate_email(text)
            return text, ""
        return "", clean_mobile(text)
    except ValidationError as error:
        raise DomainError("请填写正确的邮箱或11位手机号码。", field="login", status=422) from error


@transaction.atomic
def invite(
    jurisdiction: Jurisdiction,
    *,
    task: StaffTask,
    login: str,
    by: Any,
    reason: str,
    office: Office | None = None,
) -> tuple[StaffInvitation, str]:
    """Invite somebody without an account; an earlier invitation to the same work ends.

    Args:
        jurisdiction: the place.
        task: the post, or the grant.
        login: e-mail address the link is mailed to, or mobile number; then it is passed on by
            hand.
        by: an administrator of the place; None for a command on the machine.
        reason: kept with the invitation, and in the history of the appointment.
        office: where, for posts and for answering consultations; of the place.

    Returns:
        The invitation and its link; the link is shown once and kept nowhere.

    Raises:
        DomainError: no right, no reason, no such address, it has an account, or the office is
            switched off.
    """
    _require_right(jurisdiction, task, by)
    offices.need_reason(reason)
    email, mobile = address_of(login)
    if person_with(email or None, mobile or None) is not None:
        raise DomainError("该登录名已有账号，不需要邀请，请直接办理。", field="login", status=422)
    if office is not None and not (office.is_active and office.jurisdiction_id == jurisdiction.pk):
        raise DomainError("该机构已停用或不在本地区。", field="office", status=422)
    row = StaffInvitation(
        jurisdiction=jurisdiction, office=office, task=task, email=email, mobile=mobile,
        reason=reason.strip(), invited_by=by,
    )  # fmt: skip
    return row, _send(row)


def _send(row: StaffInvitation) -> str:
    """Store an invitation under the hash of a fresh link, mail the link, and return it."""
    # Two invitations to the same work follow one another: the later one counts.
    Jurisdiction.objects.select_for_update().get(pk=row.jurisdiction_id)
    earlier = queries.staff_invitations_of(row.jurisdiction).filter(
        office=row.office, task=row.task, email=row.email, mobile=row.mobile
    )
    earlier.update(revoked_at=timezone.now())
    token, row.token_hash = fresh_token()
    row.expires_at = timezone.now() + INVITATION_LIFE
    row.full_clean()
    row.save()
    link = settings.PUBLIC_URL + reverse("jurisdictions:staff_invitation", args=[token])
    _mail(row, link)
    _tell(row, "staff_invited", f"邀请工作人员任{row.work}", row.invited_by)
    return link


def _require_right(jurisdiction: Jurisdiction, task: StaffTask, by: Any) -> None:
    if by is None:
        return
    verdict = can_administer(by, jurisdiction)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    if task == StaffTask.ADMINISTER:
        raise DomainError("地区管理员由系统管理员用命令任命。", status=403)


def _mail(row: StaffInvitation, link: str) -> None:
    until = f"{timezone.localtime(row.expires_at):%Y年%m月%d日 %H:%M}"
    text = (
        f"{row.jurisdiction}邀请您建立技能大师工作室平台的工作人员账号，任{row.work}。\n"
        f"请在{until}前打开：\n{link}\n"
        "首次登录须启用两步验证。如果您不知道此事，请忽略本邮件。"
    )
    key = f"staff-invitation:{row.public_id}"
    post_mail(row.email, f"邀请您任{row.work}", text, key=key)


def find(token: str) -> StaffInvitation:
    """Return the open invitation behind a link.

    Raises:
        DomainError: unknown, used, revoked or expired, or whoever invited administers the place
            no more (the text does not say which).
    """
    row = queries.open_staff_invitations().filter(token_hash=hash_of(token)).first()
    if row is None or not _stands(row):
        raise DomainError(DEAD_LINK, status=404)
    return row


def _stands(row: StaffInvitation) -> bool:
    return row.invited_by is None or bool(can_administer(row.invited_by, row.jurisdiction))


@remembering()
def waiting(jurisdiction: Jurisdiction) -> list[tuple[StaffInvitation, bool]]:
    """Open invitations of a place, each with whether its link still opens."""
    rows = queries.staff_invitations_of(jurisdiction)
    return [(row, _stands(row)) for row in rows]


@transaction.atomic
def accept(token: str, *, name: str, password: str) -> User:
    """Make the account of an invited person and appoint him.

    Args:
        token: the secret part of the link.
        name: the person's name.
        password: checked by the form against the password rules.

    Raises:
        DomainError: dead link, the address has an account by now, or the office is switched off.
    """
    found = find(token)
    locked = StaffInvitation.objects.select_for_update(of=("self",)).get(pk=found.pk)
    # Read again, now that nobody else can accept it.
    row = queries.open_staff_invitations().filter(pk=locked.pk).first()
    if row is None:
        raise DomainError(DEAD_LINK, status=404)
    user = _account(row, name, password)
    _appoint(row, user)
    row.accepted_at, row.accepted_by = timezone.now(), user
    row.save(update_fields=["accepted_at", "accepted_by"])
    if row.invited_by is not None:
        notify(
            [row.invited_by], "account", f"{user}已接受邀请",
            f"{user}已建立账号，任{row.work}。",
            link=reverse("jurisdictions:manage_posts", args=[row.jurisdiction.code]),
            key=f"staff-joined:{row.public_id}",
        )  # fmt: skip
    return user


def _account(row: StaffInvitation, name: str, password: str) -> User:
    email, mobile = row.email or None, row.mobile or None
    # Whoever acts for a unit by now does not become staff by a link: the administrator decides.
    if person_with(email, mobile) is not None:
        raise DomainError(KNOWN, status=409)
    try:
        with transaction.atomic():
            return create_invited_person(name=name, email=email, mobile=mobile, password=password)
    except (IntegrityError, ValidationError) as error:
        raise DomainError(KNOWN, status=409) from error


def _appoint(row: StaffInvitation, user: User) -> None:
    by, reason = row.invited_by, f"{row.reason}（接受邀请）"
    if row.task == StaffTask.ADMINISTER:
        offices.make_administrator(user, row.jurisdiction, by=by)
    elif row.task == StaffTask.OVERSEE:
        overseeing.let_oversee(user, row.jurisdiction, by=by, reason=reason)
    elif row.office is None:
        raise ValueError(f"no office for {row.task}")  # the database refuses such a row
    elif row.task == StaffTask.CONSULT:
        offices.let_reply(user, row.office, by=by, reason=reason)
    else:
        offices.appoint(user, row.office, row.task, by=by, reason=reason)


@transaction.atomic
def revoke(row: StaffInvitation, *, by: Any) -> None:
    """Take an invitation back.

    Raises:
        DomainError: no right, or it was accepted or ended meanwhile.
    """
    verdict = can_administer(by, row.jurisdiction)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    StaffInvitation.objects.select_for_update(of=("self",)).get(pk=row.pk)
    mine = queries.open_staff_invitations().filter(pk=row.pk)
    if not mine.update(revoked_at=timezone.now()):
        raise DomainError(GONE, status=409)
    _tell(row, "staff_invitation_revoked", f"撤销邀请工作人员任{row.work}", by)


def _tell(row: StaffInvitation, kind: str, text: str, by: Any) -> None:
    # The address of a person has no place in the record: the invitation keeps it.
    acted.send(
        StaffInvitation, jurisdiction=row.jurisdiction, kind=kind, text=text, by=by,
        data={"invitation": str(row.public_id), "reason": row.reason},
    )  # fmt: skip
