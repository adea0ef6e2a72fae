"""What an assessment's decision does: the grade kept, the studio put right or in good standing."""

import datetime as dt
from decimal import Decimal
from typing import Any

from applications.domain import events
from applications.domain.effects import DecisionContext, effect
from applications.enums import StudioStatus
from applications.models import Application, Studio
from assessments.domain import assessing
from assessments.enums import DueKind, Party
from assessments.models import GradeRecord, Obligation
from jurisdictions.engine.life import PeriodError, mending_until
from jurisdictions.queries import policy_of
from jurisdictions.schema.assessment import Assessment, Rectification
from portal.common.errors import DomainError
from portal.common.history import signed


def _studio(application: Application) -> Studio:
    if application.studio is None:
        raise DomainError("这个事项没有对应的工作室，不能执行决定。")
    return Studio.objects.select_for_update(of=("self",)).get(pk=application.studio.pk)


def _rules(application: Application, code: str) -> Assessment:
    return policy_of(application.ruleset).ruleset.assessments[code]


@effect("set_grade")
def set_grade(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The grade enters the studio's record; what was due is done."""
    studio, rules = _studio(application), _rules(application, item.assessment)
    due = Obligation.objects.select_for_update(of=("self",)).filter(application=application).first()
    total = str(context.details.get("total") or _before(application))
    row = GradeRecord.objects.create(
        studio=studio,
        application=application,
        assessment=item.assessment,
        label=rules.label,
        period=due.period if due else 0,
        about=due.about if due else 0,
        grade=item.grade,
        award=item.award,
        passed=item.passed,
        mending=item.mending,
        total=Decimal(total) if total else None,
        reason=str(context.details.get("reason") or "")[:500],
        clauses=list(item.clause),
        decided_on=context.on,
        public=rules.publication is not None,
    )
    if due is not None and due.done_on is None:
        due.done_on, due.done_by = context.on, context.by
        due.text = "、".join(filter(None, [item.grade, item.award]))
        due.save(update_fields=["done_on", "done_by", "text"])
    return {"record": str(row.public_id), "total": total}


def _before(application: Application) -> str:
    """The points of a result that an amendment took back; they are not given anew."""
    earlier = application.effects.filter(kind="set_grade").order_by("-pk").first()
    return str(earlier.data.get("total") or "") if earlier is not None else ""


@effect("suspend_studio")
def suspend_studio(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The studio is being put right; it stays in the register."""
    return _stand(application, StudioStatus.SUSPENDED, "限期整改", context)


@effect("resume_studio")
def resume_studio(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The studio is in good standing again."""
    return _stand(application, StudioStatus.ACTIVE, "整改合格", context)


def _stand(
    application: Application, status: str, reason: str, context: DecisionContext
) -> dict[str, Any]:
    studio = _studio(application)
    studio.status = status
    signed(studio, by=context.by, reason=reason).save()
    return {"status": status}


@effect("open_procedure")
def open_procedure(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The mending opens with its last day and the unit is told."""
    studio = _studio(application)
    rule = _rule(application, item.assessment)
    last = _last_day(rule, context)
    label = policy_of(application.ruleset).procedure(item.procedure).label
    parent = Obligation.objects.filter(application=application).first()
    row, _ = Obligation.objects.get_or_create(
        studio=studio,
        kind=DueKind.MENDING,
        item=item.assessment,
        period=parent.period if parent else application.pk,
        defaults={
            "about": parent.about if parent else 0,
            "title": label,
            "party": Party.UNIT,
            "receiver": parent.receiver if parent else "",
            "clauses": list(rule.clause),
            "opens_on": context.on,
            "due_on": last,
        },
    )
    opened = assessing.open_procedure(row, on=context.on)
    events.record(
        application, "mending_set", f"限期整改至{last:%Y年%-m月%-d日}",
        actor=context.by, office=context.office,
        applicant_text=f"须限期整改，{last:%Y年%-m月%-d日}前提交整改情况",
    )  # fmt: skip
    return {"obligation": str(row.public_id), "until": last.isoformat(),
            "application": str(opened.public_id)}  # fmt: skip


def _rule(application: Application, code: str) -> Rectification:
    for grade in _rules(application, code).grades:
        if grade.rectification is not None:
            return grade.rectification
    raise DomainError("文件没有规定整改，不能发起整改。")


def _last_day(rule: Rectification, context: DecisionContext) -> dt.date:
    asked = str(context.details.get("until") or "")
    try:
        return mending_until(rule, context.on, dt.date.fromisoformat(asked) if asked else None)
    except (PeriodError, ValueError) as error:
        raise DomainError(str(error), field="until", status=422) from error
