"""What the receiver does with a paper, and the draft of an agreement."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from applications.models import Studio
from assessments.domain import receiving
from assessments.interfaces.forms import OpinionForm, ReasonForm
from assessments.models import Obligation
from assessments.permissions import can_receive
from assessments.queries import rows
from assessments.views.common import (
    demand,
    form_page,
    frame,
    is_handling,
    person,
    studio_of,
)
from portal.common.errors import DomainError, add_to_form
from portal.common.views import writes


def _paper(
    request: HttpRequest, studio_id: uuid.UUID, due_id: uuid.UUID
) -> tuple[Studio, Obligation]:
    studio = studio_of(request, studio_id)
    row = get_object_or_404(rows.obligations(studio), public_id=due_id)
    demand(can_receive(row, handling=is_handling(request, studio)))
    return studio, row


@writes
def paper_receive(request: HttpRequest, studio_id: uuid.UUID, due_id: uuid.UUID) -> HttpResponse:
    """Take a paper in, or put an agreement on file."""
    _, row = _paper(request, studio_id, due_id)
    receiving.receive(row, by=person(request), on=timezone.localdate())
    messages.success(request, f"“{row.title}”已登记接收。")
    return redirect("assessments:obligation", studio_id, due_id)


@writes(methods=("GET", "POST"))
def paper_return(request: HttpRequest, studio_id: uuid.UUID, due_id: uuid.UUID) -> HttpResponse:
    """Send a paper back with a reason."""
    studio, row = _paper(request, studio_id, due_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            receiving.send_back(row, by=person(request), reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "已退回，单位可以重新报送。")
            return redirect("assessments:obligation", studio_id, due_id)
    back = reverse("assessments:obligation", args=[studio_id, due_id])
    return form_page(
        request, frame(request, studio, row.title, "退回"), form, f"退回“{row.title}”",
        back=back, submit="退回",
    )  # fmt: skip


@writes(methods=("GET", "POST"))
def opinion_new(request: HttpRequest, studio_id: uuid.UUID, due_id: uuid.UUID) -> HttpResponse:
    """Enter what an expert says of a paper."""
    studio, row = _paper(request, studio_id, due_id)
    rule = receiving.opinion_rule(row)
    title = rule.label if rule else "意见"
    form = OpinionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            receiving.add_opinion(row, by=person(request), **form.cleaned_data)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{title}已登记。")
            return redirect("assessments:obligation", studio_id, due_id)
    back = reverse("assessments:obligation", args=[studio_id, due_id])
    return form_page(
        request, frame(request, studio, row.title, title), form, f"登记{title}", back=back
    )  # fmt: skip
