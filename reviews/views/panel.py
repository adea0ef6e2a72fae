"""Pages of an expert: his seats, the statement, the sheet. Whatever is not his does not exist."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from jurisdictions.engine.scoring import plain
from portal.common.errors import DomainError
from portal.common.files import serve_file
from portal.common.views import reads, serves, writes
from reviews import queries
from reviews.domain import results, seating, sheets, typed
from reviews.domain.work import StaleActionError
from reviews.enums import SeatState
from reviews.interfaces import expertpage, sheetform, typedpage
from reviews.interfaces.smallforms import Refused
from reviews.models import Seat
from reviews.views import parse

_FORBIDDEN = 403


def _open_seat(request: HttpRequest, seat_id: uuid.UUID) -> Seat:
    """The person's own seat of an open passage."""
    return get_object_or_404(queries.open_seats_of(request.user), public_id=seat_id)


def _judging_seat(request: HttpRequest, seat_id: uuid.UUID) -> Seat:
    """The person's own seat with the statement signed: only then the filing exists for him."""
    return get_object_or_404(queries.judging_seats_of(request.user), public_id=seat_id)


def _said(request: HttpRequest, seat: Seat) -> dict[str, Any]:
    table = results.table_of(sheets.policy_for(seat.case), sheets.stage_of(seat.run))
    return sheetform.read(table, request.POST)


@reads
def index(request: HttpRequest) -> HttpResponse:
    """Show what a person is asked to judge."""
    return render(request, "reviews/panel/index.html", expertpage.index(request.user))


@writes(methods=("GET", "POST"))
def coi(request: HttpRequest, seat_id: uuid.UUID) -> HttpResponse:
    """Show whom the filing is about, and take the statement."""
    seat = _open_seat(request, seat_id)
    if seat.state == SeatState.SEATED:
        return redirect("reviews:panel-seat", seat_id=seat_id)
    if request.method != "POST":
        return render(request, "reviews/panel/coi.html", expertpage.statement(seat, {}, None))
    choice = request.POST.get("relation", "")
    try:
        if choice not in ("none", "some"):
            raise DomainError("请选择有无利害关系。", field="relation", status=422)
        text = request.POST.get("text", "") if choice == "some" else ""
        signed = seating.declare(seat, by=request.user, clear=choice == "none", text=text)
    except DomainError as error:
        context = expertpage.statement(seat, request.POST.dict(), error)
        return render(request, "reviews/panel/coi.html", context, status=error.status)
    if signed.state != SeatState.SEATED:
        messages.info(request, "已登记回避，您不再参加该件评审。")
        return redirect("reviews:panel")
    messages.success(request, "已签署回避声明，可以开始评审。")
    return redirect("reviews:panel-seat", seat_id=seat_id)


@writes(methods=("GET", "POST"))
def seat(request: HttpRequest, seat_id: uuid.UUID) -> HttpResponse:
    """Show the filing beside the sheet; save it, or sign it."""
    row = _judging_seat(request, seat_id)
    if request.method != "POST":
        return _sheet(request, row)
    said, version = _said(request, row), parse.number(request.POST.get("version", ""))
    act = sheets.sign if request.POST.get("action") == "sign" else sheets.save
    try:
        act(row, said, by=request.user, version=version)
    except DomainError as error:
        context = expertpage.seat_page(row, said=said, error=error)
        return render(request, "reviews/panel/seat.html", context, status=error.status)
    typed.forget(typed.place_of_seat(row), by=request.user)
    messages.success(request, "已签署并锁定。" if act is sheets.sign else "已保存。")
    return redirect("reviews:panel-seat", seat_id=seat_id)


def _sheet(request: HttpRequest, row: Seat) -> HttpResponse:
    """The sheet as it is kept; with ``own=1`` as another window of his could not keep it."""
    kept = typed.text_at(typed.place_of_seat(row), by=request.user)
    if request.GET.get("own") != "1" or kept is None or row.sheet.signed_at is not None:
        return render(request, "reviews/panel/seat.html", expertpage.seat_page(row))
    table = results.table_of(sheets.policy_for(row.case), sheets.stage_of(row.run))
    said = sheetform.read(table, typedpage.single(kept.aside))
    error = DomainError(
        "本表已在另一窗口保存过。下面填入的是您本窗口没有存上的内容，请与已保存的内容核对后保存。"
    )
    context = expertpage.seat_page(row, said=said, error=error)
    context["differences"] = sheetform.differences(table, row.sheet, said)
    return render(request, "reviews/panel/seat.html", context)


@writes
def autosave(request: HttpRequest, seat_id: uuid.UUID) -> HttpResponse:
    """Keep what was typed so far (script only)."""
    row = _judging_seat(request, seat_id)
    version = parse.number(request.headers.get("X-Section-Version", ""))
    try:
        sheet = sheets.save(row, _said(request, row), by=request.user, version=version)
    except StaleActionError:
        typed.set_aside(typed.place_of_seat(row), typedpage.fields_of(request.POST),
                        by=request.user)  # fmt: skip
        page = reverse("reviews:panel-seat", args=[seat_id])
        return JsonResponse({"compare": f"{page}?own=1"}, status=409)
    except DomainError as error:
        return JsonResponse({"error": error.message}, status=error.status)
    at = timezone.localtime(sheet.saved_at)
    total = "" if sheet.total is None else plain(sheet.total)
    return JsonResponse({"version": sheet.version, "saved_at": f"{at:%H:%M:%S}", "total": total})


@writes(methods=("GET", "POST"))
def recuse(request: HttpRequest, seat_id: uuid.UUID) -> HttpResponse:
    """A relation came to light: leave the case; a signed sheet becomes void."""
    row = _open_seat(request, seat_id)
    if request.method != "POST":
        context = {"seat": row, "crumbs": expertpage.crumbs({"label": "申请回避", "url": ""})}
        return render(request, "reviews/panel/recuse.html", context)
    try:
        sheets.recuse(row, by=request.user, reason=request.POST.get("reason", ""))
    except DomainError as error:
        context = {"seat": row, "error": error, "typed": request.POST.get("reason", ""),
                   "crumbs": expertpage.crumbs({"label": "申请回避", "url": ""})}  # fmt: skip
        return render(request, "reviews/panel/recuse.html", context, status=error.status)
    messages.success(request, "已登记回避，您不再参加该件评审。")
    return redirect("reviews:panel")


@writes
def unlock(request: HttpRequest, seat_id: uuid.UUID, other_id: uuid.UUID) -> HttpResponse:
    """The head of the panel opens a colleague's signed sheet again."""
    row = _judging_seat(request, seat_id)
    others = queries.seats_on(row.run).filter(case=row.case)
    other = get_object_or_404(others, public_id=other_id)
    try:
        sheets.unlock(other, by=request.user, reason=request.POST.get("reason", ""))
    except DomainError as error:
        if error.status == _FORBIDDEN:
            raise
        refused = Refused(f"unlock-{other_id}", request.POST, error)
        context = expertpage.seat_page(row, error=error, refused=refused)
        return render(request, "reviews/panel/seat.html", context, status=error.status)
    messages.success(request, "已解锁。")
    return redirect("reviews:panel-seat", seat_id=seat_id)


@serves
def file(request: HttpRequest, seat_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponseBase:
    """Send an attachment of the submission that is judged."""
    row = _judging_seat(request, seat_id)
    found = get_object_or_404(expertpage.files_to_read(row), public_id=file_id)
    return serve_file(request, str(found.file.name), download_name=found.name,
                      inline=request.GET.get("inline") == "1")  # fmt: skip
