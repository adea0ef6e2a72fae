"""Pages of letters that wait: send, hold back, and which kinds wait at all."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from jurisdictions.models import Jurisdiction
from jurisdictions.permissions import can_administer
from portal.accounts.reauth import reauthenticated
from portal.common.errors import DomainError
from portal.common.views import reads, writes
from reviews.domain import releasing
from reviews.interfaces import letterpage


@reads
def waiting(request: HttpRequest) -> HttpResponse:
    """Show letters that wait for the person's check."""
    return render(request, "reviews/letters_waiting.html", letterpage.page(request.user))


@reads
def preview(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Show a waiting letter as it will be printed."""
    row = get_object_or_404(letterpage.waiting(request.user), public_id=letter_id)
    return HttpResponse(letterpage.preview(row))


@reauthenticated
@writes
def decide(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Send a letter, or hold it back with a reason."""
    row = get_object_or_404(letterpage.waiting(request.user), public_id=letter_id)
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("action") == "hold":
            releasing.hold_back(row, by=request.user, reason=reason)
            messages.success(request, "已记为暂不发出，并通知经办人员。")
        else:
            releasing.release(row, by=request.user)
            messages.success(request, "文书已发出。")
    except DomainError as error:
        context = letterpage.page(request.user, failed=row, error=error, typed=reason)
        return render(request, "reviews/letters_waiting.html", context, status=error.status)
    return redirect("reviews:letters")


@reauthenticated
@writes
def send_all(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Send all waiting results of a list, or none of them."""
    listing = letterpage.whole_list(request.user, list_id)
    if listing is None:
        raise Http404
    try:
        count = releasing.release_list(listing, by=request.user)
    except DomainError as error:
        context = letterpage.page(request.user, error=error)
        return render(request, "reviews/letters_waiting.html", context, status=error.status)
    messages.success(request, f"“{listing}”的 {count} 份文书已全部发出。")
    return redirect("reviews:letters")


@writes(methods=("GET", "POST"))
def setting(request: HttpRequest, code: str) -> HttpResponse:
    """Choose which letters of a place wait for a check."""
    place = get_object_or_404(Jurisdiction, code=code)
    if not can_administer(request.user, place):
        raise Http404
    if request.method == "POST":
        releasing.choose_kinds(place, request.POST.getlist("kinds"), by=request.user)
        messages.success(request, "文书核发设置已保存。")
        return redirect("reviews:letter-setting", code=code)
    context = {"place": place, "kinds": letterpage.choices(place),
               "heading": f"文书核发设置：{place}"}  # fmt: skip
    return render(request, "reviews/letter_setting.html", context)
