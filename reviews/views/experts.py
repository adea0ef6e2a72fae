"""专家库: list, add, change, take out, bring back."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from jurisdictions.models import Jurisdiction
from portal.common.errors import DomainError, add_to_form
from portal.common.views import reads, writes
from reviews.domain import experts
from reviews.interfaces import expertpool
from reviews.models import Expert
from reviews.queries import experts as pool_of


def _place(request: HttpRequest, code: str) -> Jurisdiction:
    """A jurisdiction whose pool the person looks after; others do not exist for him."""
    return get_object_or_404(pool_of.expert_places(request.user), code=code)


def _expert(request: HttpRequest, code: str, expert_id: uuid.UUID) -> Expert:
    return get_object_or_404(pool_of.experts_in(_place(request, code)), public_id=expert_id)


@reads
def places(request: HttpRequest) -> HttpResponse:
    """Lead to the pool; with several jurisdictions, show them."""
    found = list(pool_of.expert_places(request.user))
    if not found:
        raise Http404
    if len(found) == 1:
        return redirect("reviews:experts", code=found[0].code)
    return render(request, "reviews/experts/places.html", {"places": found})


@reads
def pool(request: HttpRequest, code: str) -> HttpResponse:
    """Show the pool."""
    place = _place(request, code)
    context = expertpool.pool_page(place, request.GET.get("q", ""), request.GET.get("source", ""))
    return render(request, "reviews/experts/pool.html", context)


@writes(methods=("GET", "POST"))
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter an expert and invite him."""
    place = _place(request, code)
    form = expertpool.ExpertForm(request.POST or None, place=place)
    if request.method == "POST" and form.is_valid():
        try:
            row = experts.add(place, form.profile(), by=request.user)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{row.name}已入库，并已通知本人。")
            return redirect("reviews:experts", code=code)
    return _form(request, place, form, "新增专家")


def _form(
    request: HttpRequest, place: Jurisdiction, form: Any, title: str, **more: Any
) -> HttpResponse:
    context = {"place": place, "form": form, "title": title, **more,
               "crumbs": expertpool.crumbs(place, {"label": title, "url": ""})}  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "reviews/experts/form.html", context, status=status)


@writes(methods=("GET", "POST"))
def edit(request: HttpRequest, code: str, expert_id: uuid.UUID) -> HttpResponse:
    """Change what is known of an expert."""
    expert = _expert(request, code, expert_id)
    place = expert.jurisdiction
    form = expertpool.ExpertForm(request.POST or None, place=place, expert=expert)
    if request.method == "POST" and form.is_valid():
        try:
            experts.change(expert, form.profile(), by=request.user,
                           reason=form.cleaned_data["reason"])  # fmt: skip
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "已保存。")
            return redirect("reviews:experts", code=code)
    return _form(request, place, form, expert.name, expert=expert,
                 history=expertpool.history(expert))  # fmt: skip


@writes
def state(request: HttpRequest, code: str, expert_id: uuid.UUID) -> HttpResponse:
    """Take an expert out of the pool, or bring him back, with the reason."""
    expert = _expert(request, code, expert_id)
    reason = request.POST.get("reason", "")
    if expert.is_active:
        experts.take_out(expert, by=request.user, reason=reason)
        messages.success(request, f"{expert.name}已出库，未签署的席位同时撤销。")
    else:
        experts.bring_back(expert, by=request.user, reason=reason)
        messages.success(request, f"{expert.name}已重新入库。")
    return redirect(reverse("reviews:experts", args=[code]))
