"""Recommending studios to a higher level, and their people for titles."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications.models import Studio
from assessments.domain import recommending as acts
from assessments.interfaces import recommending as pages
from assessments.interfaces.forms import ReasonForm
from assessments.interfaces.persons import PersonForm, said_of
from assessments.permissions import can_recommend
from assessments.queries import persons, reach, recommending
from assessments.views.common import (
    demand,
    form_page,
    frame,
    is_handling,
    person,
    roles_at,
    studio_of,
)
from portal.common.errors import DomainError, add_to_form
from portal.common.files import serve_file
from portal.common.views import serves, writes


def _handled(request: HttpRequest, studio_id: uuid.UUID) -> Studio:
    """A studio of the officer's places; else 404. Reading alone is not enough: 403."""
    studio = get_object_or_404(reach.of_places(person(request)), public_id=studio_id)
    demand(can_recommend(studio, handling=is_handling(request, studio)))
    return studio


@writes(methods=("GET", "POST"))
def recommend_new(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Record that a studio was recommended upward."""
    studio = _handled(request, studio_id)
    offered = recommending.bases(studio)
    form = pages.RecommendForm(
        request.POST or None, request.FILES or None, offered=offered,
        initial={"basis": request.GET.get("basis", "")[:60]} if len(offered) > 1 else None,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        shares = roles_at(request, studio)
        try:
            row = acts.register(studio, by=person(request), **form.cleaned_data,
                                office=shares[0].office if shares else None)  # fmt: skip
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"已登记推荐至{row.level}。")
            return redirect("assessments:desk_studio", studio_id)
    nothing = "按文件规定和最近的考核结果，这个工作室目前没有可以向上推荐的事项。"
    return _letter_page(request, studio, "登记推荐", form, pages.said_of(offered), nothing)


@writes(methods=("GET", "POST"))
def recommend_person(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Record that somebody of a studio was recommended for a title."""
    studio = _handled(request, studio_id)
    shares = roles_at(request, studio)
    roles = [share.role for share in shares]
    offered = persons.grounds(studio, roles)
    form = PersonForm(
        request.POST or None, request.FILES or None, offered=offered,
        people=persons.people(studio, offered),
        initial={"basis": request.GET.get("basis", "")[:60]} if len(offered) > 1 else None,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            row = acts.register_person(studio, by=person(request), roles=roles,
                                       office=shares[0].office if shares else None,
                                       **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"已登记推荐{row.person}为{row.level}。")
            return redirect("assessments:desk_studio", studio_id)
    nothing = "按文件规定，本机构目前没有可以推荐的人员。"
    return _letter_page(request, studio, "登记人员推荐", form, said_of(offered), nothing)


def _letter_page(
    request: HttpRequest, studio: Studio, title: str, form: pages.LetterForm,
    offered: list[dict[str, Any]], nothing: str,
) -> HttpResponse:  # fmt: skip
    """The form of a letter under what it rests on, or ``nothing`` where there is no ground."""
    context = {
        **frame(request, studio, title), "frame": "staff.html", "form": form, "offered": offered,
        "title": title, "nothing": nothing,
        "back": reverse("assessments:desk_studio", args=[studio.public_id]),
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "assessments/recommend_new.html", context, status=status)


@writes(methods=("GET", "POST"))
def recommendation_outcome(
    request: HttpRequest, studio_id: uuid.UUID, letter_id: uuid.UUID
) -> HttpResponse:
    """Record what came of a recommendation."""
    studio = get_object_or_404(reach.of_places(person(request)), public_id=studio_id)
    row = get_object_or_404(recommending.of_studio(studio), public_id=letter_id)
    demand(can_recommend(studio, handling=is_handling(request, studio), withdrawing=True))
    given = {"outcome": row.outcome, "on": row.outcome_on}
    form = pages.OutcomeForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            acts.note_outcome(row, by=person(request), **form.cleaned_data)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "推荐结果已登记。")
            return redirect("assessments:desk_studio", studio_id)
    back = reverse("assessments:desk_studio", args=[studio_id])
    context = {**frame(request, studio, "登记推荐结果"), "frame": "staff.html"}
    return form_page(request, context, form, f"登记推荐结果：{row}", back=back)


@writes(methods=("GET", "POST"))
def recommendation_withdraw(
    request: HttpRequest, studio_id: uuid.UUID, letter_id: uuid.UUID
) -> HttpResponse:
    """Withdraw a recommendation with its reason."""
    studio = get_object_or_404(reach.of_places(person(request)), public_id=studio_id)
    row = get_object_or_404(recommending.of_studio(studio), public_id=letter_id)
    demand(can_recommend(studio, handling=is_handling(request, studio), withdrawing=True))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.withdraw(row, by=person(request), reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "推荐已撤回，理由留在记录中。")
            return redirect("assessments:desk_studio", studio_id)
    back = reverse("assessments:desk_studio", args=[studio_id])
    context = {**frame(request, studio, "撤回推荐"), "frame": "staff.html"}
    return form_page(
        request, context, form, f"撤回推荐：{row.level}（{row.document_number}）",
        back=back, submit="撤回推荐",
    )  # fmt: skip


@serves
def recommendation_file(
    request: HttpRequest, studio_id: uuid.UUID, letter_id: uuid.UUID
) -> HttpResponseBase:
    """Send the letter of a recommendation."""
    found = recommending.of_studio(studio_of(request, studio_id))
    row = get_object_or_404(found, public_id=letter_id)
    if not row.file:
        raise Http404
    return serve_file(request, str(row.file.name), download_name=row.file_name)
