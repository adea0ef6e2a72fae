"""Who answers consultations for an office, without holding a post there."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jurisdictions import queries
from jurisdictions.domain import offices
from jurisdictions.enums import StaffTask
from jurisdictions.interfaces.manage_forms import ReasonForm, ReplierForm, person_by_login
from jurisdictions.views.manage_offices import office_of, office_page
from jurisdictions.views.staffing import invite_from
from portal.accounts.reauth import reauthenticated_to_change
from portal.common.errors import DomainError, add_to_form
from portal.common.views import writes


@reauthenticated_to_change
@writes
def replier_add(request: HttpRequest, code: str, public_id: uuid.UUID) -> HttpResponse:
    """Let a person answer consultations for an office."""
    place, office = office_of(request, code, public_id)
    form = ReplierForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            if "invite" in request.POST:
                return invite_from(request, place, data, task=StaffTask.CONSULT, office=office)
            person = person_by_login(data["login"])
            offices.let_reply(person, office, by=request.user, reason=data["reason"])
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{person}可代{office}回复征求意见，首次登录须启用两步验证。")
            return redirect("jurisdictions:manage_office", code=code, public_id=public_id)
    return office_page(request, place, office, status=422, replier_form=form)


@reauthenticated_to_change
@writes(methods=("GET", "POST"))
def replier_end(
    request: HttpRequest, code: str, public_id: uuid.UUID, user_id: uuid.UUID
) -> HttpResponse:
    """End a person's answering for an office, with the reason."""
    place, office = office_of(request, code, public_id)
    person = next((p for p in queries.repliers_of(office) if p.public_id == user_id), None)
    if person is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            offices.end_reply(person, office, by=request.user, reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{person}不再代{office}回复征求意见，权限同时收回。")
            return redirect("jurisdictions:manage_office", code=code, public_id=public_id)
    context = {"place": place, "office": office, "person": person, "form": form}
    return render(request, "jurisdictions/manage/replier_end.html", context)
