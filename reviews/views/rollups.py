"""推荐汇总表: shown, printed, its signed copy uploaded and read."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from jurisdictions.permissions import works_for
from portal.common.errors import DomainError
from portal.common.files import CONTENT_TYPES, serve_file
from portal.common.views import serves, writes
from reviews import queries
from reviews.domain import rollups
from reviews.interfaces import rolluppage
from reviews.models import StageRun
from reviews.views.cases import case_of


def _run(request: HttpRequest, case_id: uuid.UUID) -> StageRun:
    run = rolluppage.run_of(case_of(request, case_id))
    if run is None:
        raise Http404
    return run


@writes(methods=("GET", "POST"))
def detail(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show the table; keep its signed copy."""
    run, post = _run(request, case_id), request.POST
    error: DomainError | None = None
    if request.method == "POST":
        try:
            rollups.keep(run, rollups.stage_of(run), request.FILES.get("file"), by=request.user,
                         signed_on=post.get("signed_on", ""),
                         digest=post.get("digest", ""))  # fmt: skip
        except DomainError as found:
            error = found
        else:
            messages.success(request, "已上传，表中各件可以签署推荐。")
            return redirect("reviews:rollup", case_id)
    context = rolluppage.page(run, request.user, post, error)
    return render(request, "reviews/rollup.html", context, status=error.status if error else 200)


@writes
def void(request: HttpRequest, case_id: uuid.UUID, table_id: int) -> HttpResponse:
    """Set a wrong signed table aside."""
    run = _run(request, case_id)
    row = get_object_or_404(queries.rollups_beside(run), pk=table_id)
    try:
        rollups.void(row, by=request.user, reason=request.POST.get("reason", ""))
    except DomainError as error:
        context = rolluppage.page(run, request.user, request.POST, error, failed=row.pk)
        return render(request, "reviews/rollup.html", context, status=error.status)
    messages.success(request, "已作废，表中各件可以重新列入汇总表。")
    return redirect("reviews:rollup", case_id)


@serves
def paper(request: HttpRequest, case_id: uuid.UUID) -> HttpResponseBase:
    """Send the table to be printed and signed, to the office that recommends."""
    run = _run(request, case_id)
    verdict = works_for(request.user, run.office)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    content = rollups.paper_of(run, rollups.stage_of(run))
    response = HttpResponse(content, content_type=CONTENT_TYPES["pdf"])
    response.headers["Content-Disposition"] = 'inline; filename="recommendations.pdf"'
    return response


@serves
def signed(request: HttpRequest, case_id: uuid.UUID, table_id: int) -> HttpResponseBase:
    """Send a signed table."""
    row = get_object_or_404(queries.rollups_beside(_run(request, case_id)), pk=table_id)
    return serve_file(request, str(row.file.name), download_name=row.name,
                      inline=request.GET.get("inline") == "1")  # fmt: skip
