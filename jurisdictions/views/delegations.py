"""Pages of deputies: a person's own, and the administrator's for everybody of a place."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from jurisdictions import queries
from jurisdictions.domain import delegating
from jurisdictions.interfaces.manage_forms import DelegationForm
from jurisdictions.models import Delegation, Post
from jurisdictions.views.manage import place_of, tabs
from portal.common.errors import DomainError, add_to_form
from portal.common.views import writes

_MOST = 100


@writes(methods=("GET", "POST"))
def mine(request: HttpRequest) -> HttpResponse:
    """Show a person's own deputies and deputyships; name a deputy for one of his posts."""
    if not _works(request.user):
        raise Http404
    posts = queries.posts_of(request.user)
    form = _form(request, posts)
    if request.method == "POST" and _named(request, form):
        return redirect("jurisdictions:deputies")
    rows = queries.delegations_of(request.user)[:_MOST]
    context = {
        "form": form,
        "rows": [line(row, request.user) for row in rows],
        "has": posts.exists(),
    }
    return render(request, "jurisdictions/deputies.html", context, status=_status(form))


def _works(user: Any) -> bool:
    return queries.posts_of(user).exists() or bool(queries.deputyships_of(user))


@writes(methods=("GET", "POST"))
def of_place(request: HttpRequest, code: str) -> HttpResponse:
    """Show all deputies of a place; name one for somebody who is away."""
    place = place_of(request, code)
    posts = queries.posts_in(place).filter(active_until=None).order_by("office", "kind")
    form = _form(request, posts)
    if request.method == "POST" and _named(request, form):
        return redirect("jurisdictions:manage_deputies", code=code)
    rows = queries.delegations_in(place)[:_MOST]
    context = {
        "place": place, "tabs": tabs(place, "deputies"), "form": form,
        "rows": [line(row, request.user) for row in rows],
    }  # fmt: skip
    return render(request, "jurisdictions/manage/deputies.html", context, status=_status(form))


def _form(request: HttpRequest, posts: QuerySet[Post]) -> DelegationForm:
    return DelegationForm(
        request.POST or None, posts=posts, people=queries.colleagues_of(posts)
    )  # fmt: skip


def _status(form: DelegationForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def _named(request: HttpRequest, form: DelegationForm) -> bool:
    """Name the deputy; a fault is shown in the form."""
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        delegating.delegate(
            data["post"], data["deputy"], starts_on=data["starts_on"], ends_on=data["ends_on"],
            reason=data["reason"], by=request.user,
        )  # fmt: skip
    except DomainError as error:
        add_to_form(form, error)
        return False
    messages.success(request, f"已指定{data['deputy']}代理，期满自动终止。")
    return True


@writes
def end(request: HttpRequest, delegation_id: uuid.UUID) -> HttpResponse:
    """End a delegation of one's own post before its last day."""
    row = get_object_or_404(
        queries.delegations_of(request.user), public_id=delegation_id, post__user=request.user
    )
    delegating.end(row, by=request.user)
    messages.success(request, "代理已终止。")
    return redirect("jurisdictions:deputies")


@writes
def end_in_place(request: HttpRequest, code: str, delegation_id: uuid.UUID) -> HttpResponse:
    """End a delegation for somebody, as the administrator."""
    place = place_of(request, code)
    row = get_object_or_404(queries.delegations_in(place), public_id=delegation_id)
    delegating.end(row, by=request.user)
    messages.success(request, "代理已终止。")
    return redirect("jurisdictions:manage_deputies", code=code)


def line(row: Delegation, user: Any) -> dict[str, Any]:
    """One delegation, with how it stands today."""
    today = timezone.localdate()
    held = row.post.active_until is None
    if row.ended_at or not held:
        state, tone = "已终止", "gray"
    elif today > row.ends_on:
        state, tone = "已期满", "gray"
    else:
        running = row.starts_on <= today
        state, tone = ("代理中", "green") if running else ("未开始", "blue")
    open_ = tone in ("green", "blue")
    return {
        "row": row, "state": state, "tone": tone, "open": open_,
        "own": open_ and row.post.user_id == user.pk,
    }  # fmt: skip
