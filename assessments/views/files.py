"""Files beside rows of the registers, of records and of the ledger."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications.models import Studio
from assessments.domain import keeping
from assessments.domain.registers import REGISTERS
from assessments.enums import Holder
from assessments.interfaces.forms import KeptFileForm
from assessments.interfaces.pages import line_facts
from assessments.interfaces.records import file_rows
from assessments.permissions import can_keep
from assessments.queries import rows
from assessments.views.common import demand, frame, is_managing, may_add, person, studio_of
from portal.common.errors import DomainError, add_to_form
from portal.common.files import serve_file
from portal.common.verdict import Verdict
from portal.common.views import serves, writes


def _row(studio: Studio, holder: str, row_id: uuid.UUID) -> Any:
    """The row that files lie beside.

    Raises:
        Http404: no such row, or nothing keeps files there.
    """
    if holder == Holder.RECORDS:
        return get_object_or_404(rows.records(studio), public_id=row_id)
    if holder in (Holder.ACTIVITIES, Holder.APPRENTICES):
        return get_object_or_404(rows.register_rows(studio, holder), public_id=row_id)
    raise Http404


def _may_change(request: HttpRequest, studio: Studio, holder: str, row: Any) -> Verdict:
    """What an office wrote down its writer adds to, while he works there; the unit keeps the
    rest."""
    if holder == Holder.RECORDS:
        return may_add(request, studio, row)
    return can_keep(studio, managing=is_managing(request, studio))


@writes(methods=("GET", "POST"))
def kept_files(
    request: HttpRequest, studio_id: uuid.UUID, holder: str, row_id: uuid.UUID
) -> HttpResponse:
    """Show the files beside a row; those who keep it add to them."""
    studio = studio_of(request, studio_id)
    row = _row(studio, holder, row_id)
    allowed = _may_change(request, studio, holder, row)
    form = KeptFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        demand(allowed)
        if form.is_valid():
            try:
                keeping.keep(
                    studio, holder, form.cleaned_data["upload"], by=person(request),
                    title=form.cleaned_data["title"], row=row.public_id,
                )  # fmt: skip
            except DomainError as error:
                add_to_form(form, error)
            else:
                messages.success(request, "文件已存入。")
                return redirect("assessments:kept_files", studio_id, holder, row_id)
    files = rows.kept_files(studio, holder, row.public_id)
    context = {
        **frame(request, studio, str(row), "文件"),
        "row": row,
        "facts": line_facts(studio, holder, row) if holder in REGISTERS else [],
        "files": file_rows(studio, files, keeping=bool(allowed)),
        "allowed": bool(allowed),
        "form": form,
        "back": _back(studio, holder, row),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "assessments/kept_files.html", context, status=status)


def _back(studio: Studio, holder: str, row: Any) -> str:
    if holder == Holder.RECORDS:
        return reverse("assessments:record", args=[studio.public_id, row.public_id])
    return reverse("assessments:register", args=[studio.public_id, holder])


@serves
def kept_file(request: HttpRequest, studio_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponseBase:
    """Send a kept file."""
    file = get_object_or_404(rows.all_kept_files(studio_of(request, studio_id)), public_id=file_id)
    return serve_file(request, str(file.file.name), download_name=file.file_name)


@writes(methods=("GET", "POST"))
def kept_file_remove(
    request: HttpRequest, studio_id: uuid.UUID, file_id: uuid.UUID
) -> HttpResponse:
    """Ask once, then take a file out."""
    studio = studio_of(request, studio_id)
    file = get_object_or_404(rows.all_kept_files(studio), public_id=file_id)
    if file.holder == Holder.LEDGER:
        demand(can_keep(studio, managing=is_managing(request, studio)))
        back = reverse("assessments:ledger", args=[studio_id])
    else:
        row = _row(studio, file.holder, file.row or uuid.UUID(int=0))
        demand(_may_change(request, studio, file.holder, row))
        back = reverse("assessments:kept_files", args=[studio_id, file.holder, file.row])
    if request.method == "POST":
        keeping.remove(file, by=person(request))
        messages.success(request, "文件已移出。")
        return redirect(back)
    context = {
        **frame(request, studio, "移出文件"),
        "title": f"移出“{file.title}”",
        "facts": [{"label": "文件", "value": file.file_name}],
        "warning": "移出后不再显示，办理记录中保留文件摘要。",
        "back": back,
    }
    return render(request, "assessments/confirm.html", context)
