"""Check your answers, hand in, receipt."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications import permissions
from applications.domain import drafts, submission
from applications.domain.claims import ClaimHeldError
from applications.domain.submission import ReasonNeededError, SubmitBlockedError
from applications.enums import Status
from applications.interfaces import checking, checklist, progress, road, selfscored, summary
from applications.interfaces.standing import Standing
from applications.models import Application
from applications.queries import last_submission, reach, still_open
from applications.views.common import (
    demand,
    filing_or_404,
    frame,
    person,
    review_of,
    unlocked_of,
)
from jurisdictions.interfaces.forms import SectionForm, read_section, section_form
from portal.common.errors import DomainError
from portal.common.limits import limited
from portal.common.views import reads, writes

REASON = "reason-"
ANSWER = "answer-"


def typed_under(request: HttpRequest, prefix: str) -> dict[str, str]:
    """What was typed into the fields whose names begin so, by the rest of the name."""
    return {
        name.removeprefix(prefix): str(request.POST[name])
        for name in request.POST
        if name.startswith(prefix)
    }


@reads
def check(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show everything on one page before it is handed in."""
    application = filing_or_404(request, public_id)
    if application.status == Status.RETURNED:
        return redirect("applications:corrections", public_id=public_id)
    return check_page(request, application)


def _declarations(request: HttpRequest, standing: Standing) -> SectionForm:
    data = request.POST if request.method == "POST" else None
    application = standing.application
    return section_form(
        standing.policy,
        application.procedure,
        standing.declarations,
        data=data,
        answers=standing.answers,
        unlocked=unlocked_of(application),
        ref_date=application.reference_date,
    )


def check_context(
    request: HttpRequest, standing: Standing, *, key: uuid.UUID | None = None
) -> dict[str, Any]:
    """Context of the check page and of the correction page."""
    application = standing.application
    typed = typed_under(request, REASON)
    reasons = {**standing.frozen_reasons, **application.draft_reasons, **typed}
    speaking = permissions.can_submit(person(request), application)
    return {
        "form": _declarations(request, standing),
        "stops": checking.stops(standing),
        "soft": checking.soft_points(standing, reasons),
        "conflicts": standing.conflicts,
        "key": key or uuid.uuid4(),
        "may_submit": speaking,
        "open": still_open(application),
    }


def check_page(
    request: HttpRequest,
    application: Application,
    *,
    problem: DomainError | None = None,
    key: uuid.UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the check page; what was typed on it stands again after a refusal."""
    standing = Standing(application)
    context = {
        **frame(standing, "核对并提交"),
        **check_context(request, standing, key=key),
        "sections": summary.section_cards(standing),
        "cards": checklist.checklist(standing, changeable=False),
        "selfscore": selfscored.worked(standing),
        "problem": problem,
    }
    return render(request, "applications/check.html", context, status=status)


@limited("submit", amount=30, seconds=600)
@writes
def submit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Hand the filing in, once per page shown; a refusal shows the page again with its reason."""
    application = filing_or_404(request, public_id)
    key = _key(request)
    if reach.submission_with(application, key):
        return redirect("applications:done", public_id=public_id)
    demand(permissions.can_speak(person(request), application))
    standing = Standing(application)
    raw = read_section(
        standing.policy, application.procedure, standing.declarations, request.POST,
        answers=standing.answers,
    )  # fmt: skip
    reasons = typed_under(request, REASON)
    if request.POST.get("action") == "save":
        _keep(application, raw.answers, reasons, by=person(request))
        page = "corrections" if application.status == Status.RETURNED else "check"
        return redirect(f"applications:{page}", public_id=public_id)
    try:
        _hand_in(request, application, key, raw.answers, reasons)
    except DomainError as error:
        if reach.submission_with(application, key):
            # The same page was sent twice at once; the other one was first.
            return redirect("applications:done", public_id=public_id)
        return _again(request, application, error, key, raw.answers, reasons)
    return redirect("applications:done", public_id=public_id)


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError as error:
        raise DomainError("页面不完整，请返回核对页面重新提交。", status=400) from error


def _hand_in(
    request: HttpRequest,
    application: Application,
    key: uuid.UUID,
    declared: dict[str, Any],
    reasons: dict[str, str],
) -> None:
    """Answer the correction notice and submit.

    Raises:
        DomainError: any of the reasons a submit is refused for.
    """
    if application.status == Status.RETURNED:
        if request.POST.get("all_mended") != "on":
            raise DomainError("请确认已按告知全部修改，并勾选后再提交。", status=422)
        answers = {
            target: text.strip()
            for target, text in typed_under(request, ANSWER).items()
            if text.strip()
        }
        progress.answer_notice(application, answers)
    submission.submit(
        application, by=person(request), idempotency_key=key, reasons=reasons, declared=declared
    )


def _keep(
    application: Application, declared: dict[str, Any], reasons: dict[str, str], *, by: Any
) -> None:
    drafts.keep_declarations(application, declared, by=by)
    drafts.keep_reasons(application, reasons)


def _again(
    request: HttpRequest,
    application: Application,
    error: DomainError,
    key: uuid.UUID,
    declared: dict[str, Any],
    reasons: dict[str, str],
) -> HttpResponse:
    """Keep what was ticked and written, and show the page with what is wrong."""
    if still_open(application):
        _keep(application, declared, reasons, by=person(request))
    if isinstance(error, SubmitBlockedError | ReasonNeededError | ClaimHeldError):
        application.refresh_from_db()
    page = corrections_page if application.status == Status.RETURNED else check_page
    return page(request, application, problem=error, key=key, status=error.status)


@reads
def corrections(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show every fault of the correction notice, old beside new, and hand in again."""
    application = filing_or_404(request, public_id)
    if application.status != Status.RETURNED:
        return redirect("applications:timeline", public_id=public_id)
    return corrections_page(request, application)


def corrections_page(
    request: HttpRequest,
    application: Application,
    *,
    problem: DomainError | None = None,
    key: uuid.UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the correction page."""
    standing = Standing(application)
    notice = progress.notice_of(application)
    typed = typed_under(request, ANSWER)
    context = {
        **frame(standing, "补正"),
        **check_context(request, standing, key=key),
        "notice": notice,
        "faults": checking.faults(standing, notice, typed),
        "problem": problem,
        "all_mended": request.POST.get("all_mended") == "on",
    }
    return render(request, "applications/corrections.html", context, status=status)


@reads
def done(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the receipt of the last submission."""
    application = filing_or_404(request, public_id)
    found = last_submission(application)
    if found is None:
        raise Http404
    standing = Standing(application)
    context = {
        **frame(standing, "提交回执"),
        "submission": found,
        "next_steps": checking.next_steps(standing, road.steps(standing)),
        "review": review_of(standing, person(request)),
        "paper": standing.procedure.paper,
    }
    return render(request, "applications/done.html", context)
