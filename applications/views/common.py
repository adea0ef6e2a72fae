"""What the pages of a filing share: finding it, refusing kindly, crumbs and headers."""

import uuid
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from applications.domain import parties
from applications.enums import Status
from applications.interfaces import progress, road
from applications.interfaces.standing import Standing
from applications.models import Application
from applications.queries import reach, statement_of, studio_answers
from applications.queries.titles import title_of
from jurisdictions.queries import office_for, policy_of
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.verdict import Verdict

TONES = {
    Status.DRAFT: "blue",
    Status.SUBMITTED: "blue",
    Status.RETURNED: "gold",
    Status.DECIDED: "green",
    Status.WITHDRAWN: "gray",
    Status.LAPSED: "gray",
}


def person(request: HttpRequest) -> User:
    """Return the signed-in person; the middleware let nobody else through."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - narrows the type only
    return user


def filing_or_404(request: HttpRequest, public_id: uuid.UUID) -> Application:
    """Return a filing the person may reach, else 404: others' filings do not exist for him."""
    return get_object_or_404(reach.reachable_by(person(request)), public_id=public_id)


def demand(verdict: Verdict) -> None:
    """Raise the reason of a refusal as a page.

    Raises:
        DomainError: the verdict is a refusal.
    """
    if not verdict:
        raise DomainError(verdict.reason)


def unlocked_of(application: Application) -> dict[str, str] | None:
    """While returned for correction: target to what the notice says; else None."""
    if application.status != Status.RETURNED:
        return None
    notice = progress.notice_of(application)
    said = {fault.target: fault.text for fault in notice.faults} if notice else {}
    return {target: said.get(target, "") for target in application.unlocked}


def crumbs(application: Application, *here: str) -> list[dict[str, str]]:
    """当前位置 of a page below a filing."""
    title = application.round.title if application.round else procedure_label(application)
    items = [{"label": "我的申报", "url": reverse("applications:list")}]
    if policy_of(application.ruleset).procedure(application.procedure).by_office:
        # Officers fill it in, who have no filings of their own.
        items = [{"label": "首页", "url": "/"}]
    items.append(
        {"label": title, "url": reverse("applications:tasks", args=[application.public_id])}
    )
    return [*items, *({"label": label, "url": ""} for label in here)]


def procedure_label(application: Application) -> str:
    """What people call the procedure of a filing."""
    label: str = policy_of(application.ruleset).procedure(application.procedure).label
    return label


def header(standing: Standing) -> dict[str, Any]:
    """Title, status, facts and deadline for ``components/page_header.html``."""
    application = standing.application
    label = application.status_words(for_unit=True)
    tone = "blue" if application.result_waits else TONES[Status(application.status)]
    if (result := standing.told_result) is not None:
        label = result.applicant_label or result.label
        tone = tone if result.favourable else "red"
    called = "编号" if standing.by_office else "申报编号"
    meta = [f"{called} {application.number}"] if application.number else []
    unit = application.unit_name or application.enterprise
    meta.append(f"所在单位 {unit}" if standing.by_office else f"申报单位 {unit}")
    if application.entered_by_office:
        did = "立案" if standing.by_office else "代录"
        meta.append(f"由{application.entered_by_office}{did}")
    office = first_office(standing)
    if office:
        meta.append(f"受理机关 {office}")
    meta.append(f"基准日 {application.reference_date:%Y-%m-%d}")
    return {
        "title": _title(standing),
        "tags": [{"label": label, "tone": tone}],
        "meta": meta,
        **deadline(application),
    }


def _title(standing: Standing) -> str:
    return title_of(standing.application, nameless=f"{standing.procedure.label}（名称待生成）")


def first_office(standing: Standing) -> str:
    """The office that will receive the filing; empty until the answers tell which."""
    stages = standing.policy.stages(standing.application.procedure)
    if not stages:
        return ""
    role, answers = standing.policy.ruleset.offices[stages[0].office], dict(standing.answers)
    if standing.application.studio is not None:
        answers = {**studio_answers(standing.application.studio), **answers}
    if role.covers_by and not answers.get(role.covers_by):
        return ""
    place = standing.application.jurisdiction
    try:
        return str(office_for(standing.policy, stages[0].office, answers, place))
    except DomainError:
        return ""


def deadline(application: Application) -> dict[str, Any]:
    """The day the unit must act by, while it is its turn."""
    if application.status == Status.DRAFT and application.round:
        return {"deadline": application.round.closes_at, "deadline_label": "申报截止"}
    if application.status == Status.RETURNED:
        notice = progress.notice_of(application)
        if notice and notice.due_on:
            return {"deadline": notice.due_on, "deadline_label": "补正期限"}
    return {"deadline": None, "deadline_label": ""}


def review_of(standing: Standing, user: User) -> str:
    """Where an officer goes on with what his own office began; empty for anybody else."""
    application = standing.application
    if not standing.by_office or application.status != Status.SUBMITTED:
        return ""
    return progress.addresses_of([application], user).get(application.pk, "")


def frame(standing: Standing, *here: str) -> dict[str, Any]:
    """Context every page of a filing starts from."""
    application = standing.application
    return {
        "application": application,
        "crumbs": crumbs(application, *here),
        "city_name": standing.policy.ruleset.identity.name,
        "header": header(standing),
        "steps": road.steps(standing),
        "by_office": standing.by_office,
        "has_sheet": standing.procedure.sheet is not None,
        "partner": parties.partner_of(application),
        "statement": statement_of(application),
        "pending": standing.policy.ruleset.identity.pending,
    }
