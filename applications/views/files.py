"""证明材料: the checklist, uploads one by one, previews, ticks, removal."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications import permissions
from applications.domain import attachments
from applications.interfaces import checklist, eligibility, tasks_of
from applications.interfaces.standing import Standing
from applications.models import Application, Attachment
from applications.queries import reach, still_open
from applications.views.common import demand, filing_or_404, frame, person, unlocked_of
from portal.common.errors import DomainError
from portal.common.files import serve_file
from portal.common.limits import limited
from portal.common.views import no_content, reads, serves, writes


@reads
def files(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the checklist with what is there for each person and document."""
    return _page(request, filing_or_404(request, public_id))


def _page(
    request: HttpRequest,
    application: Application,
    *,
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    standing = Standing(application)
    changeable = bool(permissions.can_fill(person(request), application))
    cards = checklist.checklist(
        standing,
        changeable=changeable and still_open(application),
        unlocked=unlocked_of(application),
        errors=errors,
    )
    context = {
        **frame(standing, "证明材料"),
        "cards": cards,
        "groups": _grouped(cards),
        "task": tasks_of.files_task(standing),
        "paper": standing.procedure.paper,
        "rules": [
            eligibility.rule_line(standing, finding)
            for finding in standing.by_place.get("files", [])
            if eligibility.is_condition(finding)
        ],
        "sheet_ready": checklist.only_sheet_lacking(standing),
        "upload_errors": [
            {"text": text, "href": f"#{cell}"}
            for cell, texts in (errors or {}).items()
            for text in texts
        ],
        "changeable": changeable,
    }
    return render(request, "applications/files.html", context, status=status)


def _grouped(cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What must be handed in first, what may be afterwards."""
    must = [card for card in cards if card["required"] != "选传"]
    may = [card for card in cards if card["required"] == "选传"]
    for number, card in enumerate([*must, *may], 1):
        card["n"] = number
    groups = [{"title": "必须提交的材料", "cards": must}, {"title": "选传材料", "cards": may}]
    return [group for group in groups if group["cards"]]


@limited("upload", amount=150, seconds=600)
@writes
def add(request: HttpRequest, public_id: uuid.UUID, material: str) -> HttpResponse:
    """Take one or several files for one place of the checklist."""
    application = filing_or_404(request, public_id)
    demand(permissions.can_fill(person(request), application))
    row = request.POST.get("row", "")
    cell = f"mat-{material}-{row or 'all'}"
    _known_place(application, material, row)
    uploads = request.FILES.getlist("file")
    faults = [] if uploads else ["请先选择文件，再点“上传”。"]
    for upload in uploads:
        try:
            attachments.add(application, material, upload, by=person(request), row=row)
        except DomainError as error:
            faults.append(f"{upload.name}：{error.message}")
    if faults:
        return _page(request, application, errors={cell: faults}, status=422)
    address = reverse("applications:files", args=[public_id])
    return redirect(f"{address}#{cell}")


def _known_place(application: Application, material: str, row: str) -> None:
    """Refuse rows and materials that the checklist does not have.

    Raises:
        DomainError: no such place.
    """
    item = attachments.material_of(application, material)
    places = {place for place, _ in checklist.cells_of(Standing(application), item)}
    if row not in places:
        raise DomainError("这一行已被删除，请刷新材料清单后重新上传。", status=404)


def _file(request: HttpRequest, public_id: uuid.UUID, file_id: uuid.UUID) -> Attachment:
    """Return a file of a filing the person may reach, asked anew each time."""
    application = filing_or_404(request, public_id)
    return get_object_or_404(reach.current_files(application), public_id=file_id)


@serves
def preview(request: HttpRequest, public_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponseBase:
    """Show a picture or PDF in the browser."""
    file = _file(request, public_id, file_id)
    if file.kind not in ("pdf", "jpg", "png"):
        raise Http404
    return serve_file(request, str(file.file.name), download_name=file.name, inline=True)


@serves
def download(request: HttpRequest, public_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponseBase:
    """Send a file to be saved."""
    file = _file(request, public_id, file_id)
    return serve_file(request, str(file.file.name), download_name=file.name)


@writes
def remove(request: HttpRequest, public_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponse:
    """Take a file out of the filing."""
    file = _file(request, public_id, file_id)
    demand(permissions.can_fill(person(request), file.application))
    attachments.remove(file, by=person(request))
    messages.success(request, f"已移除“{file.name}”。")
    return _back(public_id, file)


@writes
def confirm(request: HttpRequest, public_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponse:
    """Keep the ticks of one file: 此件与原件相符, and the parts it contains."""
    file = _file(request, public_id, file_id)
    demand(permissions.can_fill(person(request), file.application))
    ticks = request.POST.getlist("tick")
    attachments.tick(
        file,
        original=checklist.ORIGINAL in ticks,
        parts=[tick.removeprefix(attachments.PART) for tick in ticks],
    )
    if request.headers.get("X-Requested-With") == "fetch":
        return no_content()
    return _back(public_id, file)


def _back(public_id: uuid.UUID, file: Attachment) -> HttpResponse:
    address = reverse("applications:files", args=[public_id])
    return redirect(f"{address}#mat-{file.material}-{file.row or 'all'}")
