"""Parties: a second unit that takes part confirms what the first one files."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import events
from applications.domain.lifecycle import lock
from applications.enums import Status
from applications.models import Application, Party
from portal.accounts.models import Enterprise
from portal.common.errors import DomainError

UNIT, NEW_UNIT = "unit", "new_unit"


def add(application: Application, partner: Enterprise | None) -> Party:
    """Enter the second unit of a filing that needs one.

    Raises:
        DomainError: none is given, or it hosts the studio already.
    """
    if partner is None:
        raise DomainError(
            "请填写新单位的统一社会信用代码；新单位须先在本平台注册。", field="partner", status=422
        )
    studio = application.studio
    hosts = studio.hosts.filter(until__isnull=True, enterprise=partner) if studio else None
    if hosts is not None and hosts.exists():
        raise DomainError(
            "该单位已是工作室的所在单位，请填写另一个单位。", field="partner", status=422
        )
    return Party.objects.create(application=application, enterprise=partner, role=NEW_UNIT)


def partner_of(application: Application) -> Party | None:
    """The second unit of a filing, or None."""
    found = application.parties.filter(role=NEW_UNIT).select_related("enterprise")
    return found.first()


@transaction.atomic
def confirm(application: Application, party: Party, *, by: Any) -> Party:
    """A unit confirms the filing as it stands; any later change needs a new confirmation.

    Args:
        application: the filing.
        party: the unit that confirms.
        by: a handler or principal of that unit.

    Raises:
        DomainError: the filing is not being written any more.
    """
    locked = lock(application)
    if locked.status not in (Status.DRAFT, Status.RETURNED):
        raise DomainError("该申请已经提交或办结，不需要再确认。请刷新页面查看最新情况。")
    row = Party.objects.select_for_update(of=("self",)).get(pk=party.pk, application=locked)
    if row.confirmed_at is None:
        row.confirmed_at, row.confirmed_by = timezone.now(), by
        row.save(update_fields=["confirmed_at", "confirmed_by"])
        text = f"{row.enterprise}确认申请内容"
        events.record(locked, "party_confirmed", text, actor=by, applicant_text=text)
    return row


def require_confirmed(application: Application, *, by: Any) -> None:
    """Every other unit has confirmed; handing in is the filing unit's own confirmation.

    Raises:
        DomainError: names the units that have not.
    """
    waiting = application.parties.filter(confirmed_at__isnull=True).exclude(role=UNIT)
    names = "、".join(str(row.enterprise) for row in waiting.select_related("enterprise"))
    if names:
        raise DomainError(
            f"还须{names}确认申请内容：请对方经办人或负责人登录后在“我的申报”中确认。", status=422
        )
    application.parties.filter(role=UNIT, confirmed_at__isnull=True).update(
        confirmed_at=timezone.now(), confirmed_by=by
    )
