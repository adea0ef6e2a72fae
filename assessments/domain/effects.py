"""What a naming decision, or the end of a studio, does to money, agreements and permits."""

from datetime import date
from decimal import Decimal
from typing import Any

from applications.domain.effects import DecisionContext, effect
from applications.models import Application, Studio
from applications.queries import last_submission
from assessments.domain import calendar
from assessments.enums import DueKind, Party
from assessments.models import Clawback, GrantDue, MatchingDue, Obligation, Permit
from assessments.queries.policies import founding_policy
from jurisdictions.engine.ledger import Paid, clawback_amount
from jurisdictions.engine.life import grant_due
from jurisdictions.engine.policy import Policy
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError


def _studio(application: Application) -> Studio:
    if application.studio is None:
        raise DomainError("这个事项没有对应的工作室，不能执行决定。")
    return application.studio


def _label(policy: Policy, role: str | None) -> str:
    return policy.ruleset.offices[role].label if role else ""


@effect("grant")
def grant(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """Public money becomes due; a grant that is given once is refused a second time."""
    studio = _studio(application)
    if item.once and GrantDue.objects.filter(studio=studio, grant=item.id).exists():
        raise DomainError(f"“{item.title}”只能给予一次，该工作室已有记录。")
    row = GrantDue.objects.create(
        studio=studio,
        application=application,
        grant=item.id,
        title=item.title,
        amount=item.amount,
        source=item.source,
        clauses=list(item.clause),
        decided_on=context.on,
        due_on=grant_due(context.on, same_year=item.same_year, within_months=item.within_months),
        may=item.may,
        extra=not item.once,
    )
    return {"grant": str(row.public_id), "due_on": row.due_on.isoformat() if row.due_on else None}


@effect("matching")
def matching(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The unit's duty to add money is kept beside the studio."""
    row = MatchingDue.objects.create(
        studio=_studio(application),
        application=application,
        minimum=item.minimum,
        yearly=item.yearly,
        severity=item.severity,
        clauses=list(item.clause),
        since=context.on,
    )
    return {"matching": row.pk}


@effect("open_agreement")
def open_agreement(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The responsibility agreement falls due: once, or each year by the calendar."""
    studio, policy = _studio(application), policy_of(application.ruleset)
    if any(paper.kind == "agreement" for paper in policy.ruleset.calendar):
        return {"opened": calendar.open_for(studio, context.on)}
    row, _ = Obligation.objects.get_or_create(
        studio=studio,
        kind=DueKind.AGREEMENT,
        item="agreement",
        period=0,
        defaults={
            "title": item.title,
            "party": Party.UNIT,
            "receiver": _label(policy, item.filed_with),
            "clauses": list(item.clause),
            "opens_on": context.on,
            "due_on": None,
        },
    )
    return {"obligation": str(row.public_id)}


@effect("issue_permits")
def issue_permits(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """Work permits for the leader and the members named in the filing, numbered in order."""
    studio, policy = _studio(application), policy_of(application.ruleset)
    submission = last_submission(application)
    team = (submission.answers.get("team") or []) if submission else []
    names = [application.leader_name, *(str(row.get("name") or "").strip() for row in team)]
    held = Permit.objects.filter(studio=studio).count()
    rows = [
        Permit(
            studio=studio,
            number=f"{studio.number}-W{number:02d}",
            holder=name,
            issuer=_label(policy, item.issuer),
            decided_on=context.on,
        )
        for number, name in enumerate((name for name in names if name), held + 1)
    ]
    Permit.objects.bulk_create(rows)
    return {"permits": [row.number for row in rows]}


@effect("clawback")
def clawback(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """Money paid must come back: all of it, or that of the funding cycle."""
    studio = _studio(application)
    paid = [
        Paid(row.paid_amount or Decimal(0), row.paid_on, row.extra)
        for row in GrantDue.objects.filter(studio=studio, paid_on__isnull=False)
        if row.paid_on is not None
    ]
    amount = clawback_amount(item, paid, founded_on=studio.founded_on, decided_on=context.on)
    row = Clawback.objects.create(
        studio=studio,
        application=application,
        amount=amount,
        decided_on=context.on,
        document_number=context.document_number,
        clauses=list(item.clause),
        closed_on=None if amount else context.on,
    )
    return {"clawback": str(row.public_id), "amount": str(amount)}


@effect("order_mending")
def order_mending(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The unit mends by the day of the decision, and hands in what it did."""
    until = context.details.get("until")
    if not until:
        raise DomainError(f"“{item.title}”须写明期限。", status=422)
    row = Obligation.objects.create(
        studio=_studio(application),
        kind=DueKind.PAPER,
        item="mending",
        period=application.pk,
        title=f"{item.title}报告",
        party=Party.UNIT,
        receiver=str(context.office or ""),
        clauses=list(item.clause),
        opens_on=context.on,
        due_on=date.fromisoformat(str(until)),
    )
    return {"obligation": str(row.public_id), "until": until}


@effect("recall_plaque")
def recall_plaque(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The plaque is to be handed back."""
    studio = _studio(application)
    title = f"收回牌匾（{studio.plaque_number}）" if studio.plaque_number else "收回牌匾"
    return _due_for_office(application, DueKind.RECALL, "plaque", title, item, context)


@effect("recall_permits")
def recall_permits(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """Work permits still out are to be handed back."""
    studio = _studio(application)
    out = Permit.objects.filter(studio=studio, returned_on__isnull=True).count()
    title = f"收回工作证 {out} 本"
    return _due_for_office(application, DueKind.RECALL, "permits", title, item, context)


@effect("file_with")
def file_with(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The decision is to be reported to a body."""
    studio = _studio(application)
    body = item.body or _label(founding_policy(studio), item.role)
    return _due_for_office(
        application, DueKind.FILING, "file_with", f"决定报{body}备案", item, context, receiver=body
    )


def _due_for_office(
    application: Application,
    kind: str,
    what: str,
    title: str,
    item: Any,
    context: DecisionContext,
    *,
    receiver: str = "",
) -> dict[str, Any]:
    """A duty of its own for each decision: what an earlier one asked for may be done already."""
    row, _ = Obligation.objects.get_or_create(
        studio=_studio(application),
        kind=kind,
        item=what,
        period=application.pk,
        defaults={
            "title": title,
            "party": Party.OFFICE,
            "receiver": receiver,
            "clauses": list(item.clause),
            "opens_on": context.on,
            "due_on": None,
        },
    )
    return {"obligation": str(row.public_id)}
