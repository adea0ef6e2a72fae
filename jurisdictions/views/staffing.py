"""Inviting staff who have no account, and their coming in by the link."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from jurisdictions import queries
from jurisdictions.domain import staffing
from jurisdictions.enums import StaffTask
from jurisdictions.models import Jurisdiction, Office
from jurisdictions.views.manage import place_of
from portal.accounts.forms import InvitedPersonForm
from portal.common.errors import DomainError, add_to_form
from portal.common.limits import limited
from portal.common.views import public, writes

SIGNED_IN = (
    "您已登录，而邀请只用于新建工作人员账号。请退出后再打开链接；"
    "如需用现有账号任职，请告知管理员直接办理。"
)


def invite_from(
    request: HttpRequest,
    place: Jurisdiction,
    data: dict[str, Any],
    *,
    task: str,
    office: Office | None = None,
) -> HttpResponse:
    """Invite whom a form of the administrator names; show the link once.

    Raises:
        DomainError: the invitation cannot be made.
    """
    row, link = staffing.invite(
        place, task=StaffTask(task), login=data["login"], by=request.user, reason=data["reason"],
        office=office,
    )  # fmt: skip
    context = {"place": place, "invitation": row, "link": link}
    return render(request, "jurisdictions/manage/invited.html", context)


@writes
def revoke(request: HttpRequest, code: str, invitation_id: uuid.UUID) -> HttpResponse:
    """Take an invitation back."""
    place = place_of(request, code)
    found = get_object_or_404(queries.staff_invitations_of(place), public_id=invitation_id)
    staffing.revoke(found, by=request.user)
    messages.success(request, "邀请已撤销，链接不再有效。")
    return redirect("jurisdictions:manage_posts", code=code)


@public
@limited("invitation", amount=60, seconds=3600)
@writes(methods=("GET", "POST"))
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to work here; accept it by choosing a name and a password."""
    found = staffing.find(token)
    if request.user.is_authenticated:
        raise DomainError(SIGNED_IN, status=403)
    form = InvitedPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = staffing.accept(token, **form.cleaned_data)
        except DomainError as error:
            add_to_form(form, error)
        else:
            login(request, user, backend="portal.accounts.backends.LoginBackend")
            messages.success(request, f"账号已建立，您任{found.work}。")
            return redirect("common:workbench")
    context = {"invitation": found, "form": form}
    return render(request, "jurisdictions/staff_invitation.html", context)
