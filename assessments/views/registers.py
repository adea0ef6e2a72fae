"""Pages of the registers: list, enter, change, delete, workbook out and in."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications.models import Studio
from assessments.domain import registers
from assessments.interfaces import pages, register_notes, workbooks
from assessments.interfaces.forms import ReasonForm, UploadForm, row_form
from assessments.permissions import can_keep
from assessments.queries.rows import register_rows
from assessments.views.common import demand, form_page, frame, is_managing, person, studio_of
from portal.accounts.reauth import reauthenticated
from portal.common.errors import DomainError, add_to_form
from portal.common.files import CONTENT_TYPES
from portal.common.views import reads, serves, writes

_IMPORT = "assessments/register_import.html"


def _register(request: HttpRequest, studio_id: uuid.UUID, register: str) -> Studio:
    """The studio whose register the person may see.

    Raises:
        Http404: no such register in this policy.
    """
    if register not in registers.REGISTERS:
        raise Http404
    studio = studio_of(request, studio_id)
    try:
        registers.need_register(studio, register)
    except DomainError as error:
        raise Http404 from error
    return studio


@reads
def register(request: HttpRequest, studio_id: uuid.UUID, register: str) -> HttpResponse:
    """Show a register."""
    studio = _register(request, studio_id, register)
    title = workbooks.TITLES[register]
    context = frame(request, studio, title, tab=register)
    table = pages.register_table(
        studio, register, register_rows(studio, register), keeping=context["keeping"]
    )
    notes = register_notes.notes(studio, register)
    context |= {"title": title, "register": register, "notes": notes, **table}
    return render(request, "assessments/register.html", context)


@writes(methods=("GET", "POST"))
def row_new(request: HttpRequest, studio_id: uuid.UUID, register: str) -> HttpResponse:
    """Enter a line."""
    return _edit(request, _register(request, studio_id, register), register, None)


@writes(methods=("GET", "POST"))
def row(
    request: HttpRequest, studio_id: uuid.UUID, register: str, row_id: uuid.UUID
) -> HttpResponse:
    """Change a line."""
    studio = _register(request, studio_id, register)
    line = get_object_or_404(register_rows(studio, register), public_id=row_id)
    return _edit(request, studio, register, line)


def _edit(request: HttpRequest, studio: Studio, register: str, line: Any) -> HttpResponse:
    demand(can_keep(studio, managing=is_managing(request, studio)))
    kind = row_form(studio, register)
    initial = {name: getattr(line, name) for name in kind.base_fields} if line else {}
    form = kind(request.POST or None, initial=initial)
    title = workbooks.TITLES[register]
    if request.method == "POST" and form.is_valid():
        try:
            registers.save_row(studio, register, by=person(request), row=line, **form.cleaned_data)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{title}登记已保存。")
            return redirect("assessments:register", studio.public_id, register)
    context = frame(request, studio, title, "修改" if line else "新增")
    back = reverse("assessments:register", args=[studio.public_id, register])
    return form_page(request, context, form, f"{'修改' if line else '新增'}{title}", back=back,
                     declared=register_notes.declaration(studio, register))  # fmt: skip


@writes(methods=("GET", "POST"))
def row_strike(
    request: HttpRequest, studio_id: uuid.UUID, register: str, row_id: uuid.UUID
) -> HttpResponse:
    """Delete a line, with a reason; it stays in the history."""
    studio = _register(request, studio_id, register)
    line = get_object_or_404(register_rows(studio, register), public_id=row_id)
    demand(can_keep(studio, managing=is_managing(request, studio)))
    form = ReasonForm(request.POST or None)
    back = reverse("assessments:register", args=[studio.public_id, register])
    if request.method == "POST" and form.is_valid():
        registers.strike_row(line, by=person(request), reason=form.cleaned_data["reason"])
        messages.success(request, f"已删除“{line}”。")
        return redirect(back)
    context = frame(request, studio, workbooks.TITLES[register], "删除")
    return form_page(request, context, form, f"删除“{line}”", back=back, submit="删除")


@reauthenticated
@serves
def register_xlsx(request: HttpRequest, studio_id: uuid.UUID, register: str) -> HttpResponse:
    """Send a register as a workbook; it can be changed and read back."""
    studio = _register(request, studio_id, register)
    name = f"{register}.xlsx"
    return sheet(workbooks.exported(studio, register), name)


def sheet(content: bytes, name: str) -> HttpResponse:
    """A workbook as a download."""
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES["xlsx"],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@writes(methods=("GET", "POST"))
def register_import(request: HttpRequest, studio_id: uuid.UUID, register: str) -> HttpResponse:
    """Check a workbook, show every fault by cell, then enter its lines."""
    studio = _register(request, studio_id, register)
    demand(can_keep(studio, managing=is_managing(request, studio)))
    title = workbooks.TITLES[register]
    context = {**frame(request, studio, title, "导入"), "title": title, "register": register,
               "declared": register_notes.declaration(studio, register)}  # fmt: skip
    if request.method == "POST" and request.POST.get("checked"):
        try:
            rows, newest = workbooks.unpacked(request.POST["checked"], studio, register)
            count = registers.save_rows(studio, register, rows, by=person(request), newest=newest)
        except DomainError as error:
            context |= {"error": error, "form": UploadForm()}
            return render(request, _IMPORT, context, status=error.status)
        messages.success(request, f"已导入 {count} 条{title}登记。")
        return redirect("assessments:register", studio.public_id, register)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            ready, read, errors = workbooks.read_register(
                studio, register, form.cleaned_data["file"]
            )
        except DomainError as error:
            add_to_form(form, DomainError(error.message, field="file"))
        else:
            context |= _preview(studio, register, ready, read, errors)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, _IMPORT, {**context, "form": form}, status=status)


def _preview(
    studio: Studio, register: str, ready: list[Any], rows: list[Any], errors: list[Any]
) -> dict[str, Any]:
    sound = bool(ready) and not errors
    return {
        "read": len(rows),
        "fresh": len(ready),
        "known": sum(row.ok for row in rows) - len(ready),
        "faults": [{"text": str(error)} for error in errors],
        "preview": [list(row.values.values()) for row in rows],
        "heads": [str(f.label) for f in row_form(studio, register).base_fields.values()],
        "checked": workbooks.packed(ready, studio, register) if sound else "",
    }
