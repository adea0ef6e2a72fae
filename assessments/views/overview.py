"""The leaders' overview of the places they oversee."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from assessments.interfaces import overview as pages
from assessments.queries import reach
from assessments.views.common import person
from assessments.views.registers import sheet
from jurisdictions.models import Jurisdiction
from portal.common.views import reads, serves


def _places(request: HttpRequest) -> list[Jurisdiction]:
    """Places whose figures the person may see.

    Raises:
        Http404: none.
    """
    found = list(reach.overseen(person(request)))
    if not found:
        raise Http404
    return found


def _figures(request: HttpRequest) -> tuple[Any, list[pages.Figure]]:
    scope = pages.scope_of(_places(request), request.GET)
    return scope, pages.overview(scope, timezone.localdate())


@reads
def overview(request: HttpRequest) -> HttpResponse:
    """Show charts with their tables, read only."""
    places = _places(request)
    scope, shown = _figures(request)
    query = request.GET.urlencode()
    context = {
        "crumbs": [{"label": "统计分析", "url": ""}],
        "filter": pages.OverviewFilter(request.GET, places=places, known=scope.places),
        "reset": reverse("assessments:overview"),
        "kpis": pages.kpis(shown),
        "figures": [figure.shown() for figure in shown],
        "export": reverse("assessments:overview_xlsx") + (f"?{query}" if query else ""),
        "scope": "、".join(str(place) for place in scope.places),
    }
    return render(request, "assessments/overview.html", context)


@serves
def overview_xlsx(request: HttpRequest) -> HttpResponse:
    """Send everything the page shows as a workbook."""
    _, shown = _figures(request)
    return sheet(pages.workbook(shown), "overview.xlsx")
