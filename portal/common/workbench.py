"""工作台: where people who work for an office, judge or keep the portal begin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.common import menu
from portal.common.views import reads


@reads
def workbench(request: HttpRequest) -> HttpResponse:
    """Go to the first thing the reader may work at; who has none begins at the home page."""
    return redirect(menu.first_address(request, "staff") or "/")
