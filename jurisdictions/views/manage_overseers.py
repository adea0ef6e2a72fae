"""Who reads the figures of a place without working there."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jurisdictions import queries
from jurisdictions.domain import overseeing
from jurisdictions.enums import StaffTask
from jurisdictions.interfaces.manage_forms import ReasonForm, ReplierForm, person_by_login
from jurisdictions.views.manage import place_of
from jurisdictions.views.manage_offices import posts_page
from jurisdictions.views.staffing import invite_from
from portal.accounts.reauth import reauthenticated_to_change
from portal.common.errors import DomainError, add_to_form
from portal.common.views import writes


@reauthenticated_to_change
@writes
def overseer_add(request: HttpRequest, code: str) -> HttpResponse:
    """Let a person read everything of the place."""
    place = place_of(request, code)
    form = ReplierForm(request.POST, prefix="overseer")
    if form.is_valid():
        data = form.cleaned_data
        try:
            if "invite" in request.POST:
                return invite_from(request, place, data, task=StaffTask.OVERSEE)
            person = person_by_login(data["login"])
            overseeing.let_oversee(person, place, by=request.user, reason=data["reason"])
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{person}可查看本地区总览，首次登录须启用两步验证。")
            return redirect("jurisdictions:manage_posts", code=code)
    return posts_page(request, place, status=422, overseer_form=form)


@reauthenticated_to_change
@writes(methods=("GET", "POST"))
def overseer_end(request: HttpRequest, code: str, user_id: uuid.UUID) -> HttpResponse:
    """End a person's reading, with the reason."""
    place = place_of(request, code)
    person = next((p for p in queries.overseers_of(place) if p.public_id == user_id), None)
    if person is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            overseeing.end_oversight(
                person, place, by=request.user, reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{person}不再查看本地区总览，权限同时收回。")
            return redirect("jurisdictions:manage_posts", code=code)
    context = {"place": place, "person": person, "form": form}
    return render(request, "jurisdictions/manage/overseer_end.html", context)
