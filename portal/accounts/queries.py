"""Shared reads about people and units."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from portal.accounts.enums import Duty, MemberRole
from portal.accounts.models import Enterprise, Invitation, Membership, User
from portal.common.models import Notice

#: How the occasion of an invitation's notice begins; its public id follows.
TOLD = "invitation:"
MANAGING_ROLES = frozenset({MemberRole.HANDLER, MemberRole.PRINCIPAL})
PROFILE_COLUMNS = (
    "name",
    "nature",
    "industry",
    "district_code",
    "address",
    "postal_code",
    "legal_representative",
    "employee_count",
    "contact_name",
    "contact_phone",
    "contact_email",
)


def active_at(moment: dt.datetime | None = None) -> Q:
    """Return the condition under which a membership counts at ``moment`` (default: now)."""
    at = moment or timezone.now()
    return Q(active_from__lte=at) & (Q(active_until__isnull=True) | Q(active_until__gt=at))


def memberships_of(user: User) -> QuerySet[Membership]:
    """Return the memberships ``user`` holds now, with their units."""
    return Membership.objects.filter(active_at(), user=user).select_related("enterprise")


def enterprises_of(
    user: User, *, roles: frozenset[MemberRole] | None = None
) -> QuerySet[Enterprise]:
    """Return the units ``user`` acts for now.

    Args:
        user: the person.
        roles: only units where the person holds one of these roles; None means any role.
    """
    held = Membership.objects.filter(active_at(), user_id=user.pk)
    if roles is not None:
        held = held.filter(role__in=roles)
    return Enterprise.objects.filter(pk__in=held.values("enterprise_id"))


def members_of(enterprise: Enterprise) -> QuerySet[Membership]:
    """Return who acts for ``enterprise`` now, with the people."""
    return Membership.objects.filter(active_at(), enterprise=enterprise).select_related("user")


def codes_borne(units: Iterable[int]) -> dict[str, int]:
    """Every code that units bear or have borne, and whose it is.

    Args:
        units: keys of the units.
    """
    rows = Enterprise.history.filter(id__in=list(units)).values_list("uscc", "id").distinct()
    return dict(rows.order_by("uscc", "id"))


def has_role(user: User, enterprise: Enterprise, role: MemberRole) -> bool:
    """Tell whether ``user`` holds ``role`` for ``enterprise`` now."""
    return Membership.objects.filter(
        active_at(), user_id=user.pk, enterprise=enterprise, role=role
    ).exists()


def unattended() -> QuerySet[Enterprise]:
    """Return units nobody can act for: no handler or principal with a working account."""
    managing = Membership.objects.filter(active_at(), role__in=MANAGING_ROLES, user__is_active=True)
    return Enterprise.objects.exclude(pk__in=managing.values("enterprise_id"))


def open_invitations(enterprise: Enterprise) -> QuerySet[Invitation]:
    """Return invitations of a unit that may still be accepted."""
    return still_open().filter(enterprise=enterprise)


def still_open() -> QuerySet[Invitation]:
    """Return invitations that may still be accepted.

    One by a member of the unit ends with his right to invite: who left lets nobody in.
    """
    inviting = Membership.objects.filter(
        active_at(), role__in=MANAGING_ROLES, user__is_active=True,
        user=OuterRef("invited_by"), enterprise=OuterRef("enterprise"),
    )  # fmt: skip
    return Invitation.objects.filter(
        ~Q(authority="") | Exists(inviting),
        accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now(),
    )  # fmt: skip


def invitations_for(user: User) -> QuerySet[Invitation]:
    """Return open invitations that ``user`` was told of and that are still made out to him.

    Anybody may enter an address that nobody else has; only who had it when he was invited is led
    on without the link that was mailed there.
    """
    told = Notice.objects.filter(user_id=user.pk, key__startswith=TOLD)
    ids = [key.removeprefix(TOLD) for key in told.values_list("key", flat=True)]
    mine = Q(pk__in=[])
    if user.email:
        mine |= Q(email=user.email)
    if user.mobile:
        mine |= Q(mobile=user.mobile)
    return still_open().filter(mine, public_id__in=ids).select_related("enterprise", "invited_by")


def people_with(email: str | None, mobile: str | None) -> list[User]:
    """Return who signs in with the address, and who signs in with the number."""
    wanted = Q(pk__in=[])
    if email:
        wanted |= Q(email=email)
    if mobile:
        wanted |= Q(mobile=mobile)
    return list(User.objects.filter(wanted, is_active=True).order_by("pk"))


def people_on_duty(duty: Duty) -> list[User]:
    """Working accounts that have one of the three duties of the whole portal."""
    return list(User.objects.filter(duty=duty, is_active=True).order_by("pk"))
