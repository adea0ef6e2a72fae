"""Pages of reports and records, and of the life of a studio."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from applications.models import Studio
from assessments.domain import records as notes
from assessments.enums import Holder, RecordKind
from assessments.interfaces import life as life_page
from assessments.interfaces import records as pages
from assessments.permissions import can_keep, can_write
from assessments.queries import rows
from assessments.views.common import (
    demand,
    form_page,
    frame,
    is_managing,
    is_mine,
    may_add,
    person,
    roles_at,
    studio_of,
)
from portal.common.errors import DomainError, add_to_form
from portal.common.verdict import deny
from portal.common.views import reads, writes


@reads
def life(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Show everything that happened to a studio, as a picture and as a list."""
    studio = studio_of(request, studio_id)
    shown = life_page.page(
        studio, request.GET.get("kind", ""), timezone.localdate(),
        for_unit=is_mine(request, studio),
    )  # fmt: skip
    context = {**frame(request, studio, "历程", tab="life"), **shown}
    return render(request, "assessments/life.html", context)


@reads
def records(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Show reports and records of a studio."""
    studio = studio_of(request, studio_id)
    context = frame(request, studio, "报告和记录", tab="records")
    roles = frozenset(share.role for share in roles_at(request, studio))
    context |= {
        **pages.table(studio, rows.records(studio), timezone.localdate()),
        "addable": pages.addable(studio, keeping=context["keeping"], roles=roles),
    }
    return render(request, "assessments/records.html", context)


@reads
def record(request: HttpRequest, studio_id: uuid.UUID, record_id: uuid.UUID) -> HttpResponse:
    """Show one report or record with its files."""
    studio = studio_of(request, studio_id)
    row = get_object_or_404(rows.records(studio), public_id=record_id)
    files = rows.kept_files(studio, Holder.RECORDS, row.public_id)
    adding = bool(may_add(request, studio, row))
    context = {
        **frame(request, studio, row.title),
        "row": row,
        "facts": pages.facts(row),
        "files": pages.file_rows(studio, files, keeping=adding),
        "add_url": reverse("assessments:kept_files", args=[studio_id, Holder.RECORDS, record_id])
        if adding
        else "",
        "back": reverse("assessments:records", args=[studio_id]),
        "mend_url": _mend_url(studio, row),
    }
    return render(request, "assessments/record.html", context)


def _mend_url(studio: Studio, row: Any) -> str:
    if row.due is None:
        return ""
    return reverse("assessments:obligation", args=[studio.public_id, row.due.public_id])


@writes(methods=("GET", "POST"))
def record_new(
    request: HttpRequest, studio_id: uuid.UUID, kind: str, item: str
) -> HttpResponse:  # fmt: skip
    """Hand in a report, or write something down for an office or the unit."""
    studio = studio_of(request, studio_id)
    entry = notes.entry_of(studio, kind, item)
    office = _writing_for(request, studio, kind, entry)
    form = pages.RecordForm(
        request.POST or None, entry=entry, kind=kind, by_office=office is not None
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = notes.write(
                studio, kind, item, by=person(request), office=office, **form.cleaned_data
            )
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"“{row.title}”已登记，可以继续上传文件。")
            return redirect("assessments:record", studio_id, row.public_id)
    back = reverse("assessments:records", args=[studio_id])
    return form_page(
        request, frame(request, studio, entry.label), form, entry.label, back=back
    )  # fmt: skip


def _writing_for(request: HttpRequest, studio: Studio, kind: str, entry: Any) -> Any:
    """The office the person writes for, or None for the unit.

    Raises:
        DomainError: it is for others to write.
    """
    managing = is_managing(request, studio)
    if kind == RecordKind.REPORT:
        demand(can_keep(studio, managing=managing))
        return None
    share = next((s for s in roles_at(request, studio) if s.role in entry.by), None)
    if share is not None:
        demand(can_write(studio))
        return share.office
    if notes.UNIT not in entry.by:
        demand(deny("这项由主管部门登记。"))
    demand(can_keep(studio, managing=managing))
    return None
