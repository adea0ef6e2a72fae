"""Administrators: the list of filings, and what leaves the portal."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from applications import permissions
from applications.domain import events
from applications.interfaces import archive, sheets, workbooks
from applications.interfaces.page_forms import FilterForm
from applications.queries import last_submission, reach
from applications.views.common import person
from jurisdictions.queries import administered_by, places_of, policy_of
from portal.accounts.reauth import reauthenticated
from portal.common.errors import DomainError
from portal.common.files import CONTENT_TYPES, serve_file
from portal.common.limits import limited
from portal.common.views import reads, serves, writes

PAGE = 30
_HEADS = ("申报单位", "领办人", "县（区）", "批次", "提交时间", "状态")
MOST_LINES = 5000


def _selected(request: HttpRequest, places: Any, data: Any) -> tuple[FilterForm, Any]:
    """The filter form and the filings it leaves, of these jurisdictions only."""
    found = reach.in_jurisdictions(places)
    results = {
        code: policy_of(ruleset).procedure(procedure).results[code].label
        for ruleset, procedure, code in reach.results_in(found)
    }
    form = FilterForm(
        data,
        calls=reach.calls_of(places),
        districts=reach.districts_in(found),
        results=list(results.items()),
    )
    return form, reach.searched(found, **form.wanted())


@reads
def listing(request: HttpRequest) -> HttpResponse:
    """List the filings of the jurisdictions a person administers or oversees."""
    user = person(request)
    places = reach.overseen_by(user)
    if not reach.overseen_ids(user):
        raise Http404
    form, found = _selected(request, places, request.GET)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    mine = places_of(user)
    context = {
        "form": form,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "columns": [{"label": label} for label in _HEADS],
        "rows": [_line(row) for row in page],
        "administered": mine,
        "query": request.GET.urlencode(),
        "crumbs": [{"label": "申报管理", "url": ""}],
    }
    return render(request, "applications/manage.html", context)


def _line(row: Any) -> dict[str, Any]:
    moment = timezone.localtime(row.submitted_at)
    return {
        "id": row.public_id,
        "select_label": row.number,
        "cells": [
            {"text": row.unit_name, "sub": row.number, "main": True},
            {"th": "领办人", "text": row.leader_name, "sub": row.occupation},
            {"th": "县（区）", "text": row.district or "—"},
            {"th": "批次", "text": row.round.title if row.round else "—"},
            {"th": "提交时间", "text": f"{moment:%Y-%m-%d %H:%M}", "nw": True},
            {
                "th": "状态",
                "tag": {
                    "label": workbooks.result_label(row) or row.get_status_display(),
                    "tone": "green" if row.result_released_at else "blue",
                },
            },
        ],
        "actions": [
            {
                "label": "申报表",
                "url": reverse("applications:manage_sheet", args=[row.public_id]),
            }
        ],
    }


@reauthenticated
@limited("export", amount=20, seconds=600)
@serves
def workbook(request: HttpRequest) -> HttpResponseBase:
    """Send the filtered list as a workbook; sealed numbers masked; on record."""
    user = person(request)
    places = administered_by(user)
    if not places.exists():
        raise Http404
    _, found = _selected(request, places, request.GET)
    rows = list(found[: MOST_LINES + 1])
    if len(rows) > MOST_LINES:
        raise DomainError(f"一次最多导出 {MOST_LINES} 件，请按批次或县（区）分次导出。")
    content = workbooks.workbook(rows)
    for place in {row.jurisdiction for row in rows}:
        count = sum(1 for row in rows if row.jurisdiction_id == place.pk)
        events.record(place, "export", f"导出申报件表格 {count} 件", actor=user)
    response = HttpResponse(content, content_type=CONTENT_TYPES["xlsx"])
    name = f"申报件_{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = sheets.disposition(name, attachment=True)
    response["Cache-Control"] = "private, no-store"
    return response


@limited("export", amount=120, seconds=600)
@serves
def sheet(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Send the official sheet of one filing, numbers in full as on paper; on record."""
    user = person(request)
    found = reach.in_jurisdictions(administered_by(user))
    application = get_object_or_404(found, public_id=public_id)
    submission = last_submission(application)
    if submission is None or not permissions.can_export(user, application.jurisdiction):
        raise Http404
    document = sheets.sheet_document(submission, by=user)
    events.record(application, "sheet_opened", "管理员打开申报表（含完整证件号码）", actor=user)
    return serve_file(
        request, str(document.file.name), download_name=f"{document.title}.pdf", inline=True
    )


@reauthenticated
@limited("archive", amount=10, seconds=600)
@writes(methods=("GET", "POST"))
def sheets_archive(request: HttpRequest) -> HttpResponse:
    """Ask before, then start, the archive of all sheets of the filtered list."""
    user = person(request)
    places = administered_by(user)
    wanted = request.POST.get("jurisdiction") or request.GET.get("jurisdiction", "")
    jurisdiction = get_object_or_404(places, code=wanted) if wanted else places.first()
    if jurisdiction is None:
        raise Http404
    data = request.POST if request.method == "POST" else request.GET
    _, found = _selected(request, places.filter(pk=jurisdiction.pk), data)
    if request.method == "POST":
        job = archive.start(jurisdiction, list(found), by=user)
        return redirect("common:job", job_id=job.pk)
    context = {
        "jurisdiction": jurisdiction,
        "facts": [
            {"label": "地区", "value": str(jurisdiction)},
            {"label": "份数", "value": f"{found.count()} 份"},
        ],
        "hidden": [
            {"name": name, "value": value}
            for name, value in {**request.GET.dict(), "jurisdiction": jurisdiction.code}.items()
            if name in ("q", "round", "status", "result", "district", "jurisdiction")
        ],
        "crumbs": [
            {"label": "申报管理", "url": reverse("applications:manage")},
            {"label": "打包导出申报表", "url": ""},
        ],
    }
    return render(request, "applications/archive.html", context)
