"""Any stage completed from paper."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portal.common.errors import DomainError
from portal.common.views import writes
from reviews import queries
from reviews.domain import decision
from reviews.domain.paper import Paper, complete_from_paper
from reviews.interfaces import casepage
from reviews.interfaces.paperpage import paper_page
from reviews.models import StageRun
from reviews.permissions import can_enter_paper
from reviews.views import parse
from reviews.views.cases import case_of
from reviews.views.lists import list_of


@writes(methods=("GET", "POST"))
def case_paper(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Complete the stage of a case from paper."""
    case = case_of(request, case_id)
    run = queries.open_run_of(case)
    if run is None:
        raise DomainError("该件现在没有办理中的环节。")
    run.case = case
    crumbs = casepage.crumbs(case, {"label": "纸质办理录入", "url": ""})
    return _page(request, run, crumbs, reverse("reviews:case", args=[case.public_id]))


@writes(methods=("GET", "POST"))
def list_paper(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Complete the stage of a list from paper."""
    listing = list_of(request, list_id)
    run = decision.open_run(listing)
    run.listing = listing
    back = reverse("reviews:list", args=[listing.public_id])
    crumbs = [
        {"label": "名单", "url": reverse("reviews:lists")},
        {"label": listing.title, "url": back},
        {"label": "纸质办理录入", "url": ""},
    ]
    return _page(request, run, crumbs, back)


def _page(
    request: HttpRequest, run: StageRun, crumbs: list[dict[str, str]], back: str
) -> HttpResponse:
    verdict = can_enter_paper(request.user, run)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    frame: dict[str, Any] = {"crumbs": crumbs, "back": back}
    if request.method != "POST":
        return render(request, "reviews/paper.html", {**paper_page(run), **frame})
    post = request.POST
    try:
        paper = Paper(
            signed_by=post.get("signed_by", ""),
            signed_on=parse.day(post, "signed_on", "签署日期"),
            outcome=post.get("outcome", ""), opinion=post.get("opinion", ""),
            items=parse.item_results(post), particulars=parse.paper_particulars(post),
        )  # fmt: skip
        complete_from_paper(run, paper, _uploads(request), by=request.user,
                            version=parse.number(post.get("version", "")))  # fmt: skip
    except DomainError as error:
        context = {**paper_page(run, post), **frame, "error": error}
        return render(request, "reviews/paper.html", context, status=error.status)
    messages.success(request, "已录入纸质办理结果。")
    return redirect(back)


def _uploads(request: HttpRequest) -> list[Any]:
    """The signed minutes first, then photos or annexes; without minutes nothing counts."""
    minutes = request.FILES.getlist("file")[:1]
    return [*minutes, *request.FILES.getlist("more")] if minutes else []
