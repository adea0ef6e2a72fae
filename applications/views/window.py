"""The window: paper filings entered for a unit (代录), and received paper."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications import permissions
from applications.domain import window
from applications.interfaces import progress
from applications.interfaces.page_forms import PaperForm, WindowForm
from applications.models import Application
from applications.queries import reach
from applications.views.common import person
from jurisdictions.models import Office
from jurisdictions.queries import is_taking_filings, public_rounds
from portal.common.errors import DomainError, add_to_form
from portal.common.views import writes


def _offices(request: HttpRequest, jurisdiction_id: int) -> list[Office]:
    """Offices of a jurisdiction at which the person may enter filings; none is a 404."""
    user = person(request)
    found = [
        office
        for office in reach.offices_of(user)
        if office.jurisdiction_id == jurisdiction_id and permissions.can_enter(user, office)
    ]
    if not found:
        raise Http404
    return found


@writes(methods=("GET", "POST"))
def enter(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Start a filing for a unit that handed in paper."""
    call = get_object_or_404(public_rounds(), public_id=round_id)
    offices = _offices(request, call.jurisdiction_id)
    form = WindowForm(request.POST or None, offices=offices)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        contact = {key: data[key] for key in ("contact_name", "contact_phone") if data[key]}
        try:
            application = window.enter_for_unit(
                call,
                data["office"],
                uscc=data["uscc"],
                name=data["name"],
                by=person(request),
                **contact,
            )
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"已为{application.enterprise}新建申报，请照纸质材料录入。")
            return redirect("applications:tasks", public_id=application.public_id)
    context = {
        "round": call,
        "form": form,
        "taking": is_taking_filings(call),
        "entered": reach.entered_at([office.pk for office in offices], call),
        "crumbs": [{"label": "窗口代录", "url": ""}, {"label": call.title, "url": ""}],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/window.html", context, status=status)


def with_whom(application: Application) -> list[Office]:
    """The office that has a filing, and the window that entered it."""
    found = (progress.office_of(application), application.entered_by_office)
    return [office for office in found if office is not None]


@writes(methods=("GET", "POST"))
def paper(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write down that the paper set of a filing has arrived."""
    user = person(request)
    application = get_object_or_404(reach.handed_in(), public_id=public_id)
    offices = with_whom(application)
    if not permissions.can_receive_paper(user, application, offices):
        raise Http404
    own = [office for office in offices if permissions.can_enter(user, office)]
    office = (own or offices)[0]
    initial = {
        "received_on": application.paper_received_on,
        "copies": application.paper_copies,
        "received_by": application.paper_received_by or str(user),
    }
    form = PaperForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            window.record_paper(application, by=user, office=office, **form.cleaned_data)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "已登记纸质材料。")
            return redirect(reverse("applications:paper", args=[public_id]))
    context = {
        "application": application,
        "office": office,
        "form": form,
        "crumbs": [{"label": "纸质材料登记", "url": ""}, {"label": str(application), "url": ""}],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/paper.html", context, status=status)
