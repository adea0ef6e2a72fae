"""Studios are founded by an effect of the naming decision."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Max

from applications.domain import claims, events, shown
from applications.domain.effects import DecisionContext, effect
from applications.enums import StudioStatus
from applications.models import Application, Studio, StudioHost, StudioLeader
from applications.queries import last_submission, naming_values
from jurisdictions.engine.dates import period_end
from jurisdictions.engine.names import render_name
from jurisdictions.queries import policy_of
from portal.common.history import signed


@effect("found_studio")
def found_studio(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """Enter the studio into the register under its name by formula; claims move to it."""
    policy = policy_of(application.ruleset)
    submission = last_submission(application)
    answers = submission.answers if submission else {}
    name = render_name(item.name, naming_values(policy, answers))
    prefix = item.number_prefix or policy.ruleset.identity.number_prefix
    studio = _founded_before(application, context) or _enter(
        application, answers, name, _number(prefix, context.on), item.term_months, context
    )
    shown.check_studio(studio)
    claims.move(application, studio)
    application.studio = studio
    application.save(update_fields=["studio"])
    events.record(
        application,
        "founded",
        f"设立工作室：{studio.name}（{studio.number}）",
        actor=context.by,
        office=context.office,
        applicant_text=f"工作室已命名：{studio.name}，编号 {studio.number}",
        data={"studio": str(studio.public_id)},
    )
    return {"studio": str(studio.public_id), "name": studio.name, "number": studio.number}


def _founded_before(application: Application, context: DecisionContext) -> Studio | None:
    """The studio this filing founded once, ended by an amendment that is now taken back."""
    studio = Studio.objects.filter(founding_application=application).first()
    if studio is not None:
        studio.status, studio.ended_on = StudioStatus.ACTIVE, None
        signed(studio, by=context.by, reason="更正：恢复工作室").save()
    return studio


def _enter(
    application: Application,
    answers: Mapping[str, Any],
    name: str,
    number: str,
    term_months: int | None,
    context: DecisionContext,
) -> Studio:
    """The studio's rows in the register: itself, its host, its leader."""
    studio = Studio.objects.create(
        jurisdiction=application.jurisdiction,
        founding_ruleset=application.ruleset,
        founding_application=application,
        number=number,
        name=name,
        occupation=application.occupation,
        industry=application.industry,
        district=application.district,
        department=str(answers.get("unit.department") or ""),
        address=str(answers.get("studio.address") or ""),
        area=decimal_of(answers.get("studio.area")),
        founded_on=context.on,
        decision_number=context.document_number,
        term_until=period_end(context.on, months=term_months) if term_months else None,
    )
    StudioHost.objects.create(
        studio=studio,
        enterprise=application.enterprise,
        name=application.unit_name,
        since=context.on,
    )
    StudioLeader.objects.create(
        studio=studio,
        name=application.leader_name,
        id_number=answers.get("leader.id_number") or {},
        since=context.on,
    )
    return studio


def _number(prefix: str, on: date) -> str:
    """Next number of the year; the round, or the jurisdiction, is locked by the decision."""
    start = f"{prefix}GZS-{on.year}-"
    last = Studio.objects.filter(number__startswith=start).aggregate(last=Max("number"))["last"]
    return f"{start}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:03d}"


def decimal_of(value: Any) -> Decimal | None:
    """A number of a filing; None where it says none."""
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None


@effect("award_title")
def award_title(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The leader bears the title; it is kept on the studio's record."""
    studio = application.studio
    if studio is None:
        return {}
    before, studio.title = studio.title, item.title
    studio.save(update_fields=["title"])
    return {"certificate": f"{studio.number}-C", "before": before}


@effect("issue_plaque")
def issue_plaque(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The plaque's text and number; it is handed over later."""
    studio = application.studio
    if studio is None:
        return {}
    before = {"text": studio.plaque_text, "number": studio.plaque_number}
    studio.plaque_text = item.text
    studio.plaque_number = f"{studio.number}-P"
    studio.save(update_fields=["plaque_text", "plaque_number"])
    return {"plaque_number": studio.plaque_number, "before": before}
