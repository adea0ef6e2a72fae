"""The desk's pages of plaque and work permits: what went to the unit, what came back."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from applications.models import Studio
from assessments.domain import handovers
from assessments.interfaces.forms import DayOnlyForm, HandForm, NewPermitForm, TakeForm
from assessments.queries import handovers as held
from assessments.queries import rows
from assessments.queries.policies import effect_of
from assessments.views.common import demand_handling, desk_studio_of, form_page, frame, person
from portal.common.errors import DomainError, add_to_form
from portal.common.forms import PortalForm
from portal.common.views import writes


@writes(methods=("GET", "POST"))
def plaque(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Record that the plaque was handed over, or came back."""
    studio = desk_studio_of(request, studio_id)
    demand_handling(request, studio)
    if studio.pk in held.held([studio]) or studio.ended_on is not None:
        return _page(request, studio, TakeForm, "登记牌匾收回", "牌匾收回已登记。",
                     lambda **given: handovers.take_plaque(studio, **given))  # fmt: skip
    handovers.may_hand_plaque(studio)
    return _page(request, studio, HandForm, "登记牌匾交付", "牌匾交付已登记。",
                 lambda **given: handovers.hand_plaque(studio, **given))  # fmt: skip


@writes(methods=("GET", "POST"))
def permit(request: HttpRequest, studio_id: uuid.UUID, number: str) -> HttpResponse:
    """Record that a work permit went to its holder, or came back."""
    studio = desk_studio_of(request, studio_id)
    row = get_object_or_404(rows.permits(studio), number=number)
    demand_handling(request, studio)
    out = row.issued_on is not None or studio.ended_on is not None
    act, what = (handovers.return_permit, "交回") if out else (handovers.issue_permit, "领取")
    title = f"登记工作证{what}：{row.number} {row.holder}"
    return _page(request, studio, DayOnlyForm, title, f"{what}已登记。",
                 lambda **given: act(row, **given))  # fmt: skip


@writes(methods=("GET", "POST"))
def permit_new(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Give a work permit to a new leader or member."""
    studio = desk_studio_of(request, studio_id)
    if effect_of(studio, "issue_permits") is None:
        raise Http404
    demand_handling(request, studio)
    form = partial(NewPermitForm, people=held.people_without_permit(studio))
    return _page(request, studio, form, "增发工作证", "工作证已配发。",
                 lambda **given: handovers.add_permit(studio, **given))  # fmt: skip


def _page(
    request: HttpRequest, studio: Studio, kind: Callable[..., PortalForm], title: str, done: str,
    act: Callable[..., Any],
) -> HttpResponse:  # fmt: skip
    """Show a form; carry it out when it is sent.

    One address serves what goes out and what comes back: a page sent twice must not record the
    return of what it has just handed over.
    """
    back = reverse("assessments:desk_studio", args=[studio.public_id])
    posted = request.POST.copy()
    form = kind(posted or None, initial={"step": title})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            if given.pop("step") not in ("", title):
                now = f"打开本页以后已有登记，现在是“{title}”；确需登记的，再保存一次。"
                raise DomainError(now, status=422)
            act(by=person(request), **given)
        except DomainError as error:
            add_to_form(form, error)
            # The page that comes back offers what can be recorded now.
            posted["step"] = title
        else:
            messages.success(request, done)
            return redirect(back)
    context = {**frame(request, studio, title), "frame": "staff.html"}
    return form_page(request, context, form, title, back=back)
