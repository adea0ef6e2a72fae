"""大字版: the choice of type size, kept in a cookie so that it works without JavaScript."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from portal.common.views import public, reads

#: Read by ``templates/base.html``; only the large size is stored.
COOKIE = "display_size"
SIZES = frozenset({"large", "normal"})
_YEAR = 365 * 24 * 60 * 60


def _way_back(request: HttpRequest) -> str:
    """Return the page the reader came from, when it is one of ours."""
    for address in (request.GET.get("next", ""), request.headers.get("Referer", "")):
        if url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return address
    return "/"


@public
@reads
def display_size(request: HttpRequest, size: str) -> HttpResponse:
    """Remember the type size for a year and go back.

    Args:
        size: ``large`` or ``normal``; anything else is 404.
    """
    if size not in SIZES:
        return HttpResponseNotFound()
    response = HttpResponseRedirect(_way_back(request))
    if size == "large":
        response.set_cookie(
            COOKIE, size, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
