"""Sending a filing back to the unit: from a stage with a page of its own, or from a list."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal.common.errors import DomainError
from portal.common.views import writes
from reviews import queries
from reviews.domain import returning
from reviews.domain import unanswered as going_on
from reviews.domain.stages import SIGN, take_action
from reviews.domain.work import RETURN, StaleActionError
from reviews.interfaces import returnpage
from reviews.interfaces.authority import address_of
from reviews.models import StageRun
from reviews.views import parse
from reviews.views.cases import case_of
from reviews.views.lists import list_of


@writes(methods=("GET", "POST"))
def case_return(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Propose to send a case back for correction; signed by the posts of its stage."""
    case, post = case_of(request, case_id), request.POST
    run = queries.open_run_of(case)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            if run is None:
                raise DomainError("该件现在没有办理中的环节，请刷新页面查看最新情况。")
            take_action(
                run, SIGN, by=request.user, outcome=RETURN, opinion=post.get("reason", ""),
                version=parse.number(post.get("version", "")), data=_data(post),
            )  # fmt: skip
        except DomainError as found:
            error = found
        else:
            messages.success(request, "已提交退回补正，最后签署后告知申报单位。")
            return redirect(address_of(case))
    why_not = returnpage.why_not_of_case(request.user, run)
    return _page(request, error, subject=case, case=case, run=run, why_not=why_not)


@writes(methods=("GET", "POST"))
def unanswered(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Go on with a filing whose unit has let the day of its correction pass."""
    case, typed = case_of(request, case_id), request.POST.get("reason", "")
    error: DomainError | None = None
    if request.method == "POST":
        try:
            going_on.go_on(case, by=request.user, reason=typed)
        except DomainError as found:
            error = found
        else:
            messages.success(request, "已按单位提交的材料继续办理，并告知单位。")
            return redirect(address_of(case))
    context = returnpage.unanswered_page(case, request.user, typed=typed, error=error)
    status = error.status if error else 200
    return render(request, "reviews/unanswered.html", context, status=status)


def _data(post: Any) -> dict[str, Any]:
    return {"faults": parse.faults(post), "due_on": parse.iso(post.get("due_on", ""), "due_on")}


@writes(methods=("GET", "POST"))
def item_return(request: HttpRequest, list_id: uuid.UUID, item_id: int) -> HttpResponse:
    """Propose to send one filing of a list back; signed by the posts of the list's stage."""
    listing, post = list_of(request, list_id), request.POST
    row = get_object_or_404(listing.items.select_related("case__application"), pk=item_id)
    error: DomainError | None = None
    run = listing.runs.filter(state__in=queries.OPEN_RUNS).select_related("office").first()
    if request.method == "POST":
        try:
            _require_shown(run, post)
            waits = returning.return_item(
                row, faults=parse.faults(post), due_on=parse.later(post, "due_on"),
                reason=post.get("reason", ""), by=request.user,
            )  # fmt: skip
        except DomainError as found:
            error = found
        else:
            messages.success(
                request,
                "已提出退回补正，本环节其他岗位签署后告知申报单位。"
                if waits
                else "已退回补正并暂缓，名单其他各件继续办理。",
            )
            return redirect(address_of(listing))
    why_not = returnpage.why_not_of_list(request.user, run)
    return _page(request, error, subject=listing, case=row.case, run=run, why_not=why_not)


def _require_shown(run: StageRun | None, post: Any) -> None:
    """Refuse what was typed on a page of another stage than the list is in now.

    Raises:
        StaleActionError: the list has gone on meanwhile.
    """
    if run is None or post.get("run") != str(run.public_id):
        raise StaleActionError("名单已进入其他环节，您的操作没有提交。请刷新页面查看最新情况。")


def _page(request: HttpRequest, error: DomainError | None, **shown: Any) -> HttpResponse:
    context = returnpage.return_page(
        **shown, typed=request.POST.dict(), flags=request.POST.getlist("flags"), error=error
    )
    status = error.status if error else 200
    return render(request, "reviews/return.html", context, status=status)
