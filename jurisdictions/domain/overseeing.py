"""总览人员: leaders who read the figures and files of a place and act in nothing."""

from typing import Any

from django.db import transaction

from jurisdictions.domain.offices import end_work, keep_staff_mark, mark_staff, need_reason
from jurisdictions.models import Jurisdiction
from jurisdictions.permissions import can_administer
from jurisdictions.signals import acted
from portal.accounts.models import User
from portal.common.doors import grant, holds, revoke
from portal.common.errors import DomainError


@transaction.atomic
def let_oversee(user: User, jurisdiction: Jurisdiction, *, by: Any, reason: str) -> None:
    """Let a person read everything of a place.

    Args:
        user: the person; becomes a staff member and so needs a second factor.
        jurisdiction: the place.
        by: its administrator.
        reason: kept in the record.

    Raises:
        DomainError: not an administrator of the place, the person is switched off, sees it all
            already, or the reason is missing.
    """
    _require_administrator(by, jurisdiction)
    need_reason(reason)
    if not user.is_active:
        raise DomainError("该账号已停用，不能设为总览人员。", field="login")
    if holds(user, "oversee", jurisdiction) or holds(user, "administer", jurisdiction):
        raise DomainError("该人员已可查看本地区总览，不需要再设。", field="login", status=422)
    grant(user, "oversee", jurisdiction)
    mark_staff(user)
    _tell(user, jurisdiction, "overseer_made", "可查看总览（只读）", by, reason)


@transaction.atomic
def end_oversight(user: User, jurisdiction: Jurisdiction, *, by: Any, reason: str) -> None:
    """End a person's reading; what he asked to be exported ends with it.

    Raises:
        DomainError: not an administrator of the place, or the reason is missing.
    """
    _require_administrator(by, jurisdiction)
    need_reason(reason)
    revoke(user, "oversee", jurisdiction)
    keep_staff_mark(user)
    end_work(user, jurisdiction, "您的总览权限已收回")
    _tell(user, jurisdiction, "overseer_removed", "不再查看总览", by, reason)


def _require_administrator(by: Any, jurisdiction: Jurisdiction) -> None:
    verdict = can_administer(by, jurisdiction)
    if not verdict:
        raise DomainError(verdict.reason, status=403)


def _tell(
    user: User, jurisdiction: Jurisdiction, kind: str, what: str, by: Any, reason: str
) -> None:
    acted.send(
        Jurisdiction, jurisdiction=jurisdiction, kind=kind,
        text=f"{user}{what}：{reason.strip()}", by=by,
        data={"user": str(user.public_id), "reason": reason.strip()},
    )  # fmt: skip
