"""上级命名名单: kept by hand by the administrators of a jurisdiction."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications.domain import named_above
from applications.interfaces.page_forms import NamedAboveForm, ReasonForm
from applications.models import NamedAbove
from applications.queries import reach
from applications.views.common import person
from jurisdictions.models import Jurisdiction
from jurisdictions.queries import administered_by
from portal.common.errors import DomainError, add_to_form
from portal.common.views import reads, writes

_HEADS = ("领办人", "层级", "地区", "单位", "比对依据", "文号")
_KEPT = ("level", "studio_name", "leader_name", "unit_name", "unit_uscc", "document_number")


@reads
def listing(request: HttpRequest) -> HttpResponse:
    """Show the list of each jurisdiction the person administers."""
    places = administered_by(person(request))
    if not places.exists():
        raise Http404
    context = {
        "places": list(places),
        "columns": [{"label": label} for label in _HEADS],
        "rows": [_line(row) for row in reach.named_above_of(places)],
        "crumbs": [{"label": "上级命名名单", "url": ""}],
    }
    return render(request, "applications/named_above.html", context)


def _line(row: NamedAbove) -> dict[str, object]:
    matched = row.id_number.get("shown") if row.key else f"{row.leader_name} + {row.unit_uscc}"
    return {
        "id": row.public_id,
        "select_label": row.leader_name,
        "cells": [
            {"text": row.leader_name, "sub": row.studio_name, "main": True},
            {"th": "层级", "text": row.get_level_display()},
            {"th": "地区", "text": str(row.jurisdiction)},
            {"th": "单位", "text": row.unit_name or "—", "sub": row.unit_uscc},
            {"th": "比对依据", "text": matched, "nw": True},
            {"th": "文号", "text": row.document_number or "—"},
        ],
        "actions": [
            {
                "label": "修改",
                "url": reverse("applications:named_above_edit", args=[row.public_id]),
            },
            {
                "label": "移出",
                "url": reverse("applications:named_above_remove", args=[row.public_id]),
            },
        ],
    }


@writes(methods=("GET", "POST"))
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a line."""
    place = get_object_or_404(administered_by(person(request)), code=code)
    return _edit(request, place, None)


@writes(methods=("GET", "POST"))
def edit(request: HttpRequest, line_id: uuid.UUID) -> HttpResponse:
    """Change a line."""
    row = _row(request, line_id)
    return _edit(request, row.jurisdiction, row)


def _row(request: HttpRequest, line_id: uuid.UUID) -> NamedAbove:
    found = reach.named_above_of(administered_by(person(request)))
    return get_object_or_404(found, public_id=line_id)


def _edit(request: HttpRequest, place: Jurisdiction, row: NamedAbove | None) -> HttpResponse:
    initial = {name: getattr(row, name) for name in _KEPT} if row else {}
    form = NamedAboveForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            named_above.save_line(place, by=person(request), line=row, **form.cleaned_data)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "名单已保存，此后的自查和提交按新名单比对。")
            return redirect("applications:named_above")
    context = {
        "form": form,
        "place": place,
        "row": row,
        "crumbs": [
            {"label": "上级命名名单", "url": reverse("applications:named_above")},
            {"label": "修改" if row else "新增", "url": ""},
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/named_above_form.html", context, status=status)


@writes(methods=("GET", "POST"))
def remove(request: HttpRequest, line_id: uuid.UUID) -> HttpResponse:
    """Take a line off, with a reason."""
    row = _row(request, line_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        named_above.remove_line(row, by=person(request), reason=form.cleaned_data["reason"])
        messages.success(request, f"已将{row.leader_name}移出名单。")
        return redirect("applications:named_above")
    context = {
        "form": form,
        "row": row,
        "facts": [
            {"label": "领办人", "value": row.leader_name},
            {"label": "工作室", "value": row.studio_name},
        ],
        "url": reverse("applications:named_above_remove", args=[line_id]),
        "cancel": reverse("applications:named_above"),
        "crumbs": [
            {"label": "上级命名名单", "url": reverse("applications:named_above")},
            {"label": "移出", "url": ""},
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/named_above_remove.html", context, status=status)
