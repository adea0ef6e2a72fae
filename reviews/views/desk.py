"""What is done from the worklist: filters by name, assigning and exporting several cases."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from portal.accounts.reauth import reauthenticated
from portal.common.errors import DomainError
from portal.common.views import writes
from reviews.domain import assigning, filters
from reviews.interfaces import desk, exporting
from reviews.interfaces.addresses import query_of, with_query

_EXPORTS = {"xlsx": exporting.WORKBOOK, "zip": exporting.SHEETS}


def back_to_list(params: QueryDict) -> str:
    """Address of the worklist under the filter that was used."""
    return with_query(reverse("reviews:worklist"), query_of(params))


def _list_again(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The worklist under the same filter, with what went wrong."""
    context = desk.desk(request.user, request.POST, error=error)
    return render(request, "reviews/worklist.html", context, status=error.status)


@writes
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the present filter under a name."""
    post = request.POST
    try:
        filters.save_filter(post.get("name", ""), query_of(post), by=request.user,
                            default=post.get("default") == "1")  # fmt: skip
    except DomainError as error:
        return _list_again(request, error)
    messages.success(request, "已保存为常用查询。")
    return redirect(back_to_list(post))


@writes
def change_filter(request: HttpRequest, filter_id: uuid.UUID) -> HttpResponse:
    """Make a filter the one shown first, no longer so, or forget it."""
    row = desk.filter_of(request.user, filter_id)
    if row is None:
        raise Http404
    action = request.POST.get("action", "")
    if action == "drop":
        filters.drop_filter(row, by=request.user)
        messages.success(request, "已删除常用查询。")
    else:
        filters.make_default(row, by=request.user, on=action == "default")
        messages.success(request, "已更改默认查询。")
    return redirect(f"{reverse('reviews:worklist')}?{row.query}")


@reauthenticated
@writes
def export(request: HttpRequest) -> HttpResponse:
    """Start an export of the ticked cases, or of all under the filter."""
    try:
        cases = desk.chosen(request.user, request.POST)
        kind = _EXPORTS.get(request.POST.get("kind", ""), "")
        job = exporting.start(kind, cases, by=request.user)
    except DomainError as error:
        return _list_again(request, error)
    return redirect("common:job", job_id=job.pk)


@writes
def assign(request: HttpRequest) -> HttpResponse:
    """Ask to whom the ticked cases go, then give them and say what became of each."""
    post, user = request.POST, request.user
    cases = desk.chosen(user, post)
    context: dict[str, Any] = {
        "cases": cases, "people": desk.colleagues(user, cases), "typed": post,
        "back": back_to_list(post), "parts": {k: v for k, v in post.items() if k in
                                              ("tab", "q", "stage", "time")},
        "crumbs": [{"label": "待我办理", "url": back_to_list(post)}, {"label": "分派", "url": ""}],
    }  # fmt: skip
    try:
        if not cases:
            raise DomainError("请先勾选要分派的办理件。", status=422)
        if "to" not in post:
            return render(request, "reviews/assign.html", context)
        to = desk.colleague(user, cases, post["to"])
        done = assigning.assign(cases, to, by=user, override_reason=post.get("reason", ""))
    except DomainError as error:
        if not cases:
            return _list_again(request, error)
        return render(request, "reviews/assign.html", {**context, "error": error},
                      status=error.status)  # fmt: skip
    return render(request, "reviews/assigned.html", {
        **context, "done": done, "to": to, "count": sum(1 for row in done if row.done),
        "refused": [row for row in done if not row.done],
    })  # fmt: skip
