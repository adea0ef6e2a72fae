"""Units entered by an office: the administrator invites the first person to act for them."""

from typing import Any

from django.db import transaction

from applications.domain import events
from applications.queries.units import authority_of, first_invitations, unattended_in
from jurisdictions.domain.offices import need_reason
from jurisdictions.models import Jurisdiction
from jurisdictions.permissions import can_administer
from portal.accounts.domain import opening
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, Invitation
from portal.common.errors import DomainError


def _require_administrator(by: Any, place: Jurisdiction) -> None:
    verdict = can_administer(by, place)
    if not verdict:
        raise DomainError(verdict.reason, status=403)


@transaction.atomic
def invite_first(
    unit: Enterprise,
    place: Jurisdiction,
    *,
    role: MemberRole,
    by: Any,
    reason: str,
    email: str = "",
    mobile: str = "",
) -> tuple[Invitation, str]:
    """Invite the first handler or principal of a unit that the place knows.

    Args:
        unit: hosts a studio of the place, or filed there on paper; nobody acts for it.
        place: the jurisdiction.
        role: handler or principal.
        by: an administrator of the place.
        reason: how the person's standing was verified; kept in the record.
        email: where the link is mailed to; may be empty when ``mobile`` is given.
        mobile: eleven digits.

    Returns:
        The invitation and its link, shown once.

    Raises:
        DomainError: no right, no reason, another place's unit, it has people, or no address.
    """
    _require_administrator(by, place)
    need_reason(reason)
    if not unattended_in(place).filter(pk=unit.pk).exists():
        raise DomainError("该单位不在本地区，或已有经办人或负责人。", status=409)
    invitation, link = opening.invite_first(
        unit, role=role, authority=authority_of(place)[0], by=by, email=email, mobile=mobile
    )
    _note(place, invitation, "unit_invited", f"邀请{unit}首位{role.label}", by, reason)
    return invitation, link


@transaction.atomic
def revoke_first(unit: Enterprise, invitation: Invitation, place: Jurisdiction, *, by: Any) -> None:
    """Take such an invitation back.

    Raises:
        DomainError: no right, another unit's, or it was accepted meanwhile.
    """
    _require_administrator(by, place)
    if not first_invitations(unit).filter(pk=invitation.pk).exists():
        raise DomainError("该邀请已被接受、撤销或失效，请刷新页面。", status=409)
    opening.revoke_first(invitation)
    _note(place, invitation, "unit_invitation_revoked", f"撤销邀请{unit}首位成员", by, "")


def _note(
    place: Jurisdiction, invitation: Invitation, kind: str, text: str, by: Any, reason: str
) -> None:
    # The address of a person has no place in the record: the invitation keeps it.
    said = f"{text}：{reason.strip()}" if reason else text
    events.record(place, kind, said, actor=by,
                  data={"invitation": str(invitation.public_id), "reason": reason.strip(),
                        "unit": str(invitation.enterprise.public_id)})  # fmt: skip
