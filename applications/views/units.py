"""单位账号: the administrator opens units that an office entered and nobody can act for."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from applications.domain import units
from applications.interfaces.page_forms import FirstMemberForm
from applications.queries.units import (
    Unattended,
    first_invitations,
    list_unattended,
    unattended_in,
)
from applications.views.common import person
from jurisdictions.models import Jurisdiction
from jurisdictions.queries import administered_by, places_of
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise
from portal.common.errors import DomainError, add_to_form
from portal.common.limits import limited
from portal.common.views import reads, writes

_PAGE = 50
_HEADS = ("单位", "地区", "工作室或申报件", "邀请")


@reads
def listing(request: HttpRequest) -> HttpResponse:
    """Show the units without people of each jurisdiction the person administers."""
    places = places_of(person(request))
    if not places:
        raise Http404
    paginator = Paginator(list_unattended(places), _PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "columns": [{"label": label} for label in _HEADS],
        "rows": [_line(line) for line in page],
        "page": page,
        "pages": list(paginator.get_elided_page_range(page.number)),
        "crumbs": [{"label": "单位账号", "url": ""}],
    }
    return render(request, "applications/units.html", context)


def _line(line: Unattended) -> dict[str, object]:
    found = line.invitation
    until = f"{timezone.localtime(found.expires_at):%Y-%m-%d %H:%M} 前有效" if found else ""
    url = reverse("applications:unit_open", args=[line.place.code, line.unit.public_id])
    return {
        "id": line.unit.public_id,
        "select_label": line.unit.name,
        "cells": [
            {"text": line.unit.name, "sub": line.unit.uscc, "main": True},
            {"th": "地区", "text": str(line.place)},
            {"th": "工作室或申报件", "text": "、".join(dict.fromkeys(line.known_by))},
            {"th": "邀请", "text": found.recipient if found else "尚未邀请", "sub": until},
        ],
        "actions": [{"label": "重新邀请或撤销" if found else "邀请经办人", "url": url}],
    }


def _unit(request: HttpRequest, code: str, unit_id: uuid.UUID) -> tuple[Jurisdiction, Enterprise]:
    """A unit without people of a place the person administers; others do not exist for him."""
    place = get_object_or_404(administered_by(person(request)), code=code)
    return place, get_object_or_404(unattended_in(place), public_id=unit_id)


@limited("invite", amount=30, seconds=3600)
@writes(methods=("GET", "POST"))
def unit_open(request: HttpRequest, code: str, unit_id: uuid.UUID) -> HttpResponse:
    """Invite the first handler or principal of a unit; the link is shown once."""
    place, unit = _unit(request, code, unit_id)
    form = FirstMemberForm(request.POST or None)
    context: dict[str, Any] = {"place": place, "unit": unit, "form": form, "crumbs": _crumbs(unit)}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            invitation, link = units.invite_first(
                unit, place, role=MemberRole(data["role"]), by=person(request),
                reason=data["reason"], email=data["email"], mobile=data["mobile"],
            )  # fmt: skip
        except DomainError as error:
            add_to_form(form, error)
        else:
            context |= {"invitation": invitation, "link": link}
            return render(request, "applications/unit_opened.html", context)
    context["invitation"] = first_invitations(unit).first()
    status = 422 if form.is_bound else 200
    return render(request, "applications/unit_open.html", context, status=status)


def _crumbs(unit: Enterprise) -> list[dict[str, str]]:
    return [
        {"label": "单位账号", "url": reverse("applications:units")},
        {"label": unit.name, "url": ""},
    ]


@writes
def unit_open_revoke(
    request: HttpRequest, code: str, unit_id: uuid.UUID, invitation_id: uuid.UUID
) -> HttpResponse:
    """Take the invitation of a first handler or principal back."""
    place, unit = _unit(request, code, unit_id)
    found = get_object_or_404(first_invitations(unit), public_id=invitation_id)
    units.revoke_first(unit, found, place, by=person(request))
    messages.success(request, "邀请已撤销，链接不再有效。")
    return redirect("applications:units")
