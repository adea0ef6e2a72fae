"""Notices for everybody, and objections to them."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from portal.common.errors import DomainError
from portal.common.files import serve_file
from portal.common.limits import caller, limited, over_limit, too_many
from portal.common.views import public, reads, serves, writes
from reviews import queries
from reviews.domain import noticepaper, objections
from reviews.interfaces import noticepage
from reviews.models import ListItem, Objection, Publicity
from reviews.views import parse
from reviews.views.objections import RECEIPT

_PER_PAGE = 20
#: Objections one address may hand in within an hour; what was typed wrongly does not count.
_MOST, _HOUR = 5, 3600


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
    if not noticepaper.is_fit(row):
        raise Http404
    document: Any = row.document
    return serve_file(request, str(document.file.name), download_name=f"{row.title}.pdf",
                      inline=True)  # fmt: skip


@public
@limited("objection-try", amount=30, seconds=3600)
@writes(methods=("GET", "POST"))
def object_to(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Take a signed objection to an item of a running notice."""
    row = get_object_or_404(queries.public_notices(), public_id=notice_id)
    context: dict[str, Any] = noticepage.objection_page(row, request.POST)
    if request.method != "POST":
        return render(request, "reviews/objection.html", context)
    item, faults = _complete(request, row)
    if item is not None and not faults:
        wait = over_limit("objection", caller(request), amount=_MOST, seconds=_HOUR)
        if wait:
            return too_many(request, wait)
    taken, faults = _objected(request, item, faults)
    if taken is None:
        context |= {
            "wrong": {fault.field: fault for fault in faults if fault.field},
            "errors": [{"text": fault.message, "href": f"#{fault.field}" if fault.field else ""}
                       for fault in faults],
        }  # fmt: skip
        return render(request, "reviews/objection.html", context, status=faults[0].status)
    request.session[RECEIPT] = {"notice": str(row.public_id), "number": taken.number}
    return redirect("reviews:objection-received", notice_id=row.public_id)


def _complete(request: HttpRequest, notice: Publicity) -> tuple[ListItem | None, list[DomainError]]:
    """The item, and everything that is missing, in the order of the form."""
    post = request.POST
    item = queries.notice_items(notice).filter(pk=parse.number(post.get("item", ""))).first()
    faults = objections.faults_of(**_said(request))
    if item is None:
        faults.insert(0, DomainError("请选择您有异议的项目。", field="item", status=422))
    if post.get("true_name") != "on":
        faults.append(DomainError("请确认以真实姓名提出异议并对内容负责。", field="true_name",
                                  status=422))  # fmt: skip
    return item, faults


def _said(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("name", "contact", "text")}


def _objected(
    request: HttpRequest, item: ListItem | None, faults: list[DomainError]
) -> tuple[Objection | None, list[DomainError]]:
    """The objection, or what keeps it from being taken."""
    if item is None or faults:
        return None, faults
    said = _said(request)
    try:
        taken = objections.object_to(
            item, name=said["name"], contact=said["contact"], text=said["text"],
            evidence=request.FILES.get("evidence"),
        )  # fmt: skip
    except DomainError as error:
        return None, [error]
    return taken, []
