"""Making accounts: a person with a new unit, or a person who was invited."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts import queries
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, Membership, User
from portal.accounts.signals import whom_to_ask
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.notifying import notify

UNIT_TAKEN = "该统一社会信用代码的单位已经注册。请联系本单位经办人或负责人，由其邀请您加入。"


def person_with(email: str | None, mobile: str | None) -> User | None:
    """Return somebody who signs in with one of the two names."""
    wanted = Q(pk__in=[])
    if email:
        wanted |= Q(email=email)
    if mobile:
        wanted |= Q(mobile=mobile)
    return User.objects.filter(wanted).first()


def register(
    *,
    name: str,
    email: str | None,
    mobile: str | None,
    password: str,
    role: MemberRole,
    unit: dict[str, Any],
) -> User | None:
    """Store a person and their unit, and make the person its first member.

    The answer to the visitor must not tell whether the sign-in name was known already: then
    nothing is stored, as much time is spent, and the owner of the account is told by mail.

    Args:
        name: the person's name.
        email: sign-in name, or None.
        mobile: sign-in name as eleven digits, or None.
        password: checked by the form against the password rules.
        role: what the person does for the unit.
        unit: columns of Enterprise, at least ``name`` and ``uscc``.

    Returns:
        The new person, or None when the sign-in name belongs to somebody.

    Raises:
        DomainError: the unit is registered already.
    """
    taken = Enterprise.objects.filter(uscc=unit["uscc"]).first()
    if taken is not None:
        raise DomainError(_how_to_join(taken), field="uscc")
    known = person_with(email, mobile)
    if known is not None:
        make_password(password)
        _tell_owner(known)
        return None
    try:
        return _store(name, email, mobile, password, role, unit)
    except IntegrityError as error:
        raise DomainError("提交重复，请刷新页面后核对是否已经注册成功。") from error


def _how_to_join(enterprise: Enterprise) -> str:
    """Who lets somebody into a unit that is known: its people, else the office that knows it."""
    if not queries.unattended().filter(pk=enterprise.pk).exists():
        return UNIT_TAKEN
    answers = whom_to_ask.send(Enterprise, enterprise=enterprise)
    named = list(dict.fromkeys(name for _, names in answers for name in names or ()))
    asked = "、".join(named) or "当地人力资源社会保障部门"
    return f"该单位已由主管部门登记，目前没有经办人或负责人的账号。请联系{asked}邀请您开通。"


@transaction.atomic
def _store(
    name: str,
    email: str | None,
    mobile: str | None,
    password: str,
    role: MemberRole,
    unit: dict[str, Any],
) -> User:
    user = User.objects.create_user(email, password, mobile=mobile, name=name)
    enterprise = Enterprise(**unit)
    enterprise.full_clean()
    signed(enterprise, by=user, reason="单位注册").save()
    member = Membership(user=user, enterprise=enterprise, role=role, active_from=timezone.now())
    signed(member, by=user, reason="单位注册").save()
    return user


def _tell_owner(user: User) -> None:
    now = timezone.localtime()
    notify(
        [user],
        "account",
        "有人用您的账号信息再次注册",
        "有人用您的邮箱或手机号码申请注册。您的账号没有改动；如是本人操作，请直接登录或找回密码。",
        key=f"register-again:{user.public_id}:{now:%Y%m%d%H}",
    )


def create_invited_person(
    *, name: str, email: str | None, mobile: str | None, password: str
) -> User:
    """Store a person who follows an invitation.

    Raises:
        DomainError: an account with this address or number exists.
    """
    if person_with(email, mobile) is not None:
        raise DomainError("您已有账号，请登录后再打开邀请链接。")
    return User.objects.create_user(email, password, mobile=mobile, name=name)
