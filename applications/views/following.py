"""After the submit: progress, and taking the filing back."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import permissions
from applications.domain import lifecycle
from applications.enums import Status
from applications.interfaces import progress
from applications.interfaces.page_forms import ReasonForm
from applications.interfaces.stage_words import statement_awaited
from applications.interfaces.standing import Standing
from applications.interfaces.whereabouts import whereabouts
from applications.queries import reach
from applications.views.common import demand, filing_or_404, frame, person, review_of
from applications.views.window import with_whom
from portal.common.errors import DomainError, add_to_form
from portal.common.views import reads, writes

_TONES = {"decided": "good", "returned": "bad", "withdrawn": "bad", "lapsed": "bad"}


@reads
def timeline(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show where the filing is, who has it, and what has happened."""
    application = filing_or_404(request, public_id)
    standing = Standing(application)
    context = {
        **frame(standing, "办理进度"),
        "where": whereabouts(standing),
        "result_shown": application.status == Status.DECIDED
        and application.result_released_at is not None,
        "result_read": progress.result_reading(application),
        "may_acknowledge": permissions.is_member(person(request), application),
        "may_state": statement_awaited(application) is not None
        and bool(permissions.can_state(person(request), application)),
        "review": review_of(standing, person(request)),
        "papers": progress.papers_of(application),
        "decision": _decision(standing),
        "events": _events(standing),
        "submission": standing.submission,
        "may_withdraw": permissions.can_withdraw(person(request), application),
        "may_receive": application.submitted_at is not None
        and permissions.can_receive_paper(person(request), application, with_whom(application)),
    }
    return render(request, "applications/timeline.html", context)


def _decision(standing: Standing) -> dict[str, Any] | None:
    """The result with its reasons, how to appeal, and what was amended since."""
    application = standing.application
    meaning = standing.told_result
    if meaning is None:
        return None
    amended = list(application.amended.all())
    reasons = [] if meaning.favourable else progress.reasons_of(application)
    changed = [row.reason for row in amended if row.target == "result"]
    return {
        "label": meaning.applicant_label or meaning.label, "favourable": meaning.favourable,
        "reasons": changed[-1:] or reasons, "amended": amended,
        "appeal": "" if meaning.favourable else meaning.appeal,
    }  # fmt: skip


def _events(standing: Standing) -> list[dict[str, Any]]:
    told, tones = standing.told_result, dict(_TONES)
    if told is not None and not told.favourable:
        tones["decided"] = "bad"
    lines = [
        {
            "title": event.applicant_text,
            "who": str(event.office) if event.office else "",
            "when": event.at,
            "state": tones.get(event.kind, ""),
        }
        for event in reach.public_events(standing.application)
    ]
    if lines and not lines[0]["state"]:
        lines[0]["state"] = "now"
    return lines


@writes
def acknowledge(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that the unit knows a letter, or the result where no letter is named."""
    application = filing_or_404(request, public_id)
    if not permissions.is_member(person(request), application):
        raise DomainError("只有申报单位的成员可以确认阅知。", status=403)
    named = request.POST.get("document", "")
    papers = {str(paper.document.public_id): paper.document
              for paper in progress.papers_of(application)}  # fmt: skip
    if named and named not in papers:
        raise DomainError("没有这份文书，请刷新页面查看。", status=404)
    if not named and not application.result_released_at:
        raise DomainError("办理结果尚未告知，还不能确认阅知。")
    progress.note_reading(application, papers.get(named), by=person(request), opened=False)
    messages.success(request, "已记录您的阅知。")
    return redirect("applications:timeline", public_id=public_id)


@writes(methods=("GET", "POST"))
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a filing back, with a reason."""
    application = filing_or_404(request, public_id)
    demand(permissions.can_withdraw(person(request), application))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.withdraw(application, by=person(request), reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "已撤回申报。本批次申报期内可以重新申报。")
            return redirect("applications:timeline", public_id=public_id)
    standing = Standing(application)
    context = {
        **frame(standing, "撤回申报"),
        "form": form,
        "facts": [
            {"label": "申报编号", "value": application.number or "（未提交）"},
            {"label": "工作室名称", "value": application.studio_name or "（未生成）"},
            {"label": "现状", "value": application.status_words(for_unit=True)},
        ],
        "url": reverse("applications:withdraw", args=[public_id]),
        "cancel": reverse("applications:tasks", args=[public_id]),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/withdraw.html", context, status=status)
