"""What is done from the worklist: filters by name, assigning and exporting several cases."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from portal.accounts.reauth import reauthenticated
from portal.common.errors import DomainError
from portal.common.views import writes
from reviews.domain import assigning, filters
from reviews.interfaces import desk, exporting, listindex
from reviews.interfaces.addresses import query_of, with_query
from reviews.models import Case, List

#: What leads back to where the rows were ticked.
_KEPT = ("tab", "q", "stage", "time", "of", "from")
_EXPORTS = {"xlsx": exporting.WORKBOOK, "zip": exporting.SHEETS}


def back_to_list(params: QueryDict) -> str:
    """Address of the worklist under the filter that was used, or of the index of lists."""
    if params.get("from") == "lists":
        return reverse("reviews:lists")
    return with_query(reverse("reviews:worklist"), query_of(params))


def _list_again(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The worklist under the same filter, or the index of lists, with what went wrong."""
    if request.POST.get("from") == "lists":
        shown = listindex.index(request.user) | {"error": error}
        return render(request, "reviews/lists.html", shown, status=error.status)
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
    """Ask to whom the ticked cases or lists go, then give them and say what became of each."""
    post, user = request.POST, request.user
    what = "名单" if post.get("of") == "lists" else "办理件"
    rows: Sequence[Case | List] = (
        desk.chosen_lists(user, post) if what == "名单" else desk.chosen(user, post)
    )
    if not rows:
        return _list_again(request, DomainError(f"请先勾选要分派的{what}。", status=422))
    back = back_to_list(post)
    place = "名单" if post.get("from") == "lists" else "待我办理"
    context: dict[str, Any] = {
        "what": what, "lines": [desk.line(row) for row in rows], "typed": post, "back": back,
        "people": desk.colleagues(rows), "parts": {k: v for k, v in post.items() if k in _KEPT},
        "crumbs": [{"label": place, "url": back}, {"label": "分派", "url": ""}],
    }  # fmt: skip
    if "to" not in post:
        return render(request, "reviews/assign.html", context)
    try:
        to = desk.colleague(rows, post["to"])
        done = assigning.assign(rows, to, by=user, override_reason=post.get("reason", ""))
    except DomainError as error:
        return render(request, "reviews/assign.html", {**context, "error": error},
                      status=error.status)  # fmt: skip
    said = [desk.line(one.row) | {"done": one.done, "says": one.says} for one in done]
    return render(request, "reviews/assigned.html", {
        **context, "done": said, "to": to, "count": sum(1 for one in done if one.done),
        "refused": [one for one in said if not one["done"]],
    })  # fmt: skip
