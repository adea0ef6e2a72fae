"""Pages about one's own account and unit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.accounts import queries
from portal.common.views import public, reads


@reads
def me(request: HttpRequest) -> HttpResponse:
    """Show the person's account and the units they act for."""
    memberships = queries.memberships_of(request.user)
    return render(request, "me/overview.html", {"memberships": memberships})


@public
@reads
def register(request: HttpRequest) -> HttpResponse:
    """Register a person together with their unit."""
    return render(request, "me/register.html")
