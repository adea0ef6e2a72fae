"""The only writer of status and result."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import claims, effects, events
from applications.domain.effects import DecisionContext
from applications.enums import Status
from applications.models import Application
from applications.signals import decided, withdrawn
from jurisdictions.models import Office
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.history import signed

MOVES: dict[str, frozenset[str]] = {
    Status.DRAFT: frozenset({Status.SUBMITTED, Status.LAPSED, Status.WITHDRAWN}),
    Status.SUBMITTED: frozenset({Status.RETURNED, Status.DECIDED, Status.WITHDRAWN, Status.LAPSED}),
    Status.RETURNED: frozenset({Status.SUBMITTED, Status.DECIDED, Status.WITHDRAWN, Status.LAPSED}),
    Status.DECIDED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.LAPSED: frozenset(),
}


def lock(application: Application) -> Application:
    """The filing, locked until the end of the transaction."""
    return Application.objects.select_for_update(of=("self",)).get(pk=application.pk)


def set_status(application: Application, new: str, *, by: Any, reason: str = "") -> None:
    """Move a locked filing to a new status.

    Raises:
        DomainError: the move is not in the table.
    """
    if new not in MOVES[application.status]:
        raise DomainError(
            f"申报件现为“{application.get_status_display()}”，不能改为“{Status(new).label}”。"
            "请刷新页面查看最新状态。"
        )
    application.status = new
    application.status_changed_at = timezone.now()
    signed(application, by=by, reason=reason)
    application.save()


@transaction.atomic
def withdraw(application: Application, *, by: Any, reason: str) -> Application:
    """The unit takes its filing back; its rights are given free.

    Raises:
        DomainError: it is decided already, or no reason is given.
    """
    locked = lock(application)
    if not reason.strip():
        raise DomainError("请写明撤回的理由。", field="reason")
    set_status(locked, Status.WITHDRAWN, by=by, reason=reason)
    claims.release(locked, "申报单位撤回")
    events.record(
        locked, "withdrawn", f"申报单位撤回：{reason}", actor=by, applicant_text="已撤回申报"
    )
    withdrawn.send(sender=Application, application=locked)
    return locked


@transaction.atomic
def return_for_correction(
    application: Application, *, unlocked: list[str], by: Any, office: Office, due_on: date | None
) -> Application:
    """Open the flagged fields and materials to the unit.

    Args:
        application: the filing.
        unlocked: catalogue paths, table names and ``material:<id>``.
        by: the officer who signs last.
        office: the office that returns it.
        due_on: day by which the unit should answer.

    Raises:
        DomainError: nothing is flagged, or the filing is not with an office.
    """
    locked = lock(application)
    if not unlocked:
        raise DomainError("请至少标记一处需要补正的内容。")
    locked.unlocked = sorted(set(unlocked))
    set_status(locked, Status.RETURNED, by=by, reason="退回补正")
    until = f"，请于{due_on:%Y年%-m月%-d日}前补正" if due_on else ""
    events.record(
        locked,
        "returned",
        f"退回补正 {len(locked.unlocked)} 处",
        actor=by,
        office=office,
        applicant_text=f"{office}退回补正，共 {len(locked.unlocked)} 处{until}",
        data={"unlocked": locked.unlocked},
    )
    return locked


@transaction.atomic
def decide(application: Application, result: str, *, context: DecisionContext) -> Application:
    """Close the filing with one of its procedure's results and run what follows from it.

    Args:
        application: the filing.
        result: code of the result.
        context: day, document and person of the decision.

    Raises:
        DomainError: unknown result, or the filing is not open.
    """
    locked = lock(application)
    results = policy_of(locked.ruleset).procedure(locked.procedure).results
    if result not in results:
        raise DomainError("没有这种办理结果，请刷新页面后重试。")
    meaning = results[result]
    locked.result, locked.decided_at = result, timezone.now()
    locked.result_released_at = timezone.now() if context.released else None
    set_status(locked, Status.DECIDED, by=context.by, reason=meaning.label)
    if not meaning.favourable:
        claims.release(locked, meaning.label)
    effects.run(locked, result, context=context)
    events.record(
        locked,
        "decided",
        f"办结：{meaning.label}",
        actor=context.by,
        office=context.office,
        applicant_text=f"办理结果：{meaning.applicant_label or meaning.label}",
        data={"result": result, "document_number": context.document_number},
    )
    decided.send(sender=Application, application=locked, result=result)
    return locked


@transaction.atomic
def lapse(application: Application, *, reason: str, by: Any = None) -> Application:
    """Close a filing that ran out of time; its rights are given free."""
    locked = lock(application)
    set_status(locked, Status.LAPSED, by=by, reason=reason)
    claims.release(locked, reason)
    events.record(locked, "lapsed", reason, actor=by, applicant_text=reason)
    return locked
