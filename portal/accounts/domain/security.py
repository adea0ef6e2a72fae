"""What the security administrator does to accounts, and who is given which of the three duties."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from portal.accounts.enums import Duty
from portal.accounts.models import AccountEvent, User
from portal.accounts.permissions import has_duty
from portal.accounts.queries import memberships_of
from portal.common.doors import has_grants
from portal.common.errors import DomainError
from portal.common.jobs import end_jobs

_MIN_REASON = 4
OFF = "账号已停用，任务终止。"


def _lock(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _check(user: User, by: Any, reason: str) -> None:
    """Refuse who is no security administrator, his own account, and a missing reason.

    Raises:
        DomainError: one of these.
    """
    verdict = has_duty(by, Duty.SECURITY)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    if user.pk == by.pk:
        raise DomainError("不能办理自己的账号，请由另一位安全管理员办理。", status=403)
    if len(reason.strip()) < _MIN_REASON:
        raise DomainError("请写明理由。", field="reason", status=422)


def _record(user: User, kind: str, text: str, *, by: Any, reason: str) -> None:
    AccountEvent.objects.create(user=user, kind=kind, text=text, reason=reason.strip(), actor=by)


@transaction.atomic
def switch_off(user: User, *, by: Any, reason: str) -> User:
    """Switch an account off: open sessions end with their next request, queued work dies.

    Raises:
        DomainError: no right, no reason, or it is off already.
    """
    locked = _lock(user)
    _check(locked, by, reason)
    if not locked.is_active:
        raise DomainError("该账号已停用。")
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    end_jobs(locked, OFF)
    _record(locked, "switched_off", f"停用{locked}的账号", by=by, reason=reason)
    return locked


@transaction.atomic
def switch_on(user: User, *, by: Any, reason: str) -> User:
    """Let an account sign in again.

    Raises:
        DomainError: no right, no reason, or it is on already.
    """
    locked = _lock(user)
    _check(locked, by, reason)
    if locked.is_active:
        raise DomainError("该账号没有停用。")
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    _record(locked, "switched_on", f"启用{locked}的账号", by=by, reason=reason)
    return locked


@transaction.atomic
def drop_second_factor(user: User, *, by: Any, reason: str) -> User:
    """Take a lost second factor away; the person sets up a new one at the next sign-in.

    Raises:
        DomainError: no right, no reason, or there is none.
    """
    locked = _lock(user)
    _check(locked, by, reason)
    gone, _ = Authenticator.objects.filter(user=locked).delete()
    if not gone:
        raise DomainError("该账号没有启用两步验证。")
    _record(locked, "second_factor_dropped", f"解除{locked}的两步验证", by=by, reason=reason)
    return locked


@transaction.atomic
def give_duty(user: User, duty: str, *, reason: str, by: Any = None) -> User:
    """Make somebody one of the three administrators; one duty each, and no other work here.

    Args:
        user: the person.
        duty: a ``Duty``.
        reason: kept in the record.
        by: who gives it; None for a command on the machine.

    Raises:
        DomainError: the person has another duty, a post, a grant or a unit.
    """
    locked, wanted = _lock(user), Duty(duty)
    if locked.duty and locked.duty != wanted:
        raise DomainError(
            f"{locked}已是{locked.get_duty_display()}，三员不得兼任，请先解除。", status=409
        )
    if has_grants(locked) or memberships_of(locked).exists():
        raise DomainError(f"{locked}有业务岗位或所属单位，不能担任{wanted.label}。")
    if wanted != Duty.SYSTEM and (locked.is_staff or locked.is_superuser):
        raise DomainError(f"{locked}可进入系统管理后台，不能担任{wanted.label}。")
    locked.duty, locked.is_staff_member = wanted, True
    locked.save(update_fields=["duty", "is_staff_member"])
    _record(locked, "duty_given", f"{locked}任{wanted.label}", by=by, reason=reason)
    return locked


@transaction.atomic
def take_duty(user: User, *, reason: str, by: Any = None) -> User:
    """End somebody's duty.

    Raises:
        DomainError: the person has none.
    """
    locked = _lock(user)
    if not locked.duty:
        raise DomainError(f"{locked}没有三员职责。")
    label = locked.get_duty_display()
    locked.duty, locked.is_staff, locked.is_superuser = "", False, False
    locked.is_staff_member = False
    locked.save(update_fields=["duty", "is_staff", "is_superuser", "is_staff_member"])
    _record(locked, "duty_taken", f"{locked}不再任{label}", by=by, reason=reason)
    return locked
