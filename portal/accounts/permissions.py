"""Who may do what about units."""

from typing import Any

from portal.accounts import queries
from portal.accounts.enums import Duty
from portal.accounts.models import Enterprise, User
from portal.common.verdict import ALLOW, Verdict, deny


def can_manage(user: User, enterprise: Enterprise) -> Verdict:
    """Allow active handlers and principals of the unit to change its profile and members."""
    if queries.members_of(enterprise).filter(user=user, role__in=queries.MANAGING_ROLES).exists():
        return ALLOW
    return deny("只有本单位现任经办人或负责人可以办理。")


def has_duty(user: Any, duty: Duty) -> Verdict:
    """Allow the people who hold one of the three duties of the portal (三员)."""
    if user.is_authenticated and user.is_active and user.duty == duty:
        return ALLOW
    return deny(f"只有{duty.label}可以办理。")
