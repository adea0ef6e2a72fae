"""Pages of the audit administrator: the record of everything, and of accounts. Nothing else."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from applications.queries import audit
from jurisdictions.engine.dates import DateTextError, parse_date
from jurisdictions.queries import places
from portal.accounts.enums import Duty
from portal.accounts.permissions import has_duty
from portal.common.templatetags.portal_ui import short_datetime
from portal.common.views import reads

_PAGE, _LONGEST = 50, 60


def _filter(request: HttpRequest) -> dict[str, Any]:
    """What is looked for; a day that is none bounds nothing.

    Raises:
        Http404: no audit administrator: the page does not exist for him.
    """
    if not has_duty(request.user, Duty.AUDIT):
        raise Http404
    return {
        "text": request.GET.get("q", "").strip()[:_LONGEST],
        "place": request.GET.get("place", "")[:_LONGEST],
        "first": _day(request.GET.get("first", "")), "last": _day(request.GET.get("last", "")),
    }  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if text.strip() else None
    except DateTextError:
        return None


@reads
def events(request: HttpRequest) -> HttpResponse:
    """Show the record of everything that happened."""
    wanted = _filter(request)
    page = Paginator(audit.events(**wanted), _PAGE).get_page(request.GET.get("page"))
    rows = [
        _line(row.pk, row.text, [
            ("地区", str(row.jurisdiction)), ("机构", str(row.office or "—")),
            ("经手人", str(row.actor or "系统")), ("时间", short_datetime(row.at)),
        ])
        for row in page
    ]  # fmt: skip
    return _page(request, "events", wanted, page, rows, ("内容", "地区", "机构", "经手人", "时间"))


@reads
def accounts(request: HttpRequest) -> HttpResponse:
    """Show what was done to accounts."""
    wanted = _filter(request)
    page = Paginator(audit.account_events(**wanted), _PAGE).get_page(request.GET.get("page"))
    rows = [
        _line(row.pk, row.text, [
            ("理由", row.reason or "—"), ("经手人", str(row.actor or "系统命令")),
            ("时间", short_datetime(row.at)),
        ])
        for row in page
    ]  # fmt: skip
    return _page(request, "accounts", wanted, page, rows, ("内容", "理由", "经手人", "时间"))


def _line(pk: int, text: str, cells: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": str(pk), "select_label": text,
        "cells": [{"text": text, "main": True}, *({"th": th, "text": said} for th, said in cells)],
        "actions": [],
    }  # fmt: skip


def _page(
    request: HttpRequest, current: str, wanted: dict[str, Any], page: Any, rows: Any,
    heads: tuple[str, ...],
) -> HttpResponse:  # fmt: skip
    names = (("events", "办理记录"), ("accounts", "账号记录"))
    context = {
        "wanted": wanted, "page": page, "rows": rows, "columns": [{"label": h} for h in heads],
        "places": [(place.code, place.name) for place in places()], "current": current,
        "tabs": [
            {"label": label, "url": reverse(f"applications:audit_{name}"),
             "current": name == current, "count": None}
            for name, label in names
        ],
    }  # fmt: skip
    return render(request, "applications/audit.html", context)
