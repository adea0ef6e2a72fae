"""Pages of extensions and amendments: propose, sign, and what waits."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal.common.errors import DomainError
from portal.common.views import reads, writes
from reviews import queries
from reviews.domain import amending, extending, returning
from reviews.enums import ProposalState
from reviews.interfaces import authority
from reviews.models import Case, ItemReturn, List, StageRun
from reviews.queries import proposals
from reviews.views import parse
from reviews.views.cases import case_of
from reviews.views.lists import list_of

Subject = Case | List


@reads
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits for a signature."""
    return render(request, "reviews/authority/index.html", authority.index(request.user))


@writes(methods=("GET", "POST"))
def extend(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Propose to extend the limit of the passage a case is in."""
    case = case_of(request, case_id)
    return _extend(request, case, queries.open_run_of(case))


@writes(methods=("GET", "POST"))
def list_extend(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Propose to extend the limit of the passage a list is in."""
    listing = list_of(request, list_id)
    run = listing.runs.filter(state__in=queries.OPEN_RUNS).select_related("office").first()
    return _extend(request, listing, run)


def _extend(request: HttpRequest, subject: Subject, run: StageRun | None) -> HttpResponse:
    post: Any = request.POST
    error, status = None, 200
    if request.method == "POST":
        try:
            if run is None:
                raise DomainError("现在没有办理中的环节，不能延期。")
            extending.propose(
                run, days=parse.number(post.get("days", ""), 0), reason=post.get("reason", ""),
                by=request.user,
            )  # fmt: skip
        except DomainError as found:
            error, status = found, found.status
        else:
            messages.success(request, "已提出延期，由本机构审批人员签署后生效。")
            return redirect(authority.address_of(subject))
    context = authority.extend_page(subject, run, request.user, typed=post, error=error)
    return render(request, "reviews/authority/extend.html", context, status=status)


@writes(methods=("GET", "POST"))
def extension(request: HttpRequest, extension_id: uuid.UUID) -> HttpResponse:
    """Show a proposed extension; sign or refuse it."""
    row = get_object_or_404(proposals.extensions_of(request.user), public_id=extension_id)
    return _answer(request, row, extending.decide)


@writes(methods=("GET", "POST"))
def amend(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Propose to amend the decision on one filing."""
    return _amend(request, case_of(request, case_id))


@writes(methods=("GET", "POST"))
def list_amend(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Propose to amend number or day of the document of a list."""
    return _amend(request, list_of(request, list_id))


def _amend(request: HttpRequest, subject: Subject) -> HttpResponse:
    post: Any = request.POST
    error, status = None, 200
    if request.method == "POST":
        try:
            amending.propose(subject, _wrong(post), by=request.user)
        except DomainError as found:
            error, status = found, found.status
        else:
            messages.success(request, "已提出更正，由本机构审批人员签署后生效。")
            return redirect(authority.address_of(subject))
    context = authority.amend_page(subject, request.user, typed=post, error=error)
    return render(request, "reviews/authority/amend.html", context, status=status)


def _wrong(post: Any) -> amending.Wrong:
    target = post.get("target", "")
    return amending.Wrong(
        target=target,
        new=post.get("result", "") if target == "result" else post.get("new", ""),
        reason=post.get("reason", ""),
        document_number=post.get("document_number", ""),
        dated_on=parse.iso(post.get("dated_on", ""), "dated_on"),
    )


@writes(methods=("GET", "POST"))
def amendment(request: HttpRequest, amendment_id: uuid.UUID) -> HttpResponse:
    """Show a proposed amendment; sign or refuse it."""
    row = get_object_or_404(proposals.amendments_of(request.user), public_id=amendment_id)
    return _answer(request, row, amending.decide)


@writes(methods=("GET", "POST"))
def item_return(request: HttpRequest, return_id: uuid.UUID) -> HttpResponse:
    """Show a proposed return of one filing of a list; sign, refuse or take it back."""
    row = get_object_or_404(proposals.returns_of(request.user), public_id=return_id)
    if request.method == "POST" and request.POST.get("do") == "take_back":
        return _take_back(request, row)
    return _answer(request, row, returning.decide)


def _take_back(request: HttpRequest, row: ItemReturn) -> HttpResponse:
    try:
        returning.take_back(row, by=request.user)
    except DomainError as error:
        context = authority.proposal_page(row, request.user, error=error)
        return render(request, "reviews/authority/proposal.html", context, status=error.status)
    messages.success(request, "已收回，名单可以继续办理。")
    return redirect(request.path)


def _answer(request: HttpRequest, row: Any, decide: Any) -> HttpResponse:
    post: Any = request.POST
    error, status = None, 200
    if request.method == "POST":
        approve = post.get("do") == "approve"
        try:
            if post.get("do") not in ("approve", "refuse"):
                raise DomainError("请选择批准或不批准。", status=422)
            answered = decide(row, approve=approve, by=request.user, text=post.get("answer", ""))
        except DomainError as found:
            error, status = found, found.status
        else:
            messages.success(request, _signed(answered) if approve else "已写明不批准的理由。")
            return redirect(request.path)
    context = authority.proposal_page(row, request.user, typed=post, error=error)
    return render(request, "reviews/authority/proposal.html", context, status=status)


def _signed(row: Any) -> str:
    if row.state == ProposalState.PROPOSED:
        return "已签署，转下一岗位签署。"
    return "已批准，即时生效。"
