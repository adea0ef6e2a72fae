"""补正逾期: the unit has let the day pass, and the office goes on with what it has."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import lifecycle
from jurisdictions.engine.dates import format_date
from portal.common.errors import DomainError
from reviews.domain import cases, lapsing, leaving, road
from reviews.domain.notices import mail_unit
from reviews.domain.work import lock_case, need
from reviews.enums import CaseState, ItemState
from reviews.models import Case, Correction
from reviews.permissions import can_handle_run


def overdue(case: Case) -> Correction | None:
    """The notice whose day has passed without an answer; None while the unit still has time."""
    if case.state != CaseState.RETURNED:
        return None
    sent = case.corrections.filter(answered_at=None, ended_at=None, sent_at__isnull=False)
    late = sent.filter(due_on__lt=timezone.localdate()).select_related("run__office")
    return late.order_by("-number").first()


def why_not(case: Case, user: Any) -> str:
    """Why a person may not go on with a case now; empty where he may."""
    notice = overdue(case)
    if notice is None:
        return "该件没有逾期未补正的告知：补正期限未到，或单位已经补正。"
    return can_handle_run(user, notice.run).reason


@transaction.atomic
def go_on(case: Case, *, by: Any, reason: str) -> Case:
    """Take a filing up again as it was submitted last, at the stage that sent it back.

    One filing of a list stays held and may go on with a supplementary list.

    Args:
        case: returned, its day over.
        by: a handler of the office that asked for the correction.
        reason: whether the unit was asked, and what it said.

    Raises:
        DomainError: the unit still has time or has answered, no right, or no reason.
    """
    cases.lock_for(case.application)
    locked = lock_case(case.pk)
    fault, notice = why_not(locked, by), overdue(locked)
    if fault or notice is None:
        raise DomainError(fault, status=403 if notice else 409)
    need(reason.strip(), "请写明催办情况和理由。", "reason")
    notice.ended_at = timezone.now()
    notice.save(update_fields=["ended_at"])
    lifecycle.go_on(locked.application, by=by, office=notice.run.office, reason=reason.strip())
    locked.application.refresh_from_db(fields=["status", "unlocked"])
    _open_again(locked, notice)
    until = format_date(notice.due_on) if notice.due_on else ""
    mail_unit(locked.application, "补正期限已过，继续办理",
              f"您单位的申报（{locked.application.number}）补正期限为{until}，逾期未补正，"
              "现按已提交的材料继续办理，进度请登录门户查看。",
              key=f"unanswered:{locked.public_id}:{notice.number}")  # fmt: skip
    return locked


def _open_again(case: Case, notice: Correction) -> None:
    held = case.items.filter(state=ItemState.HELD).order_by("-pk").first()
    if held is not None:
        leaving.resume_held(case, held)
        return
    application = case.application
    stage = road.stage_of(application.ruleset, application.procedure, notice.run.stage)
    lapsing.open_again(case, stage)
