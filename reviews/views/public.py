"""Notices for everybody, and objections to them."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from portal.common.errors import DomainError
from portal.common.files import serve_file
from portal.common.limits import limited
from portal.common.views import public, reads, serves, writes
from reviews import queries
from reviews.domain import objections
from reviews.interfaces import noticepage
from reviews.views import parse
from reviews.views.objections import RECEIPT

_PER_PAGE = 20


@public
@reads
def notices(request: HttpRequest) -> HttpResponse:
    """Show all notices, the newest first."""
    page = Paginator(queries.public_notices(), _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reviews/notices.html", {
        "page": page, "page_numbers": page.paginator.get_elided_page_range(page.number),
        "rows": [noticepage.line(notice) for notice in page],
        "crumbs": [{"label": "首页", "url": "/"}, {"label": "公示公告", "url": ""}],
    })  # fmt: skip


@public
@reads
def notice(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Show a notice in the form of an official document."""
    row = get_object_or_404(queries.public_notices(), public_id=notice_id)
    return render(request, "reviews/notice.html", noticepage.notice_page(row))


@public
@serves
def notice_paper(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponseBase:
    """Send a notice as it was published, once its paper is drawn."""
    row = get_object_or_404(queries.public_notices(), public_id=notice_id, document__isnull=False)
    document: Any = row.document
    return serve_file(request, str(document.file.name), download_name=f"{row.title}.pdf",
                      inline=True)  # fmt: skip


@public
@limited("objection", amount=5, seconds=3600)
@writes(methods=("GET", "POST"))
def object_to(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Take a signed objection to an item of a running notice."""
    row = get_object_or_404(queries.public_notices(), public_id=notice_id)
    context: dict[str, Any] = noticepage.objection_page(row, request.POST)
    if request.method != "POST":
        return render(request, "reviews/objection.html", context)
    post = request.POST
    try:
        if post.get("true_name") != "on":
            raise DomainError(
                "请确认以真实姓名提出异议并对内容负责。", field="true_name", status=422
            )
        item = queries.notice_items(row).filter(pk=parse.number(post.get("item", ""))).first()
        if item is None:
            raise DomainError("请选择您有异议的项目。", field="item", status=422)
        taken = objections.object_to(
            item,
            name=post.get("name", ""),
            contact=post.get("contact", ""),
            text=post.get("text", ""),
            evidence=request.FILES.get("evidence"),
        )
    except DomainError as error:
        faults = [{"text": error.message, "href": f"#{error.field}" if error.field else ""}]
        context |= {"error": error, "errors": faults}
        return render(request, "reviews/objection.html", context, status=error.status)
    request.session[RECEIPT] = {"notice": str(row.public_id), "number": taken.number}
    return redirect("reviews:objection-received", notice_id=row.public_id)
