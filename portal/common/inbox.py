"""消息: a person's notices and which of them also leave the portal."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from portal.common import notifying
from portal.common.channels import channels
from portal.common.models import Notice
from portal.common.views import reads, writes

_PER_PAGE = 20


def _frame(request: HttpRequest) -> str:
    """The frame of the page: the workbench for staff, the public pages for units."""
    return "staff.html" if getattr(request.user, "is_staff_member", False) else "base.html"


@reads
def inbox(request: HttpRequest) -> HttpResponse:
    """Show a person's notices."""
    only_unread = request.GET.get("show") == "unread"
    found = notifying.notices_of(request.user, unread=only_unread)
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    unread = notifying.unread_count(request.user)
    return render(request, "portal/inbox.html", {
        "frame": _frame(request), "page": page, "rows": [_line(row) for row in page],
        "page_numbers": page.paginator.get_elided_page_range(page.number),
        "tabs": [
            {"label": "全部", "url": "?", "current": not only_unread, "count": None},
            {"label": "未读", "url": "?show=unread", "current": only_unread, "count": unread},
        ],
        "only_unread": only_unread, "any_unread": unread > 0, "now": timezone.now(),
    })  # fmt: skip


def _line(row: Notice) -> dict[str, Any]:
    return {"row": row, "kind": notifying.label_of(row.kind)}


@writes
def open_notice(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Note that a notice was opened and go where it points."""
    row = get_object_or_404(notifying.notices_of(request.user), public_id=notice_id)
    notifying.mark_read(row, by=request.user)
    return redirect(row.link or "common:inbox")


@writes
def read_all(request: HttpRequest) -> HttpResponse:
    """Note that everything up to the moment the page was shown has been read."""
    until = parse_datetime(request.POST.get("until", "").strip() or "-")
    count = notifying.mark_all_read(by=request.user, until=until)
    messages.success(request, f"已将 {count} 条消息标为已读。")
    return redirect("common:inbox")


@writes(methods=("GET", "POST"))
def preferences(request: HttpRequest) -> HttpResponse:
    """Choose which kinds come by which channel; in the portal everything is kept."""
    kinds, ways = notifying.kinds_for(request.user), list(channels().values())
    if request.method == "POST":
        chosen = set(request.POST.getlist("wanted"))
        notifying.choose(
            {(kind.code, way.name): f"{kind.code}:{way.name}" in chosen
             for kind in kinds for way in ways},
            by=request.user,
        )  # fmt: skip
        messages.success(request, "消息设置已保存。")
        return redirect("common:inbox_settings")
    off = notifying.muted_by(request.user)
    return render(request, "portal/inbox_settings.html", {
        "frame": _frame(request), "ways": ways,
        "unreachable": [way.label for way in ways if not way.address(request.user)],
        "kinds": [
            {"label": kind.label, "cells": [
                {"value": f"{kind.code}:{way.name}", "way": way.label,
                 "on": (kind.code, way.name) not in off} for way in ways]}
            for kind in kinds
        ],
    })  # fmt: skip
