"""What anybody may read: the register of studios and the check of plaque and certificate."""

import unicodedata

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications.models import Studio
from assessments.interfaces import graded, pages
from assessments.interfaces.forms import LookupForm, RegisterFilter
from assessments.queries import grades, reach
from jurisdictions.queries import places
from portal.common.personal import masked
from portal.common.views import public, reads

PAGE, LONGEST = 30, 60
_HEADS = ("工作室", "地区", "领办人", "职业（工种）", "命名日期", "状态")


@public
@reads
def register(request: HttpRequest) -> HttpResponse:
    """Show the public register of studios."""
    known = [(place.code, place.name) for place in places()]
    form = RegisterFilter(request.GET, places=known)
    text, place, status = (request.GET.get(name, "") for name in ("q", "place", "status"))
    found = reach.public_studios(text[:LONGEST], place, status)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "crumbs": [{"label": "工作室名录", "url": ""}],
        "filter": form,
        "reset": reverse("assessments:register_public"),
        "page": page,
        "columns": [{"label": head} for head in _HEADS],
        "rows": [_line(studio) for studio in page],
    }
    return render(request, "assessments/register_public.html", context)


def _crumbs() -> list[dict[str, str]]:
    first = {"label": "工作室名录", "url": reverse("assessments:register_public")}
    return [first, {"label": "牌匾和证书核验", "url": ""}]


def _line(studio: Studio) -> dict[str, object]:
    url = reverse("assessments:verify", args=[studio.number])
    return {
        "id": studio.number,
        "select_label": masked(studio.name),
        "cells": [
            {
                "text": masked(studio.name),
                "url": url,
                "main": True,
                "sub": masked(pages.hosts_of(studio)),
            },
            {"th": "地区", "text": str(studio.jurisdiction)},
            {"th": "领办人", "text": masked(pages.leaders_of(studio))},
            {"th": "职业（工种）", "text": masked(studio.occupation)},
            {"th": "命名日期", "text": pages.day(studio.founded_on), "nw": True},
            {"th": "状态", "tag": pages.status_tag(studio)},
        ],
        "actions": [{"label": "核验", "url": url}],
    }


@public
@reads
def lookup(request: HttpRequest) -> HttpResponse:
    """Take a number somebody read off a plaque or certificate to its check."""
    # Input methods leave letters and digits in full width.
    typed = unicodedata.normalize("NFKC", request.GET.get("number", ""))
    number = "".join(typed.split())[:LONGEST]
    if number:
        return redirect("assessments:verify", number)
    return render(request, "assessments/lookup.html", {"form": LookupForm(), "crumbs": _crumbs()})


@public
@reads
def results(request: HttpRequest) -> HttpResponse:
    """Show the results of assessments that the regulations make public."""
    code = request.GET.get("place", "")
    page = Paginator(grades.public(code), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "columns": [{"label": label} for label in ("工作室", "考核", "期次", "等次", "认定日期")],
        "rows": graded.public_lines(page),
    }
    return render(request, "assessments/results_public.html", context)


@public
@reads
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """Tell whether a plaque or certificate number is of a studio, and how it stands."""
    shown = reach.public_studio_with(number)
    context = {
        "crumbs": _crumbs(),
        "number": number,
        "studio": shown,
        "name": masked(shown.name) if shown else "",
        "tag": pages.status_tag(shown) if shown else None,
        "facts": pages.public_facts(shown) if shown else [],
        "notices": pages.public_notices(shown) if shown else [],
        "code": pages.verify_code(shown) if shown else "",
        "results": list(grades.published(grades.of_studio(shown))) if shown else [],
    }
    return render(request, "assessments/verify.html", context, status=200 if shown else 404)
