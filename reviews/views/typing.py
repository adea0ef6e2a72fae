"""Text typed into the page of a case: kept as it is typed, compared, taken up again, dropped."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from portal.common.errors import DomainError
from portal.common.views import writes
from reviews.domain import claiming, typed
from reviews.enums import RunState
from reviews.interfaces import casepage, typedpage
from reviews.models import StageRun, TypedText
from reviews.queries import OPEN_RUNS
from reviews.views import parse
from reviews.views.cases import case_of


@writes
def autosave(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Keep what was typed so far (script only); text is kept even when it came too late."""
    case, post = case_of(request, case_id), request.POST
    run = get_object_or_404(case.runs, public_id=parse.key(post.get("run", "")))
    shown = parse.number(post.get("version", ""))
    page = reverse("reviews:typed", args=[case_id])
    try:
        kept = typed.keep(
            typed.place_of_run(run), typedpage.fields_of(post), by=request.user, based_on=shown,
            version=parse.number(request.headers.get("X-Section-Version", "")),
        )  # fmt: skip
    except DomainError as error:
        return JsonResponse({"error": error.message}, status=error.status)
    claiming.renew(case, by=request.user)
    if kept.clash or run.version != shown or run.state not in OPEN_RUNS:
        return JsonResponse({"compare": page}, status=409)
    at = timezone.localtime(kept.row.saved_at)
    return JsonResponse({"version": kept.row.version, "saved_at": f"{at:%H:%M:%S}"})


def _own_text(request: HttpRequest, case: Any) -> tuple[StageRun, TypedText]:
    """The person's newest text on a passage of a case.

    Raises:
        Http404: there is none.
    """
    for run in case.runs.order_by("-pk"):
        row = typed.text_at(typed.place_of_run(run), by=request.user)
        if row is not None:
            return run, row
    return get_object_or_404(case.runs.none()), TypedText()


@writes(methods=("GET", "POST"))
def compare(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show what stands now beside what was typed; take one of them up, or drop both."""
    case = case_of(request, case_id)
    run, row = _own_text(request, case)
    if request.method == "POST":
        return _choose(request, run, row)
    return render(request, "reviews/typed.html", {
        **typedpage.compare(case, run, row), "over": run.state not in OPEN_RUNS,
        "state": RunState(run.state).label,
        "crumbs": casepage.crumbs(case, {"label": "未提交的内容", "url": ""}),
    })  # fmt: skip


def _choose(request: HttpRequest, run: StageRun, row: TypedText) -> HttpResponse:
    action = request.POST.get("action", "")
    if action == "drop":
        typed.forget(row.place, by=request.user)
        messages.success(request, "已放弃未提交的内容。")
    elif action in ("mine", "other"):
        typed.go_on_with(row, aside=action == "other", based_on=run.version,
                         version=parse.number(request.POST.get("version", "")))  # fmt: skip
        messages.success(request, "已填入您的内容，请核对后提交。")
    case_id = run.case.public_id if run.case else None
    return redirect("reviews:case", case_id=case_id)
